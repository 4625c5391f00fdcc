"""The phone's pages in a real browser: who cannot see, aim or run scripts can answer. Leaves PNGs in build/phone."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.web import chromium as web

PICTURES = Path(__file__).parents[2] / "build" / "phone"
SHAPES = {"360": (360, 640), "landscape": (640, 360), "zoom200": (180, 320)}
MOST_BYTES = 50_000
TARGETS = """
return [...document.querySelectorAll('button, .button, .tick, input.typed, textarea, .tongues a, .low a')]
  .map(e => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect().width, e.getBoundingClientRect().height]);
"""
CUT = """
const found = [];
for (const e of document.querySelectorAll('body *')) {
  const box = e.getBoundingClientRect();
  if (box.width && (box.left < -1 || box.right > innerWidth + 1)) found.push(e.outerHTML.slice(0, 80));
  if (e.tagName === 'BUTTON' && e.scrollWidth > e.clientWidth + 1) found.push(e.outerHTML.slice(0, 80));
}
return found;
"""


@pytest.fixture
def town(tmp_path: Path, helper: Any, phone_helpers: Any) -> Iterator[Any]:
    """A real server with a plan that runs now: (address, letters of slips, path of a unit's code, settings file)."""
    if reason := web.no_browser():
        pytest.skip(reason)
    config = helper.write_config(tmp_path / "served", "sqlite")
    helper.run_office(config, "setup")
    codes, unit = phone_helpers.issued(config, 6)
    process = helper.Process(config, "--workers", "1")
    yield process.url.rstrip("/"), codes, unit, config
    process.stop()


def states(browser: Any, url: str, codes: list[str], unit: str) -> Iterator[str]:
    """Brings the browser to every kind of page in turn; names each."""
    slip = f"{url}/P/{codes[0]}"
    steps: list[tuple[str, str, str]] = [
        ("first", slip, ""),
        ("first-en", f"{slip}?l=en", ""),
        ("unit", url + unit, ""),
        ("second", slip, "button[value='2']"),
        ("elsewhere", slip, ""),
        ("resumed", "", ""),
        ("chosen", "/cau/RG.HL0", ""),
        ("yes-no", "/cau/RG.PA", ""),
        ("reasons", "/cau/RG.LD", ""),
        ("comment", "/cau/RG.YK", ""),
    ]
    own = ""
    for name, address, touched in steps:
        browser.get(address if address.startswith(url) else own + address)
        if touched:
            web.touched(browser, touched)
            own = browser.current_url.split("/cau/")[0]
        yield name
    browser.find_element("css selector", "textarea").send_keys("Xin gọi lại cho tôi số 0912 345 678, cảm ơn cán bộ.")
    web.touched(browser, "button.lead")
    yield "review"
    browser.get(f"{own}/cau/RG.HL1")
    web.touched(browser, "button[value='finish']")
    yield "thanks"
    forgotten = f"{url}/P/{codes[0][:-1]}{'0' if codes[0][-1] != '0' else '1'}"
    for name, address in (
        ("used", slip),
        ("withdraw", f"{slip}/rut-lai"),
        ("mistyped", forgotten),
        ("typed", f"{url}/P/"),
        ("lost", f"{url}/P/a/b/c"),
        ("no-code-en", f"{url}/P/a?l=en"),
        ("unit-unknown", f"{url}/U/ABCDE"),
    ):
        browser.get(address)
        yield name


@pytest.mark.slow
@pytest.mark.display
def test_nobody_is_kept_out_of_any_page(town: Any, tmp_path: Path) -> None:
    """axe-core: WCAG 2.0 to 2.2, A and AA, and text at 7:1; each page whole at 360 px, in landscape and at 200 %."""
    if reason := web.no_axe():
        pytest.skip(reason)
    url, codes, unit, _ = town
    PICTURES.mkdir(parents=True, exist_ok=True)
    kept = pages = 0
    smallest = 999.0
    with web.chromium(tmp_path / "chromium") as browser:
        web.sized(browser, *SHAPES["360"])
        for name in states(browser, url, codes, unit):
            for shape, (width, height) in SHAPES.items():
                web.sized(browser, width, height)
                assert browser.execute_script("return document.documentElement.scrollWidth") <= width, (name, shape)
                assert browser.execute_script(CUT) == [], (name, shape)
                if shape == "360":
                    passes, broken = web.violations(browser)
                    assert broken == [], (name, broken)
                    kept, pages = kept + passes, pages + 1
                    boxes = browser.execute_script(TARGETS)
                    assert all(high >= 48 or wide == 0 for _, wide, high in boxes), (name, boxes)
                    smallest = min(smallest, *(high for _, _, high in boxes if high))
                _picture(browser, f"{name}-{shape}", width, height)
            web.sized(browser, *SHAPES["360"])
        said = [entry["message"] for entry in browser.get_log("browser") if "favicon" not in entry["message"]]
        refused = [line for line in said if "Content Security Policy" in line and "axe" not in line]
    assert refused == []
    print(f"axe-core on {pages} pages: 0 violations, {kept} rules kept; lowest target {smallest:.0f} px")


def _picture(browser: Any, name: str, width: int, height: int) -> None:
    tall = browser.execute_script("return document.documentElement.scrollHeight")
    if width < height:
        web.sized(browser, width, max(tall, height))
    assert browser.save_screenshot(str(PICTURES / f"{name}.png"))


@pytest.mark.slow
@pytest.mark.display
def test_the_form_works_without_scripts_and_fetches_nothing_else(town: Any, tmp_path: Path, helper: Any) -> None:
    url, codes, _, config = town
    with web.chromium(tmp_path / "chromium", scripts=False) as browser:
        browser.get("data:text/html,<title>off</title><script>document.title='on'</script>")
        assert browser.title == "off"
        web.fetched(browser)
        browser.get(f"{url}/P/{codes[0]}")
        assert web.fetched(browser) == [f"{url}/P/{codes[0]}"]
        pressed = 0
        while "/cau/" in browser.page_source:
            ticks = browser.find_elements("css selector", ".tick")
            if ticks:
                ticks[1].click()
            areas = browser.find_elements("css selector", "textarea")
            if areas:
                areas[0].send_keys("Nhanh, gọn.")
            rated = "button[name='a'][value='3'], button[name='a'][value='KHONG']"
            web.touched(browser, ".lead" if ticks or areas else rated)
            pressed += 1
        assert "Xin cảm ơn" in browser.page_source
        assert browser.get_cookies() == []
        requests = web.fetched(browser)
    assert all(request.startswith(url) for request in requests)
    assert "sai khác / differences: 0" in helper.run_office(config, "verify").stdout
    print(f"without scripts: {pressed} pages, {len(requests)} requests, all to the office; one record, verified")


def whole_reply(url: str) -> bytes:
    """Every byte that the server sends for one GET, over a bare socket."""
    parts = urlsplit(url)
    with socket.create_connection((str(parts.hostname), parts.port or 80), timeout=20) as connection:
        request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        pieces = []
        while piece := connection.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


@pytest.mark.slow
def test_the_first_page_is_small_and_whole(server: Any, phone_helpers: Any) -> None:
    """All that the first page needs, with its headers, over the wire: one request, no script, under 50 kB."""
    codes, unit = phone_helpers.issued(server.config, 1)
    for path in (f"/P/{codes[0]}", unit):
        reply = whole_reply(server.process.url.rstrip("/") + path)
        assert reply.startswith(b"HTTP/1.1 200 ")
        body = reply.partition(b"\r\n\r\n")[2].decode()
        assert (
            re.findall(
                r'(?:src|href)="(?!data:|/)[^"]*"|url\(|@import|<script|<link(?! rel="icon" href="data:,")', body
            )
            == []
        )
        assert len(reply) < MOST_BYTES
        print(f"first page of {path[:3]}…: {len(reply)} bytes with headers, 1 request, no script, no cookie")
