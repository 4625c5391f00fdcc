"""The page in a real browser: nothing cut off, every text readable, usable without JavaScript and by a scanner's keys.

Leaves PNGs under build/screens/station.
"""

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from firmware_bridge.control import tell
from kiosk.service.code import make_hash
from kiosk.station import texts
from tests.kiosk.station.rig import MOST_TRIES, Printer, Started, Station, today
from tests.web import chromium as web

SCREENS = Path(__file__).parents[3] / "build" / "screens" / "station"
SIZES = {"360": (360, 740), "1024": (1024, 768)}
LEAST_CONTRAST = 7
READABLE = """
const lum = c => { const [r,g,b] = c.map(v => { v/=255; return v<=0.03928 ? v/12.92 : ((v+0.055)/1.055)**2.4 });
  return 0.2126*r+0.7152*g+0.0722*b };
const rgb = s => { const m = s.match(/[\\d.]+/g).map(Number); return m.length>3 && m[3]===0 ? null : m.slice(0,3) };
const found = [];
for (const e of document.querySelectorAll('main *, header *')) {
  const own = [...e.childNodes].some(n => n.nodeType===3 && n.textContent.trim());
  if (!own || !e.getClientRects().length || e.closest('.apart')) continue;
  let ground = null;
  for (let p = e; p && !ground; p = p.parentElement) ground = rgb(getComputedStyle(p).backgroundColor);
  const [a,b] = [lum(rgb(getComputedStyle(e).color)), lum(ground || [255,255,255])].sort((x,y) => y-x);
  if ((a+0.05)/(b+0.05) < arguments[0]) found.push([e.tagName, e.textContent.trim().slice(0,40), (a+0.05)/(b+0.05)]);
}
return found;
"""
CUT = """
return [...document.querySelectorAll('main *, header *')].filter(e => !e.closest('.apart')
  && (e.getBoundingClientRect().right > innerWidth + 1 || (e.scrollWidth > e.clientWidth + 1
      && getComputedStyle(e).display !== 'inline' && e.clientWidth > 0
      && !['INPUT', 'SELECT', 'OPTION'].includes(e.tagName))))
  .map(e => [e.tagName, e.textContent.trim().slice(0, 30), e.scrollWidth, e.clientWidth]);
"""
SMALL = """
return [...document.querySelectorAll('button, summary, nav a, select, input:not([type=hidden])')]
  .filter(e => e.getClientRects().length && !e.closest('.apart'))
  .map(e => [e.textContent.trim().slice(0, 30) || e.name, Math.min(e.getBoundingClientRect().height,
      (e.closest('fieldset label') || e).getBoundingClientRect().height), (e.closest('fieldset label') || e)
      .getBoundingClientRect().height]).filter(([name, h, area]) => area < 39);
"""


def browse(folder: Path, javascript: bool) -> Iterator[Any]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("Chromium is not installed (apt-get install chromium chromium-driver)")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *("--disable-dev-shm-usage", "--hide-scrollbars", f"--user-data-dir={folder / 'chromium'}"),
    ):
        options.add_argument(flag)
    if not javascript:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    started = webdriver.Chrome(options=options, service=Service(driver, popen_kw={"start_new_session": True}))
    yield started
    process = started.service.process
    started.quit()
    if process is not None and process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    yield from browse(tmp_path, javascript=True)


@pytest.fixture
def plain_browser(tmp_path: Path) -> Iterator[Any]:
    yield from browse(tmp_path, javascript=False)


def look(browser: Any, name: str) -> None:
    """One page in both sizes: kept as PNG, nothing cut, text at 7:1, targets large enough."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for label, (width, height) in SIZES.items():
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        assert browser.execute_script(CUT) == []
        assert browser.execute_script(READABLE, LEAST_CONTRAST) == []
        assert browser.execute_script(SMALL) == []
        whole = browser.execute_script("return document.documentElement.scrollHeight")
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": max(height, whole), "deviceScaleFactor": 1, "mobile": False},
        )
        browser.save_screenshot(str(SCREENS / f"{name}-{label}.png"))


def click(browser: Any, text: str) -> None:
    from selenium.webdriver.common.by import By

    web.pressed(browser, browser.find_element(By.XPATH, f"//button[contains(., '{text}')]"))


def come_in(browser: Any, url: str) -> None:
    browser.get(url)
    say_day(browser)


def say_day(browser: Any) -> None:
    """Where no time service sets this machine's clock, the page asks for the day once."""
    for button in browser.find_elements("css selector", "form[action='/ngay'] button"):
        look(browser, "day")
        button.click()


def printed(browser: Any) -> bool:
    """Whether the slip is out; a busy test machine may let the printer look silent at first."""
    for _ in range(MOST_TRIES):
        if texts.ISSUED_TEXT not in browser.page_source:
            break
        click(browser, texts.GO_ON)
    return texts.PRINTED_TEXT in browser.page_source


