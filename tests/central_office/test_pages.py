"""The office's pages: nothing without login, figures by the book, hostile text shown as text."""

import csv
import html
import io
import json
import random
import re
from datetime import timedelta
from typing import Any

import pytest

PASSWORD = "mat-khau-thu-nghiem-1"
PAGES = ["/ket-qua/", "/ket-qua.csv", "/ket-qua.json", "/ki-ot/", "/ki-ot.csv", "/ki-ot.json", "/mat-khau/"]
GOLDEN = """5 5 4 5 5 - | 4 4 4 4 4 - | 4 3 4 5 4 - | 3 4 3 3 4 2 | 5 5 5 5 5 - | 2 3 2 2 3 1
| 4 4 4 4 4 4 | 4 K 3 4 4 - | 1 2 1 1 2 1 | 5 5 - 5 5 -"""  # counted by hand


@pytest.fixture
def person(small_office: Any) -> Any:
    """A client that is logged in."""
    from django.contrib.auth.models import User
    from django.test import Client

    User.objects.create_superuser("nhanvien", password=PASSWORD)
    client = Client()
    assert client.login(username="nhanvien", password=PASSWORD)
    return client


def golden_answers() -> list[dict[str, Any]]:
    codes = ["RG.HL0", "RG.HL1", "RG.HL2", "RG.HL3", "RG.HL4", "RG.HL5"]
    rows = []
    for person in GOLDEN.replace("\n", " ").split("|"):
        values = {code: value for code, value in zip(codes, person.split(), strict=True) if value != "-"}
        rows.append({code: "KAD" if value == "K" else int(value) for code, value in values.items()})
    return rows


def test_every_page_and_download_needs_login(small_office: Any) -> None:
    from django.test import Client

    client = Client()
    for page in PAGES:
        response = client.get(page)
        assert (response.status_code, response["Location"]) == (302, f"/dang-nhap/?next={page}"), page
    assert client.post("/su-co/da-xem/", {"newest": "1"}).status_code == 302
    assert client.get("/").status_code == 302


def test_there_is_no_account_until_one_is_made(small_office: Any) -> None:
    from django.contrib.auth.models import User

    assert User.objects.count() == 0


def test_login_sets_a_hardened_cookie_and_pages_carry_the_policy(person: Any) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    assert client.post("/dang-nhap/", {"username": "nhanvien", "password": PASSWORD}).status_code == 403
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get("/dang-nhap/").content.decode())
    assert token
    form = {"username": "nhanvien", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    response = client.post("/dang-nhap/", form)
    assert (response.status_code, response["Location"]) == (302, "/ket-qua/")
    cookie = response.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    page = client.get("/ket-qua/")
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert page["X-Frame-Options"] == "DENY"
    assert page["Cache-Control"] == "no-store"
    text = page.content.decode()
    assert '<html lang="vi">' in text
    assert "<script" not in text
    assert " style=" not in text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', text)


def test_five_wrong_passwords_lock_the_name_for_everybody(person: Any) -> None:
    from django.test import Client

    from central_office.fleet.models import FailedTry

    client = Client()
    for _ in range(5):
        assert client.post("/dang-nhap/", {"username": "nhanvien", "password": "sai"}).status_code == 200
    locked = client.post("/dang-nhap/", {"username": "NhanVien", "password": PASSWORD})
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) > 0
    assert "15 phút" in locked.content.decode() or "14 phút" in locked.content.decode()
    from django.utils import timezone

    FailedTry.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert client.post("/dang-nhap/", {"username": "nhanvien", "password": PASSWORD}).status_code == 302


def test_the_golden_example_gives_the_ministrys_figures(small_office: Any, person: Any) -> None:
    device = small_office.device()
    twice = [*golden_answers(), *golden_answers()]  # four people of ten tell of the last factor: too few to be shown
    device.deliver(small_office.door, [device.answer(answers=given, flags=()) for given in twice])
    body = person.get("/ket-qua.json").json()
    assert body["overall"]["index"] == {"satisfied": 14, "n": 20, "percent": 70.0}
    assert [f["index"]["percent"] for f in body["factors"]] == [66.67, 55.56, 70.0, 80.0, 25.0]
    assert [f["index"]["n"] for f in body["factors"]] == [18, 18, 20, 20, 8]
    assert body["method"] == "theo câu hỏi chung"
    text = person.get("/ket-qua/").content.decode()
    for shown in ("70,00", "66,67", "55,56", "80,00", "25,00", "n = 20", "theo câu hỏi chung"):
        assert shown in text


