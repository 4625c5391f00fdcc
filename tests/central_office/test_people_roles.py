"""Every address of the office for every role: a page that no line of the table names fails the test."""

from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("quick_passwords")

# What each shipped role may do, written down a second time, by hand.
RIGHTS = {
    "administrator": "figures counts comments kiosks enrolling incidents visits plans approve forms units publish "
    "audit feed people",
    "office": "figures counts comments kiosks enrolling incidents visits plans approve forms units publish audit",
    "publisher": "figures counts approve publish",
    "unit_officer": "figures counts comments kiosks visits",
    "supervisor": "counts",
    "interviewer": "",
    "data_hub": "feed",
}
WORDS = {
    "figures": "see_figures", "counts": "see_counts", "comments": "see_comments", "kiosks": "see_kiosks",
    "incidents": "handle_incidents", "visits": "enter_visits", "plans": "edit_plans", "approve": "approve_plans",
    "forms": "edit_forms", "units": "edit_units", "publish": "publish", "feed": "take_feed", "people": "manage_people",
    "audit": "see_audit", "enrolling": "manage_kiosks",
}  # fmt: skip
# Address → the right that it needs; or: "open" to everybody, "own" for whoever is signed in, "wire" for machines.
PAGES = {
    "home": "open",
    "login": "open",
    "login_code": "open",
    "logout": "open",
    "password": "own",
    "account": "own",
    "second_factor": "own",
    "results": "figures",
    "results_csv": "figures",
    "compare": "figures",
    "compare_csv": "figures",
    "index_csv": "figures",
    "results_json": "figures",
    "kiosks": "kiosks",
    "kiosk": "kiosks",
    "metrics": "wire",
    "kiosks_csv": "kiosks",
    "kiosks_json": "kiosks",
    "posted": "incidents",
    "posted_receipts": "incidents",
    "updates": "kiosks",
    "change_update": "incidents",
    "enrolling": "enrolling",
    "make_enrolment": "enrolling",
    "enrolment_code": "enrolling",
    "confirm_kiosks": "enrolling",
    "cancel_batch": "enrolling",
    "end_kiosk": "enrolling",
    "coverage": "counts",
    "coverage_csv": "counts",
    "coverage_json": "counts",
    "enter_visits": "visits",
    "preview_visits": "visits",
    "confirm_visits": "visits",
    "acknowledge": "incidents",
    "reports": "figures",
    "report_file": "figures",
    "forms": "figures",
    "form_upload": "forms",
    "form_extension": "forms",
    "form_differences": "figures",
    "form_screens": "figures",
    "form_questions": "figures",
    "form_json": "figures",
    "form_xlsx": "figures",
    "plans": "counts",
    "plan": "counts",
    "plan_json": "counts",
    "move_plan": "counts",
    "meet_milestone": "plans",
    "clone_plan": "plans",
    "form_choice": "counts",
    "change_plan": "plans",
    "new_plan": "plans",
    "upload_plan": "plans",
    "confirm_plan": "plans",
    "units": "counts",
    "unit": "counts",
    "units_csv": "units",
    "units_xlsx": "units",
    "preview_units": "units",
    "confirm_units": "units",
    "frozen": "publish",
    "frozen_one": "publish",
    "frozen_site": "publish",
    "frozen_accept": "publish",
    "frozen_publish": "publish",
    "watching": "counts",
    "watching_csv": "counts",
    "watching_json": "counts",
    "watching_point": "counts",
    "alerts": "counts",
    "change_alert": "incidents",
    "people": "people",
    "person": "people",
    "roles": "people",
    "audit": "audit",
    "feeds": "feed",
    "feed_communes": "feed",
    "feed_tokens": "people",
    "feed_subscribers": "people",
    "phone_typed": "open",
    "phone_slip": "open",
    "phone_unit": "open",
}
OPEN_PREFIXES = ("api/", "^[Pp", "^[Uu")  # machines with their own signatures; citizens' phones
POSTED = {
    "frozen_accept",
    "frozen_publish",
    "move_plan",
    "form_upload",
    "form_extension",
    "meet_milestone",
    "clone_plan",
    "upload_plan",
    "confirm_plan",
    "enter_visits",
    "preview_visits",
    "confirm_visits",
    "preview_units",
    "confirm_units",
    "acknowledge",
    "make_enrolment",
    "confirm_kiosks",
    "cancel_batch",
    "posted_receipts",
    "change_update",
    "feed_tokens",
    "feed_subscribers",
    "change_alert",
    "logout",
}
FORM = {"form": "x", "version": "1"}
PLAN = {"plan": "krong-no-2023"}
VERSION = {"version": "kn-1"}
ARGUMENTS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(
        ("plan", "plan_json", "move_plan", "meet_milestone", "clone_plan", "change_plan", "form_choice"), PLAN
    ),
    **dict.fromkeys(("form_screens", "form_questions", "form_json", "form_xlsx"), FORM),
    **dict.fromkeys(("frozen_one", "frozen_site", "frozen_accept", "frozen_publish"), VERSION),
    "kiosk": {"kiosk": "k-khong-co"},
    "person": {"number": 1},
    "enrolment_code": {"name": "00000"},
    "cancel_batch": {"number": 1},
    "end_kiosk": {"kiosk": "k-1"},
    "watching_point": {"code": "kn-huyen"},
    "change_alert": {"number": 1},
    "unit": {"ref": "hc:1"},
}


