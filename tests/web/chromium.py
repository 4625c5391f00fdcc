"""A real Chromium for tests of pages: opened apart, looked at by axe-core, watched for what it fetches."""

import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
AXE = ROOT / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars"),
)


def no_browser() -> str:
    """Why there is none; empty if there is."""
    there = shutil.which("chromium") and shutil.which("chromedriver")
    return "" if there else "Chromium is not installed (apt-get install chromium chromium-driver)"


def no_axe() -> str:
    return "" if AXE.is_file() else "axe-core is not installed: run make build/axe/.ready"


@contextmanager
def chromium(profile: Path, *, scripts: bool = True) -> Iterator[Any]:
    """`profile`: a folder of its own. `scripts`: whether pages may run any."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    service = Service(str(shutil.which("chromedriver")), popen_kw={"start_new_session": True})
    browser = webdriver.Chrome(options=options, service=service)
    try:
        if not scripts:
            browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        yield browser
    finally:
        process = browser.service.process
        browser.quit()
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def sized(browser: Any, width: int, height: int, scale: float = 2) -> None:
    """A window of so many CSS pixels, as a phone has it."""
    shape = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", shape)


def touched(browser: Any, selector: str) -> None:
    """Touch what the selector finds, and wait for the page that follows it."""
    from selenium.webdriver.support.wait import WebDriverWait

    pressed(browser, browser.find_element("css selector", selector))
    wait = WebDriverWait(browser, 20, poll_frequency=0.02)
    wait.until(lambda _browser: browser.find_elements("css selector", "main h1"))


def pressed(browser: Any, button: Any) -> None:
    """Press what leads to another page, and wait until this one is gone: on a busy machine it stays a while."""
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver.support.wait import WebDriverWait

    before = browser.find_element("tag name", "html")
    button.click()

    def is_gone(_browser: Any) -> bool:
        try:
            before.is_enabled()
        except WebDriverException:  # stale; or, in the middle of the change, an error of Chromium's own
            return True
        return False

    WebDriverWait(browser, 20, poll_frequency=0.02).until(is_gone)


def fetched(browser: Any) -> list[str]:
    """The addresses asked for over the wire since the last call."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return [url for url in asked if url.startswith("http")]


def violations(browser: Any) -> tuple[int, list[str]]:
    """How many rules axe-core found kept on the page, and what it found broken."""
    browser.execute_script(AXE.read_text("utf-8"))
    run = """
    const done = arguments[arguments.length - 1], rules = {'color-contrast-enhanced': {enabled: true}};
    axe.run(document, {runOnly: arguments[0], rules: rules}).then(done, error => done({error: String(error)}));
    """
    found = browser.execute_async_script(run, {"type": "tag", "values": TAGS})
    assert "error" not in found, found
    broken = [f"{each['id']}: {node['html'][:120]}" for each in found["violations"] for node in each["nodes"]]
    return len(found["passes"]), broken