def test_krong_no_shows_thirteen_points_and_both_totals(small_office: Any, person: Any) -> None:
    device = small_office.device(point="kn-nam-da")
    device.deliver(small_office.door, device.answers(50, flags=()))
    body = person.get("/ket-qua.json").json()
    assert len(body["points"]) == 13
    assert (body["allocated"], body["declared_total"]) == (600, 500)
    row = next(point for point in body["points"] if point["code"] == "kn-nam-da")
    assert (row["quota"], row["received"], row["left"]) == (40, 50, 0)
    assert sum(point["received"] for point in body["points"]) == body["received"] == 50
    assert sum(channel["received"] for channel in body["channels"]) == 50
    text = person.get("/ket-qua/").content.decode()
    assert "600 phiếu" in text
    assert "500 phiếu" in text
    assert "vượt 10" in text
    assert text.count("<progress") == 13
    for empty in ("Xã Nâm N&#x27;Đir", "–"):
        assert empty in text


def test_flagged_answers_are_shown_with_and_without(small_office: Any, person: Any) -> None:
    device = small_office.device()
    device.deliver(small_office.door, device.answers(6, answers={"RG.HL0": 2}, flags=()))
    device.deliver(small_office.door, device.answers(10, answers={"RG.HL0": 5}, flags=("burst",)))
    overall = person.get("/ket-qua.json").json()["overall"]
    assert overall["index"] == {"satisfied": 10, "n": 16, "percent": 62.5}
    assert overall["index_without_flagged"] == {"satisfied": 0, "n": 6, "percent": 0.0}


def test_answers_outside_the_window_are_shown_beside_and_not_in_the_figures(small_office: Any, person: Any) -> None:
    device = small_office.device()
    device.deliver(small_office.door, device.answers(4, quarter="2026-01-01T08:00+07:00"))
    body = person.get("/ket-qua.json").json()
    assert (body["outside_window"], body["received"], body["overall"]["index"]["n"]) == (4, 0, 0)
    assert body["overall"]["index"]["percent"] is None


def test_incidents_alarm_until_somebody_has_looked(small_office: Any, person: Any) -> None:
    device = small_office.device()
    device.deliver(small_office.door, device.answers(2))
    device.prev = "e" * 64
    device.deliver(small_office.door, device.answers(1))
    text = person.get("/ket-qua/").content.decode()
    assert "1 sự cố cần xem xét" in text
    newest = re.search(r'name="newest" value="(\d+)"', text)
    assert newest
    assert person.post("/su-co/da-xem/", {"newest": newest[1]}).status_code == 302
    assert "Không có sự cố nào chưa xem" in person.get("/ket-qua/").content.decode()


def test_silent_kiosks_are_marked_and_come_first(small_office: Any, person: Any, helper: Any) -> None:
    from django.utils import timezone

    from central_office.fleet.models import Kiosk

    well, silent = small_office.device(1), small_office.device(2, "kn-nam-da")
    small_office.device(3, "kn-dak-mam")
    for device in (well, silent):
        beat = device.heartbeat(pending=1234, oldest="2023-09-01T08:15+07:00", quarantined=2)
        small_office.door.post(helper.HEARTBEATS, beat, "application/json")
    Kiosk.objects.filter(kiosk=silent.name).update(seen_at=timezone.now() - timedelta(days=10))
    rows = person.get("/ki-ot.json").json()["kiosks"]
    assert [row["status"] for row in rows] == ["silent", "active", "never"], (
        "two answers aside weigh more than a machine yet to be set up"
    )
    assert rows[0]["pending"] == 1234
    text = person.get("/ki-ot/").content.decode()
    for shown in ("Im lặng", "Chưa liên lạc", "Hoạt động", "10 ngày trước", "1.234", "01/09/2023 08:15", "9.000 MB"):
        assert shown in text, shown


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', " =1", "＝1", "'=1", 'a;b"c\n=d']


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_can_become_a_formula(text: str) -> None:
    from central_office.results.spreadsheet import write_csv

    data = write_csv(("Tên",), [[text, -5, None]])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    cell = rows[1][0]
    assert cell in (text, "'" + text)
    assert not cell.strip().startswith(("=", "+", "-", "@", "＝"))
    assert rows[1][1:] == ["-5", ""]