@pytest.mark.slow
def test_the_page_at_work(browser: Any, station: Callable[..., Station], printer: Printer) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait

    counter = station()
    come_in(browser, counter.url)
    look(browser, "empty")
    click(browser, texts.PRINT)
    assert printed(browser)
    look(browser, "printed")

    browser.get(counter.url)
    browser.execute_script("document.activeElement.blur()")
    browser.find_element(By.TAG_NAME, "body").send_keys("000.18.29.H51-230401-0001" + Keys.ENTER)  # a scanner
    WebDriverWait(browser, 30).until(lambda shown: texts.KNOWN_DOSSIER in shown.page_source)
    field = browser.find_element(By.ID, "dossier")
    assert field.get_attribute("value") == "000.18.29.H51-230401-0001"
    assert len(printer.slips()) == 1, "a scan alone prints nothing"
    back = today() - timedelta(days=1)
    for name, typed in (("promised", texts.day(back - timedelta(days=3))), ("returned", "31/02/2026")):
        element = browser.find_element(By.ID, name)
        element.clear()
        element.send_keys(typed)
    click(browser, texts.PRINT_DOSSIER)
    assert texts.WRONG_DAY in browser.page_source
    look(browser, "wrong")
    element = browser.find_element(By.ID, "returned")
    element.clear()
    element.send_keys(texts.day(back))
    printer.tell("paper out")
    click(browser, texts.PRINT_DOSSIER)
    look(browser, "no-paper")
    printer.tell("ok")
    click(browser, texts.GO_ON)
    assert printed(browser)
    printer.tell("unplug 3000")
    browser.get(counter.url)
    click(browser, texts.PRINT)
    assert texts.UNSURE_TEXT in browser.page_source
    look(browser, "unsure")
    printer.tell("plug")
    browser.get(counter.url + "/tre-hen")
    look(browser, "late")
    (counter.folder / "slips.json").unlink()
    browser.get(counter.url)
    look(browser, "no-setup")


@pytest.mark.slow
def test_without_javascript(plain_browser: Any, station: Callable[..., Station], printer: Printer) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait

    plain_browser.get(station(staff_code=make_hash("407193", os.urandom)).url)
    look(plain_browser, "enter")
    plain_browser.find_element(By.ID, "code").send_keys("407193" + Keys.ENTER)
    WebDriverWait(plain_browser, 30).until(lambda shown: texts.NAV_SLIPS in shown.page_source)
    say_day(plain_browser)
    plain_browser.find_element(By.ID, "dossier").send_keys("H55.242-231004-0007" + Keys.ENTER)
    WebDriverWait(plain_browser, 30).until(lambda shown: texts.KNOWN_DOSSIER in shown.page_source)
    assert printer.slips() == []
    click(plain_browser, texts.PRINT_DOSSIER)
    assert printed(plain_browser)
    assert len(printer.slips()) == 1


@pytest.mark.slow
def test_a_scanner_on_the_stations_cable_fills_the_dossiers_field(
    folder: Path, station: Callable[..., Station], browser: Any
) -> None:
    """Wherever the cursor stands, the newest for the one before; and only for who is signed in."""
    from selenium.webdriver.support.ui import WebDriverWait

    way = ("--link", folder / "scanner", "--control", folder / "scanner.control")
    scanner = Started("-m", "hardware.scanner_simulator", *way, ready="scanner at", stream="stdout")
    try:
        counter = station(scanner=folder / "scanner")
        come_in(browser, counter.url)
        field = browser.find_element("id", "dossier")

        def scan(said: str) -> None:
            assert tell(folder / "scanner.control", f"scan {said}") == "ok"

        for said in ("000.18.29.H51-261122-0001", "H55.242-261122-0002"):
            scan(said)
            WebDriverWait(browser, 20).until(lambda _, said=said: field.get_attribute("value") == said)
        other = counter.officer()
        other.open()
        stamped = other.page
        assert json.loads(other.post("/vua-quet")) == {"scanner": False, "text": ""}, "it is the first page's"
        other.page = stamped
        other.post("/may-quet")
        WebDriverWait(browser, 20).until(lambda _: browser.find_element("id", "scanner").is_displayed())
        look(browser, "scanner-elsewhere")
        scan("H55.242-261122-0003")
        heard = ""
        for _ in range(500):  # looks at the page, until the line has brought it
            other.open()
            heard = heard or json.loads(other.post("/vua-quet"))["text"]
            if heard:
                break
        assert heard == "H55.242-261122-0003"
        assert field.get_attribute("value") == "H55.242-261122-0002"
        click(browser, texts.SCANNER_HERE)
        scan("H55.242-261122-0004")
        WebDriverWait(browser, 20).until(
            lambda shown: shown.find_element("id", "dossier").get_attribute("value") == "H55.242-261122-0004"
        )
        assert requests.get(counter.url + "/vua-quet", timeout=10).status_code == 405, "no other site's page may ask"
        counter.end()
        closed = station(scanner=folder / "scanner", staff_code=make_hash("481526", os.urandom))
        refused = requests.post(closed.url + "/vua-quet", timeout=10, allow_redirects=False)
        assert (refused.status_code, refused.headers["Location"]) == (303, "/dang-nhap")
    finally:
        scanner.end()
