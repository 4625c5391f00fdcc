"""The notice beside the survey: shown on its days at its point, never in the survey's way, changed between citizens."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.config import Timeouts
from kiosk.event import Answered, Finished
from kiosk.flow import Screen
from kiosk.misuse import History
from kiosk.session import STANDING_S, Session
from kiosk.standing import Standing, StandingFiles
from survey.notice import MOST_BYTES, Notice, Result

FORM = Path(__file__).parents[2] / "survey/data/forms/rut-gon-mot-cua.json"
NOTICE = Notice(
    plan="krong-no-2023",
    point="kn-huyen",
    period={"vi": "Năm 2022"},
    result=Result(892, 412, {"vi": "Báo cáo của huyện"}),
    done=({"vi": "Mở thêm quầy số 4"},),
    first_day=date(2023, 8, 1),
    last_day=date(2023, 12, 31),
)


@dataclass
class Counter:
    """A data directory as the agent leaves it, and a calendar."""

    directory: Path
    standing: Standing
    day: date = date(2023, 9, 1)
    files: StandingFiles = field(init=False)

    def __post_init__(self) -> None:
        (self.directory / "assignment.json").write_bytes(self.standing.assignment.encode())
        (self.directory / "form.json").write_bytes(FORM.read_bytes())
        self.files = StandingFiles(self.directory, lambda: self.day)

    @property
    def path(self) -> Path:
        return self.directory / "notice.json"

    def tell(self, data: bytes) -> None:
        """Replaced as the agent does: another file under the same name."""
        aside = self.directory / "aside"
        aside.write_bytes(data)
        aside.rename(self.path)

    @property
    def notice(self) -> Notice | None:
        found = self.files.read()
        assert found is not None, "the survey stopped"
        assert replace(found, notice=None) == self.standing
        return found.notice


@pytest.fixture
def counter(tmp_path: Path, standing: Standing) -> Counter:
    return Counter(tmp_path, standing)


def test_a_notice_is_taken_changed_and_taken_away(counter: Counter) -> None:
    assert counter.notice is None
    counter.tell(NOTICE.encode())
    assert counter.notice == NOTICE
    assert counter.files.read() is counter.files.read()  # nothing is composed anew without need
    other = replace(NOTICE, result=None)
    counter.tell(other.encode())
    assert counter.notice == other
    counter.path.unlink()
    assert counter.notice is None


def test_it_is_shown_on_its_days_only(counter: Counter) -> None:
    counter.tell(NOTICE.encode())
    shown = []
    for day in (date(2023, 7, 31), date(2023, 8, 1), date(2023, 12, 31), date(2024, 1, 1), date(2023, 9, 1)):
        counter.day = day
        shown.append(counter.notice is not None)
    assert shown == [False, True, True, False, True]


def test_another_point_s_notice_is_not_shown(counter: Counter) -> None:
    for other in (replace(NOTICE, point="kn-nam-da"), replace(NOTICE, plan="krong-no-2022")):
        counter.tell(other.encode())
        assert counter.notice is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{}",
        NOTICE.encode()[:-3],
        NOTICE.encode().replace(b"412", b"12"),
        b"\xff" * 99,
        b" " * MOST_BYTES * 9,
    ],
)
def test_a_bad_notice_stops_nothing_and_is_said_once(
    counter: Counter, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    counter.tell(NOTICE.encode())
    assert counter.notice
    counter.tell(data)
    assert [counter.notice for _ in range(5)] == [None] * 5
    said = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert said == ["notice.refused"]


def test_a_directory_in_its_place_stops_nothing(counter: Counter) -> None:
    counter.path.mkdir()
    assert counter.notice is None


def test_a_notice_without_assignment_makes_no_standing(counter: Counter) -> None:
    counter.tell(NOTICE.encode())
    (counter.directory / "assignment.json").unlink()
    assert counter.files.read() is None


def test_a_new_notice_waits_until_nobody_is_answering(
    counter: Counter, store: object, clock: Callable, randomness: object
) -> None:
    session = Session(store, counter.files.read, clock, randomness, "0" * 16, Timeouts(), History())
    session.start()
    assert session.standing.notice is None
    session.handle(Answered("RG.HL0", 5))
    counter.tell(NOTICE.encode())
    for _ in range(3):
        clock.pass_s(STANDING_S + 1)
        session.tapped()
        session.tick()
    assert session.state.screen is Screen.QUESTION
    assert session.standing.notice is None
    session.handle(Finished())
    clock.pass_s(Timeouts().thanks_s + STANDING_S + 1)
    session.tick()
    session.tick()
    assert session.state.screen is Screen.INVITATION
    assert session.standing.notice == NOTICE