def addresses(patterns: Any = None, before: str = "") -> Iterator[tuple[str, str]]:
    """Every pattern and its name, however deep."""
    from django.urls import URLResolver, get_resolver

    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, here)
        else:
            yield here, pattern.name or ""


def test_every_address_is_in_the_table(small_office: Any) -> None:
    unknown = [
        (place, name) for place, name in addresses() if name not in PAGES and not place.startswith(OPEN_PREFIXES)
    ]
    assert unknown == [], "add them to PAGES with the right that they need"
    gone = set(PAGES) - {name for _, name in addresses()}
    assert not gone, gone
    print(f"{len(list(addresses()))} addresses, {len(PAGES)} of them in the table, the rest for machines and phones")


def test_every_role_at_every_address(small_office: Any) -> None:
    """403 without the right; with it anything else; a stranger is sent to sign in."""
    from django.contrib.auth.models import User
    from django.test import Client
    from django.urls import reverse

    from central_office.people import accounts

    User.objects.create_superuser("dau-tien")
    clients = {"": Client(), "first": Client()}
    clients["first"].force_login(User.objects.get(username="dau-tien"))
    for role in RIGHTS:
        user, _ = accounts.add_with_role("test", f"nguoi-{role.replace('_', '-')}", "", role, accounts.Place())
        accounts.password_changed(user)
        clients[role] = Client()
        clients[role].force_login(user)
    tried = 0
    for name, needed in PAGES.items():
        if name.startswith("phone_") or needed == "wire":
            continue
        url = reverse(name, kwargs=ARGUMENTS.get(name))
        for role, client in clients.items():
            if name == "logout":
                continue
            reply = client.post(url, {}) if name in POSTED else client.get(url)
            assert reply.status_code == expected(role, needed, reply), (name, role, reply.status_code)
            tried += 1
    print(f"{len(PAGES)} addresses × {len(clients)} kinds of person: {tried} requests, each as the table says")


def expected(role: str, needed: str, reply: Any) -> int:
    """The status that must come. A page that lets in may answer as it likes, but never with 403 or the way in."""
    let_in = reply.status_code if reply.status_code not in (403, 500) else 200
    if needed == "open":
        return int(let_in)
    if not role:
        return 302 if reply.get("Location", "").startswith("/dang-nhap/") else 0
    if reply.get("Location", "").startswith("/dang-nhap/"):
        return 0
    allowed = role == "first" or needed == "own" or needed in RIGHTS[role].split()
    return int(let_in) if allowed else 403


