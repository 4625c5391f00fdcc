"""Quick figures are the right ones: grouped by the database as piled up one by one, and kept no longer than true."""

import random
from typing import Any

import pytest

PLAN = "krong-no-2023"


def plan_file(plan: str = PLAN) -> Any:
    from central_office.rounds.models import PlanFile

    return PlanFile.objects.select_related("form").get(plan=plan)


def both_ways(plan: str, points: Any = None, floor: int = 5) -> tuple[Any, Any]:
    from datetime import UTC, datetime

    from central_office.intake import sums
    from central_office.results.analysing import analyse

    at = datetime(2027, 1, 2, tzinfo=UTC)
    asked = (plan_file(plan), at, points, floor)
    return analyse(*asked), analyse(*asked, sums)


def test_grouped_by_the_database_is_piled_up_one_by_one(office: Any, made: Any) -> None:
    from central_office.intake.models import Tally
    from central_office.publication import members
    from central_office.publication.counters import counters_of
    from central_office.results.analysing import analyse

    seed = 21
    made.krong_no(office, random.Random(seed), small_points=True, size=0.5)
    device = office.device(77)
    odd = [
        device.answer(agency="so-tnmt", slip=f"{day:032x}", quarter=f"2023-10-{day:02d}T09:00+07:00")
        for day in (2, 3, 4)
    ]
    odd.append(device.answer(quarter="2023-12-01T08:00+07:00"))
    device.deliver_all(office.door, odd)
    made.soc_trang(office, random.Random(seed), 12)
    compared = 0
    for plan, points in ((PLAN, None), (PLAN, {"kn-huyen", "kn-nam-xuan"}), (PLAN, set()), ("soc-trang-2025", None)):
        for floor in (1, 10):
            quick, slow = both_ways(plan, None if points is None else frozenset(points), floor)
            assert quick == slow, (plan, points, floor)
            compared += 1
    for plan in (PLAN, "soc-trang-2025"):
        quick, _ = both_ways(plan)
        made_anew = counters_of(plan_file(plan), members.of_plan(plan, quick.at))
        assert analyse(plan_file(plan), quick.at, None, 5, made_anew) == quick
    assert Tally.objects.count() > 300
    print(f"{office.database}, seed {seed}: {compared} analyses alike, two of them as the bytes say")


class Watched:
    """`current`, and whether it computed. Each process has a memory of its own: here it is emptied where one asks."""

    def __init__(self, plan: str, monkeypatch: pytest.MonkeyPatch) -> None:
        from central_office.results import analysing, keeping

        self.plan, self.keeping, self.computed = plan, keeping, 0
        self._analyse = analysing.analyse
        keeping._memory.clear()
        monkeypatch.setattr(keeping, "analyse", self._counted)

    def _counted(self, *given: Any) -> Any:
        self.computed += 1
        return self._analyse(*given)

    def look(self, points: Any = None, floor: int = 5) -> bool:
        """Whether it had to be computed; what is shown is always what would be computed now."""
        from django.utils import timezone

        before, now = self.computed, timezone.now()
        seen = self.keeping.current(plan_file(self.plan), now, points, floor)
        assert seen == self._analyse(plan_file(self.plan), now, points, floor)
        return self.computed > before

    def looks(self) -> list[bool]:
        asked: Any = ((), (frozenset({"kn-huyen"}),), (frozenset({"kn-nam-da"}),), (None, 10))
        return [self.look(*each) for each in asked]

    def files(self) -> list[Any]:
        return sorted(self.keeping._folder().glob("figures-*"))


