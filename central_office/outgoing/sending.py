"""Empties the outgoing box: tries what is due, again with ever longer waits, for a day; then it is dead and shown.

At least once: who tries a message holds it for a while; whoever falls over in between leaves it to the next.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.conf import settings

from central_office.intake.store import instant, rows
from central_office.outgoing import mail, webhook
from central_office.outgoing.addresses import AddressRefused, door_of
from central_office.outgoing.models import Message
from central_office.outgoing.webhook import Outcome

log = logging.getLogger(__name__)
HELD = timedelta(minutes=5)  # longer than any try takes
GIVEN_UP = timedelta(days=1)
FIRST_WAIT_S, LONGEST_WAIT_S = 30, 4 * 3600
MOST_AT_ONCE = 100
WAITING, SENT, DEAD = "waiting", "sent", "dead"
HOLD = """
UPDATE outgoing_message SET due_at = %s, tries = tries + 1
WHERE id = %s AND state = 'waiting' AND due_at = %s RETURNING id
"""
KEPT = timedelta(days=30)  # what was delivered; what was not stays
Try = Callable[[Message, int], Outcome]


def send_due(now: datetime, rng: Random, attempt: Try | None = None) -> Counter[str]:
    """Try what is due at `now`; how often each came out: sent, waiting, dead."""
    found = Message.objects.filter(state=WAITING, due_at__lte=now).order_by("due_at", "id")
    told: Counter[str] = Counter()
    for number, due in found.values_list("id", "due_at")[:MOST_AT_ONCE]:
        if not rows(HOLD, instant(now + HELD), number, instant(due)):
            continue  # somebody else has it
        message = Message.objects.select_related("subscriber").get(pk=number)
        outcome = (attempt or deliver)(message, int(time.time()))
        told[_settle(message, outcome, now, rng)] += 1
    return told


def forget_old(now: datetime) -> None:
    """What was delivered long ago is not kept."""
    Message.objects.filter(state=SENT, done_at__lt=now - KEPT).delete()


def deliver(message: Message, at: int) -> Outcome:
    """One try. `at`: seconds since 1970, as signed."""
    to = message.subscriber
    if to.removed_at is not None:
        return Outcome(False, "the subscriber was removed", final=True)
    if to.channel == "email":
        return mail.send(message.message, to.address, message.subject, message.body)
    try:
        door = door_of(to.address, private=settings.OUTGOING_PRIVATE)
    except AddressRefused as error:
        return Outcome(False, str(error)[:200], final=True)
    except OSError as error:
        return Outcome(False, f"{type(error).__name__}: {error}"[:200])
    body = message.body.encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Hailong-Id": message.message,
        "Hailong-Kind": message.kind,
        "Hailong-Timestamp": str(at),
        "Hailong-Signature": webhook.signature(to.secret, message.message, at, body),
    }
    return webhook.send(door, headers, body)


def wait_of(tries: int, asked_s: int, rng: Random) -> timedelta:
    """Full jitter: anything up to twice as long after each try; never sooner than the receiver asked for."""
    most = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(tries, 20))
    return timedelta(seconds=max(rng.uniform(1, most), min(asked_s, LONGEST_WAIT_S)))


def _settle(message: Message, outcome: Outcome, now: datetime, rng: Random) -> str:
    state, due = SENT, now
    if not outcome.done:
        due = now + wait_of(message.tries, outcome.wait_s, rng)
        state = DEAD if outcome.final or due > message.queued_at + GIVEN_UP else WAITING
    done = None if state == WAITING else now
    Message.objects.filter(pk=message.pk).update(state=state, due_at=due, trouble=outcome.trouble, done_at=done)
    fields = {"kind": message.kind, "subscriber": message.subscriber_id, "tries": message.tries}
    if state == SENT:
        log.info("post.sent", extra={"fields": fields})
    elif state == DEAD:
        log.warning("post.given_up", extra={"fields": fields | {"why": outcome.trouble}})
    else:
        log.warning("post.delayed", extra={"fields": fields | {"why": outcome.trouble}})
    return state
