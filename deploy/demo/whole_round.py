"""`make demo PLAN=…`: a whole round, from the plan's file to the published figure, with simulated citizens.

Judges at its end what the office says against what was given here: the index, the number of answers, the frozen
figures rebuilt, the site checked by the program that goes with it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter as Counts
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from deploy.demo.ledger import Given, index_percent
from deploy.demo.round_pictures import take_pictures
from deploy.demo.round_script import Round, make_round
from deploy.demo.round_stage import LONG_S, RoundStage
from deploy.demo.stage import DemoFailed

PARTS = ("report", "site", "frozen", "pictures")


def play_round(directory: Path, plan: str, seed: int, out: Path, share: int = 100) -> int:
    """Exit code 0 only if every figure of the office is the one that was given. Raises: NoRound, DemoFailed."""
    made = make_round(plan, seed, share)
    plan = made.plan["plan"]
    folders = {part: _fresh(out / plan, part) for part in PARTS}
    with RoundStage(directory, made) as stage:
        _say(f"Office: {plan}, {len(made.points)} points…")
        stage.open()
        _say(stage.office("plan", "list").rstrip())
        for step in ("accepted", "approved"):
            stage.office("plan", "stage", plan, step)
        levels = _by_phones(stage, seed) if made.phones else _by_kiosks(stage, seed)
        _say(stage.office("verify").splitlines()[-1])
        told = _publish(stage, made, folders)
        stage.serve()
        take_pictures(stage, folders, _middle(made))
        return _judge(told, levels, made, folders)


def _by_kiosks(stage: RoundStage, seed: int) -> Counts[int | None]:
    first, last = _window(stage.round)
    stage.serve(f"{first}T07:00:00+07:00", f"{first}T17:00:00+07:00", "1")  # slips are for rounds that run
    _say(f"Kiosks: enrolling {len(stage.round.counters)}, fetching what slips need…")
    stage.enrol_all()
    stage.fleet("turn")
    stage.end("office")
    _say("Citizens: answering on the days of the round…")
    levels = stage.let_crowd_answer(seed)
    _say(f"Agents: delivering {levels.total()} answers…")
    stage.serve(f"{last}T17:00:00+07:00", f"{last}T23:00:00+07:00", "1")
    stage.fleet("turn")
    stage.end("office")
    return levels


def _by_phones(stage: RoundStage, seed: int) -> Counts[int | None]:
    paths, levels = stage.unit_paths(), Counts[int | None]()
    for day in stage.round.phones:
        count = sum(map(len, day.levels.values()))
        _say(f"Telephones: {count} answers on {day.day:%d/%m/%Y}, by the office's clock of that day…")
        levels += stage.play_phone_day(day, paths, seed)
    return levels


def _publish(stage: RoundStage, made: Round, folders: dict[str, Path]) -> dict[str, Any]:
    """Report, frozen figures, site, publication; what the office says of the round."""
    plan, (_, last) = made.plan["plan"], _window(made)
    signed = (last + timedelta(days=14)).isoformat()
    _say("Freezing, rebuilding bit for bit, writing the site…")
    said = stage.office("freeze", "--plan", plan)
    version = _version(said, plan)
    for action, part in (("rebuild", "frozen"),):
        stage.office("frozen", action, version, "--out", str(folders[part]))
    _say("Report of the frozen round: DOCX, PDF, XLSX, CSV, JSON, Parquet, a sheet for every point…")
    stage.office("report", "--frozen", version, "--out", str(folders["report"]), "--date", signed)
    stage.office("site", "--frozen", version, "--out", str(folders["site"]))
    stage.office("frozen", "accept", version, "--council", "Hội đồng nghiệm thu", "--day", signed)
    where = ("--where", "website", "--place", "https://hailong.example.vn/ket-qua", "--day", signed)
    stage.office("publish", "add", "--frozen", version, *where)
    _check_site(folders["site"])
    export = stage.directory / "export"
    stage.office("export", "--plan", plan, str(export))
    results: dict[str, Any] = json.loads((export / "results.json").read_text("utf-8"))
    return results | {"version": version}


def _version(said: str, plan: str) -> str:
    found = re.search(rf"\b({re.escape(plan)}[\w.-]*)\b", said)
    if found is None:
        raise DemoFailed(f"freezing named no version:\n{said}")
    return found[1]


def _check_site(site: Path) -> None:
    """Check the site as an outsider would, with the program that lies in it and nothing of ours."""
    program = next(site.rglob("verify.py"), None)
    if program is None:
        raise DemoFailed("the site has no verify.py")
    done = subprocess.run(
        [sys.executable, "-I", str(program)], cwd=program.parent, capture_output=True, text=True, timeout=LONG_S,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise DemoFailed(f"the site does not verify:\n{done.stdout}{done.stderr}")
    _say(f"  {done.stdout.strip().splitlines()[-1]}")


def _judge(told: dict[str, Any], levels: Counts[int | None], made: Round, folders: dict[str, Path]) -> int:
    overall = told["overall"]["index"]
    line = {
        "plan": made.plan["plan"],
        "answers": levels.total(),
        "received": told["received"],
        "index": overall["percent"],
        "flagged": told["flagged"],
        "outside": told["outside_window"],
        "version": told["version"],
        "site_files": sum(1 for path in folders["site"].rglob("*") if path.is_file()),
        "sheets": sum(1 for path in folders["report"].rglob("*.pdf")) - 1,
        "folder": str(folders["site"].parent),
    }
    given = index_percent(Given("", level) for level, count in levels.items() for _ in range(count))
    wrong = [] if line["received"] == line["answers"] else ["received"]
    wrong += [] if not line["outside"] else ["answers outside the window"]
    wrong += [] if line["index"] == given else [f"index, given {given}"]
    wrong += paper_faults(folders["report"], folders["site"], len(made.points))
    if wrong:
        print(f"The office says otherwise: {wrong}", file=sys.stderr)
    print(json.dumps(line), flush=True)
    return 1 if wrong else os.EX_OK


def paper_faults(report: Path, site: Path, points: int) -> list[str]:
    """What the report says otherwise than the site: the overall index by its counts; a sheet for every point."""
    told = json.loads((report / "so-lieu.json").read_text("utf-8"))["chi-so"][0]
    share = json.loads((site / "data" / "analysis.json").read_text("utf-8"))["analysis"]["overall"]["share"]
    sheets = sum(1 for _ in (report / "don-vi").glob("*.pdf"))
    wrong = [] if sheets == points else [f"{sheets} sheets of {points} points"]
    return (
        wrong if (told["satisfied"], told["n"]) == (share["satisfied"], share["n"]) else [*wrong, "the report's index"]
    )


def _window(made: Round) -> tuple[date, date]:
    first, last = (date.fromisoformat(made.plan["window"][end]) for end in ("from", "to"))
    return first, last


def _middle(made: Round) -> date:
    """A day on which the round was well under way."""
    first, last = _window(made)
    return first + (last - first) // 2


def _fresh(folder: Path, part: str) -> Path:
    """The folder of a part, which no earlier run has left anything in; the office makes it."""
    path = (folder / part).resolve()
    if path.exists():
        shutil.rmtree(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _say(text: str) -> None:
    print(text, flush=True)
