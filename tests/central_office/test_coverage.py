"""Coverage from real records through the real intake: slips, visits and answers by point and day, on each database."""

import csv
import io
import json
import random
import re
from datetime import date, timedelta
from typing import Any

import pytest

from survey.coverage import Verdict
from survey.record import Channel

PLAN = "bac-giang-thu"  # the real list of 209 names is not public: ours are numbered
FIRST = date(2024, 6, 12)
POINTS = 209
NOON = "2024-06-{day:02d}T10:00+07:00"


def plan_text(helper: Any, points: int = POINTS, **changes: Any) -> bytes:
    document = json.loads(helper.PLAN_FILE.read_text("utf-8"))
    document |= {
        "plan": PLAN,
        "title": {"vi": "Khảo sát bằng mã QR tại Bộ phận Một cửa cấp xã (thử)"},
        "issuer": "Ban Dân vận Tỉnh ủy (thử)",
        "window": {"from": "2024-06-12", "to": "2024-06-14"},
        "submit_before": "2024-07-01",
        "visits": {},
        "allocations": [
            {"point": f"bg-{number:03d}", "name": {"vi": f"Xã thử số {number}"}, "forms": 0}
            for number in range(1, points + 1)
        ],
    }
    del document["declared_total"], document["notes"]
    return json.dumps(document | changes).encode()


def load(helper: Any, **changes: Any) -> Any:
    from django.utils import timezone

    from central_office.rounds.catalogue import load_plan

    return load_plan(plan_text(helper, **changes), "plan", timezone.now())


@pytest.fixture
def person(small_office: Any) -> Any:
    return logged_in()


def logged_in() -> Any:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.create_superuser("nhanvien"))
    return client


def token(number: int) -> str:
    return f"{number:032x}"


def print_slips(point: str, day: date, numbers: range, **changes: Any) -> None:
    """As `central_office.slips` stores what a counter told."""
    from central_office.slips.models import Slip
    from central_office.slips.numbers import number_of

    fields = {"number": number_of(PLAN, point), "day": day, "state": "printed", "kiosk": "k", "dossier": True} | changes
    Slip.objects.bulk_create(Slip(token=token(number), **fields) for number in numbers)


def answer(office: Any, device: Any, channel: Channel, numbers: range | None, day: int = 12, **changes: Any) -> None:
    """One answer for each slip of `numbers`."""
    said = {"answers": {"RG.HL0": 5}, "flags": (), "channel": channel, "quarter": NOON.format(day=day)} | changes
    records = [device.answer(**said, slip=token(number)) for number in numbers or ()]
    assert not device.deliver(office.door, records).refusals


def answer_without(office: Any, device: Any, channel: Channel, count: int, day: int = 12, **changes: Any) -> None:
    said = {"answers": {"RG.HL0": 5}, "flags": (), "channel": channel, "quarter": NOON.format(day=day)} | changes
    if count:
        assert not device.deliver(office.door, device.answers(count, **said)).refusals


def found(today: date = FIRST + timedelta(days=30)) -> Any:
    """The coverage of the plan as of `today`."""
    from central_office.coverage.counts import answers_of, slips_of, visits_of
    from central_office.coverage.gathering import coverage_of

    plan = the_plan()
    return coverage_of(plan, answers_of(plan), slips_of(plan), visits_of(plan), today)


def the_plan() -> Any:
    from central_office.rounds.catalogue import plan_of
    from central_office.rounds.models import PlanFile

    return plan_of(PlanFile.objects.get(plan=PLAN).text)


def point_of(coverage: Any, code: str) -> Any:
    return next(point for point in coverage.points if point.code == code)


def count(point: str, day: int, visits: int | None, source: str = "staff") -> Any:
    """Enter visits; how many rows were new."""
    from django.utils import timezone

    from central_office.coverage.visits import Told, enter

    told = Told(point, date(2024, 6, day), visits, source)
    return enter(the_plan(), [told], "nhanvien", timezone.now(), FIRST + timedelta(days=30))


