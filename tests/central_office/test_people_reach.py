"""A right in one place opens no other: no plan by naming another, no whole by a part of it."""

from datetime import date
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("quick_passwords")

ONE, OTHER = "krong-no-2023", "krong-no-sau"


@pytest.fixture
def two_plans(small_office: Any) -> Any:
    """Two plans over the same points; each has a kiosk at another point, eight answers, an incident."""
    from django.utils import timezone

    from central_office.rounds.catalogue import clone_plan

    clone_plan(ONE, OTHER, date(2023, 8, 25), date(2023, 10, 15), timezone.now())
    for seed, plan, point in ((1, ONE, "kn-nam-da"), (2, OTHER, "kn-huyen")):
        device = small_office.device(seed, point, plan)
        device.deliver(small_office.door, device.answers(8))
        device.prev = "e" * 64
        device.deliver(small_office.door, device.answers(1))
    return small_office


def test_one_whole_plan_lends_its_reach_to_no_other(two_plans: Any, people: Any) -> None:
    from central_office.intake.models import Incident
    from central_office.people.access import Right, scope_of

    officer = people("can-bo", ("unit_officer", {"points": ("kn-nam-da",)}), ("office", {"plan": ONE}))
    on = scope_of(officer.user, Right.SEE_FIGURES).on(ONE)
    assert (on.points_of(ONE), on.points_of(OTHER), on.holds("kn-huyen", OTHER)) == (None, frozenset(), False)
    told = officer.get("/ket-qua/so-sanh.csv", {"plan": ONE, "a": ONE, "b": OTHER}).content.decode()
    alone = officer.get("/ket-qua/so-sanh.csv", {"a": ONE, "b": OTHER}).content.decode()
    assert told == alone, "naming a plan changed what is seen of another"
    assert "kn-huyen" not in officer.get("/ket-qua.csv", {"plan": OTHER}).content.decode()
    for asked in ({}, {"plan": ONE}):
        rows = officer.get("/ki-ot.json", asked).json()["kiosks"]
        assert [row["plan"] for row in rows] == [ONE], asked
    newest = {"newest": str(Incident.objects.order_by("-pk").values_list("pk", flat=True)[0])}
    assert officer.post("/su-co/da-xem/", newest | {"plan": ONE}).status_code == 302
    left = Incident.objects.filter(seen_at=None)
    assert {scope.plan for scope in _kiosks(left)} == {OTHER}, "an incident of a foreign plan was taken as seen"


def _kiosks(incidents: Any) -> Any:
    from central_office.fleet.models import Kiosk

    return Kiosk.objects.filter(kiosk__in=incidents.values("kiosk"))


def test_incidents_are_those_of_the_plans_seen(two_plans: Any, people: Any) -> None:
    from central_office.intake.models import Incident

    handler, whole = people("xu-ly", ("office", {"plan": ONE})), people("so-noi-vu", ("office", {}))
    page = handler.get("/ket-qua/").content.decode()
    mine, foreign = (
        sorted({i.kiosk for i in Incident.objects.all() if i.kiosk in {k.kiosk for k in _of(plan)}})
        for plan in (ONE, OTHER)
    )
    assert [kiosk in page for kiosk in mine + foreign] == [True, False]
    everything = whole.get("/ket-qua/").content.decode()
    assert all(kiosk in everything for kiosk in mine + foreign)
    newest = {"newest": str(Incident.objects.order_by("-pk").values_list("pk", flat=True)[0])}
    handler.post("/su-co/da-xem/", newest)
    assert set(Incident.objects.filter(seen_at=None).values_list("kiosk", flat=True)) == set(foreign)


def _of(plan: str) -> Any:
    from central_office.fleet.models import Kiosk

    return Kiosk.objects.filter(plan=plan)


