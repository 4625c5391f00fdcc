"""A running round: its numbers from real answers, as of any day, by scope; its page, tables and command line."""

import csv
import io
import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

PLAN = "krong-no-2023"
NOON = datetime(2023, 9, 20, 5, 0, tzinfo=UTC)  # a Wednesday, 12:00 in Krông Nô
DAY = date(2023, 9, 20)


def the_plan(plan: str = PLAN) -> Any:
    from central_office.rounds.catalogue import plan_of
    from central_office.rounds.models import PlanFile

    return plan_of(PlanFile.objects.get(plan=plan).text)


def status(now: datetime = NOON, asked: date | None = None, points: frozenset[str] | None = None) -> Any:
    from central_office.people.access import Scope
    from central_office.watching.gathering import status_of

    return status_of(the_plan(), now, Scope(points), asked)


def fill(days: dict[tuple[str, date], int], flags: str = "", **changes: Any) -> None:
    """Answers as the intake counts them, without their records: many, at once."""
    from central_office.intake.models import Cell
    from central_office.rounds.models import PlanFile

    plan = changes.pop("plan", PLAN)
    form = PlanFile.objects.get(plan=plan).form_id
    same = {"plan": plan, "form": form, "channel": "screen", "state": "complete", "flags": flags}
    same |= {"flagged": bool(flags), "in_window": True} | changes
    number = Cell.objects.count()
    Cell.objects.bulk_create(
        Cell(key=f"{number + place}", point=point, day=day, count=count, **same)
        for place, ((point, day), count) in enumerate(days.items())
    )


def a_round(seed: int = 7, until: date = DAY) -> None:
    """Every point of Krông Nô with a rate of its own; one is silent, one is full."""
    rng, plan = random.Random(seed), the_plan()
    days, flagged = {}, {}
    for place, allocation in enumerate(plan.allocations):
        code = allocation.point.code
        rate = allocation.forms / 37 * (0, 1.6, 0.3, 0.6, 1, 1.1, 0.9, 1.3, 1, 0.7, 1.2, 1, 0.95)[place]
        rate = allocation.forms / 37 if place == 0 else rate
        for number in range((until - plan.first_day).days + 1):
            day = plan.first_day + timedelta(days=number)
            count = sum(rng.random() < rate / 8 for _ in range(8)) if day.weekday() < 5 else 0
            if count and place != 12:
                days[code, day] = count
            if count and rng.random() < 0.03:
                flagged[code, day] = 1
    fill(days)
    fill(flagged, "burst")


def visit(**query: str) -> Any:
    return client().get("/theo-doi/", {"plan": PLAN} | query)


def client(name: str = "nhanvien") -> Any:
    from django.contrib.auth.models import User
    from django.test import Client

    found = Client()
    found.force_login(User.objects.filter(username=name).first() or User.objects.create_superuser(name))
    return found


def test_numbers_of_real_answers_as_of_each_day(office: Any) -> None:
    device = office.device()
    for day, count, flags in ((1, 3, ()), (2, 2, ("burst",)), (20, 4, ())):
        quarter = f"2023-09-{day:02d}T10:00+07:00"
        assert not device.deliver(office.door, device.answers(count, quarter=quarter, flags=flags)).refusals
    late = device.answers(1, quarter="2023-10-16T00:00+07:00")
    assert not device.deliver(office.door, late).refusals
    after = datetime(2023, 12, 1, tzinfo=UTC)
    for day, got, today, flagged in ((1, 3, 3, 0), (2, 5, 2, 2), (19, 5, 0, 2), (20, 9, 4, 2)):
        found = status(after, date(2023, 9, day))
        mine = found.points[0]
        assert (found.total.got, found.today, found.flagged, found.aside) == (got, today, flagged, 0)
        assert (mine.pace.got, mine.today, mine.flagged, sum(found.days.values())) == (got, today, flagged, got)
    whole = status(after)
    assert (whole.total.got, whole.aside, whole.calendar.closed) == (9, 1, True)
    assert next((p.code, p.pace.left) for p in whole.shortfall) == ("kn-huyen", 111)
    assert len(whole.shortfall) == 13
    assert status(NOON, points=frozenset({"kn-dak-mam"})).total.got == 0
    nothing = status(NOON, points=frozenset())
    assert (nothing.points, nothing.total.got, nothing.total.quota) == ((), 0, 0)


def test_the_sums_of_the_database_are_those_of_the_days(office: Any) -> None:
    """What is foretold of each point is what its days, one by one, foretell."""
    from central_office.intake.models import Cell
    from survey.pace import Calendar, Seen, Spell, is_weekend, pace, span

    a_round()
    plan, compared = the_plan(), 0
    for asked in (date(2023, 8, 26), date(2023, 9, 3), date(2023, 9, 19), DAY):
        found = status(asked=asked)
        calendar = Calendar(plan.first_day, plan.last_day, asked, over=asked < DAY)
        for point in found.points:
            days: dict[date, int] = {}
            for day, count in Cell.objects.filter(point=point.code).values_list("day", "count"):
                days[day] = days.get(day, 0) + count

            def seen(first: date, days: dict[date, int] = days, last: date = calendar.whole_until) -> Seen:
                parts = [[days.get(d, 0) for d in span(first, last) if is_weekend(d) is w] for w in (False, True)]
                return Seen(*(Spell(len(part), sum(part), sum(c * c for c in part)) for part in parts))

            got = sum(count for day, count in days.items() if day <= asked)
            wanted = pace(point.pace.quota, got, calendar, seen(plan.first_day), seen(calendar.recent_from))
            assert point.pace == wanted
            compared += 1
    print(f"{compared} points and days compared")


