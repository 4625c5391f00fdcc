"""From the office's page to the survey and to its end: a QR picture, a scanner, a kiosk, an agent, all real."""

import io
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import pytest
import requests

from deploy.demo.fingers import Eyes, Finger, tell
from deploy.demo.stage import PLAN, POINT, Stage, fresh_directory
from kiosk.session import STANDING_S
from kiosk.standing import StandingFiles

TODAY = date.today()
SCANNER = '[scanner]\nkind = "serial"\ndevice = "{link}"\n'
PIXELS = 6  # a side of a module


class Unenrolled(Stage):
    """A kiosk beside whose screen a scanner lies, and an agent that waits."""

    def kiosk_settings(self) -> str:
        return SCANNER.format(link=self.directory / "ttySCAN")

    def open_scanner(self) -> Path:
        control = self.directory / "scan.sock"
        import sys

        command = [sys.executable, "-m", "hardware.scanner_simulator", "--link", str(self.directory / "ttySCAN")]
        self.start("scanner", [*command, "--control", str(control)])
        self.wait_until("the scanner", control.exists)
        return control

    def point_agent(self, url: str) -> None:
        settings = {"data_directory": str(self.data), "centre_url": url, "delivery_s": 0.3, "heartbeat_s": 0.5}
        self._agent_config = self.write("agent.toml", settings)


@pytest.fixture(scope="module")
def stage() -> Iterator[Unenrolled]:
    with tempfile.TemporaryDirectory(prefix="hl-") as root, Unenrolled(fresh_directory(Path(root))) as stage:
        stage.open_display(virtual=True)
        stage.open_office(((TODAY - timedelta(days=1)).isoformat(), (TODAY + timedelta(days=1)).isoformat()))
        stage.point_agent(stage.office_url)
        stage.open_agent()
        yield stage


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def signed_in(stage: Stage, closing: ExitStack) -> requests.Session:
    session = closing.enter_context(requests.Session())
    page = session.get(f"{stage.office_url}/dang-nhap/", timeout=30).text
    form = {"username": stage.user, "password": stage.password, "csrfmiddlewaretoken": token(page)}
    done = session.post(f"{stage.office_url}/dang-nhap/", form, timeout=30)
    if 'name="new_password1"' in done.text:
        new = "con-ga-gay-te-te-sang-som"
        form = {"old_password": stage.password, "new_password1": new, "new_password2": new}
        session.post(done.url, form | {"csrfmiddlewaretoken": token(done.text)}, timeout=30)
    return session


def token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1]


def picture_of(page: str) -> bytes:
    """The page's drawing as a PNG, as a screen would show it."""
    from PIL import Image, ImageDraw

    side = int(re.search(r'viewBox="0 0 (\d+)', page)[1])  # type: ignore[index]
    image = Image.new("L", (side * PIXELS, side * PIXELS), 255)
    pen = ImageDraw.Draw(image)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", page):
        left, top = int(x) * PIXELS, int(y) * PIXELS
        pen.rectangle((left, top, left + PIXELS - 1, top + PIXELS - 1), fill=0)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.mark.slow
@pytest.mark.display
def test_a_code_from_the_page_enrols_and_the_office_can_end_it(stage: Unenrolled, closing: ExitStack) -> None:
    import zxingcpp
    from PIL import Image

    scanner = stage.open_scanner()
    stage.open_kiosk()
    eyes, finger = Eyes(stage.report, stage.check_alive), Finger(stage.display)
    closing.callback(eyes._report.close)
    closing.callback(finger._display.close)
    eyes.wait_for("the offer", lambda lit: lit.screen == "enrol_offer")
    office = signed_in(stage, closing)
    home = f"{stage.office_url}/ki-ot/ghi-danh/"
    form = {"plan": PLAN, "point": POINT, "csrfmiddlewaretoken": token(office.get(home, timeout=30).text)}
    shown = office.post(f"{home}ma/", form, timeout=30)
    read = zxingcpp.read_barcode(Image.open(io.BytesIO(picture_of(shown.text))))
    assert read is not None
    tell(scanner, f"scan {read.text}")
    lit = eyes.wait_for("the fingerprints", lambda lit: lit.screen in ("enrol_done", "enrol_refused"))
    assert lit.screen == "enrol_done"
    after = office.get(shown.url, timeout=30).text
    from survey.enrolment import fingerprint
    from sync_agent.identity import load_centre, load_identity

    for key in (load_identity(stage.data).public_key, load_centre(stage.data)):
        assert all(f"<li>{group}</li>" in after for group in fingerprint(key).split(" "))
    stage.wait_until("the form", lambda: StandingFiles(stage.data, lambda: TODAY).read() is not None)
    time.sleep(STANDING_S + 0.5)
    tell(scanner, f"scan {read.text}")  # by now the session has its form, behind the fingerprints
    time.sleep(0.5)
    finger.tap(lit.targets["finish"])
    after_it = eyes.wait_for("what follows", lambda lit: lit.screen != "enrol_done")
    assert after_it.screen == "invitation", "the code shown once more was nobody's slip"
    kiosk = StandingFiles(stage.data, lambda: TODAY).read().assignment.kiosk  # type: ignore[union-attr]
    stage.office("kiosk", "revoke", kiosk)
    eyes.wait_for("the end", lambda lit: lit.screen == "enrol_stopped")
    stage.office("kiosk", "restore", kiosk, "--alone")
    eyes.wait_for("the survey again", lambda lit: lit.screen == "invitation")
    tell(scanner, f"scan {read.text}")
    stage.check_alive()
    print("page → QR → zxing → scanner → kiosk → agent → office: enrolled, revoked, restored; nothing restarted")
    everything = "".join(path.read_text("utf-8") for path in stage.directory.glob("*.log"))
    assert read.text not in everything, "a log names the code"
