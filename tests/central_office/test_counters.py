"""Cells and heaps are what the records say, also after an amended window and in a database from before heaps."""

import json
import random
from collections import Counter
from typing import Any

import pytest

from survey.form import Role
from survey.record import Channel, read_record

PLAN = "krong-no-2023"
SEED = 4


def faults() -> list[str]:
    from django.conf import settings

    from central_office.intake.verify import Summary, verify
    from central_office.keys import read_centre_key

    return [str(fault) for fault in verify(bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key), Summary())]


def fill(office: Any) -> list[Any]:
    """Answers at two points, in and out of the window, of which some say who asked for what; the submissions."""
    rng, said = random.Random(SEED), []
    for number, point in enumerate(("kn-huyen", "kn-nam-da")):
        device = office.device(seed=SEED + number, point=point)
        records = []
        for each in range(60):
            extra = {"RG.LV": rng.choice(["dat-dai", "ho-tich"]), "RG.DT": rng.choice(["CN", "TC"])}
            base = device.submission(channel=rng.choice([Channel.SCREEN, Channel.BUTTON]))
            changes = {"answers": {**(extra if rng.random() < 0.7 else {}), **base.answers}, "state": base.state}
            quarter = f"2023-{rng.choice(['08-20', '09-05', '10-02'])}T09:00+07:00"
            changes |= {"quarter": quarter, "channel": base.channel}
            if each % 9 == 0:  # only a slip's record tells of an agency
                changes |= {"agency": "so-tnmt", "slip": rng.randbytes(16).hex()}
            records.append(device.answer(**changes))
        for start in range(0, 60, 25):
            device.deliver(office.door, records[start : start + 25])
        said += [read_record(record.raw).submission for record in records]
    return said


def expected(said: list[Any], form: Any) -> tuple[Counter[Any], Counter[Any], Counter[Any]]:
    """Days, months and persons, counted here again."""
    days, months, persons = Counter(), Counter(), Counter()  # type: ignore[var-annotated]
    lv, dt = (form.of_role(role).code for role in (Role.FIELD, Role.RESPONDENT))
    for one in said:
        day, inside = one.quarter[:10], one.quarter[:10] >= "2023-08-25"
        days[one.point, str(one.channel), str(one.state), day, bool(one.flags), inside, one.agency] += 1
        if not inside:
            continue
        who = (one.point, one.answers.get(lv, ""), one.answers.get(dt, ""), bool(one.flags))
        persons[*who, "", str(one.state)] += 1
        for question, value in one.answers.items():
            for each in value if isinstance(value, list) else [value]:
                if question != "RG.YK":
                    month = (one.point, str(one.channel), one.agency, day[:7] + "-01", bool(one.flags))
                    months[*month, question, str(each)] += 1
                    persons[*who, question, str(each)] += 1
    return days, months, persons


def counted(points: Any = None) -> tuple[Counter[Any], Counter[Any], Counter[Any]]:
    from central_office.intake import sums
    from central_office.rounds.models import FormFile

    given = (PLAN, list(FormFile.objects.values_list("digest", flat=True)), points)
    days, months, persons = Counter(), Counter(), Counter()  # type: ignore[var-annotated]
    for row in sums.day_counts(*given):
        days[row.point, row.channel, row.state, row.day.isoformat(), row.flagged, row.in_window, row.agency] += (
            row.count
        )
    for each in sums.time_sums(*given):
        place = (each.point, each.channel, each.agency, each.month.isoformat(), each.flagged)
        months[*place, each.question, each.value] = each.count
    for one in sums.person_sums(*given):
        persons[one.point, one.field, one.respondent, one.flagged, one.question, one.value] = one.count
    return days, months, persons


def test_sums_are_what_the_records_say(office: Any, helper: Any) -> None:
    from central_office.intake import sums
    from central_office.rounds.models import FormFile

    said = fill(office)
    meant = expected(said, helper.form())
    assert counted() == meant
    here = [one for one in said if one.point == "kn-huyen"]
    assert counted({"kn-huyen"}) == expected(here, helper.form())
    assert counted(set()) == (Counter(), Counter(), Counter())
    forms = list(FormFile.objects.values_list("digest", flat=True))
    assert sum(row.count for row in sums.place_counts(PLAN, forms)) == len(said)
    assert sum(count for *_, count in sums.day_states(PLAN, forms)) == sum(n for key, n in meant[0].items() if key[5])
    assert next(type(row.count) for row in sums.place_counts(PLAN, forms)) is int
    assert list(sums.day_counts(PLAN, [])) == []
    assert faults() == []
    print(f"seed {SEED}: {len(said)} answers, {len(meant[1])} sums by month, {len(meant[2])} by person, 0 differences")


def sign(message: bytes) -> bytes:
    from django.conf import settings

    from central_office.keys import read_centre_key, sign_with

    return sign_with(read_centre_key(settings.CENTRE_KEY_PATH), message)


def amend(first: str) -> None:
    from central_office.rounds.models import PlanFile

    document = json.loads(PlanFile.objects.get(plan=PLAN).text)
    document["window"]["from"] = first
    PlanFile.objects.filter(plan=PLAN).update(text=json.dumps(document))


