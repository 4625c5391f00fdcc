"""Deliveries that become visible in another order than they were stored: the feed tells each once all the same."""

import random
import threading
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from survey import wire
from tests.central_office.test_feed import soon

SEED = 76
WRITERS, ROUNDS = 5, 12


@pytest.mark.postgres
def test_writers_that_commit_out_of_order_lose_nothing(postgres_office: Any, helper: Any) -> None:
    """Each writer's transaction waits before it commits, so that later rows are visible first; one reader polls."""
    from django.db import connection, transaction

    from central_office.feed import answers
    from central_office.feed.cursor import Cursor
    from central_office.feed.holder import Holder
    from central_office.feed.models import Entry
    from central_office.feed.numbering import number
    from central_office.intake.ledger import judge_for
    from central_office.intake.receive import receive_within
    from central_office.rounds.catalogue import plan_of

    # Each at a point of its own: at one point the counters' rows make transactions follow each other.
    points = [a.point.code for a in plan_of(helper.PLAN_FILE.read_text("utf-8")).allocations]
    devices = [postgres_office.device(seed, points[seed]) for seed in range(1, WRITERS + 1)]
    batches = [[device.batch(device.answers(1 + turn % 3)) for turn in range(ROUNDS)] for device in devices]
    judges = {device.name: judge_for(device.name) for device in devices}
    errors: list[BaseException] = []
    held = [threading.Semaphore(0) for _ in devices]

    def write(which: int) -> None:
        try:
            for _, packed in batches[which]:
                batch = wire.read_batch(packed)
                with transaction.atomic(durable=True):
                    receive_within(batch, judges[batch.head.kiosk], _no_sign, datetime.now(UTC))
                    held[which].acquire(timeout=60)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)
        finally:
            connection.close()

    order = [which for which in range(WRITERS) for _ in range(ROUNDS)]
    random.Random(SEED).shuffle(order)
    threads = [threading.Thread(target=write, args=(which,)) for which in range(WRITERS)]
    for thread in threads:
        thread.start()
    seen: Counter[tuple[str, int]] = Counter()
    cursor, polls, naive, by_id = Cursor(), 0, 0, set[int]()
    while True:
        last = not any(thread.is_alive() for thread in threads)
        for which in (order.pop() for _ in range(min(2, len(order)))):
            held[which].release()  # its transaction ends now, whenever it began
        number(soon())
        ids = set(Entry.objects.filter(id__gt=naive).values_list("id", flat=True))
        naive, by_id = max(ids, default=naive), by_id | ids
        page = answers.page(cursor, 5, Holder(0, ""))
        while page.items:
            seen.update((item["kiosk"], item["seq"]) for item in page.items)
            cursor, polls = page.cursor, polls + 1
            page = answers.page(cursor, 5, Holder(0, ""))
        if last:
            break
    assert not errors, errors
    wanted = Counter({(device.name, seq): 1 for device in devices for seq in range(1, device.seq + 1)})
    assert seen == wanted
    places = list(Entry.objects.order_by("id").values_list("position", flat=True))
    assert sorted(places) == list(range(1, WRITERS * ROUNDS + 1))
    missed = len(places) - len(by_id)
    assert missed > 0, "the transactions were meant to end in another order than they began"
    print(
        f"seed {SEED}: {WRITERS} writers, {WRITERS * ROUNDS} transactions, {len(wanted)} answers in {polls} pages, "
        f"each once; a reader by row ids would have missed {missed} transactions"
    )


def _no_sign(_message: bytes) -> bytes:
    return bytes(64)
