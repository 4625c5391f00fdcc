"""The office and the fleet of a simulated round, each part the command that a technician or an officer would type."""

import csv
import io
import json
import random
import re
import sys
from collections import Counter as Counts
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.demo.phones import Phone
from deploy.demo.round_script import PhoneDay, Round
from deploy.demo.stage import DemoFailed, Stage

LONG_S = 1200.0  # thousands of answers on a slow machine
PHONES = 3  # at the same time
PAGES_S = 0.12  # that one answer takes on a phone, at the slowest; only the speed of the day follows from it
OFFICE_DAY_S = 8.5 * 3600
PROGRESS = 200


class RoundStage(Stage):
    """`url` of phones is only printed into codes; telephones are led to the office's own port."""

    def __init__(self, directory: Path, made: Round) -> None:
        super().__init__(directory, made.plan["form"])
        self.round = made
        self.kiosks = directory / "kiosks"

    def open(self) -> None:
        """Set the office up with this one plan, and serve it."""
        self.kiosks.mkdir()
        settings: dict[str, str | float] = {
            "data_directory": str(self.directory / "office"),
            "listen": "127.0.0.1:0",
            "second_factor": "optional",
        }
        settings |= {"public_url": "http://phieu.example.vn"} | dict(self.office_settings())
        self._office_config = self.write("office.toml", settings)
        plan = self.directory / self.round.path.name
        plan.write_text(json.dumps(self.round.plan, ensure_ascii=False, indent=1), "utf-8")
        loaded = ("--plan", str(plan), "--form", str(self.round.form))
        said = self.office("setup", *loaded)
        found = re.search(r"administrator: (\S+)\n.*password, shown once: (\S+)", said)
        if found is None:
            raise DemoFailed(f"the office's set-up named no administrator:\n{said}")
        self.user, self.password = found.groups()

    def serve(self, *clock: str) -> None:
        """Start the office's server; `clock`: start, stop and speed of another clock than the machine's."""
        command = ["hailong-office", "--config", str(self._office_config), "serve"]
        if clock:
            command = [sys.executable, "-m", "deploy.demo.clocked", *clock, *command]
        self.start("office", command)
        self.office_url = self.wait_for_line("office.log", r"(http://127\.0\.0\.1:\d+)")

    def enrol_all(self) -> None:
        plan = self.round.plan["plan"]
        codes = self.directory / "codes.txt"
        codes.write_text(self.office("enrol", "--plan", plan, "--all"), "utf-8")
        self.fleet("enrol", str(codes))

    def fleet(self, *arguments: str) -> None:
        self._run("hailong-fleet", str(self.kiosks), "--centre-url", self.office_url, *arguments, within_s=LONG_S)

    def let_crowd_answer(self, seed: int) -> Counts[int | None]:
        """How often each level of the overall question was given at the kiosks; None counts who left before it."""
        script = self.directory / "script.json"
        script.write_text(json.dumps({"seed": seed, "counters": self.round.counters}), "utf-8")
        said = self._run("hailong-crowd", str(self.kiosks), "--script", str(script), within_s=LONG_S)
        told: Mapping[str, int] = json.loads(said.splitlines()[-1])
        levels: Counts[int | None] = Counts(
            {int(name[6:]): count for name, count in told.items() if name.startswith("level ")}
        )
        if told["answers"] < levels.total():
            raise DemoFailed(f"{levels.total()} citizens rated, {told['answers']} were thanked")
        return levels + Counts({None: told["answers"] - levels.total()})

    def unit_paths(self) -> dict[str, str]:
        """The address of every point's permanent code, from the list that goes with the posters."""
        folder, plan = self.directory / "posters", self.round.plan["plan"]
        self.office("qr", "--plan", plan, "--all", "--out", str(folder))
        rows = csv.reader(io.StringIO((folder / f"{plan}-posters.csv").read_text("utf-8-sig")), delimiter=";")
        return {row[0]: f"/U/{row[2]}" for row in list(rows)[1:]}

    def play_phone_day(self, day: PhoneDay, paths: Mapping[str, str], seed: int) -> Counts[int | None]:
        """One day of telephones, at an office whose clock says that day; the levels given."""
        waves = max(map(len, day.levels.values()), default=0)
        todo = [(p, own[wave]) for wave in range(waves) for p, own in day.levels.items() if wave < len(own)]
        speed = OFFICE_DAY_S / max(1.0, len(todo) * PAGES_S)
        self.serve(f"{day.day}T07:30:00+07:00", f"{day.day}T17:00:00+07:00", f"{speed:.1f}")
        with ThreadPoolExecutor(PHONES) as pool:
            parts = [todo[lane::PHONES] for lane in range(PHONES)]
            list(pool.map(lambda lane: self._phone(parts[lane], paths, f"{seed} {day.day} {lane}"), range(PHONES)))
        self.end("office")
        self._tell_visits(day)
        return Counts(level for _, level in todo)

    def _phone(self, todo: list[tuple[str, int]], paths: Mapping[str, str], seed: str) -> None:
        dice, phone = random.Random(seed), Phone(self.office_url)
        try:
            for number, (point, level) in enumerate(todo, 1):
                phone.answer(paths[point], level, dice)
                if number % PROGRESS == 0:
                    print(f"  {number}/{len(todo)} on one of {PHONES} telephones", flush=True)
        finally:
            phone.close()

    def _tell_visits(self, day: PhoneDay) -> None:
        """What the people at the door counted."""
        path = self.directory / f"visits-{day.day}.csv"
        lines = ["Điểm;Ngày;Số lượt", *(f"{point};{day.day:%d/%m/%Y};{count}" for point, count in day.visits.items())]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        self.office("visits", "import", str(path), "--plan", self.round.plan["plan"])

    def office(self, *arguments: str) -> str:
        return self._run("hailong-office", "--config", str(self._office_config), *arguments, within_s=LONG_S)
