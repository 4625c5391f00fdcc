"""The pages in a real browser: nothing cut off, every text readable; leaves PNGs under build/screens."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from survey.identifier import write_quarter
from survey.panel_state import Condition, Counts, Trouble
from survey.pause import Pause

SCREENS = Path(__file__).parents[2] / "build" / "screens"
SIZES = {"1366": (1366, 768), "phone": (390, 844)}
BOXES = (
    Condition("hộp nút", box="5eed1e57", version="1.0.0", buttons=5),
    Condition("hộp nút", Trouble.ABSENT, "0badcafe", "1.0.0", 5),
    Condition("hộp nút", Trouble.STUCK, "00c0ffee", "1.0.0", 5, stuck=(2,)),
    Condition("hộp nút", box="12345678", version="1.0.0", buttons=3),
)
SHORT = Counts("hộp nút", told=121, held=120, refused=0, differ=True)


def fill(office: Any, helper: Any) -> None:
    """A plan that runs today, eight kiosks of which one is silent and one holds a backlog, some incidents."""
    today = datetime.now(UTC) + timedelta(hours=7)
    first, last = (today - timedelta(days=20)).date(), (today + timedelta(days=31)).date()
    clone = ("plan", "clone", "krong-no-2023", "--id", "krong-no-nay", "--from", f"{first}", "--to", f"{last}")
    helper.run_office(office.config, *clone)
    rng = random.Random(8)
    start = datetime.combine(first, datetime.min.time(), UTC) + timedelta(hours=2)
    for number, point in enumerate(("kn-huyen", "kn-dak-mam", "kn-nam-da", "kn-nam-ndir", "kn-quang-phu")):
        device = office.device(100 + number, point, "krong-no-nay")
        records = []
        for place in range((118, 44, 31, 12, 3)[number]):
            day = start + timedelta(days=place % 20)
            level = rng.choices([1, 2, 3, 4, 5], [3, 5, 12, 38, 42])[0]
            answers: dict[str, Any] = {"RG.HL0": level}
            if rng.random() < 0.8:
                answers |= {f"RG.HL{n}": max(1, min(5, level + rng.randint(-1, 1))) for n in range(1, 5)}
            if rng.random() < 0.1:
                answers["RG.HL5"] = rng.randint(1, 4)
            records.append(device.answer(answers=answers, quarter=day.strftime("%Y-%m-%dT%H:00+00:00")))
        if number == 2:
            device.prev = "d" * 64
            records.append(device.answer(answers={"RG.HL0": 4}, quarter=start.strftime("%Y-%m-%dT%H:00+00:00")))
        device.deliver_all(office.door, records)
        backlog = {"pending": 37, "oldest": "2026-11-20T08:15+07:00", "clock": "uncertain"} if number == 1 else {}
        if number == 3:
            device.deliver(office.door, device.answers(9, answers={"RG.HL0B3": 3}, quarter=f"{first}T10:00+07:00"))
        boxes = [BOXES[number].fields()] if number < len(BOXES) else []
        told = backlog | {"panels": boxes, "panel_counts": [SHORT.fields()] if number == 0 else []}
        told |= {"pauses": pauses(number), "tested": 6 * (number == 2)}
        office.door.post(helper.HEARTBEATS, device.heartbeat(**told), "application/json")
    office.device(200, "kn-tan-thanh", "krong-no-nay")
    hush(office, device.name)


def pauses(number: int) -> list[Any]:
    """One kiosk is paused now and was before for another reason; one was."""
    hours_ago = {1: [("fault", 30, 28), ("repair", 3, None)], 3: [("closed", 20, 18)]}.get(number, [])
    now = datetime.now(UTC)
    quarters = [
        (reason, *("" if ago is None else write_quarter(now - timedelta(hours=ago)) for ago in (since, until)))
        for reason, since, until in hours_ago
    ]
    return [Pause(f"{n:016x}", *each).fields() for n, each in enumerate(quarters)]


def hush(office: Any, kiosk: str) -> None:
    """Make a kiosk one that was last heard of six hours ago."""
    import sqlite3

    from central_office.config import load_config

    connection = sqlite3.connect(load_config(str(office.config)).database_path)
    with connection:
        connection.execute("UPDATE fleet_kiosk SET seen_at = datetime('now', '-6 hours') WHERE kiosk = ?", (kiosk,))
    connection.close()


@pytest.mark.slow
@pytest.mark.display
def test_the_pages_in_a_browser(shown_server: Any, helper: Any, browser: Any, browsing: Any) -> None:
    from selenium.webdriver.common.by import By

    office, password = shown_server
    fill(office, helper)
    SCREENS.mkdir(parents=True, exist_ok=True)
    browser.set_window_size(*SIZES["1366"])
    browser.get(office.process.url)
    shots = [_shoot(browser, "office-login")]
    browser.find_element(By.ID, "id_username").send_keys("quantri")
    browser.find_element(By.ID, "id_password").send_keys(password)
    browser.find_element(By.CSS_SELECTOR, "form button").click()
    helper.until(lambda: "Kết quả" in browser.title)
    for page, path in (("results", "ket-qua/"), ("kiosks", "ki-ot/")):
        for size, (width, height) in SIZES.items():
            browsing.show(browser, office.process.url + path, width, height)
            shots.append(_shoot(browser, f"office-{page}-{size}"))
            text = browser.find_element(By.TAG_NAME, "main").text
            assert ("Chỉ số hài lòng chung" if page == "results" else "Im lặng") in text
    shots += enrolling_pages(office, helper, browser, browsing)
    print(f"{len(shots)} screens under build/screens: {', '.join(shots)}")


def enrolling_pages(office: Any, helper: Any, browser: Any, browsing: Any) -> list[str]:
    """Kiosks that wait, a code, the fingerprints after its use, a kiosk's own page; each by axe as well."""
    import tomllib

    from selenium.webdriver.common.by import By

    from tests.web import chromium as web

    plan, home, shots = "krong-no-nay", f"{office.process.url}ki-ot/ghi-danh/", []
    out = office.config.parent / "cards"
    asked = ("--plan", plan, "--days", "9", "--centre-url", "https://hailong.example", "--out", str(out))
    helper.run_office(office.config, "kiosk", "prepare", *asked)
    for seed, path in enumerate(sorted(out.glob("*/hailong.toml"))[:3], 300):
        card = tomllib.loads(path.read_text("utf-8"))["enrolment"]
        device = helper.Device(random.Random(seed))
        assert office.door.post(helper.ENROLMENTS, device.enrolment(card["code"]), "application/json").status == 200

    def look(name: str, url: str = "") -> None:
        here = url or browser.current_url
        for size, (width, height) in SIZES.items():
            browsing.show(browser, here, width, height)
            shots.append(_shoot(browser, f"office-enrolling-{name}-{size}"))
        if not web.no_axe():
            assert web.violations(browser)[1] == []

    look("list", home)
    browser.find_element(By.CSS_SELECTOR, f"form[action$='/ma/'] input[value={device_point(out)}] ~ button").click()
    helper.until(lambda: "Mã ghi danh" in browser.title)
    look("code")
    code = browser.find_element(By.CSS_SELECTOR, ".code").text
    device = helper.Device(random.Random(400))
    assert office.door.post(helper.ENROLMENTS, device.enrolment(code), "application/json").status == 200
    look("used")
    assert code not in browser.page_source
    browser.get(home)
    browser.find_element(By.LINK_TEXT, "Không khớp…").click()
    helper.until(lambda: "/may/" in browser.current_url)
    look("kiosk")
    return shots


def device_point(out: Path) -> str:
    """A point of which the command made a card."""
    return sorted(out.glob("*/hailong.toml"))[0].parent.name.split(" ")[0]


def _shoot(browser: Any, name: str) -> str:
    assert browser.save_screenshot(str(SCREENS / f"{name}.png"))
    return name
