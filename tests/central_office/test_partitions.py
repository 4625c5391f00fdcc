"""The bytes' months on PostgreSQL: made ahead, read alone, taken away and brought back."""

import json
import time
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone

POSTGRES = pytest.mark.parametrize("office", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)


def partitions() -> list[str]:
    from central_office.intake.store import rows

    found = rows("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'intake_raw'::regclass ORDER BY 1")
    return [row[0] for row in found]


def deliver(office: Any, device: Any, count: int, now: datetime) -> list[Any]:
    """Take a batch in as if it were `now`."""
    from central_office import api
    from central_office.intake.ledger import judge_for
    from central_office.intake.receive import receive
    from survey import wire

    records = device.answers(count)
    _, packed = device.batch(records)
    receive(wire.read_batch(packed), judge_for(device.name), api._sign, now)
    return list(records)


def faults() -> list[str]:
    from django.conf import settings

    from central_office.intake.verify import Summary, verify
    from central_office.keys import read_centre_key

    return [str(fault) for fault in verify(bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key), Summary())]


def read_tables(plan: list[dict[str, Any]]) -> set[str]:
    """The partitions that a query plan reads."""
    found: set[str] = set()
    for node in plan:
        found |= {node["Relation Name"]} & set(partitions()) if "Relation Name" in node else set()
        found |= read_tables(node.get("Plans", []))
    return found


@POSTGRES
def test_months_are_kept_apart_and_read_alone(office: Any) -> None:
    from central_office.intake import partitions as months
    from central_office.intake.store import rows, run
    from central_office.intake.stored import BytesGone, chosen, records_of

    device = office.device()
    months._due.clear()
    said: dict[date, list[bytes]] = {}
    for month in (9, 10, 11):  # 23:30 on the last day in London is the first of the next month in Hà Nội
        records = deliver(office, device, 20, datetime(2026, month - 1, 28, 23, 30, tzinfo=UTC))
        said[date(2026, month - 1, 1)] = [record.raw for record in records]
    late = deliver(office, device, 5, datetime(2026, 11, 30, 17, 0, tzinfo=UTC))
    said[date(2026, 12, 1)] = [record.raw for record in late]
    assert partitions() == [f"intake_raw_2026_{month:02d}" for month in (8, 9, 10, 11, 12)] + [
        "intake_raw_2027_01", "intake_raw_2027_02", "intake_raw_default",
    ]  # fmt: skip
    assert faults() == []
    for month, raws in said.items():
        assert [raw for raw, _, _ in records_of("krong-no-2023", month)] == raws
        (explained,) = json.loads(chosen("krong-no-2023", month).explain(format="json"))
        assert read_tables([explained["Plan"]]) == {months.name_of(month)}
    (whole,) = json.loads(chosen("krong-no-2023", None).explain(format="json"))
    assert read_tables([whole["Plan"]]) == set(partitions())
    run("ALTER TABLE intake_raw DETACH PARTITION intake_raw_2026_08")
    gone = [fault for fault in faults() if "its bytes are not here" in fault]
    assert len(gone) == 20
    with pytest.raises(BytesGone):
        list(records_of("krong-no-2023"))
    with pytest.raises(BytesGone):
        list(records_of("krong-no-2023", date(2026, 8, 1)))
    run("ALTER TABLE intake_raw ATTACH PARTITION intake_raw_2026_08 FOR VALUES FROM ('2026-08-01') TO ('2026-09-01')")
    assert faults() == []
    assert rows("SELECT count(*) FROM intake_raw")[0][0] == 65


@POSTGRES
def test_what_came_before_its_month_was_made_is_moved(office: Any) -> None:
    from central_office.intake import partitions as months
    from central_office.intake.store import rows, run

    device = office.device()
    deliver(office, device, 7, timezone.now())
    month = months.month_of(timezone.now())
    name = months.name_of(month)
    run(f"ALTER TABLE intake_raw DETACH PARTITION {name}")
    run(f"INSERT INTO intake_raw SELECT * FROM {name}")
    run(f"DROP TABLE {name}")
    assert rows("SELECT count(*) FROM intake_raw_default") == [(7,)]
    assert faults() == []
    assert months.make(month)
    assert not months.make(month)
    assert rows(f"SELECT (SELECT count(*) FROM {name}), (SELECT count(*) FROM intake_raw_default)") == [(7, 0)]
    assert faults() == []