def twenty_slips(office: Any, helper: Any) -> None:
    """Twenty slips are printed and one is taken back; eight answer on the phone, six at the kiosk, six not at all."""
    load(helper)
    device = office.device(plan=PLAN, point="bg-001")
    print_slips("bg-001", FIRST, range(20))
    print_slips("bg-001", FIRST, range(20, 21), state="void")
    answer(office, device, Channel.QR, range(8))
    answer(office, device, Channel.SCREEN, range(8, 14))


def test_twenty_printed_fourteen_answered_is_seventy_percent(office: Any, helper: Any) -> None:
    twenty_slips(office, helper)
    figures = point_of(found(), "bg-001").total.figures
    assert (figures.printed, figures.void, figures.used, figures.left, figures.response) == (20, 1, 14, 6, 700)
    assert figures.ways == (6, 0, 0, 8, 0, 0)
    assert (figures.visits, figures.sources, figures.per_visit) == (20, {"slips"}, 700)
    client = logged_in()
    text = re.sub(r"<[^>]+>|\s+", " ", client.get("/do-phu/", {"plan": PLAN}).content.decode())
    for shown in ("70,0 %", "đã trả lời 14 trên 20 phiếu mời đã in", "14 đã trả lời, còn 6; 1 đã hủy"):
        assert re.sub(r"\s+", " ", shown) in re.sub(r"\s+", " ", text), shown
    body = client.get("/do-phu.json", {"plan": PLAN}).json()["total"]
    assert (body["printed"], body["used"], body["left"], body["response_percent"]) == (20, 14, 6, 70.0)
    assert (body["visits"], body["answers"], body["visit_sources"]) == (20, 14, ["slips"])
    print("20 slips printed, 14 answered, 6 left: 70,0 %")


def test_every_way_has_its_own_column(small_office: Any, helper: Any) -> None:
    load(helper)
    device = small_office.device(plan=PLAN, point="bg-002")
    print_slips("bg-002", FIRST, range(7))
    for channel, with_slip, without in (
        (Channel.SCREEN, range(2), 3),
        (Channel.QR, range(2, 5), 5),
        (Channel.BUTTON, None, 7),
        (Channel.PAPER, range(900, 901), 10),  # a numbered form of the small_office: no counter printed its code
    ):
        if with_slip:
            answer(small_office, device, channel, with_slip)
        answer_without(small_office, device, channel, without)
    total = found().total
    assert total.ways == (2, 3, 7, 3, 5, 11)
    assert (total.answers, total.printed, total.used) == (31, 7, 5)


def test_a_slip_counts_once_and_a_void_one_not_at_all(small_office: Any, helper: Any) -> None:
    load(helper)
    device = small_office.device(plan=PLAN, point="bg-003")
    print_slips("bg-003", FIRST, range(3))
    print_slips("bg-003", FIRST, range(3, 5), state="void")
    answer(small_office, device, Channel.QR, range(2))
    answer(small_office, device, Channel.SCREEN, range(2))
    answer(small_office, device, Channel.SCREEN, range(3, 5))
    total = found().total
    assert (total.printed, total.void, total.used, total.answers, total.uncounted) == (3, 2, 2, 2, 4)


