"""The results pages in a real browser: nothing sticks out or is faint, axe finds nothing, at a desk and on a phone."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

import pytest

from tests.web import chromium as web

SCREENS = Path(__file__).parents[2] / "build" / "screens"
COMPARED = "/ket-qua/so-sanh/?a=krong-no-2023&b=krong-no-2024"
SHOWN = (  # name, address, width, height, whether axe looks
    ("soc-trang-1280", "/ket-qua/?plan=soc-trang-2025", 1280, 800, False),
    ("soc-trang-360", "/ket-qua/?plan=soc-trang-2025", 360, 780, True),
    ("so-sanh-1280", COMPARED, 1280, 800, True),
    ("so-sanh-360", COMPARED, 360, 780, False),
)


@pytest.fixture
def address(small_office: Any, served: Any) -> Iterator[str]:
    from central_office.wsgi import application

    with make_server("127.0.0.1", 0, application, served.Server, served.Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def rounds(small_office: Any, made: Any) -> None:
    made.krong_no(small_office, random.Random(12), small_points=True, size=0.5)
    made.krong_no(small_office, random.Random(13), plan=made.next_round(), good=0.9, size=0.5)
    made.soc_trang(small_office, random.Random(11), size=14)


@pytest.mark.slow
@pytest.mark.display
def test_the_pages_are_readable_at_a_desk_and_on_a_phone(
    rounds: None, client_of: Any, address: str, browser: Any, browsing: Any
) -> None:
    from django.utils import timezone

    from central_office.results import given

    figure = given.Entered("Tỷ lệ hài lòng theo QĐ 766", "98,45", "Báo cáo số 12/BC-UBND", "quý II năm 2025")
    given.enter("soc-trang-2025", figure, "cli:thu", timezone.now())
    SCREENS.mkdir(parents=True, exist_ok=True)
    browser.get(f"{address}/dang-nhap/")
    browser.add_cookie({"name": "sessionid", "value": client_of.cookies["sessionid"].value})
    rules = 0
    for name, page, width, height, looked_at in SHOWN:
        browsing.show(browser, address + page, width, height)
        (SCREENS / f"results-{name}.png").write_bytes(browser.get_screenshot_as_png())
        if looked_at and not web.no_axe():
            passed, found = web.violations(browser)
            assert found == [], (name, found)
            rules += passed
    print(f"{len(SHOWN)} views, axe: {rules} rules passed, 0 violations")
