"""Slips from the officer's click to the answers: printed, read from the paper, answered on phones and at the kiosk.

Nobody here knows a code but from the picture that the printer made, read by a reader that is not ours.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import zxingcpp
from PIL import Image

from deploy.demo.browser import Browser
from deploy.demo.citizens import LEVEL_WEIGHTS, MOST_STEPS, Counter
from deploy.demo.fingers import tell
from deploy.demo.slip_stage import SlipStage
from deploy.demo.stage import DemoFailed

OFFICER, PHONE = (1280, 900), (360, 740)
ON_PHONES, AT_KIOSK = 0.4, 0.3  # shares of the slips; nobody comes with the others
WITH_DOSSIER = 3  # every third slip is for a dossier, the others for whoever asks
PRINT_S = 60.0


@dataclass(frozen=True)
class Shares:
    """How many slips are answered where."""

    printed: int
    phones: int
    kiosk: int

    @classmethod
    def of(cls, printed: int) -> "Shares":
        return cls(printed, round(printed * ON_PHONES), round(printed * AT_KIOSK))

    @property
    def answered(self) -> int:
        return self.phones + self.kiosk


def print_slips(stage: SlipStage, count: int, pictures: Path, progress: Callable[[int], None]) -> list[str]:
    """Click for `count` slips on the counter's page; what the QR code of each holds, read from the paper."""
    found: list[str] = []
    with Browser(stage.directory / "officer", OFFICER) as page:
        for number in range(1, count + 1):
            page.open(stage.station_url)
            if asked := page.all("form[action='/ngay'] button"):  # no time service sets this machine's clock
                page.follow(asked[0])
            if number % WITH_DOSSIER == 0:
                page.one("input[data-scan]").send_keys(f"000.18.29.H51-261122-{number:04}")
                page.click("button.main[value=print]")
            else:
                page.click("button.big")
            found.append(wait_for_slip(stage, page, found))
            progress(number)
        page.open(stage.station_url)
        page.picture(pictures / "station.png")
    return found


def wait_for_slip(stage: SlipStage, page: Browser, known: Sequence[str]) -> str:
    """The QR code of the slip that comes out now. As an officer does, ask for it again where the page says that it may
    not have come out whole."""
    give_up = time.monotonic() + PRINT_S
    while True:
        new = [text for text in codes_on(stage.prints) if text not in known]
        if new:
            if whole := page.all("form[action$=da-ra] button"):
                page.follow(whole[0])  # the page asks whether it came out; it did
            return new[0]
        if again := page.all("form[action$=in-tiep] button"):
            page.follow(again[0])
        stage.check_alive()
        if time.monotonic() > give_up:
            raise DemoFailed(f"slip {len(known) + 1} did not come out; the page says {page.text[:300]!r}")
        time.sleep(0.05)


def codes_on(prints: Path) -> list[str]:
    """What every QR code that can be read on the printer's paper holds, in the order of printing."""
    return [text for path in sorted(prints.glob("*.png")) for text in _codes_in(path)]


@cache
def _codes_in(path: Path) -> tuple[str, ...]:
    with Image.open(path) as picture:
        return tuple(str(code.text) for code in zxingcpp.read_barcodes(picture))


def answer_on_phones(
    stage: SlipStage, shown: Sequence[str], dice: random.Random, pictures: Path, progress: Callable[[int], None]
) -> Iterator[int]:
    """Open the address of each slip and answer its form; the overall rating that each gave."""
    overall = stage.overall_question()
    with Browser(stage.directory / "phone", PHONE) as phone:
        for number, address in enumerate(shown, 1):
            level = dice.choices((1, 2, 3, 4, 5), LEVEL_WEIGHTS)[0]
            phone.open(address)
            if number == 1:
                phone.picture(pictures / "phone.png")
            answer_form(phone, overall, level, dice)
            progress(number)
            yield level


def answer_form(phone: Browser, overall: str, level: int, dice: random.Random) -> None:
    """Tap through the form of the page that is open, until it thanks."""
    first = True
    for _ in range(MOST_STEPS):
        if phone.url.endswith("/xong"):
            return
        asked = phone.url.rsplit("/", 1)[1]
        rates = phone.all("button[name=a]")
        if rates:
            mine = [each for each in rates if each.get_attribute("value") == str(level)]
            is_overall = asked == overall or (first and "/cau/" not in phone.url)
            phone.follow(mine[0] if is_overall and mine else dice.choice(rates))
        else:
            for box in phone.all("label.tick"):
                if dice.random() < 0.3:
                    box.click()
            phone.click("button.lead")
        first = False
    raise DemoFailed(f"no thanks after {MOST_STEPS} steps on the phone; it shows {phone.text[:200]!r}")


def answer_at_kiosk(
    counter: Counter, scanner: Path, shown: Sequence[str], dice: random.Random, progress: Callable[[int], None]
) -> Iterator[int]:
    """Show each slip to the scanner and tap through the form that opens; the overall rating that each gave."""
    for number, text in enumerate(shown, 1):
        level = dice.choices((1, 2, 3, 4, 5), LEVEL_WEIGHTS)[0]
        counter.eyes.wait_for("the invitation", lambda now: now.screen == "invitation")
        tell(scanner, f"scan {text}")
        lit = counter.eyes.wait_for("the form of the slip", lambda now: now.screen == "question")
        counter.fill_in(lit, dice, level)
        progress(number)
        yield level
