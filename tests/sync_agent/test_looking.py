"""`hailong-agent check` and `set-aside`: damage is told, nothing is lost, and what was enrolled is enrolled anew."""

from pathlib import Path

import pytest

from sync_agent.__main__ import main
from sync_agent.outbox import Outbox


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    path = tmp_path / "agent.toml"
    path.write_text(f'data_directory = "{tmp_path / "data"}"\ncentre_url = "http://127.0.0.1:9"\n')
    return path


def test_without_an_outbox_none_is_made(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(config), "check"]) == 0
    assert not list((config.parent / "data").iterdir())
    assert "Chưa có kho phiếu" in capsys.readouterr().out


def test_a_sound_outbox_is_said_to_be(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Outbox.open(config.parent / "data" / "outbox.db").close()
    assert main(["--config", str(config), "check"]) == 0
    assert "nguyên vẹn" in capsys.readouterr().out


def test_a_damaged_one_is_told_and_kept_whole(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = config.parent / "data"
    with Outbox.open(data / "outbox.db") as outbox:
        assert outbox.blank_log()  # else every page is read from the log
    damaged = bytearray((data / "outbox.db").read_bytes())
    damaged[1024:3072] = b"\xa5" * 2048
    (data / "outbox.db").write_bytes(damaged)
    assert main(["--config", str(config), "check"]) == 1
    assert "hỏng" in capsys.readouterr().out
    assert (data / "outbox.db").read_bytes() == damaged
    for name in ("assignment.json", "kiosk.key"):
        (data / name).write_text(name)
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    assert main(["--config", str(config), "set-aside"]) == 0
    (aside,) = data.iterdir()
    assert {path.name: path.read_bytes() for path in aside.iterdir()} == before
    assert main(["--config", str(config), "check"]) == 0