def test_an_amended_window_is_counted_anew(office: Any, helper: Any) -> None:
    from central_office.intake.ledger import judge_for
    from central_office.intake.rebuild import rebuild
    from central_office.intake.receive import receive
    from survey import wire

    said = fill(office)
    before = counted()
    late = office.device(seed=9)
    old_judge = judge_for(late.name)
    amend("2023-08-20")
    assert any("counted in a cell that differs" in fault for fault in faults())
    done = rebuild(PLAN)
    assert (done.records, done.moved, done.unreadable) == (len(said), 0, 0)
    assert faults() == []
    months = counted()[1]
    assert {key for key in months if key[3] == "2023-08-01"}
    assert sum(months.values()) > sum(before[1].values())
    # A batch that was read before the plan was amended, and stored after: a new day, and one that has its cell.
    records = [late.answer(quarter=f"2023-08-{day}T09:00+07:00") for day in (20, 21)]
    _, packed = late.batch(records)
    receive(wire.read_batch(packed), old_judge, sign, helper.IN_WINDOW)
    assert faults() == []
    amend("2023-08-25")
    rebuild(PLAN)
    assert counted()[1] == before[1]


def test_broken_counters_are_mended_and_reasons_kept(office: Any, slips: Any) -> None:
    from central_office.intake.rebuild import rebuild
    from central_office.intake.store import run

    device, token = office.device(plan=slips.PLAN), slips.token(slips.codes()[0])
    device.deliver(office.door, [device.answer(slip=token, quarter=slips.QUARTER) for _ in range(3)])
    reasons = slips.answers_by_reason()
    assert reasons == {"": 1, "slip_used": 2}
    for statement in ("DELETE FROM intake_tally", "DELETE FROM intake_heap", "UPDATE intake_cell SET count = 7"):
        run(statement)
    assert slips.verified()[0]
    assert rebuild(slips.PLAN).records == 3
    assert slips.verified()[0] == []
    assert slips.answers_by_reason() == reasons


def test_a_recount_that_misses_records_is_refused(small_office: Any) -> None:
    """Without the kiosk's assignment its answers would be set to nothing."""
    from central_office.intake.rebuild import NotWalked, rebuild
    from central_office.intake.store import run

    for seed in (1, 2):
        device = small_office.device(seed)
        device.deliver(small_office.door, device.answers(4))
    before = counted()
    run("DELETE FROM fleet_assignment WHERE kiosk_id = %s", device.name)
    with pytest.raises(NotWalked, match="4 records walked of 8"):
        rebuild(PLAN)
    assert counted() == before


def old_database() -> None:
    """The tables as they were before heaps, with the rows that they had."""
    from django.core.management import call_command

    from central_office.intake.models import Cell
    from central_office.intake.store import run

    old = []
    for cell in Cell.objects.all():
        window = "in" if cell.in_window else "out"
        parts = [cell.plan, cell.form, cell.point, cell.channel, cell.state, cell.day.isoformat(), window, cell.flags]
        old.append(("|".join([*parts, *([cell.agency, cell.why, "slip"] if cell.by_slip else [])]), cell.pk))
    call_command("migrate", "intake", "0002", verbosity=0)
    for key, number in old:
        run("UPDATE intake_cell SET key = %s WHERE id = %s", key, number)


def test_a_database_from_before_heaps_keeps_its_counts(office: Any) -> None:
    from django.core.management import call_command

    from central_office.commands.ready import NotReady, check_ready
    from central_office.intake.models import Cell
    from central_office.intake.rebuild import rebuild, stale_plans
    from central_office.intake.store import rows

    fill(office)
    before, keys = counted(), set(Cell.objects.values_list("key", flat=True))
    old_database()
    assert all("|in|" in key or "|out|" in key for (key,) in rows("SELECT key FROM intake_cell"))
    assert sum(row[0] for row in rows("SELECT count FROM intake_tally WHERE question = ''")) == 120
    call_command("migrate", verbosity=0)
    assert set(Cell.objects.values_list("key", flat=True)) == keys
    assert counted() == (before[0], Counter(), Counter())
    assert stale_plans() == [PLAN]
    device = office.device(seed=77)
    device.deliver(office.door, device.answers(3))  # an office that was started before `setup` had ended
    assert stale_plans() == [PLAN], "a heap with three answers is not all of them"
    with pytest.raises(NotReady, match=PLAN):
        check_ready()
    days = counted()[0]
    assert rebuild(PLAN).moved == 0
    assert counted()[0] == days
    assert sum(counted()[2].values()) > sum(before[2].values())
    assert stale_plans() == []
    check_ready()
    assert faults() == []


def test_the_command_line_recomputes(small_office: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from argparse import Namespace

    from central_office.commands.rebuilding import rebuild_command
    from central_office.intake.store import run

    device = small_office.device()
    device.deliver(small_office.door, device.answers(5))
    assert rebuild_command(Namespace(plan=""), None) == 0  # type: ignore[arg-type]
    assert f"{PLAN}: 5 phiếu/records, đổi ô/moved 0" in capsys.readouterr().out
    run("UPDATE intake_raw SET raw = %s WHERE seq = 2", b"{}")
    assert rebuild_command(Namespace(plan=PLAN), None) == 1  # type: ignore[arg-type]
    assert "unreadable 1" in capsys.readouterr().out