def test_the_results_csv_opens_with_every_figure(small_office: Any, person: Any) -> None:
    device = small_office.device()
    device.deliver(small_office.door, [device.answer(answers=given, flags=()) for given in golden_answers()])
    response = person.get("/ket-qua.csv")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in response["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert (rows[0]["Chỉ số (%)"], rows[0]["n"], rows[0]["Phương pháp"]) == ("70,00", "10", "theo câu hỏi chung")
    groups = [row["Nhóm"] for row in rows]
    assert [groups.count(each) for each in ("Yếu tố", "Điểm khảo sát", "Kênh", "Tháng")] == [5, 13, 4, 1]
    empty = next(row for row in rows if row["Mã"] == "kn-dak-mam")
    assert (empty["Chỉ số (%)"], empty["n"]) == ("–", "0")
    assert {len(row) for row in rows} == {len(rows[0])}
    assert None not in rows[0]


def hostile_strings(count: int, seed: int) -> list[str]:
    """Markup, templates, format strings, formulas and letters that turn text around."""
    rng = random.Random(seed)
    seeds = [
        "<script>alert(1)</script>",
        "{{ 7|add:7 }}",
        "{% load x %}",
        "%(x)s {0.__class__}",
        "</title><svg onload=1>",
    ]
    seeds += [
        '"><img src=x onerror=1>',
        "' onmouseover='1",
        "&lt;b&gt;",
        "=cmd|' /C calc'!A0",
        "\u202etxt.exe",
        "${7*7}",
    ]
    seeds += [
        "[b]đậm[/b]",
        "\\u003cscript\\u003e",
        "';DROP TABLE intake_record;--",
        "Nguyễn Văn A 0912345678",
        "\u200b<a>",
    ]
    return [f"{rng.choice(seeds)}{number}{rng.choice(seeds)}" for number in range(count)]


@pytest.mark.slow
def test_five_thousand_hostile_strings_are_shown_as_text(small_office: Any, person: Any, helper: Any) -> None:
    """As comments they are kept and shown nowhere; as names of points and kiosks they are shown escaped."""
    from django.utils import timezone

    from central_office.fleet.models import Kiosk
    from central_office.intake.models import Record
    from central_office.rounds.catalogue import load_plan

    seed, each = 31, 1250
    strings = hostile_strings(5000, seed)
    device = small_office.device()
    records = [device.answer(answers={"RG.HL0": 5, "RG.YK": text}) for text in strings[:each]]
    assert sum(r.accepted for r in device.deliver_all(small_office.door, records)) == each
    stored = [
        json.loads(bytes(raw))["answers"]["RG.YK"]
        for raw in Record.objects.order_by("seq").values_list("body__raw", flat=True)
    ]
    assert stored == strings[:each]

    plan = json.loads(helper.PLAN_FILE.read_text("utf-8"))
    names = strings[each : 2 * each]
    plan |= {"plan": "hostile", "title": {"vi": strings[-1]}, "issuer": strings[-2]}
    plan["allocations"] = [{"point": f"p{n}", "name": {"vi": name}, "forms": 1} for n, name in enumerate(names)]
    load_plan(json.dumps(plan).encode(), "hostile", timezone.now())
    Kiosk.objects.bulk_create(
        Kiosk(
            kiosk=f"k-{number}",
            public_key=number.to_bytes(32, "big"),
            plan="hostile",
            point=f"p{number % each}",
            enrolled_at=timezone.now(),
            version=text[:40],
            oldest=text[-40:],
        )
        for number, text in enumerate(strings[2 * each :])
    )
    results = person.get("/ket-qua/?plan=hostile").content.decode()
    kiosks = "".join(person.get(f"/ki-ot/?trang={page}").content.decode() for page in range(1, 12))
    for number, name in enumerate(names):
        assert html.escape(name) in results, (number, name)
    for text in strings[2 * each :]:
        assert html.escape(text[:40]) in kiosks
        assert html.escape(text[-40:]) in kiosks
    for page in (results, kiosks):
        tags = set(re.findall(r"<([a-zA-Z]+)", page))
        assert not tags & {"script", "b", "x"}, tags
        assert not re.search(r"<[^>]*\son\w+\s*=", page)
    for url in ("/ket-qua.csv?plan=hostile", "/ki-ot.csv"):
        rows = csv.reader(io.StringIO(person.get(url).content.decode("utf-8-sig"), newline=""), delimiter=";")
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))]
    print(f"seed {seed}: {len(strings)} hostile strings, all shown as text or not at all")