def test_a_kiosk_is_silent_only_while_offices_are_open(small_office: Any) -> None:
    from central_office.fleet.models import Kiosk
    from central_office.watching.gathering import is_silent

    small_office.device()
    monday = datetime(2023, 9, 18, 1, 0, tzinfo=UTC)  # 08:00
    friday = datetime(2023, 9, 15, 9, 55, tzinfo=UTC)  # 16:55
    plan = the_plan()
    assert not is_silent(plan, friday, monday - timedelta(minutes=16)), "five minutes on Friday, 14 on Monday"
    assert is_silent(plan, friday, monday), "five on Friday, thirty on Monday"
    assert not is_silent(plan, datetime(2023, 9, 18, 4, 20, tzinfo=UTC), datetime(2023, 9, 18, 6, 45, tzinfo=UTC))
    assert not is_silent(plan, friday, datetime(2023, 10, 16, 3, 0, tzinfo=UTC)), "the round is over"
    Kiosk.objects.update(seen_at=friday, clock="synchronised")
    assert [point.code for point in status(monday).silent] == ["kn-huyen"]
    assert status(monday, monday.date() - timedelta(days=1)).silent == [], "of a past day nobody knows"


def test_the_page_its_tables_and_a_point(small_office: Any, helper: Any) -> None:
    a_round()
    page = visit(ngay="20/09/2023")
    text = page.content.decode()
    assert page.status_code == 200
    assert "27<small>/52 ngày</small>" in text
    assert "cần đến 20/09: 312 (27/52 ngày)" in text
    assert text.count('href="/theo-doi/diem/') == 13
    first = text.index('href="/theo-doi/diem/')
    assert "kn-tan-thanh" in text[first : first + 60], "the point without an answer stands first"
    by_name = visit(ngay="2023-09-20", xep="van").content.decode()
    assert by_name.index("kn-buon-choah") < by_name.index("kn-dak-dro/") < by_name.index("kn-tan-thanh/")
    wrong = visit(ngay="20-13-2023")
    assert (wrong.status_code, 'value="20-13-2023"' in wrong.content.decode()) == (422, True)
    assert client().get("/theo-doi/so-lieu.csv", {"plan": PLAN, "ngay": "hôm qua"}).status_code == 404
    assert visit(plan="khong-co").status_code == 404
    browser, query = client(), {"plan": PLAN, "ngay": "2023-09-20"}
    point = browser.get("/theo-doi/diem/kn-dak-dro/", query).content.decode()
    assert "Xã Đắk Drô" in point
    assert browser.get("/theo-doi/diem/khong-co/", query).status_code == 404
    body = browser.get("/theo-doi/so-lieu.json", query).json()
    table = list(csv.reader(io.StringIO(browser.get("/theo-doi/so-lieu.csv", query).content.decode("utf-8-sig"))))
    if len(table[0]) == 1:
        table = [row[0].split(";") for row in table]
    assert (body["total"]["expected"], body["elapsed_days"], len(table)) == (312, 27, 14)
    assert sum(int(row[4]) for row in table[1:]) == body["total"]["got"] == sum(p["got"] for p in body["points"])
    words = json.dumps(body, ensure_ascii=False) + text + point
    assert "Chỉ số" not in words
    assert "Hài lòng (%)" not in words


def test_who_is_not_signed_in_sees_nothing(small_office: Any) -> None:
    from django.test import Client

    for path in ("", "so-lieu.csv", "so-lieu.json", "diem/kn-huyen/", "canh-bao/"):
        assert Client().get(f"/theo-doi/{path}").status_code == 302, path
    assert Client().post("/theo-doi/canh-bao/1/").status_code == 302


def test_the_command_line(small_office: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from argparse import Namespace

    from central_office.commands import watching
    from central_office.config import Config

    a_round(until=date(2023, 10, 15))
    asked = {"plan": PLAN, "day": DAY, "text": False, "csv": False, "json": False}
    assert watching.status(Namespace(**asked), Config()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + 13
    assert "ngày/day 27/52" in lines[0]
    assert watching.status(Namespace(**asked | {"text": True}), Config()) == 0
    text = capsys.readouterr().out
    assert "TIN KHẢO SÁT 20/09/2023 (ngày 27/52 của đợt)" in text
    assert "Xã Tân Thành" in text
    closed = asked | {"day": date(2023, 10, 20)}
    assert watching.status(Namespace(**closed), Config()) == 0
    assert "Thiếu / short" not in capsys.readouterr().out.splitlines()[0]
    assert watching.commend(Namespace(plan=PLAN, top=3, day=None), Config()) == 0
    said = capsys.readouterr().out
    assert said.startswith("1. ")
    assert "đạt chỉ tiêu" in said
    print(text, said, sep="\n")


def test_a_round_by_visits_is_judged_by_its_rule(small_office: Any, helper: Any, coverage: Any) -> None:
    from central_office.people.access import Scope
    from central_office.watching.chat import daily_text, length
    from central_office.watching.commend import commended
    from central_office.watching.gathering import status_of

    coverage.load(helper)
    points = [f"bg-{number:03d}" for number in range(1, 210)]
    fill({(code, coverage.FIRST): 10 + number % 20 for number, code in enumerate(points)}, plan=coverage.PLAN)
    for code in points[:30]:
        coverage.count(code, 12, 40)
    after = datetime(2024, 7, 1, tzinfo=UTC)
    found = status_of(the_plan(coverage.PLAN), after, Scope(), coverage.FIRST)
    signs = found.signs()
    assert sum(signs.values()) == 209
    assert (signs["within"], signs["below"], signs["wait"]) == (10, 20, 179)
    assert found.visits == 1200
    text = daily_text(found)
    assert length(text) < 1000
    assert [each.point.sign.name for each in commended(found, 5)] == ["within"] * 5
    print(signs, text, sep="\n")
