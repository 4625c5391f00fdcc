"""Days of languages leave whole, with the quarter-hour look, and stay on the disk until the centre has them."""

import random
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from survey.language_days import held, read_sheets, tally_of
from survey.wire import read_message, write_message
from sync_agent.delivery import Reply
from sync_agent.outbox import FILE_NAME, Outbox, StorageFailed
from tests.sync_agent import loop
from tests.sync_agent.loop import KIOSK, Clock

ROOT = Path(__file__).parents[2]
KILLS = 6
DAY_S = 86_400.0


def noon_s() -> float:
    """Of this machine's own day, as at a kiosk; asked anew, for the office's tests set the time zone of the process."""
    return datetime(2026, 11, 20, 12).timestamp()


class Centre:
    """Keeps each sheet once; `known`: the number that it answers with, None for one of an earlier version."""

    def __init__(self, memory: Any) -> None:
        self.memory, self.sheets, self.beats, self.known = memory, {}, [], 0

    def post(self, path: str, body: bytes, content_type: str) -> Reply:
        if not path.endswith("heartbeats"):
            return self.memory.post(path, body, content_type)
        told = read_message("heartbeat", body, None)["languages"]
        self.beats.append(told)
        for sheet in told:
            assert self.sheets.setdefault(sheet["number"], sheet) == sheet, "a closed sheet has changed"
        known = {} if self.known is None else {"languages": self.known}
        now = {"v": 1, "kiosk": KIOSK, "now": "2026-11-20T05:00:00Z"} | known
        return Reply(200, {}, write_message("time", now, self.memory.identity.sign))


@pytest.fixture
def line(fast_path: Path, agents: Any, centre: Any):
    clock, listening = Clock(noon_s()), Centre(centre)
    with Outbox.open(fast_path / "outbox.db") as outbox:
        yield outbox, agents(outbox, listening.post, clock, random.Random(1)), clock, listening


def answer(outbox: Outbox, submission: Any, day: str, language: str) -> None:
    assert outbox.finish(submission, tally=tally_of(day, "krong-no-2023", "kn-huyen", language))


def live(agent: Any, clock: Clock, until_s: float) -> None:
    while clock.now_s < until_s:
        clock.now_s += max(agent.step(), 30)


@pytest.mark.slow
def test_a_day_leaves_once_it_is_over_and_is_forgotten_when_the_centre_has_it(line: Any, submissions: Any) -> None:
    outbox, agent, clock, centre = line
    for number, language in enumerate(["vi", "vi", "km", "vi", "en", "vi"]):
        answer(outbox, submissions(number + 1), "2026-11-20", language)
    live(agent, clock, DAY_S / 2 - 1000)
    assert not any(centre.beats)
    live(agent, clock, DAY_S)
    assert [sheet["counts"] for sheet in centre.sheets.values()] == [{"vi": 4, "km": 1, "en": 1}]
    assert centre.beats[-1] == centre.beats[-2] != []  # not yet known there: told again, unchanged
    assert not any(name.startswith("language/") for name in outbox.tallies())
    centre.known = 1
    live(agent, clock, DAY_S + 200)
    assert centre.beats[-1] == []
    assert list(outbox.notes()) == ["languages-next"]


@pytest.mark.slow
def test_the_number_goes_on_over_a_restart_and_an_older_centre_loses_nothing(
    line: Any, submissions: Any, agents: Any
) -> None:
    outbox, agent, clock, centre = line
    centre.known = None
    for day in ("20", "21", "22"):
        for number in range(5):
            answer(outbox, submissions(int(day) * 10 + number), f"2026-11-{day}", "vi")
        live(agent, clock, clock.now_s + DAY_S)
        agent = agents(outbox, centre.post, clock, random.Random(2))
    live(agent, clock, clock.now_s + 1000)
    assert [(s["number"], s["day"]) for s in centre.beats[-1]] == [
        (1, "2026-11-20"),
        (2, "2026-11-21"),
        (3, "2026-11-22"),
    ]