def test_slips_without_a_dossier_and_those_taken_back_unused_are_told(
    small_office: Any, helper: Any, person: Any
) -> None:
    """Neither is a mark of an answer: whoever prints for nobody, and burns what was printed, must show."""
    from central_office.intake.models import Redemption

    load(helper)
    device = small_office.device(plan=PLAN, point="bg-004")
    print_slips("bg-004", FIRST, range(6))
    print_slips("bg-004", FIRST, range(6, 10), dossier=False)
    print_slips("bg-004", FIRST, range(10, 12), state="void")
    Redemption.objects.create(token=token(9), day=FIRST, withdrawn="2024-06-12T10:00+07:00", answered=False)
    answer(small_office, device, Channel.QR, range(3))
    figures = point_of(found(), "bg-004").total.figures
    assert (figures.printed, figures.no_dossier, figures.used, figures.withdrawn) == (10, 4, 3, 1)
    assert figures.response == 300
    rows = csv.DictReader(
        io.StringIO(person.get("/do-phu.csv", {"plan": PLAN}).content.decode("utf-8-sig")), delimiter=";"
    )
    whole, first = [row for row in rows if row["Mã điểm"] == "bg-004"][:2]
    for row in (whole, first):
        said = [row[f"Phiếu mời {name}"] for name in ("không hồ sơ", "rút lại, chưa trả lời", "đã trả lời")]
        assert said == ["4", "1", "3"]
    body = person.get("/do-phu.json", {"plan": PLAN}).json()
    point = next(each for each in body["points"] if each["code"] == "bg-004")
    for counted in (point["total"], point["days"][0], body["total"]):
        assert (counted["without_dossier"], counted["withdrawn_unanswered"]) == (4, 1)
    page = person.get("/do-phu/", {"plan": PLAN, "point": "bg-004"}).content.decode()
    for shown in ("4 in không theo hồ sơ", "1 rút lại, chưa trả lời", "Không hồ sơ"):
        assert shown in page, shown


def test_a_late_answer_is_kept_beside_and_fills_no_quota(small_office: Any, helper: Any) -> None:
    load(helper)
    device = small_office.device(plan=PLAN, point="bg-004")
    answer_without(small_office, device, Channel.QR, 4, day=14)
    answer_without(small_office, device, Channel.QR, 3, day=15)
    answer_without(small_office, device, Channel.QR, 2, day=11)
    for day in (12, 13, 14):
        count("bg-004", day, 4)
    point = point_of(found(), "bg-004")
    assert (point.total.figures.answers, point.late, point.early) == (4, 3, 2)
    assert [judged.figures.answers for judged in point.days] == [0, 0, 4]
    assert point.total.verdict is Verdict.BELOW  # 4 of 12 visits, with the late ones it would be enough
    assert "3 trả lời sau đợt" in logged_in().get("/do-phu/", {"plan": PLAN}).content.decode()


def test_the_latest_number_holds_and_every_one_is_kept(office: Any, helper: Any) -> None:
    from central_office.coverage.models import VisitCount

    load(helper)
    steps = [(40, "staff", 1), (40, "staff", 0), (41, "staff", 1), (41, "ticket", 1), (40, "staff", 1)]
    for visits, source, added in steps:
        result = count("bg-005", 12, visits, source)
        assert (len(result.new), result.same) == (added, 1 - added), (visits, source)
    day = point_of(found(), "bg-005").days[0]
    assert (day.figures.visits, day.figures.sources) == (40, {"staff"})
    kept = list(VisitCount.objects.order_by("pk").values_list("count", "source", "entered_by"))
    assert kept == [(v, s, "nhanvien") for v, s, added in steps if added]
    count("bg-005", 12, None)
    assert point_of(found(), "bg-005").days[0].figures.visits is None
    assert count("bg-005", 12, None).same == 1
    assert VisitCount.objects.count() == len(kept) + 1


def test_a_number_stands_before_the_slips(small_office: Any, helper: Any) -> None:
    load(helper)
    print_slips("bg-006", FIRST, range(9))
    assert point_of(found(), "bg-006").days[0].figures.visits == 9
    count("bg-006", 12, 30, "sensor")
    figures = point_of(found(), "bg-006").days[0].figures
    assert (figures.visits, figures.sources, figures.printed) == (30, {"sensor"}, 9)


