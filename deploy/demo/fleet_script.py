"""The plan, units and troubles of a simulated fleet, drawn by a seed. Pure values; names of places are invented."""

import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.demo.round_script import shipped

PLAN_ID = "doi-may-thu"
DISTRICTS = 10
WINDOW = ("2027-03-01", "2027-03-31")
DAY, DAY_BEFORE, LONG_BEFORE = "2027-03-09", "2027-03-08", "2027-03-05"  # a Tuesday, its Monday, the Friday before
CODES = (["touch_missing"], ["supply_low", "throttled"], ["disk_worn"], ["printer_missing"], ["hot"])


@dataclass
class FleetScript:
    """By directory of a kiosk (its point's code): `ill` as `hailong-fleet turn --ill` takes it, `health`: codes of its
    doctor. `planted`: by trouble as the office names it, the directories that must have it."""

    points: dict[str, str]
    districts: dict[str, str]
    ill: dict[str, dict[str, Any]] = field(default_factory=dict)
    health: dict[str, list[str]] = field(default_factory=dict)
    planted: dict[str, set[str]] = field(default_factory=dict)

    def plan(self) -> dict[str, Any]:
        """Krông Nô's plan with these points and a window of its own."""
        found = json.loads(shipped("plans", "krong-no-2023").read_text("utf-8"))
        found |= {"plan": PLAN_ID, "title": {"vi": "Đội máy thử (tên giả định)"}, "readings": [], "milestones": []}
        found |= {"window": {"from": WINDOW[0], "to": WINDOW[1]}, "submit_by": WINDOW[1]}
        found["allocations"] = [
            {"point": code, "name": {"vi": name}, "forms": 20} for code, name in self.points.items()
        ]
        return {key: value for key, value in found.items() if key not in ("submit_before", "declared_total")}

    def units(self) -> str:
        """The table of units for `hailong-office unit import`."""
        rows = ["Danh mục;Mã;Tên;Cấp;Thuộc", "thu;tinh;Tỉnh thử;Tỉnh, thành phố;"]
        rows += [f"thu;h{number:02d};Huyện thử {number};Huyện;thu:tinh" for number in range(1, DISTRICTS + 1)]
        rows += [f"diem;{code};{name};Điểm tiếp nhận;thu:{self.districts[code]}" for code, name in self.points.items()]
        return "\n".join(rows) + "\n"

    def counters(self) -> list[dict[str, Any]]:
        """What the crowd does: some answers on the day before, and where the line is cut some that wait for days. None
        at those that fall silent: what a kiosk last told of its queue is what the office shows."""
        days = {code: {DAY_BEFORE: 2} for code in self.points if code not in self.planted["silent"]}
        days |= {code: {LONG_BEFORE: 4} for code in self.planted["backlog"]}
        return [{"directory": code, "days": own, "satisfied": 80} for code, own in days.items()]


def draw(count: int, seed: int) -> FleetScript:
    """A fleet of `count` kiosks. One district in ten is silent as a whole, some kiosks are ill by themselves."""
    dice = random.Random(f"fleet {seed} {count}")
    codes = [f"may-{number:03d}" for number in range(1, count + 1)]
    districts = {code: f"h{1 + number * DISTRICTS // count:02d}" for number, code in enumerate(codes)}
    made = FleetScript({code: f"Điểm thử số {code[4:]}" for code in codes}, districts)
    down = {code for code in codes if districts[code] == f"h{DISTRICTS // 2:02d}"}
    others = dice.sample([code for code in codes if code not in down], len(codes) - len(down))
    share = max(1, count // 40)
    parts = {name: {others.pop() for _ in range(share)} for name in ("silent", "backlog", "version", "clock", "health")}
    made.planted = parts | {"silent": parts["silent"] | down}
    _fall_ill(made, dice)
    return made


def _fall_ill(made: FleetScript, dice: random.Random) -> None:
    bad = {"touch_missing", "supply_low", "printer_missing"}
    for code in sorted(made.planted["backlog"]):
        made.ill[code] = {"undelivered": True}
    for code in sorted(made.planted["version"]):
        made.ill[code] = {"version": "0.0.9"}
    for code in sorted(made.planted["clock"]):
        made.ill[code] = {"clock": "uncertain"}
    for code in sorted(made.planted.pop("health")):
        made.health[code] = dice.choice(CODES)
    made.planted["sick"] = {code for code, codes in made.health.items() if bad & set(codes)}


def later(made: FleetScript) -> dict[str, dict[str, Any]]:
    """What is the matter when they are to report again: those silent are off."""
    return made.ill | {code: {"off": True} for code in made.planted["silent"]}


def write_doctor(directory: Path, codes: list[str], boot: str, boot_s: float) -> None:
    """The file that a kiosk's doctor leaves."""
    lines = [{"code": code, "state": "bad"} for code in codes]
    document = {"v": 1, "boot": boot, "boot_s": boot_s, "lines": lines}
    (directory / "doctor.json").write_text(json.dumps(document), "utf-8")
