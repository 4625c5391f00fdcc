"""Only a signed receipt for exactly this batch releases anything; everything else only changes when and how much."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.record import Sealed
from survey.wire import BatchHead, write_batch
from sync_agent.delivery import (
    LONGEST_WAIT_S,
    End,
    Outcome,
    Progress,
    Reply,
    advance,
    from_the_start,
    judge,
    read_retry_after,
    wait_s,
)
from sync_agent.identity import Identity, from_seed, verifier

HTML = b"<!DOCTYPE html><html><head><title>Wi-Fi mi\xe1\xbb\x85n ph\xc3\xad</title></head><body>OK</body></html>"
NO_RECEIPTS = (b"", b"OK", b"{}", b"[]", b"null", b"true", b'{"status":"ok"}', b"\x1f\x8b\x08broken", b"\xff" * 70)
PORTAL_BODIES = (*NO_RECEIPTS, HTML)
PORTAL_STATUSES = (200, 201, 202, 204, 302)


@pytest.fixture
def head(records: Callable[[int], list[Sealed]], kiosk_identity: Identity) -> BatchHead:
    return write_batch("k-0123456789ab", records(8), kiosk_identity.sign)[0]


@pytest.mark.parametrize("status", PORTAL_STATUSES)
@pytest.mark.parametrize("body", PORTAL_BODIES)
def test_fifty_kinds_of_captive_portal_release_nothing(status: int, body: bytes, head: BatchHead, centre: Any) -> None:
    outcome = judge(Reply(status, {"content-type": "text/html"}, body), head, verifier(centre.identity.public_key))
    assert outcome.end is End.LATER
    assert outcome.receipt is None


def test_the_real_receipt_releases(head: BatchHead, records: Any, kiosk_identity: Identity, centre: Any) -> None:
    _, packed = write_batch("k-0123456789ab", records(8), kiosk_identity.sign)
    reply = centre.post("/api/v1/batches", packed, "")
    outcome = judge(reply, head, verifier(centre.identity.public_key))
    assert outcome.end is End.RECEIPT
    assert outcome.receipt is not None
    assert outcome.receipt.batch == head
    stranger = verifier(from_seed(b"x" * 32).public_key)
    assert judge(reply, head, stranger).end is End.LATER


@pytest.mark.parametrize(
    ("status", "end"),
    [
        (0, End.LATER),
        (301, End.LATER),
        (400, End.REFUSED),
        (401, End.STRANGER),
        (403, End.STRANGER),
        (404, End.REFUSED),
        (408, End.LATER),
        (413, End.TOO_LARGE),
        (422, End.REFUSED),
        (429, End.LATER),
        (500, End.REFUSED),
        (502, End.LATER),
        (503, End.LATER),
        (511, End.REFUSED),
    ],
)
def test_a_status_alone_only_says_what_to_try_next(status: int, end: End, head: BatchHead) -> None:
    outcome = judge(Reply(status, {}, b"x"), head, lambda _message, _signature: True)
    assert (outcome.end, outcome.receipt) == (end, None)


def batch(first: int, last: int) -> BatchHead:
    return BatchHead("k-1", first, last, last - first + 1, "0" * 64, "0" * 64)


def test_a_batch_too_large_is_halved_and_grows_again() -> None:
    progress = advance(Progress(), Outcome(End.TOO_LARGE, ""), batch(1, 500))
    assert progress.limit == 250
    progress = advance(progress, Outcome(End.RECEIPT, ""), batch(1, 250))
    assert (progress.limit, progress.failures) == (500, 0)


def test_a_record_that_the_centre_chokes_on_is_found_and_stepped_over() -> None:
    """The centre answers 500 to any batch that holds number 321; all others must go through, and 321 keeps its turn."""
    bad, waiting, progress, turns = 321, list(range(1, 1001)), Progress(), 0
    while waiting != [bad] and turns < 200:
        turns += 1
        chosen = [seq for seq in waiting if seq > progress.after][: progress.limit]
        if not chosen:
            progress = from_the_start(progress)
            continue
        head = BatchHead("k-1", chosen[0], chosen[-1], len(chosen), "0" * 64, "0" * 64)
        refused = bad in chosen
        progress = advance(progress, Outcome(End.REFUSED if refused else End.RECEIPT, ""), head)
        if not refused:
            waiting = [seq for seq in waiting if seq not in chosen]
    assert waiting == [bad]
    print(f"one choking record among 1,000: 999 delivered in {turns} requests")


@given(st.integers(0, 400), st.floats(0, 1, exclude_max=True), st.none() | st.floats(0, 10**9))
def test_waiting_is_full_jitter_below_a_ceiling(failures: int, chance: float, asked_s: float | None) -> None:
    outcome = Outcome(End.LATER, "", None, asked_s)
    waited = wait_s(Progress(failures=failures), outcome, chance)
    assert 0 <= waited <= max(LONGEST_WAIT_S, 3600)
    assert waited >= min(asked_s or 0, 3600)
    assert wait_s(Progress(failures=failures), Outcome(End.RECEIPT, ""), chance) == 0


@pytest.mark.slow
def test_a_province_that_comes_back_at_once_is_spread_out() -> None:
    seed, kiosks = 5, 30_000
    rng = random.Random(seed)
    waits = [wait_s(Progress(failures=9), Outcome(End.LATER, ""), rng.random()) for _ in range(kiosks)]
    busiest = max(sum(1 for wait in waits if second <= wait < second + 1) for second in range(300))
    print(f"{kiosks} kiosks, seed {seed}: busiest second {busiest} requests of {kiosks / 300:.0f} on average")
    assert busiest < 2 * kiosks / 300


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "17"}, 17.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1e9"}, None),
        ({"retry-after": "²"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT", "date": "Wed, 21 Oct 2026 07:28:30 GMT"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),
        ({"retry-after": "soon", "date": "never"}, None),
    ],
)
def test_retry_after_is_read_without_our_own_clock(headers: Mapping[str, str], seconds: float | None) -> None:
    assert read_retry_after(headers) == seconds
