"""`make demo FLEET=209`: codes in bulk, every kiosk enrols and reports, troubles are planted and found again.

Everything is the command that a technician or an officer would type, over HTTP on loopback; the office's clock says a
Tuesday morning, so that opening hours do not depend on when the demo runs.
"""

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.demo.fleet_script import DAY, PLAN_ID, FleetScript, draw, later, write_doctor
from deploy.demo.round_script import Round
from deploy.demo.round_stage import LONG_S, RoundStage

MORNING, END = f"{DAY}T07:40:00+07:00", f"{DAY}T10:19:00+07:00"
LATER, EVENING = f"{DAY}T10:20:00+07:00", f"{DAY}T11:20:00+07:00"
JUDGED = f"{DAY}T10:24:00+07:00"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
WINDOW = (1280, 900)


def play_fleet(directory: Path, count: int, seed: int, out: Path, no_picture: bool) -> int:
    """Exit code 0 only if every kiosk enrolled and reported and the office found exactly what was planted."""
    script = draw(count, seed)
    path = directory.with_suffix(".plan") / f"{PLAN_ID}.json"
    with FleetStage(directory, Round(script.plan(), path), script) as stage:
        _say(f"Office: a plan of {count} points under ten districts; one-time codes for all of them…")
        enrolled = stage.set_up()
        _say("A first report of every kiosk…")
        stage.let_report(script.ill)
        stage.end("office")
        _say("Two hours later: those silent are off, the others report again…")
        stage.serve(LATER, EVENING, "1")
        stage.let_report(later(script))
        rows, alerts = stage.listed(), stage.alerts()
        if not no_picture:
            stage.write_inventory(out)
            stage.take_pictures(out, rows)
    reported = sum(row["seen_at"] is not None for row in rows)
    return _judge(script, rows, alerts, {"fleet": count, "enrolled": enrolled, "reported": reported, "seed": seed})


class FleetStage(RoundStage):
    """An office and many kiosks; `script`: what is the matter with which."""

    def __init__(self, directory: Path, made: Round, script: FleetScript) -> None:
        super().__init__(directory, made)
        self.script = script

    def office_settings(self) -> Mapping[str, str | float]:
        return {"workers": 1}  # a thread for each of the fleet's is enough

    def set_up(self) -> int:
        """Serve the office in the morning, enrol every kiosk and let its citizens answer; how many enrolled."""
        self.open()
        units = self.directory / "units.csv"
        units.write_text(self.script.units(), "utf-8")
        self.office("unit", "import", str(units), "--list", "thu", "--yes")
        self.serve(MORNING, END, "1")
        began_s = time.monotonic()
        codes = self.directory / "codes.txt"
        codes.write_text(self.clocked(MORNING, "enrol", "--plan", PLAN_ID, "--all"), "utf-8")
        said = self.agents("enrol", str(codes))
        _say(f"  {said['enrolled']} enrolled in {time.monotonic() - began_s:.0f} s")
        counters = self.directory / "script.json"
        counters.write_text(json.dumps({"seed": 1, "counters": self.script.counters()}), "utf-8")
        self._run("hailong-crowd", str(self.kiosks), "--script", str(counters), within_s=LONG_S)
        return int(said["enrolled"])

    def let_report(self, ill: dict[str, dict[str, Any]]) -> None:
        """Let every kiosk that is not off tell of itself to the office that serves now."""
        boot, boot_s = BOOT_ID.read_text("ascii").strip(), time.clock_gettime(time.CLOCK_BOOTTIME)
        for code, codes in self.script.health.items():
            write_doctor(self.kiosks / code, codes, boot, boot_s)
        path = self.directory / "ill.json"
        path.write_text(json.dumps(ill), "utf-8")
        began_s = time.monotonic()
        told = self.agents("turn", "--ill", str(path))
        _say(f"  {told['kiosks']} reported in {time.monotonic() - began_s:.0f} s, {told['left']} answers held back")

    def listed(self) -> list[dict[str, Any]]:
        """Every kiosk as the office sees it, with the directory that it is played from."""
        directories = {self.kiosk_of(code): code for code in self.script.points}
        rows: list[dict[str, Any]] = json.loads(self.clocked(JUDGED, "fleet", "list", "--json"))
        return [row | {"directory": directories[row["kiosk"]]} for row in rows]

    def alerts(self) -> list[str]:
        """What the office has to say of silence."""
        self.clocked(JUDGED, "alerts", "--run")
        return [line for line in self.clocked(JUDGED, "alerts").splitlines() if "im lặng" in line.lower()]

    def kiosk_of(self, code: str) -> str:
        return str(json.loads((self.kiosks / code / "assignment.json").read_text("utf-8"))["kiosk"])

    def write_inventory(self, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "inventory.json").write_text(self.clocked(JUDGED, "fleet", "inventory"), "utf-8")

    def take_pictures(self, out: Path, rows: list[dict[str, Any]]) -> None:
        """The fleet's page, that of one ill kiosk, and the page of alerts."""
        from deploy.demo.browser import Browser

        ill = next((row for row in rows if "backlog" in row["troubles"]), rows[0])
        with Browser(self.directory / "officer", WINDOW) as page:
            page.open(f"{self.office_url}/ki-ot/")
            page.one("input[name=username]").send_keys(self.user)
            page.one("input[name=password]").send_keys(self.password)
            page.click("main form button")
            pages = {f"fleet-{len(rows)}": "/ki-ot/", "kiosk": f"/ki-ot/may/{ill['kiosk']}/"}
            for name, address in (pages | {"alerts": "/theo-doi/canh-bao/?loai=silence"}).items():
                page.open(self.office_url + address)
                page.picture(out / f"{name}.png")
        _say(f"  pictures in {out}")

    def clocked(self, at: str, *arguments: str) -> str:
        """One command of the office at an instant of its clock."""
        clock = ["-m", "deploy.demo.clocked", at, EVENING, "1"]
        command = ("hailong-office", "--config", str(self._office_config), *arguments)
        return self._run(sys.executable, *clock, *command, within_s=LONG_S)

    def agents(self, *arguments: str) -> dict[str, Any]:
        said = self._run(
            "hailong-fleet", str(self.kiosks), "--centre-url", self.office_url, *arguments, within_s=LONG_S
        )
        told: dict[str, Any] = json.loads(said.splitlines()[-1])
        return told


def _judge(script: FleetScript, rows: list[dict[str, Any]], alerts: list[str], line: dict[str, Any]) -> int:
    """Compare what was planted with what the office tells, kiosk by kiosk."""
    wrong = []
    for trouble, planted in script.planted.items():
        found = {row["directory"] for row in rows if trouble in row["troubles"]}
        line[trouble] = len(found)
        if found != planted:
            wrong.append(f"{trouble}: missed {sorted(planted - found)[:5]}, too many {sorted(found - planted)[:5]}")
    line |= {"well": sum(not row["troubles"] for row in rows), "silence_alerts": len(alerts)}
    wrong += [f"{name}: {line[name]}" for name in ("enrolled", "reported") if line[name] != line["fleet"]]
    for fault in wrong:
        _say(f"The office says otherwise: {fault}")
    print(json.dumps(line), flush=True)
    return 1 if wrong else os.EX_OK


def _say(text: str) -> None:
    print(text, flush=True)