def test_a_day_that_nobody_counted_leaves_the_whole_unknown(small_office: Any, helper: Any) -> None:
    load(helper)
    device = small_office.device(plan=PLAN, point="bg-007")
    answer_without(small_office, device, Channel.QR, 30)
    for day in (12, 13):
        count("bg-007", day, 20)
    point = point_of(found(), "bg-007")
    assert (point.total.verdict, point.total.figures.missing) == (Verdict.UNKNOWN, 1)
    assert [judged.verdict for judged in point.days] == [Verdict.MORE_THAN_VISITS, Verdict.BELOW, Verdict.UNKNOWN]
    assert point.total.figures.per_visit == 750  # 30 answers of the 40 visits of the days that are known
    on_the_second = point_of(found(FIRST + timedelta(days=1)), "bg-007")
    assert (on_the_second.total.verdict, on_the_second.days[2]) == (Verdict.WITHIN, None)
    count("bg-007", 14, 0)
    assert point_of(found(), "bg-007").total.verdict is Verdict.WITHIN


def test_before_anything_can_be_known_nothing_is_said(small_office: Any, helper: Any) -> None:
    load(helper, points=3)
    before, first = found(FIRST - timedelta(days=1)), found(FIRST)
    for coverage in (before, first):
        assert {point.total.verdict for point in coverage.points} == {None}
        assert not any(point.needs_a_look for point in coverage.points)
    assert [judged is None for judged in first.points[0].days] == [False, True, True]
    over = found(FIRST + timedelta(days=3))
    assert over.verdicts()[Verdict.UNKNOWN] == 3
    assert over.total.missing == 9


def test_a_sunday_on_which_nothing_happened_is_not_missed(small_office: Any, helper: Any) -> None:
    load(helper, points=2, window={"from": "2024-06-14", "to": "2024-06-17"})  # Friday to Monday
    for point in ("bg-001", "bg-002"):
        for day in (14, 17):
            count(point, day, 8)
    device = small_office.device(plan=PLAN, point="bg-002")
    answer_without(small_office, device, Channel.QR, 9, day=14)
    answer_without(small_office, device, Channel.QR, 1, day=16)
    quiet, open_on_sunday = found().points
    assert (quiet.total.verdict, [judged and judged.verdict for judged in quiet.days][1:3]) == (
        Verdict.BELOW,
        [None] * 2,
    )
    assert (open_on_sunday.total.verdict, open_on_sunday.total.figures.missing) == (Verdict.UNKNOWN, 1)


def test_more_answers_than_visits_are_flagged_before_the_band_is_left(small_office: Any, helper: Any) -> None:
    load(helper)
    device = small_office.device(plan=PLAN, point="bg-008")
    for day in (12, 13, 14):
        count("bg-008", day, 8)
    answer_without(small_office, device, Channel.QR, 24)
    assert point_of(found(), "bg-008").total.verdict is Verdict.WITHIN
    answer_without(small_office, device, Channel.QR, 12, flags=("burst",))
    point = point_of(found(), "bg-008")
    assert (point.total.verdict, point.total.clean) == (Verdict.MORE_THAN_VISITS, Verdict.WITHIN)
    answer_without(small_office, device, Channel.QR, 1)
    point = point_of(found(), "bg-008")
    assert (point.total.verdict, point.total.clean) == (Verdict.ABOVE, Verdict.MORE_THAN_VISITS)
    assert found().most_urgent_first()[0].code == "bg-008"
    text = logged_in().get("/do-phu/", {"plan": PLAN}).content.decode()
    assert "trừ bất thường" in text


