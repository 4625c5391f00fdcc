"""`make demo RECEIPTS=20`: slips handed out at a counter, some answered, and their coverage at the office."""

import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

from deploy.demo.browser import Browser
from deploy.demo.citizens import Counter
from deploy.demo.ledger import Given, index_percent
from deploy.demo.slip_stage import SlipStage
from deploy.demo.slips import OFFICER, WITH_DOSSIER, Shares, answer_at_kiosk, answer_on_phones, print_slips
from deploy.demo.stage import PLAN, DemoFailed

DELIVERY_S = 60.0


def hand_out_slips(stage: SlipStage, counter: Counter, scanner: Path, count: int, seed: int) -> int:
    """Exit code 0 only if the office's coverage and index are those of what was printed and answered here."""
    shares, dice, pictures = Shares.of(count), random.Random(seed), stage.prints.parent
    print(f"Counter: printing {count} slips from its page…", flush=True)
    shown = print_slips(stage, count, pictures, _steps("printed and read back", count))
    print(f"Telephones: answering {shares.phones} of them in Chromium…", flush=True)
    on_phones = shown[: shares.phones]
    levels = list(answer_on_phones(stage, on_phones, dice, pictures, _steps("answered on a phone", shares.phones)))
    print(f"Kiosk: showing {shares.kiosk} to the scanner, tapping the forms…", flush=True)
    at_kiosk = shown[shares.phones : shares.answered]
    levels += answer_at_kiosk(counter, scanner, at_kiosk, dice, _steps("answered at the kiosk", shares.kiosk))
    told = wait_for_coverage(stage, shares)
    page = picture_coverage(stage, pictures / "coverage.png")
    stage.office("verify")
    return _judge(told, page, _results(stage), shares, levels, pictures)


def _judge(
    told: dict[str, Any], page: str, results: dict[str, Any], shares: Shares, levels: list[int], pictures: Path
) -> int:
    """Print what the office says as one JSON line; 0 if it is what was printed and answered here."""
    total, by_agency = told["total"], told["answers_by_agency"]
    line = {
        "printed": total["printed"],
        "answered": total["used"],
        "left": total["left"],
        "response_percent": total["response_percent"],
        "phones": total["by_way"]["phone_slip"],
        "kiosk": total["by_way"]["screen_slip"],
        "for_a_dossier": sum(count for agency, count in by_agency.items() if agency),
        "index": results["overall"]["index"]["percent"],
        "pictures": str(pictures),
    }
    expected = {
        "printed": shares.printed,
        "answered": shares.answered,
        "left": shares.printed - shares.answered,
        "response_percent": _tenth(shares.answered, shares.printed),
        "phones": shares.phones,
        "kiosk": shares.kiosk,
        "for_a_dossier": shares.answered // WITH_DOSSIER,
        "index": index_percent(Given("", level) for level in levels),
        "pictures": str(pictures),
    }
    shown = f"{expected['response_percent']:.1f}".replace(".", ",")
    wrong = {name: (line[name], expected[name]) for name in line if line[name] != expected[name]}
    if wrong or shown not in page:
        print(f"The office says otherwise: {wrong}; its page says {shown}: {shown in page}", file=sys.stderr)
    print(json.dumps(line), flush=True)
    return 1 if wrong or shown not in page else os.EX_OK


def _tenth(part: int, whole: int) -> float:
    """Percent with one decimal, half up."""
    return (2000 * part + whole) // (2 * whole) / 10


def wait_for_coverage(stage: SlipStage, shares: Shares) -> dict[str, Any]:
    """Until the office has been told of every slip and every answer."""
    give_up = time.monotonic() + DELIVERY_S
    while True:
        told: dict[str, Any] = json.loads(stage.office("coverage", "--plan", PLAN, "--json"))
        if (told["total"]["printed"], told["total"]["used"]) == (shares.printed, shares.answered):
            return told
        stage.check_alive()
        if time.monotonic() > give_up:
            raise DemoFailed(f"after {DELIVERY_S:.0f} s the office says {told['total']}, wanted {shares}")
        time.sleep(0.5)


def picture_coverage(stage: SlipStage, path: Path) -> str:
    """The text of the office's coverage page, and its picture."""
    with Browser(stage.directory / "desk", OFFICER) as page:
        page.open(f"{stage.office_url}/do-phu/?plan={PLAN}")
        page.one("input[name=username]").send_keys(stage.user)
        page.one("input[name=password]").send_keys(stage.password)
        page.click("main form button")
        page.open(f"{stage.office_url}/do-phu/?plan={PLAN}")
        page.picture(path)
        return page.text


def _results(stage: SlipStage) -> dict[str, Any]:
    folder = stage.directory / "export"
    stage.office("export", "--plan", PLAN, str(folder))
    found: dict[str, Any] = json.loads((folder / "results.json").read_text("utf-8"))
    return found


def _steps(what: str, most: int) -> Any:
    def step(number: int) -> None:
        print(f"  {number}/{most} {what}", flush=True)

    return step
