"""The pages of a running round in a real browser: 13 points and 209, by phone and by screen, judged by axe."""

import random
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

import pytest

from tests.central_office.test_coverage_screens import Quiet, Server, log_in
from tests.central_office.test_watching import PLAN, a_round, fill
from tests.web import chromium as web

SCREENS = Path(__file__).parents[2] / "build" / "screens"
SIZES = {"1280": (1280, 800), "360": (360, 740)}
CUT = """return [...document.querySelectorAll('.tiles .name, .tiles .count, .big, .legend span')].filter(
  each => each.scrollWidth > each.clientWidth + 1 && each.clientWidth && getComputedStyle(each).display !== 'inline'
).map(each => each.textContent)"""
PAGES = {
    "watching": f"/theo-doi/?plan={PLAN}&ngay=2023-09-20",
    "watching-closed": f"/theo-doi/?plan={PLAN}&ngay=2023-10-16",
    "watching-point": f"/theo-doi/diem/kn-dak-dro/?plan={PLAN}&ngay=2023-09-20",
    "watching-209": "/theo-doi/?plan=bac-giang-thu&ngay=2024-06-13&xep=van",
    "watching-now": "/theo-doi/?plan=dang-chay",
    "watching-now-point": "/theo-doi/diem/kn-huyen/?plan=dang-chay",
    "fleet": "/ki-ot/",
    "fleet-kiosk": "/ki-ot/may/k-000000000000/",
    "alerts": "/theo-doi/canh-bao/",
}


@pytest.fixture
def address(small_office: Any) -> Iterator[str]:
    """The office of this process, over loopback."""
    from central_office.wsgi import application

    with make_server("127.0.0.1", 0, application, Server, Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def two_hundred_and_nine(helper: Any, coverage: Any) -> None:
    """A round by visits whose points stand under ten districts."""
    from central_office.units.storing import preview_now, store
    from central_office.units.table_file import read_table

    coverage.load(helper)
    rng = random.Random(209)
    rows = ["Danh mục;Mã;Tên;Cấp;Thuộc", "thu;bg;Tỉnh thử;Tỉnh, thành phố;"]
    rows += [f"thu;bg-h{number};Huyện thử {number};Huyện;thu:bg" for number in range(10)]
    rows += [f"thu;bg-x{number:03d};Xã thử số {number};Xã;thu:bg-h{number % 10}" for number in range(1, 210)]
    places = ((f"bg-{number:03d}", number) for number in range(1, 210))
    rows += [f"diem;{code};Điểm xã thử số {number};Điểm tiếp nhận;thu:bg-x{number:03d}" for code, number in places]
    lines = read_table("\n".join(rows).encode(), "x").lines
    found = preview_now(lines, "thu")
    assert not found.refused, found.refused[:3]
    store(lines, "thu", found.digest, "cli:test", "x")
    points = [f"bg-{number:03d}" for number in range(1, 210)]
    days = (coverage.FIRST, coverage.FIRST + timedelta(days=1))
    fill({(code, day): rng.randrange(4, 30) for code in points for day in days}, plan=coverage.PLAN)
    fill({(code, days[0]): 1 for code in points[::17]}, "burst", plan=coverage.PLAN)
    from central_office.coverage.visits import Told, enter

    told = [Told(code, day, rng.randrange(10, 60)) for code in points[:180] for day in days]
    enter(coverage.the_plan(), told, "nhanvien", datetime.now().astimezone(), coverage.FIRST + timedelta(days=30))


def running() -> None:
    """A copy of the plan that runs now, with kiosks of which some are silent."""
    from django.utils import timezone

    from central_office.fleet.models import Kiosk
    from central_office.rounds.catalogue import clone_plan

    now = timezone.now()
    today = timezone.localdate(now)
    plan = clone_plan(PLAN, "dang-chay", today - timedelta(days=25), today + timedelta(days=20), now)
    rng = random.Random(1)
    span = [plan.first_day + timedelta(days=number) for number in range(25)]
    for place, each in enumerate(plan.allocations):
        fill({(each.point.code, day): rng.randrange(1, 3 + place % 4) for day in span[place % 5 :: 2]}, plan=plan.id)
        Kiosk.objects.create(
            kiosk=f"k-{place:012d}",
            public_key=bytes([place] * 32),
            plan=plan.id,
            point=each.point.code,
            enrolled_at=now - timedelta(days=25),
            seen_at=now - timedelta(days=4 * (place % 5 == 0), minutes=3),
            pending=place % 3,
            clock="synchronised",
        )


@pytest.mark.slow
@pytest.mark.display
def test_the_pages_are_readable(
    address: str, browser: Any, browsing: Any, coverage: Any, helper: Any, small_office: Any
) -> None:
    from central_office.watching.alerts import run

    a_round(until=date(2023, 10, 15))
    two_hundred_and_nine(helper, coverage)
    running()
    run(datetime.now().astimezone())
    log_in(browser, address, coverage)
    passes = 0
    for size, (width, height) in SIZES.items():
        for name, path in PAGES.items():
            browsing.show(browser, f"{address}{path}", width, height)
            assert browser.save_screenshot(str(SCREENS / f"office-{name}-{size}.png"))
            assert browser.execute_script(CUT) == [], name
            if not web.no_axe():
                kept, broken = web.violations(browser)
                assert broken == [], (name, size)
                passes += kept
    assert len(browser.find_elements("css selector", ".alerts > li")) > 0
    browser.get(f"{address}{PAGES['watching-209']}")
    assert len(browser.find_elements("css selector", ".tiles a")) == 209
    assert len(browser.find_elements("css selector", "h3.group")) == 10
    print(f"{len(PAGES)} pages at {len(SIZES)} sizes; {passes} rules of axe kept")