def test_receiving_and_competent_give_the_same_sum(office: Any, helper: Any) -> None:
    from central_office.coverage.counts import answers_of, late_of
    from central_office.coverage.dossiers import answers_by_agency, answers_by_point, late_by_agency, late_by_point
    from central_office.coverage.dossiers import late_total as total_of

    load(helper)
    first, second = office.device(1, "bg-010", PLAN), office.device(2, "bg-011", PLAN)
    late = {"late": True, "notice": True, "apology": False, "agency": "so-tnmt"}
    print_slips("bg-010", FIRST, range(3), **late)
    print_slips("bg-010", FIRST, range(3, 5), **late | {"notice": False, "apology": None})
    print_slips("bg-011", FIRST, range(5, 9), late=False, agency="so-tnmt")
    print_slips("bg-011", FIRST, range(9, 10), late=True, notice=False, apology=False, agency="ubnd-xa")
    print_slips("bg-011", FIRST, range(10, 12))
    print_slips("bg-011", FIRST, range(12, 14), **late | {"state": "void"})
    answer(office, first, Channel.SCREEN, range(4), agency="so-tnmt")
    answer(office, second, Channel.QR, range(5, 7), agency="so-tnmt")
    answer(office, second, Channel.QR, range(9, 10), agency="ubnd-xa")
    answer_without(office, second, Channel.BUTTON, 6)
    answer_without(office, second, Channel.BUTTON, 2, day=20)
    plan = the_plan()
    answers = list(answers_of(plan))
    by_point, by_agency = answers_by_point(answers, plan), answers_by_agency(answers, plan)
    assert (by_point["bg-010"], by_point["bg-011"], len(by_point)) == (4, 9, POINTS)
    assert by_agency == {"so-tnmt": 6, "": 6, "ubnd-xa": 1}
    assert sum(by_point.values()) == sum(by_agency.values()) == found().total.answers == 13
    rows = list(late_of(plan))

    def shown(groups: list[Any]) -> list[tuple[Any, ...]]:
        return [(g.code, g.known, g.late, g.no_notice, g.no_apology, g.unsaid) for g in groups]

    assert shown(late_by_point(rows, plan)) == [("bg-010", 5, 5, 2, 3, 2), ("bg-011", 5, 1, 1, 1, 0)]
    assert shown(late_by_agency(rows)) == [("so-tnmt", 9, 5, 2, 3, 2), ("ubnd-xa", 1, 1, 1, 1, 0)]
    assert shown([total_of(rows)]) == [("", 10, 6, 3, 4, 2)]


