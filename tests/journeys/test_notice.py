"""From the office to the kiosk, notices and form versions: its command, the agent and the kiosk as real processes."""

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from deploy.demo.stage import PLAN, POINT, Stage, fresh_directory
from kiosk.standing import StandingFiles
from survey.notice import FILE_NAME

PATIENCE_S = 60.0
TODAY = date.today()
FORM = Path(__file__).parents[2] / "survey/data/forms/rut-gon-mot-cua.json"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="hl-") as root, Stage(fresh_directory(Path(root))) as stage:
        stage.open_office(((TODAY - timedelta(days=1)).isoformat(), (TODAY + timedelta(days=1)).isoformat()))
        stage.enrol()
        stage.open_kiosk(screen=False)
        stage.open_agent()
        yield stage


def wait_for(truth: Callable[[], object], what: str) -> None:
    give_up_s = time.monotonic() + PATIENCE_S
    while not truth():
        assert time.monotonic() < give_up_s, f"{what} did not come"
        time.sleep(0.05)


def tell(stage: Stage, line: str) -> None:
    document = {
        "notice": 1,
        "plan": PLAN,
        "points": [POINT],
        "period": {"vi": "Năm trước"},
        "done": [{"text": {"vi": line}}],
        "from": (TODAY - timedelta(days=2)).isoformat(),
        "until": (TODAY + timedelta(days=2)).isoformat(),
    }
    path = stage.directory / "told.json"
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    stage.office("notice", "load", str(path))


@pytest.mark.slow
def test_what_the_office_tells_reaches_the_kiosk_and_goes_again(stage: Stage) -> None:
    log = stage.directory / "kiosk.log"
    taken = lambda: log.read_text("utf-8").count('"notice.taken"')  # noqa: E731
    tell(stage, "Mở thêm quầy số 4")
    wait_for(lambda: taken() == 1, "the notice")
    standing = StandingFiles(stage.data, lambda: TODAY).read()
    assert standing
    assert standing.notice
    assert standing.notice.done == ({"vi": "Mở thêm quầy số 4"},)
    tell(stage, "Bớt một lần đi lại")
    wait_for(lambda: taken() == 2, "the changed notice")
    stage.office("notice", "remove", "--plan", PLAN, "--point", POINT)
    wait_for(lambda: not (stage.data / FILE_NAME).exists(), "the end of the notice")
    stage.check_alive()
    print("office's file → agent → kiosk: set, changed and removed by three real processes")


@pytest.mark.slow
def test_a_form_version_chosen_at_the_office_reaches_the_kiosk(stage: Stage) -> None:
    path = stage.directory / "second.json"
    path.write_text(json.dumps(json.loads(FORM.read_text("utf-8")) | {"version": "2"}, ensure_ascii=False), "utf-8")
    log = stage.directory / "kiosk.log"
    taken = lambda: log.read_text("utf-8").count('"standing.taken"')  # noqa: E731
    wait_for(lambda: taken() == 1, "the form of the enrolment")
    stage.office("form", "load", str(path))
    stage.office("form", "use", "--plan", PLAN, "--form", "rut-gon-mot-cua", "--version", "2")
    wait_for(lambda: taken() == 2, "the second version")
    standing = StandingFiles(stage.data, lambda: TODAY).read()
    assert standing
    assert (standing.form.version, standing.assignment.serial) == ("2", 1)
    wait_for(lambda: sorted(each.name for each in stage.data.glob("form*")) == ["form.json"], "the tidy end")
    stage.check_alive()
    print("office's command → agent → kiosk: another form version by three real processes, nothing restarted")