def test_the_shipped_roles_are_those_written_down_here(small_office: Any) -> None:
    from central_office.people.rights import RIGHT_NAMES, Right
    from central_office.people.roles import roles

    assert {code: {str(right) for right in role.rights} for code, role in roles().items()} == {
        role: {WORDS[word] for word in words.split()} for role, words in RIGHTS.items()
    }
    assert set(WORDS.values()) == {str(right) for right in Right} == {str(right) for right in RIGHT_NAMES}
    assert {code for code, role in roles().items() if role.second_factor} == {"administrator", "office", "publisher"}


def test_an_officer_sees_own_points_and_sums_over_them_alone(small_office: Any, people: Any, helper: Any) -> None:
    for seed, point, count in ((1, "kn-nam-da", 7), (2, "kn-huyen", 40)):
        device = small_office.device(seed, point)
        device.deliver(small_office.door, device.answers(count, flags=()))
    officer = people("can-bo", ("unit_officer", {"points": ("kn-nam-da",)}))
    whole = people("so-noi-vu", ("office", {}))
    body = officer.get("/do-phu.json").json()
    assert [point["code"] for point in body["points"]] == ["kn-nam-da"]
    assert (body["total"]["answers"], whole.get("/do-phu.json").json()["total"]["answers"]) == (7, 47)
    assert [row["point"] for row in officer.get("/ki-ot.json").json()["kiosks"]] == ["kn-nam-da"]
    assert len(whole.get("/ki-ot.json").json()["kiosks"]) == 2
    for page in ("/do-phu/", "/do-phu.csv", "/ki-ot/", "/ki-ot.csv"):
        text = officer.get(page).content.decode()
        assert "kn-huyen" not in text, page
    for page in ("/ket-qua/", "/ket-qua.csv", "/ket-qua.json"):
        reply = officer.get(page)
        assert reply.status_code in (200, 403), page
        assert "kn-huyen" not in reply.content.decode(), page
    for point, status in (("kn-nam-da", 200), ("kn-huyen", 404), ("nowhere", 404)):
        assert officer.get("/do-phu/", {"point": point}).status_code == status, point
    said = {"plan": "krong-no-2023", "day": "12/09/2023", "count": "45", "source": "staff"}
    assert officer.post("/do-phu/so-luot/", said | {"point": "kn-nam-da"}).status_code == 302
    assert officer.post("/do-phu/so-luot/", said | {"point": "kn-huyen"}).status_code in (404, 422)
    from central_office.coverage.models import VisitCount

    assert list(VisitCount.objects.values_list("point", flat=True)) == ["kn-nam-da"]