def test_a_plan_is_changed_by_who_has_the_whole_of_it(two_plans: Any, people: Any) -> None:
    """Not by a right in another plan, nor at some of its points."""
    from django.utils import timezone

    from central_office.rounds import stages
    from central_office.rounds.history import Stage, stage_of

    stages.move(OTHER, Stage.ACCEPTED, "test", timezone.now())
    stages.move(OTHER, Stage.APPROVED, "test", timezone.now())
    where = f"/ke-hoach/dot/{OTHER}"
    mixed = people("hai-noi", ("publisher", {"plan": ONE}), ("unit_officer", {"points": ("kn-nam-da",)}))
    part = people("mot-phan", ("office", {"points": ("kn-nam-da", "kn-huyen")}))
    whole, own = people("so-noi-vu", ("office", {})), people("mot-dot", ("office", {"plan": OTHER}))
    back = {"stage": "accepted", "note": "thử"}
    for person in (mixed, part):
        assert person.post(f"{where}/buoc/", back).status_code == 403
        assert "Rút phê duyệt" not in person.get(f"{where}/").content.decode()
        for page in (f"{where}/sua/", "/ke-hoach/moi/", "/ke-hoach/tep/"):
            assert person.get(page).status_code == 403, page
        for page in (f"{where}/moc/", f"{where}/sao-chep/", "/ke-hoach/tep/ghi/"):
            assert person.post(page, {"plan": ONE}).status_code == 403, page
    assert stage_of(OTHER) is Stage.APPROVED
    assert own.get(f"{where}/sua/").status_code == whole.get(f"{where}/sua/").status_code == 200
    assert own.post(f"{where}/sao-chep/", {"id": "x", "first": "1/1/2027", "last": "2/2/2027"}).status_code == 403
    assert ONE not in own.get("/ke-hoach/").content.decode()
    assert own.post(f"{where}/buoc/", back).status_code == 302
    assert stage_of(OTHER) is Stage.ACCEPTED


def test_a_frozen_round_is_for_who_has_the_whole_plan(two_plans: Any, people: Any) -> None:
    from django.utils import timezone

    from central_office.publication.models import Frozen

    now, empty = timezone.now(), dict.fromkeys(("analysis", "inputs", "manifest", "signature"), b"")
    Frozen.objects.create(
        version="kn-1", plan=ONE, number=1, as_of=now, frozen_at=now, by="test", interim=False, count=0, **empty
    )
    part = people("mot-phan", ("publisher", {"points": ("kn-nam-da",)}))
    assert "kn-1" not in part.get("/cong-bo/").content.decode()
    for page in ("/cong-bo/kn-1/", "/cong-bo/kn-1/trang.zip"):
        assert part.get(page).status_code == 404, page


def test_opinions_of_a_post_holder_stay_with_those_assigned(small_office: Any, people: Any) -> None:
    """No amendment of the plan opens them once a kiosk stands."""
    import json
    from pathlib import Path

    from django.utils import timezone

    from central_office.people.grants import restricted_plans
    from central_office.rounds.catalogue import load_form, load_plan
    from central_office.rounds.models import PlanFile
    from central_office.rounds.typed import typed_of

    data, plan = Path(__file__).parents[2] / "survey/data", "bac-giang-2024"
    load_form((data / "forms/soc-trang-day-du.json").read_bytes(), "form", timezone.now())
    load_plan((data / f"plans/{plan}.json").read_bytes(), plan, timezone.now())
    assert restricted_plans() == {plan}
    office, where = people("so-noi-vu", ("office", {})), f"/ke-hoach/dot/{plan}/sua/"
    stored = json.loads(PlanFile.objects.get(plan=plan).text)
    typed = {**typed_of(stored).values, "visits": "on", "channels": stored["channels"]}
    for kind, known in (("service", set()), ("post_holder", {plan})):  # a draft that nobody could answer yet
        assert office.post(where, typed | _made_of(office, where) | {"subject": kind}).status_code == 302
        assert restricted_plans() == known
    small_office.device(1, stored["allocations"][0]["point"], plan)
    paper = {"paper_day": "12/9/2024", "paper_by": "KH 90", "paper_text": "Sửa"} | _made_of(office, where)
    for change in ({"subject": "service"}, {"subject": "topics", "topics": "Đất đai"}):
        refused = office.post(where, typed | paper | change)
        assert (refused.status_code, "không đổi sang loại khác được" in refused.content.decode()) == (422, True)
    assert restricted_plans() == {plan}
    assert office.get("/ket-qua/", {"plan": plan}).status_code == 404


def _made_of(office: Any, where: str) -> dict[str, str]:
    page = office.get(where).content.decode()
    return {"made_of": page.split('name="made_of" value="')[1].partition('"')[0]}
