"""The coverage pages in a real browser: 209 points in one look, nothing cut off, signs readable, all by keyboard."""

import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

SCREENS = Path(__file__).parents[2] / "build" / "screens"
SIZES = {"1280": (1280, 800), "400": (400, 860)}
POINT = "bg-001"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        return


class Server(ThreadingMixIn, WSGIServer):
    """A thread for each request; its connection to the database ends with it."""

    daemon_threads = False
    block_on_close = True

    def process_request_thread(self, *arguments: Any) -> None:
        from django.db import connections

        super().process_request_thread(*arguments)
        connections.close_all()


def served() -> Iterator[str]:
    """The office of this process, over loopback."""
    from central_office.wsgi import application

    with make_server("127.0.0.1", 0, application, Server, Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def address(small_office: Any) -> Iterator[str]:
    yield from served()


CUT = """return [...document.querySelectorAll('.grid .name')].filter(
  name => name.scrollWidth > name.clientWidth || !name.clientWidth).map(name => name.textContent)"""


def log_in(browser: Any, address: str, coverage: Any) -> None:
    client = coverage.logged_in()
    SCREENS.mkdir(parents=True, exist_ok=True)
    browser.get(f"{address}/dang-nhap/")
    browser.add_cookie({"name": "sessionid", "value": client.cookies["sessionid"].value})


@pytest.mark.slow
@pytest.mark.display
def test_few_points_have_their_names_whole(
    address: str, small_office: Any, browser: Any, browsing: Any, coverage: Any
) -> None:
    log_in(browser, address, coverage)
    for size, (width, height) in reversed(SIZES.items()):
        browsing.show(browser, f"{address}/do-phu/?plan=krong-no-2023", width, height)
        assert browser.save_screenshot(str(SCREENS / f"office-coverage-few-{size}.png"))
        assert browser.execute_script(CUT) == []
        assert browser.execute_script("return document.querySelectorAll('.grid .name').length") == 13


@pytest.mark.slow
@pytest.mark.display
def test_two_hundred_and_nine_points_in_one_look(
    address: str, small_office: Any, helper: Any, browser: Any, browsing: Any, coverage: Any
) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    coverage.busy_round(helper)
    log_in(browser, address, coverage)
    shots = []
    for size, (width, height) in reversed(SIZES.items()):
        for name, query in (("points", ""), ("point", f"&point={POINT}")):
            browsing.show(browser, f"{address}/do-phu/?plan={coverage.PLAN}{query}", width, height)
            shots.append(f"office-coverage-{name}-{size}")
            assert browser.save_screenshot(str(SCREENS / f"{shots[-1]}.png"))
    browser.get(f"{address}/do-phu/?plan={coverage.PLAN}")
    grid = browser.find_element(By.CLASS_NAME, "grid")
    assert grid.rect["height"] <= 1500, "209 points fill no more than a look or two"
    first = grid.find_element(By.TAG_NAME, "a")
    assert ": " in first.find_element(By.CLASS_NAME, "hidden").get_attribute("textContent")
    browser.execute_script("arguments[0].focus()", first)
    assert browser.switch_to.active_element == first
    first.send_keys(Keys.ENTER)
    helper.until(lambda: "point=" in browser.current_url)
    for name, text in (("day", "12/06/2024"), ("count", "77")):
        browser.find_element(By.NAME, name).send_keys(text)
    browser.find_element(By.NAME, "count").send_keys(Keys.ENTER)
    helper.until(lambda: "da-ghi=1" in browser.current_url)
    assert "Đã ghi số lượt." in browser.find_element(By.TAG_NAME, "main").text
    print(f"{len(shots)} screens under build/screens: {', '.join(shots)}; a number entered by keyboard alone")