def test_a_unit_means_the_points_under_it(people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the tree stands today; a unit that is gone means what it had; one that nobody knows has nothing."""
    from datetime import date

    from central_office.people import grants
    from central_office.people.access import Right, scope_of
    from central_office.units.kinds import POINT
    from central_office.units.tree import Node, Tree

    gone = date(2025, 6, 30)
    nodes = [
        Node("hc:66", "district", "Huyện Krông Nô"),
        Node("hc:67", "district", "Huyện cũ", valid_to=gone),
        Node("hc:661", "commune", "Xã Nam Đà", parent="hc:66"),
        Node("diem:kn-nam-da", POINT, "Nam Đà", parent="hc:661"),
        Node("diem:kn-huyen", POINT, "Huyện", parent="hc:66"),
        Node("diem:kn-cu", POINT, "Cũ", parent="hc:67", valid_to=gone),
    ]
    monkeypatch.setattr(grants, "tree", lambda on=None: Tree(nodes, on))
    district = people("huyen", ("unit_officer", {"unit": "hc:66", "points": ("kn-dak-mam",)}))
    old = people("cu-nguoi", ("unit_officer", {"unit": "hc:67"}))
    lost = people("lac", ("unit_officer", {"unit": "hc:99"}))
    assert scope_of(district.user, Right.SEE_FIGURES).points == {"kn-nam-da", "kn-huyen", "kn-dak-mam"}
    assert scope_of(old.user, Right.SEE_FIGURES).points == {"kn-cu"}
    assert scope_of(lost.user, Right.SEE_FIGURES).points == frozenset()


def test_several_roles_reach_no_further_than_each(people: Any) -> None:
    """A supervisor of everything who is an officer of one point sees that point's figures, not all."""
    from central_office.people.access import Right, may, scope_of

    both = people("hai-vai", ("supervisor", {}), ("unit_officer", {"points": ("kn-nam-da",)})).user
    assert scope_of(both, Right.SEE_COUNTS).points is None
    assert scope_of(both, Right.SEE_FIGURES).points == {"kn-nam-da"}
    one = people("mot-ke-hoach", ("office", {"plan": "krong-no-2023", "points": ("kn-huyen",)}))
    scope = scope_of(one.user, Right.SEE_FIGURES)
    assert (scope.sees("krong-no-2023"), scope.sees("khac"), scope.points_of("khac")) == (True, False, frozenset())
    assert scope.points_of("krong-no-2023") == scope.points == {"kn-huyen"}
    assert not may(one.user, Right.EDIT_FORMS), "a right of the whole office came with one plan"
    assert may(one.user, Right.EDIT_PLANS)
    none = people("chua-co").user
    assert scope_of(none).points == scope_of(none).plans == frozenset()
    assert scope_of(None).points == frozenset()


def test_a_plan_about_a_post_holder_is_for_those_assigned_to_it(people: Any, coverage: Any, helper: Any) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    from central_office.rounds.models import PlanFile

    coverage.load(helper)
    plan = str(coverage.PLAN)
    PlanFile.objects.filter(plan=plan).update(restricted=True)
    office = people("so-noi-vu", ("office", {}))
    chosen = people("duoc-giao", ("supervisor", {"plan": plan}))
    first = Client()
    first.force_login(User.objects.get(username="dau-tien"))
    for page in ("/do-phu/", "/do-phu.csv", "/do-phu.json"):
        assert office.get(page, {"plan": plan}).status_code == 404, page
        assert chosen.get(page, {"plan": plan}).status_code == first.get(page, {"plan": plan}).status_code == 200
        assert plan not in office.get(page).content.decode(), "named where it is not seen"
        assert chosen.get(page).status_code == 200, "the plan shown unasked is one that is seen"
        assert chosen.get(page, {"plan": "krong-no-2023"}).status_code == 404
    assert office.get("/ket-qua/", {"plan": plan}).status_code == 404
    assert chosen.get("/ket-qua/", {"plan": plan}).status_code == 403


def test_a_role_is_changed_by_ticks_and_keeps_its_administrator(small_office: Any, people: Any) -> None:
    from central_office.people.roles import roles

    boss = people("quan-tri", ("administrator", {}))
    watcher = people("giam-sat", ("supervisor", {}))
    ticks = {f"role-{code}": [str(right) for right in role.rights] for code, role in roles().items()}
    assert watcher.get("/ki-ot/").status_code == 403
    assert (
        boss.post(
            "/nguoi-dung/vai-tro/", ticks | {"role-supervisor": ["see_counts", "see_kiosks", "nonsense"]}
        ).status_code
        == 302
    )
    assert watcher.get("/ki-ot/").status_code == 200
    refused = boss.post("/nguoi-dung/vai-tro/", ticks | {"role-administrator": ["see_audit"]})
    assert refused.status_code == 422
    assert boss.get("/nguoi-dung/").status_code == 200
    from central_office.people.models import AuditLine

    assert AuditLine.objects.filter(action="role.changed", actor="quan-tri", target="supervisor").count() == 1
