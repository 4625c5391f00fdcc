"""«Nhận máy này»: offered when the doctor says that the card came from elsewhere, to a technician, once, by a file."""

import json
from pathlib import Path
from typing import Any

import pytest

from deploy.doctor.__main__ import main
from deploy.doctor.finding import good, wrong
from deploy.doctor.show import as_document
from kiosk.moved import REQUEST, ask, is_moved, open_key_desk
from kiosk.service.flow import Act, Place, Role, Went
from kiosk.stick import RUN
from kiosk.texts import read_words
from kiosk.ui.page import Glass
from kiosk.ui.service import compose_service
from kiosk.ui.typeset import Typesetter
from survey.health import FILE_NAME

UNITS = Path(__file__).parents[3] / "deploy" / "units"


def told(directory: Path, *findings: Any) -> Path:
    path = directory / FILE_NAME
    path.write_text(json.dumps(as_document(findings, {}, 0.0, "0" * 32, 60.0)))
    return path


def test_the_doctors_word_opens_it(tmp_path: Path) -> None:
    desk = open_key_desk(tmp_path, tmp_path)
    assert not desk.is_moved()
    told(tmp_path, wrong("key_cloned"), good("disk", ""))
    assert desk.is_moved()
    told(tmp_path, wrong("key_missing", file="x"))
    assert not desk.is_moved()


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 99_999, b'{"v": 1, "lines": ["key_cloned"]}', b"\xff"])
def test_an_odd_file_opens_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(data)
    assert not is_moved(tmp_path / FILE_NAME)


def test_a_link_opens_nothing(tmp_path: Path) -> None:
    told(tmp_path, wrong("key_cloned")).rename(tmp_path / "elsewhere")
    (tmp_path / FILE_NAME).symlink_to(tmp_path / "elsewhere")
    assert not is_moved(tmp_path / FILE_NAME)


def test_the_doctor_takes_the_wish_away_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Else systemd would call it again and again."""
    assert ask(tmp_path / REQUEST)
    assert main(["--root", str(tmp_path), "accept-machine", "--asked", str(tmp_path / REQUEST)]) == 2, "no key here"
    assert "Chưa biết khóa" in capsys.readouterr().err
    assert not (tmp_path / REQUEST).exists()
    assert not ask(tmp_path / "nowhere" / REQUEST)
    assert f"PathExists={RUN / REQUEST}\n" in (UNITS / "hailong-accept-machine.path").read_text("utf-8")
    service = (UNITS / "hailong-accept-machine.service").read_text("utf-8")
    assert f"accept-machine --asked {RUN / REQUEST}\n" in service


def test_the_doctor_looks_again_whatever_became_of_the_wish() -> None:
    """By its word the tile goes, or stays for another try; the journal keeps the reason of a refusal."""
    service = (UNITS / "hailong-accept-machine.service").read_text("utf-8")
    commands = [line for line in service.splitlines() if line.startswith("ExecStart=")]
    assert [("accept-machine" in line, "--keep" in line) for line in commands] == [(True, False), (False, True)]
    assert all(line.startswith("ExecStart=-") for line in commands)
    assert "StandardError=journal" in service.splitlines()


@pytest.mark.parametrize("moved", [False, True])
def test_the_tile_is_there_only_when_it_is_needed(bench: Any, moved: bool) -> None:
    bench.moved = moved
    bench.enter(Role.TECHNICIAN)
    typesetter = Typesetter(lambda text, size, _bold: len(text) * size / 2)
    scene = compose_service(bench.service.showing(), read_words("vi"), "vi", Glass(1024, 600, 119), typesetter)
    assert ("machine" in {target.id for target in scene.targets}) is moved


@pytest.mark.parametrize("writes", [False, True])
def test_a_question_comes_first_and_the_outcome_is_said(bench: Any, writes: bool) -> None:
    bench.moved, bench.may_ask = True, writes
    bench.enter(Role.TECHNICIAN, Place.MACHINE)
    assert bench.accepted == 0
    bench.service.act(Act.MOVED)
    assert bench.accepted == 1
    shown = bench.service.showing()
    assert (shown.asked, shown.failed) == (writes, not writes)
    bench.service.act(Act.BACK)
    assert bench.place is Place.MENU


def test_staff_are_not_asked(bench: Any) -> None:
    bench.moved = True
    bench.enter(Role.STAFF)
    bench.service.act(Went(Place.MACHINE))
    bench.service.act(Act.MOVED)
    assert (bench.place, bench.accepted) == (Place.MENU, 0)