@POSTGRES
def test_a_month_that_could_not_be_made_is_tried_again(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from central_office.intake import partitions as months

    tried: list[date] = []

    def held(month: date) -> bool:
        tried.append(month)
        raise OperationalError("canceling statement due to lock timeout")

    now, at = datetime(2033, 12, 5, tzinfo=UTC), [1000.0]
    monkeypatch.setattr(months, "make", held)
    monkeypatch.setattr(months.time, "monotonic", lambda: at[0])
    months._due.clear()
    for _ in range(3):  # batches that follow at once do not wait for it again
        months.ready(now)
    assert tried == [date(2033, 12, 1), date(2034, 1, 1), date(2034, 2, 1)]
    at[0] += months.AGAIN_S
    monkeypatch.setattr(months, "make", lambda month: tried.append(month) or True)
    for _ in range(3):
        months.ready(now)
    assert len(tried) == 6
    months._due.clear()


@pytest.mark.usefixtures("_django")
def test_a_turn_of_the_year_is_the_next_month() -> None:
    from central_office.intake.partitions import next_month

    month, seen = date(2026, 11, 1), []
    for _ in range(4):
        month = next_month(month)
        seen.append(month.isoformat()[:7])
    assert seen == ["2026-12", "2027-01", "2027-02", "2027-03"]


@POSTGRES
def test_a_batch_under_way_in_the_default_partition_is_waited_for(office: Any) -> None:
    """Another process, which found no month yet, is still writing when the month is made: nothing fails or is lost."""
    import threading

    from django.db import OperationalError, connection, transaction

    from central_office.intake import partitions as months
    from central_office.intake.store import rows, run

    month, writes, may_end = date(2031, 3, 1), threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                run("INSERT INTO intake_raw (kiosk, seq, month, raw) VALUES ('k-slow', 1, %s, '')", month)
                writes.set()
                may_end.wait(30)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert writes.wait(30)
        with pytest.raises(OperationalError):
            months.make(month)  # gives way after a moment; the present batch goes to the default partition as well
    finally:
        may_end.set()
        writer.join()
    assert months.make(month)
    assert rows("SELECT tableoid::regclass::text FROM intake_raw WHERE kiosk = 'k-slow'") == [(months.name_of(month),)]
    run(f"DROP TABLE {months.name_of(month)}")


@POSTGRES
def test_a_batch_that_comes_while_its_month_is_made_waits_and_finds_it(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement that has begun does not see a partition made since: it would write to the default one, which may hold
    that month no longer. So whoever makes a month lets no statement begin."""
    import threading

    from django.db import connection

    from central_office.intake import partitions as months
    from central_office.intake.store import rows, run

    month, made, errors = date(2031, 4, 1), threading.Event(), []
    attach = months._attach

    def attach_and_wait(of: date) -> None:
        attach(of)
        made.set()
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation::regclass::text LIKE 'intake_raw%%'"
        for _ in range(3000):
            if rows(waiting) != [(0,)]:
                return
            time.sleep(0.01)
        raise AssertionError("the writer never came to the lock")

    def write() -> None:
        try:
            made.wait(30)
            run("INSERT INTO intake_raw (kiosk, seq, month, raw) VALUES ('k-late', 1, %s, '')", month)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(months, "_attach", attach_and_wait)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert months.make(month)
    finally:
        made.set()
        writer.join()
    assert errors == []
    assert rows("SELECT tableoid::regclass::text FROM intake_raw WHERE kiosk = 'k-late'") == [(months.name_of(month),)]
    run(f"DROP TABLE {months.name_of(month)}")
