"""What to send next and when, from how the last request ended. Pure: no clock, socket, file or randomness of its own.

Only a receipt signed by the enrolled centre that names exactly this batch releases anything (law 3). Every other end
of a request, whatever its HTTP status, only says how long to wait and how much to try.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from enum import StrEnum

from survey.errors import BadMessage
from survey.wire import MOST_RECORDS, BatchHead, Receipt, Verify, read_receipt

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 300.0
LONGEST_RETRY_AFTER_S = 3600.0
PATIENCE = 3  # refusals of one batch before a smaller one is tried


class End(StrEnum):
    """How a request ended. One value per decision."""

    RECEIPT = "receipt"  # release what it names
    LATER = "later"  # no line, an overloaded centre, or somebody who is not the centre
    TOO_LARGE = "too_large"  # try fewer records
    REFUSED = "refused"  # an answer that repeats for these records: look for the one that causes it
    STRANGER = "stranger"  # the centre does not know this kiosk, or has revoked it


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP reply, or `status` 0 with the reason in `body` when there was none. Header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """`retry_after_s`: what the centre asked for, None if it did not. `note`: for logs and `status`."""

    end: End
    note: str
    receipt: Receipt | None = None
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """`failures` and `refusals` in a row; `limit`: most records in the next batch; `after`: only records above it."""

    failures: int = 0
    refusals: int = 0
    limit: int = MOST_RECORDS
    after: int = 0


def judge(reply: Reply, batch: BatchHead, verify: Verify) -> Outcome:
    """How a request for `batch` ended."""
    retry_after_s = read_retry_after(reply.headers)
    if reply.status == 0:
        return Outcome(End.LATER, f"no reply: {reply.body.decode('utf-8', 'replace')}")
    if 200 <= reply.status < 300:
        try:
            return Outcome(End.RECEIPT, "receipt", read_receipt(reply.body, batch, verify))
        except BadMessage as error:
            return Outcome(End.LATER, f"HTTP {reply.status} without a receipt: {error}", None, retry_after_s)
    note = f"HTTP {reply.status}"
    if reply.status == 413:
        return Outcome(End.TOO_LARGE, note, None, retry_after_s)
    if reply.status in (401, 403):
        return Outcome(End.STRANGER, note, None, retry_after_s)
    if reply.status in (408, 425, 429, 502, 503, 504) or reply.status < 400:
        return Outcome(End.LATER, note, None, retry_after_s)
    return Outcome(End.REFUSED, note, None, retry_after_s)


def advance(progress: Progress, outcome: Outcome, batch: BatchHead) -> Progress:
    """Where delivery stands after `outcome` of `batch`."""
    if outcome.end is End.RECEIPT:
        return replace(progress, failures=0, refusals=0, limit=min(MOST_RECORDS, progress.limit * 2))
    failed = replace(progress, failures=progress.failures + 1)
    if outcome.end is End.TOO_LARGE:
        return replace(failed, limit=max(1, batch.count // 2), after=batch.last if batch.count == 1 else progress.after)
    if outcome.end is not End.REFUSED:
        return replace(failed, refusals=0)
    if progress.refusals + 1 < PATIENCE:
        return replace(failed, refusals=progress.refusals + 1)
    if batch.count == 1:  # this is the one: step over it, it stays in the outbox and its turn comes again
        return replace(failed, refusals=0, after=batch.last)
    return replace(failed, refusals=0, limit=max(1, batch.count // 2))


def from_the_start(progress: Progress) -> Progress:
    """Progress when nothing is left above `after`: records stepped over are tried again."""
    return replace(progress, after=0)


def wait_s(progress: Progress, outcome: Outcome, randomness: float) -> float:
    """Seconds until the next request: full jitter below an exponential ceiling, never less than `Retry-After`.

    `randomness`: uniform in [0, 1). Full jitter spreads a whole province that comes back at once after a power cut.
    """
    if outcome.end is End.RECEIPT:
        return 0.0
    ceiling = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(progress.failures, 16))
    return max(randomness * ceiling, min(outcome.retry_after_s or 0.0, LONGEST_RETRY_AFTER_S))


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a `Retry-After` header (RFC 9110 10.2.3), None if absent or unreadable.

    A date is taken relative to the reply's own `Date`: the kiosk's clock may be years off.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        seconds = (parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("date", ""))).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(0.0, seconds)