@pytest.fixture
def watched(slips: Any, monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(slips.PLAN, monkeypatch)


def test_figures_are_kept_until_anything_changes(office: Any, slips: Any, watched: Watched) -> None:
    """Each kind of change makes a new analysis, and only that: the look after it computes nothing."""
    device, codes = office.device(plan=slips.PLAN), slips.codes(2)
    plain = [device.answer(quarter=slips.QUARTER) for _ in range(12)]
    used = [device.answer(slip=slips.token(codes[0]), quarter=slips.QUARTER) for _ in range(2)]
    of_void = [device.answer(slip=slips.token(codes[1]), quarter=slips.QUARTER)]
    changes = {
        "first look": lambda: None,
        "batch": lambda: device.deliver(office.door, plain),
        "slip used twice": lambda: device.deliver(office.door, used),
        "slip made void": lambda: [void(slips.token(codes[1]), slips), device.deliver(office.door, of_void)],
        "withdrawal": lambda: withdraw(codes[0]),
        "given figure": lambda: give(watched.plan, "98,45"),
        "given figure replaced": lambda: give(watched.plan, "98,46"),
        "recount": lambda: recount(watched.plan),
        "amendment": lambda: amend(watched.plan),
        "units": units,
        "a unit's name": rename,
    }
    for name, change in changes.items():
        change()
        assert watched.look(), name
        assert not watched.look(), name
    device.deliver(office.door, plain)
    assert not watched.look(), "a batch that is stored already changes nothing"
    print(f"{office.database}: {len(changes)} kinds of change, a new analysis each: {', '.join(changes)}")


def void(token: str, slips: Any) -> Any:
    from central_office.slips.models import Slip

    return Slip.objects.create(token=token, number=1, day=slips.TODAY, state="void", kiosk="k-thu")


def withdraw(code: Any) -> None:
    from django.utils import timezone

    from central_office.intake.models import Tombstone
    from central_office.slips.withdrawal import withdraw as take_back

    take_back(code, timezone.now())
    assert Tombstone.objects.exists()


def give(plan: str, value: str) -> None:
    from django.utils import timezone

    from central_office.results import given

    given.enter(plan, given.Entered("QĐ 766", value, "Báo cáo", "2026"), "cli:thu", timezone.now())


def recount(plan: str) -> None:
    """After somebody broke a counter by hand: no batch, no other change."""
    from central_office.intake.models import Tally
    from central_office.intake.rebuild import rebuild

    Tally.objects.filter(question="RG.HL0").update(count=1)
    rebuild(plan)


def amend(plan: str) -> None:
    import json
    from datetime import date

    from django.utils import timezone

    from central_office.rounds import editing

    document = json.loads(plan_file(plan).text)
    document["window"]["from"] = "2026-11-21"
    paper = editing.Paper(date(2026, 11, 20), "12/QĐ-UBND", "lùi ngày bắt đầu")
    editing.amend(plan, document, paper, "cli:thu", timezone.now())


def units() -> None:
    from central_office.units.models import CodeList, Unit

    codes = CodeList.objects.get_or_create(id="diem", defaults={"name": "Điểm"})[0]
    made = {"code_list": codes, "fold": "x", "weak": "x"}
    top = Unit.objects.create(code="thu-tinh", kind="province", name="Tỉnh thử", **made)
    Unit.objects.create(code="kn-huyen", kind="point", name="Huyện", parent=top, **made)


def rename() -> None:
    from central_office.units.models import Unit

    Unit.objects.filter(code="thu-tinh").update(name="Tỉnh khác")


def test_each_scope_and_floor_has_its_own_and_processes_share(office: Any, slips: Any, watched: Watched) -> None:
    device = office.device(plan=slips.PLAN)
    device.deliver(office.door, [device.answer(quarter=slips.QUARTER) for _ in range(12)])
    assert watched.looks() == [True] * 4
    assert watched.looks() == [False] * 4
    watched.keeping._memory.clear()  # another process
    assert watched.looks() == [False] * 4
    kept = watched.files()
    assert len(kept) == 4
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    watched.keeping._memory.clear()
    kept[0].write_bytes(b"{")
    assert sum(watched.looks()) == 1, "a broken file is none"
    device.deliver(office.door, [device.answer(quarter=slips.QUARTER)])
    assert watched.look()
    assert len(watched.files()) == 1, "those of an earlier stamp are gone"
    other = office.device(5)
    other.deliver(office.door, other.answers(1))
    assert not watched.look(), "another plan's answers change nothing"


@pytest.mark.usefixtures("_django")
def test_a_long_freeze_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from central_office.commands import publication

    walked: Any = list(range(1_001))
    assert list(publication._told(iter(walked))) == walked
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(publication, "TOLD_EVERY_S", 0.0)
    assert list(publication._told(iter(walked))) == walked
    assert "… 1,000 phiếu/records" in capsys.readouterr().err
