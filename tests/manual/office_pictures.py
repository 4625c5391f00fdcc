"""The office's pages that the manual shows: a real office with 209 simulated kiosks, seen by Chromium as by an officer.

Stands on the stage of `make demo FLEET=209`; what it adds is typed as in the manual: a code, a batch of cards, a
system release in rings, a file that came by post.
"""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from deploy.demo.browser import Browser
from deploy.demo.fleet_script import PLAN_ID, draw, later
from deploy.demo.fleet_stage import EVENING, LATER, MORNING, WINDOW, FleetStage
from deploy.demo.round_script import Round
from tests.manual.kept import keep

FLEET, SEED = 209, 1
ENROLLING = "/ki-ot/ghi-danh/"
MARGIN = 20
COMPATIBLE, OLDER, NEWER, TRIAL = "hailong-arm64", "2026.9.1", "2026.12.1", "h01"
BUNDLE, BUNDLE_BYTES = f"{COMPATIBLE}-{NEWER}.raucb", 96 << 20
RINGS = f"""[[ring]]
name = "thử"
units = ["thu:{TRIAL}"]
[[ring]]
name = "một phần mười"
percent = 10
[[ring]]
name = "mọi nơi"
automatic = true
"""


def draw_office(directory: Path, count: int = FLEET) -> list[Path]:
    """Every picture of the office, of a fleet of `count`; `directory`: a new one for the office and its kiosks."""
    script = draw(count, SEED)
    path = directory.with_suffix(".plan") / f"{PLAN_ID}.json"
    path.parent.mkdir(parents=True)
    with PostedStage(directory, Round(script.plan(), path), script) as stage:
        stage.set_up()
        stage.run_systems(list(script.points), OLDER)
        stage.let_report(script.ill)
        stage.end("office")
        stage.release()
        stage.run_systems([code for code, unit in script.districts.items() if unit == TRIAL][::2], NEWER)
        stage.serve(LATER, EVENING, "1")
        stage.let_report(later(script))
        rows, posted = stage.listed(), stage.posted()
        with Browser(directory / "officer", WINDOW) as page:
            return Officer(stage, page, directory).draw(rows, posted)


class PostedStage(FleetStage):
    """A fleet, and what happens in the field around it."""

    def let_cards_enrol(self) -> None:
        """Three of six cards of a batch are plugged in, and wait for a look."""
        points = self.directory / "points.txt"
        points.write_text("\n".join(f"may-{number:03d}" for number in range(2, 8)), "utf-8")
        cards, used = self.directory / "the-ki-ot", self.directory / "lap-roi"
        card = ("kiosk", "prepare", "--plan", PLAN_ID, "--points", str(points), "--days", "21")
        self.clocked(LATER, *card, "--centre-url", "https://hailong.tinh.example", "--out", str(cards))
        for folder in sorted(path.parent for path in cards.glob("*/hailong.toml"))[:3]:
            shutil.copytree(folder, used / folder.name)
        self.enrol_beside("cards", used)

    def enrol_beside(self, name: str, codes: Path) -> None:
        """More kiosks than the fleet, in a folder of their own."""
        self._run("hailong-fleet", str(self.directory / name), "--centre-url", self.office_url, "enrol", str(codes))

    def run_systems(self, codes: Iterable[str], version: str) -> None:
        """What the updater of these kiosks says: this version runs, and nothing is under way."""
        told = {"compatible": COMPATIBLE, "slot": "A", "version": version, "phase": "idle"}
        for code in codes:
            (self.kiosks / code / "update.json").write_text(json.dumps(told), "utf-8")

    def release(self) -> None:
        """The trusted repository, three rings and one system release, opened to the first."""
        keys, rings, bundle = self.directory / "keys", self.directory / "rings.toml", self.directory / BUNDLE
        rings.write_text(RINGS, "utf-8")
        with bundle.open("wb") as file:
            file.truncate(BUNDLE_BYTES)
        for words in (
            ("init", "--keys", str(keys)),
            ("forms", "--keys", str(keys)),
            ("rings", str(rings)),
            ("release", str(bundle), "--keys", str(keys), "--ring", "thử"),
        ):
            self.clocked(MORNING, "updates", *words)

    def posted(self) -> list[Path]:
        """What the kiosks whose line is cut give onto a stick."""
        made = []
        for code in sorted(self.script.planted["backlog"])[:3]:
            settings = {"data_directory": str(self.kiosks / code), "centre_url": self.office_url}
            config = self.write(f"{code}.toml", settings)
            made.append(self.directory / f"phieu-{code}.hlp")
            self._run("hailong-agent", "--config", str(config), "export", str(made[-1]))
        return made


