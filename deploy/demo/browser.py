"""A real browser in the demo's hands: the officer's window at the counter, and the citizens' telephones."""

import os
import shutil
import signal
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from deploy.demo.stage import DemoFailed

PATIENCE_S = 60.0
LONGEST_TEMPORARY = 60  # letters: Chromium puts a socket below, whose path has to fit


class Browser:
    """Chromium without a window of its own. `size`: of the page in CSS pixels, width and height."""

    def __init__(self, directory: Path, size: tuple[int, int]) -> None:
        chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
        if chromium is None or driver is None:
            raise DemoFailed("Chromium is not installed: deploy/system-packages.sh browser")
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for flag in (
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *("--disable-dev-shm-usage", "--hide-scrollbars", f"--user-data-dir={directory}"),
        ):
            options.add_argument(flag)
        options.add_experimental_option(
            "mobileEmulation", {"deviceMetrics": {"width": size[0], "height": size[1], "pixelRatio": 2.0}}
        )
        short = {"TMPDIR": "/tmp"} if len(tempfile.gettempdir()) > LONGEST_TEMPORARY else {}  # noqa: S108
        service = Service(driver, env={**os.environ, **short}, popen_kw={"start_new_session": True})
        self._driver: Any = webdriver.Chrome(options=options, service=service)
        self._driver.implicitly_wait(0)
        self._driver.set_page_load_timeout(PATIENCE_S)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._driver.service.process
        self._driver.quit()
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)

    def open(self, url: str) -> None:
        self._driver.get(url)

    def all(self, selector: str) -> list[Any]:
        """The visible elements that a CSS selector finds, in the page's order."""
        return [each for each in self._driver.find_elements(By.CSS_SELECTOR, selector) if each.is_displayed()]

    def one(self, selector: str) -> Any:
        """Raises: DemoFailed naming what the page shows instead."""
        found = self.all(selector)
        if not found:
            raise DemoFailed(f"no {selector} on {self._driver.current_url}: {self.text[:300]!r}")
        return found[0]

    def follow(self, button: Any) -> None:
        """Click what leads to another page, and wait for that page. Raises: DemoFailed."""
        self._driver.execute_script("window.isLeft = false")
        button.click()
        try:
            WebDriverWait(self._driver, PATIENCE_S, 0.05).until(_is_another)
        except TimeoutException:
            raise DemoFailed(f"a click on {self.url} led nowhere: {self.text[:300]!r}") from None

    def click(self, selector: str) -> None:
        """`follow` the first that the selector finds."""
        self.follow(self.one(selector))

    @property
    def url(self) -> str:
        return str(self._driver.current_url)

    @property
    def source(self) -> str:
        return str(self._driver.page_source)

    @property
    def text(self) -> str:
        return str(self._driver.find_element(By.TAG_NAME, "body").text)

    def picture(self, path: Path) -> None:
        """The whole page as a PNG."""
        height = self._driver.execute_script("return document.documentElement.scrollHeight")
        width = self._driver.execute_script("return document.documentElement.clientWidth")
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self._driver.save_screenshot(str(path))


def _is_another(driver: Any) -> bool:
    """Whether the page that stood there when the click was made has given way to one that is complete."""
    return bool(driver.execute_script("return window.isLeft === undefined && document.readyState === 'complete'"))