def test_an_answer_counted_while_a_day_is_closed_is_kept(line: Any, submissions: Any) -> None:
    outbox, _, _, _ = line
    name = tally_of("2026-11-20", "krong-no-2023", "kn-huyen", "km")
    for number in range(7):
        answer(outbox, submissions(number), "2026-11-20", "km")
    outbox.settle({name: 5, "language/none": 3}, {"a": "b"})
    assert (outbox.tallies(), outbox.notes()) == ({name: 2}, {"a": "b"})
    outbox.settle({name: 2}, {})
    assert outbox.tallies() == {}


def test_a_full_disk_keeps_days_open_and_stops_neither_heartbeat_nor_answers(
    line: Any, submissions: Any, centre: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    outbox, agent, clock, listening = line

    def full(*_: object) -> None:
        raise StorageFailed("no room", "disk_full")

    for number in range(5):
        answer(outbox, submissions(number + 1), "2026-11-19", "vi")
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "settle", full)
        agent.step()
    assert (listening.beats, sorted(centre.stored)) == ([[]], [1, 2, 3, 4, 5])
    (said,) = [record.fields for record in caplog.records if record.message == "outbox.failed"]  # type: ignore[attr-defined]
    assert said["code"] == "disk_full"
    live(agent, clock, 1000)
    assert [each["counts"] for each in listening.sheets.values()] == [{"vi": 5}]


def test_words_of_a_stranger_drop_nothing(line: Any, submissions: Any) -> None:
    outbox, agent, clock, centre = line
    for number in range(5):
        answer(outbox, submissions(number), "2026-11-19", "vi")
    centre.known = 99
    forged = write_message("time", {"v": 1, "kiosk": KIOSK, "now": "", "languages": 99}, lambda _: bytes(64))
    agent.post = lambda *_: Reply(200, {}, forged)
    live(agent, clock, 200)
    assert "languages/00000001" in outbox.notes()


@pytest.mark.slow
def test_whatever_moment_the_power_goes_every_answer_is_counted_once(fast_path: Path) -> None:
    """Answers are sealed and days closed in a process that is killed again and again."""
    chance = random.Random(5)
    for _ in range(KILLS):
        command = [sys.executable, "-m", "tests.sync_agent.test_agent_languages", str(fast_path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(chance.randrange(1, 40)):
                assert process.stdout.readline()
            process.kill()
    with Outbox.open(fast_path / FILE_NAME) as outbox:
        sealed, left = outbox.health().next_seq - 1, sum(outbox.tallies().values())
        sheets = [each for value in held(outbox.notes()).values() for each in read_sheets([value])]
    told = sum(sum(sheet.counts.values()) for sheet in sheets)
    print(f"\n{KILLS} kills -9, seed 5: {sealed} answers, {told} in {len(sheets)} sheets, {left} in open days, 0 lost")
    assert told + left == sealed
    assert told > 0
    assert [sheet.number for sheet in sheets] == list(range(1, len(sheets) + 1))


def _live_until_killed(directory: Path) -> None:
    """One answer after another, nine a day; a look of the agent after every fourth."""
    from tests.sync_agent.conftest import make_submission

    with Outbox.open(directory / FILE_NAME) as outbox:
        while True:
            number = outbox.health().next_seq
            day = (datetime.fromtimestamp(noon_s()) + timedelta(days=number // 9)).date().isoformat()
            answer(outbox, make_submission(number), day, ("vi", "km", "en")[number % 3])
            if number % 4 == 0:
                _look(outbox, number)
            sys.stdout.write(".\n")
            sys.stdout.flush()


def _look(outbox: Outbox, number: int) -> None:
    from sync_agent.agent import Agent
    from sync_agent.notices import NoticeFile

    agent = Agent(
        kiosk="k",
        version="test",
        outbox=outbox,
        post=lambda *_: Reply(0, {}, b""),
        sign=lambda _: bytes(64),
        verify=lambda *_: False,
        monotonic=lambda: 0.0,
        wall=lambda: noon_s() + number // 9 * DAY_S,
        random=lambda: 0.5,
        clock_quality=lambda: "uncertain",
        keep_contact=lambda _: None,
        notices=NoticeFile(Path(), "krong-no-2023", "kn-huyen"),
        **loop.slips(Path(), lambda *_: Reply(0, {}, b""), lambda _: bytes(64), lambda *_: False),
    )
    agent.deliver_all()


if __name__ == "__main__":
    _live_until_killed(Path(sys.argv[1]))
