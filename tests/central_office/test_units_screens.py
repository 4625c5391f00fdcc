"""The units' pages in a real browser: the tree, a unit, the preview, by phone and by screen, without a script."""

import threading
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

import pytest
from selenium.webdriver.support.wait import WebDriverWait

from tests.central_office.test_coverage_screens import Quiet, Server, log_in
from tests.web import chromium as web

SCREENS = Path(__file__).parents[2] / "build" / "screens"
SIZES = {"1280": (1280, 800), "360": (360, 740)}
TABLE = """Mã;Tên;Cấp;Thuộc;Ghi chú
krong-no;Huyện Krông-Nô;Huyện;Dak Nong;
kn-thu;Xã Thử Nghiệm;Xã;krong no;
kn-nam-da-2;Xã Nam Đà;Xã;Huyện Krông Nô;
sai;Xã Sai;Xã;Huyện Krông Lô;
"""


PAGES = {
    "units": "/don-vi/?ngay=01/09/2023",
    "units-search": "/don-vi/?tim=nam&ngay=01/09/2026",
    "unit": "/don-vi/xem/hc-2023:krong-no/?ngay=01/09/2023",
    "unit-gone": "/don-vi/xem/hc-2023:nam-da/?ngay=01/09/2026",
    "units-file": "/don-vi/tep/",
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


@pytest.mark.slow
@pytest.mark.display
def test_the_pages_are_readable(
    address: str, browser: Any, browsing: Any, coverage: Any, helper: Any, tmp_path: Path
) -> None:
    from central_office.units.storing import preview_now, store
    from central_office.units.table_file import read_table

    lines = read_table(files("central_office.units").joinpath("data", "krong-no.csv").read_bytes(), "x").lines
    store(lines, "", preview_now(lines).digest, "cli:test", "x")
    log_in(browser, address, coverage)
    passes = 0
    for size, (width, height) in SIZES.items():
        for name, page in list(PAGES.items())[: 2 if size == "1280" else None]:
            browsing.show(browser, address + page, width, height)
            passes += kept(browser, f"{name}-{size}", look=size == "360")
    passes += preview(browser, tmp_path, "units-preview-360")
    browsing.show(browser, f"{address}/don-vi/tep/", 1280, 800)
    (tmp_path / "don-vi.csv").write_text("\n".join(TABLE.splitlines()[:4]), "utf-8")
    browser.find_element("name", "file").send_keys(str(tmp_path / "don-vi.csv"))
    browser.find_element("name", "list").send_keys("hc-2023")
    browser.find_element("css selector", ".find button").click()
    helper.until(lambda: "Ghi 3" in browser.page_source)
    browser.find_element("css selector", "main form button").send_keys("\n")
    helper.until(lambda: "da-ghi=3" in browser.current_url)
    assert "Đã ghi 3 đơn vị." in browser.find_element("tag name", "main").text
    print(f"{len(PAGES) + 3} screens under build/screens, {passes} rules of axe kept, none broken")


def kept(browser: Any, name: str, look: bool = True) -> int:
    """A picture; and axe's look where the page is narrowest, for both sizes have the same elements."""
    browser.save_screenshot(str(SCREENS / f"{name}.png"))
    if not look or web.no_axe():
        return 0
    passes, broken = web.violations(browser)
    assert broken == [], (name, broken)
    return passes


def preview(browser: Any, folder: Path, name: str) -> int:
    """Continues from the page where a file is chosen."""
    (folder / "don-vi.csv").write_text(TABLE, "utf-8")
    browser.find_element("name", "list").send_keys("hc-2023")
    browser.find_element("name", "file").send_keys(str(folder / "don-vi.csv"))
    browser.find_element("css selector", ".find button").click()
    WebDriverWait(browser, 20, poll_frequency=0.05).until(lambda page: "Dòng chưa hiểu" in page.page_source)
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    return kept(browser, name)
