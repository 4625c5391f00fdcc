"""One slip on a kiosk, on a phone and on paper at once: exactly one counts, nothing is lost.

Real threads with connections of their own race for the same codes: one delivers a kiosk's batch, one a batch of forms
keyed in, two seal phones' answers one by one. RACES=n makes it longer (`make races`).
"""

import os
import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from survey.record import Channel

RACES = int(os.environ.get("RACES", "400"))  # on each database
TOGETHER = 20  # codes in one batch
SEED = 2010


@pytest.fixture
def devices(office: Any, slips: Any) -> Any:
    return [office.device(seed=seed, plan=slips.PLAN) for seed in (1, 2)]


def at_once(tasks: list[Callable[[], None]]) -> None:
    """Run each in a thread of its own, all let go together; the first error is raised."""
    from django.db import connection

    gate, errors = threading.Barrier(len(tasks)), []

    def run(task: Callable[[], None]) -> None:
        try:
            gate.wait(60)
            task()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.mark.slow
def test_of_simultaneous_uses_exactly_one_counts(office: Any, slips: Any, helper: Any, devices: Any) -> None:
    from django.test import Client

    from central_office.slips.virtual import seal_answer

    rng, answers = random.Random(SEED), slips.Answers(helper)
    tokens = [slips.token(code) for code in slips.codes(RACES)]
    sealed: list[bool] = []  # appended to by two threads: `append` is one step, `+= 1` is not
    for start in range(0, RACES, TOGETHER):
        round_tokens = tokens[start : start + TOGETHER]
        batches = [
            device.batch([device.answer(slip=token, channel=channel) for token in rng.sample(round_tokens, TOGETHER)])
            for device, channel in zip(devices, (Channel.SCREEN, Channel.PAPER), strict=True)
        ]
        phones = [answers.one(slip=token) for token in rng.sample(round_tokens, TOGETHER)]

        def deliver(device: Any, batch: Any) -> None:
            reply = helper.ClientDoor(Client()).post(helper.BATCHES, batch[1], helper.wire.CONTENT_TYPE)
            assert reply.status == 200, reply.body
            assert device.receipt(reply.body, batch[0]).accepted == TOGETHER

        def phone(part: list[Any]) -> None:
            for each in part:
                sealed.append(seal_answer(each, slips.NOW))

        at_once(
            [
                *(lambda d=d, b=b: deliver(d, b) for d, b in zip(devices, batches, strict=True)),
                *(lambda p=phones[half::2]: phone(p) for half in (0, 1)),
            ]
        )
    check(office.database, slips, tokens, sealed)


def check(database: str, slips: Any, tokens: list[str], sealed: list[bool]) -> None:
    from central_office.intake.models import Record, Redemption

    won: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    for raw, channel, why in Record.objects.values_list("body__raw", "cell__channel", "cell__why"):
        token = bytes(raw).split(b'"slip":"')[1][:32].decode()
        counted[token] += not why
        won[channel] += not why
    assert Record.objects.count() == 3 * len(tokens)
    assert set(counted.values()) == {1}
    assert set(counted) == set(tokens) == set(Redemption.objects.values_list("token", flat=True))
    assert won["qr"] == sealed.count(True)
    assert slips.answers_by_reason() == {"": len(tokens), "slip_used": 2 * len(tokens)}
    assert slips.verified()[0] == []
    first = ", ".join(f"{channel} {count}" for channel, count in sorted(won.items()))
    print(
        f"{database}, seed {SEED}: {len(tokens)} races of three uses of one slip; each counted once; first was {first}"
    )


@pytest.mark.slow
def test_a_withdrawal_at_the_same_moment_leaves_no_answer(office: Any, slips: Any, helper: Any, devices: Any) -> None:
    """Whichever comes first, the holder's word or the record: in the end only a tombstone is there."""
    from django.test import Client
    from django.utils import timezone

    from central_office.intake.models import Record, Tombstone
    from central_office.slips.withdrawal import withdraw

    rounds, told = 25, Counter[str]()
    codes = slips.codes(rounds, last_day=timezone.localdate())
    for code in codes:
        batches = [device.batch([device.answer(slip=slips.token(code))]) for device in devices]

        def deliver(batch: Any) -> None:
            assert helper.ClientDoor(Client()).post(helper.BATCHES, batch[1], helper.wire.CONTENT_TYPE).status == 200

        def take_back(code: Any = code) -> None:
            told[str(withdraw(code, timezone.now()))] += 1

        at_once([take_back, *(lambda b=b: deliver(b) for b in batches)])
    assert set(told) <= {"done", "not_used"}
    assert Tombstone.objects.count() == Record.objects.count() == 2 * rounds
    assert {bytes(raw) for raw in Record.objects.values_list("body__raw", flat=True)} == {b""}
    assert slips.answers_by_reason() == {}
    assert slips.verified()[0] == []
    print(f"{office.database}: {rounds} withdrawals at the moment of two uses, 0 answers left: {dict(told)}")


@pytest.mark.parametrize("known", [True, False])
def test_a_void_that_meets_a_use_under_way_is_told_to_a_person(
    office: Any, slips: Any, helper: Any, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    """The use has looked for voids and not committed yet: the void must wait for it and then see it.

    `known`: the centre had heard of the slip before; else the void is the first it hears.
    """
    from django.test import Client

    from central_office.intake import single_use
    from central_office.intake.models import Incident
    from central_office.slips.notes import keep
    from survey.slip_notes import SlipNote, SlipState

    user, counter = (office.device(seed=seed, plan=slips.PLAN) for seed in (1, 2))
    code = slips.codes()[0]
    token = slips.token(code)
    if known:
        keep(counter.name, [SlipNote(token, code.number, slips.TODAY)], b"printed", slips.NOW)
    packed = user.batch([user.answer(slip=token)])[1]
    looked, kept, look = threading.Event(), threading.Event(), single_use._void

    def looked_up(tokens: set[str]) -> set[str]:
        found = look(tokens)
        looked.set()
        helper.until(lambda: kept.is_set() or waits(office.database))
        return found

    def deliver() -> None:
        assert helper.ClientDoor(Client()).post(helper.BATCHES, packed, helper.wire.CONTENT_TYPE).status == 200

    def take() -> None:
        assert looked.wait(60)
        keep(counter.name, [SlipNote(token, code.number, slips.TODAY, SlipState.VOID)], b"void", slips.NOW)
        kept.set()

    monkeypatch.setattr(single_use, "_void", looked_up)
    at_once([deliver, take])
    assert slips.answers_by_reason() == {"": 1}
    assert [each.code for each in Incident.objects.filter(kind="slip")] == ["void_after_use"]


def waits(database: str) -> bool:
    """Whether somebody waits for a lock of ours. SQLite has one writer: whoever else would write waits."""
    from central_office.intake.store import rows

    return database == "sqlite" or bool(rows("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))