def busy_round(helper: Any, points: int = POINTS) -> None:
    """Every point has visits, slips and answers on three days; written straight, for the page's sake."""
    from django.utils import timezone

    from central_office.coverage.models import VisitCount
    from central_office.intake.models import Cell, Redemption
    from central_office.rounds.models import FormFile
    from central_office.slips.models import Slip
    from central_office.slips.numbers import number_of

    load(helper, points=points)
    form = FormFile.objects.get(form="rut-gon-mot-cua").digest
    rng = random.Random(209)
    cells, slips, visits, used = [], [], [], []
    for number in range(1, points + 1):
        point, kind = f"bg-{number:03d}", rng.random()
        for day in (12, 13, 14):
            came = 0 if kind < 0.02 else rng.choice([4, 8, 14, 20, 35])
            said = min(came, round(came * rng.choice([0.4, 0.7, 0.8, 0.9])) + 1)
            said = came * 2 if kind > 0.97 else came + 1 if kind > 0.95 else said
            for channel, by_slip, part in (("qr", False, said // 2), ("screen", True, said - said // 2)):
                base = {"plan": PLAN, "form": form, "point": point, "state": "complete", "flags": "", "in_window": True}
                cell = Cell(
                    key=f"{point}|{day}|{channel}", **base, channel=channel, day=date(2024, 6, day), flagged=False
                )
                cell.by_slip, cell.agency = by_slip, "so-tnmt" if by_slip and number % 3 else ""
                cell.count = part
                cells.append(cell)
            if kind > 0.3:
                here = {"plan": PLAN, "point": point, "day": date(2024, 6, day), "count": came, "source": "staff"}
                if not (0.3 < kind < 0.34 and day == 13):
                    visits.append(VisitCount(**here, entered_by="nhập", entered_at=timezone.now()))
            elif came:
                slip = {"number": number_of(PLAN, point), "day": date(2024, 6, day), "state": "printed", "kiosk": "k"}
                slip |= {"late": day == 13, "notice": number % 2 == 0, "apology": None, "agency": "so-tnmt"}
                new = [Slip(token=token(len(slips) + each), dossier=each % 7 > 0, **slip) for each in range(came)]
                used += [Redemption(token=each.token, day=each.day) for each in new[: said - said // 2]]
                slips += new
    Cell.objects.bulk_create(cells)
    Slip.objects.bulk_create(slips)
    Redemption.objects.bulk_create(used)
    VisitCount.objects.bulk_create(visits)


def test_two_hundred_and_nine_points_take_few_questions(small_office: Any, helper: Any, person: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    busy_round(helper)
    asked = {}
    for url in ("/do-phu/", "/do-phu.csv", "/do-phu.json"):
        with CaptureQueriesContext(connection) as captured:
            response = person.get(url, {"plan": PLAN})
        assert response.status_code == 200
        mine = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
        asked[url] = sum('"phone_' not in sql for sql in mine)  # the phone's sweep comes along now and then
    page = person.get("/do-phu/", {"plan": PLAN}).content
    text = page.decode()
    assert max(asked.values()) <= 15, asked
    assert text.count('<li><a href="?plan=') == POINTS
    for mark in "▲!▼?0✓":
        assert f">{mark}</span>" in text, mark
    rows = person.get("/do-phu.csv", {"plan": PLAN}).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + POINTS * 4 + 1
    print(f"209 points, 3 days: {asked} queries, page of {len(page) // 1000} kB")


def test_the_csv_says_what_the_page_says_and_no_rating(small_office: Any, helper: Any, person: Any) -> None:
    twenty_slips(small_office, helper)
    response = person.get("/do-phu.csv", {"plan": PLAN})
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Disposition"] == f'attachment; filename="do-phu-{PLAN}.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    whole = rows[0]
    assert (whole["Mã điểm"], whole["Ngày"], whole["Tỷ lệ trả lời (%)"]) == ("bg-001", "cả đợt", "70,0")
    assert (whole["Khung từ"], whole["Khung đến"], whole["Kết luận"]) == ("10", "30", "Đạt")
    assert [row["Ngày"] for row in rows[1:4]] == ["12/06/2024", "13/06/2024", "14/06/2024"]
    assert (rows[-1]["Điểm khảo sát"], rows[-1]["Cộng phiếu trả lời"]) == ("Cộng", "14")
    pages = [
        person.get("/do-phu/", query).content.decode() for query in ({"plan": PLAN}, {"plan": PLAN, "point": "bg-001"})
    ]
    for text in (*pages, response.content.decode(), person.get("/do-phu.json", {"plan": PLAN}).content.decode()):
        assert not re.search(r"hài lòng \(|mức 4|chỉ số|RG\.HL", text, re.IGNORECASE)


def test_a_plan_without_a_rule_has_coverage_and_no_verdict(small_office: Any, helper: Any, person: Any) -> None:
    device = small_office.device()
    device.deliver(small_office.door, device.answers(5, flags=()))
    text = person.get("/do-phu/").content.decode()
    assert "Kế hoạch không đặt khung theo số lượt" in text
    assert "Kết luận" not in text
    assert person.get("/do-phu.json").json()["points"][0]["total"]["verdict"] is None
    point = person.get("/do-phu/", {"point": "kn-huyen"})
    assert point.status_code == 200


def test_an_office_without_plans_has_the_page_too(small_office: Any, person: Any) -> None:
    from central_office.rounds.models import PlanEvent, PlanFile

    PlanEvent.objects.all().delete()
    PlanFile.objects.all().delete()
    assert "Chưa có kế hoạch nào" in person.get("/do-phu/").content.decode()
    assert person.get("/do-phu.csv").status_code == person.get("/do-phu.json").status_code == 404
    assert person.get("/do-phu/", {"plan": "nowhere"}).status_code == 404
    assert person.get("/do-phu/", {"plan": "\0"}).status_code == 404


def test_nothing_without_login_and_no_number_without_its_token(small_office: Any, helper: Any) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    from central_office.coverage.models import VisitCount

    load(helper)
    said = {"plan": PLAN, "point": "bg-001", "day": "12/06/2024", "count": "45", "source": "staff"}
    stranger = Client()
    for url in ("/do-phu/", "/do-phu.csv", "/do-phu.json"):
        assert stranger.get(url)["Location"] == f"/dang-nhap/?next={url}"
    assert stranger.post("/do-phu/so-luot/", said).status_code == 302
    person = Client(enforce_csrf_checks=True)
    person.force_login(User.objects.create_superuser("nhanvien"))
    assert person.post("/do-phu/so-luot/", said).status_code == 403
    assert person.get("/do-phu/so-luot/").status_code == 405
    assert VisitCount.objects.count() == 0


def test_a_number_by_hand_is_stored_and_a_wrong_one_told(small_office: Any, helper: Any, person: Any) -> None:
    from central_office.coverage.models import VisitCount

    load(helper)
    good = {"plan": PLAN, "point": "bg-001", "day": "12/06/2024", "count": "1.045", "source": "ticket"}
    done = person.post("/do-phu/so-luot/", good)
    assert (done.status_code, done["Location"]) == (302, f"/do-phu/?plan={PLAN}&point=bg-001&da-ghi=1")
    text = person.get(done["Location"]).content.decode()
    for shown in ("Đã ghi số lượt.", "1.045", "máy lấy số", "nhanvien", "12/06/2024"):
        assert shown in text, shown
    assert person.post("/do-phu/so-luot/", good)["Location"].endswith("da-ghi=0")
    wrong = {
        "day": ["", "13", "2024/06/12", "31/06/2024", "11/06/2024", "15/06/2024"],
        "count": ["", "-1", "12,5", "nhiều", "100.001", "1e3", "٤٥"],
        "source": ["", "import", "trộm"],
        "point": ["bg-999", "", "\0", "<script>alert(1)</script>"],
    }
    tried = 0
    for field, values in wrong.items():
        for value in values:
            refused = person.post("/do-phu/so-luot/", good | {field: value})
            page = refused.content.decode()
            assert refused.status_code == 422, (field, value)
            assert 'role="alert"' in page
            assert "<script" not in page
            tried += 1
    assert VisitCount.objects.count() == 1
    back = person.post("/do-phu/so-luot/", {"plan": PLAN, "point": "bg-001", "day": "12/06/2024", "take-back": "1"})
    assert back.status_code == 302
    assert "thu lại" in person.get(back["Location"]).content.decode()
    assert [row.count for row in VisitCount.objects.order_by("pk")] == [1045, None]
    print(f"{tried} wrong numbers refused with a sentence")


def test_hostile_names_are_shown_as_text(small_office: Any, helper: Any, person: Any) -> None:
    names = [
        '"><img src=x onerror=1>',
        "</title><svg onload=1>",
        "=1+1",
        "{{ 7|add:7 }}",
        "{% load x %}",
        "\u202etxt",
        "@x",
    ]
    allocations = [{"point": f"p{n}", "name": {"vi": name}, "forms": 1} for n, name in enumerate(names)]
    load(helper, allocations=allocations, issuer=names[0], title={"vi": names[1]})
    for query in ({"plan": PLAN}, {"plan": PLAN, "point": "p0"}, {"plan": PLAN, "point": names[0]}):
        text = person.get("/do-phu/", query).content.decode()
        assert not re.search(r"<[^>]*\son\w+\s*=", re.sub(r'"[^"]*"', '""', text))
        assert not set(re.findall(r"<([a-zA-Z]+)", text)) & {"img", "svg", "script"} - {"img"}
        assert " style=" not in text
    rows = csv.reader(io.StringIO(person.get("/do-phu.csv", {"plan": PLAN}).content.decode("utf-8-sig")), delimiter=";")
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))]