def cut(path: Path, tall: int | None) -> None:
    """At most so tall, and without the empty ground below the last thing on the page."""
    with Image.open(path) as whole:
        picture = whole.convert("RGB").crop((0, 0, whole.width, min(tall or whole.height, whole.height)))
    ground = Image.new("RGB", picture.size, picture.getpixel((2, picture.height - 1)))
    box = ImageChops.difference(picture, ground).getbbox()
    picture.crop((0, 0, picture.width, min(picture.height, (box[3] if box else 0) + MARGIN))).save(path)


class Officer:
    """Signs in, clicks, and keeps what is seen."""

    def __init__(self, stage: PostedStage, page: Browser, aside: Path) -> None:
        self.stage, self.page, self.aside = stage, page, aside
        self.kept: list[Path] = []

    def draw(self, rows: list[dict[str, Any]], posted: list[Path]) -> list[Path]:
        self._sign_in()
        self._whole("doi-may", "/ki-ot/", tall=WINDOW[1])
        ill = next(row for row in rows if "sick" in row["troubles"])
        self._whole("mot-may", f"/ki-ot/may/{ill['kiosk']}/")
        self._whole("thay-thu-hoi", f"{ENROLLING}may/{ill['kiosk']}/")
        self._whole("ban-cap-nhat", "/ki-ot/ban-cap-nhat/")
        self.stage.let_cards_enrol()
        self.page.open(f"{self.stage.office_url}{ENROLLING}")
        self._part("cho-xac-nhan", "section[aria-labelledby=waits]")
        self._part("lo-ma", "section[aria-labelledby=batches]")
        self._one_by_one()
        self._post(posted)
        return self.kept

    def _sign_in(self) -> None:
        self.page.open(f"{self.stage.office_url}/ki-ot/")
        self.page.one("input[name=username]").send_keys(self.stage.user)
        self.page.one("input[name=password]").send_keys(self.stage.password)
        self.page.click("main form button")

    def _one_by_one(self) -> None:
        """A code for one point; used; the two fingerprints."""
        self.page.open(f"{self.stage.office_url}{ENROLLING}?tim=may-009")
        self.page.click("section[aria-labelledby=choose] table button")
        code = self.page.one(".code").text
        self._whole("ma-ghi-danh")
        codes = self.aside / "one.txt"
        codes.write_text(f"may-009 {code}\n", "utf-8")
        self.stage.enrol_beside("one", codes)
        self._whole("so-dau-van", self.page.url.removeprefix(self.stage.office_url))

    def _post(self, files: list[Path]) -> None:
        self.page.open(f"{self.stage.office_url}/ki-ot/qua-buu-dien/")
        self.page.one("input[name=file]").send_keys("\n".join(map(str, files)))
        self.page.click("form.entry button")
        self._whole("nhap-phieu")

    def _whole(self, name: str, address: str = "", tall: int = 0) -> None:
        """The page, or its upper part."""
        if address:
            self.page.open(self.stage.office_url + address)
        drawn = self.aside / f"{name}.png"
        self.page.picture(drawn)
        cut(drawn, tall or None)
        self.kept.append(keep(drawn, name))

    def _part(self, name: str, selector: str) -> None:
        drawn = self.aside / f"{name}.png"
        self.page.one(selector).screenshot(str(drawn))
        self.kept.append(keep(drawn, name))
