"""Program files, and the building of the emulated board's library."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from firmware_bridge.simulator import build
from firmware_bridge.simulator.image import read_program
from tests.firmware_bridge.board.asked import Asked
from tests.firmware_bridge.board.avr import MONITOR

ROOT = Path(__file__).parents[3]


def test_hex_and_elf_hold_the_same_program(compiled, tmp_path):
    elf, hex_file = compiled(MONITOR), tmp_path / "monitor.hex"
    subprocess.run(["avr-objcopy", "-O", "ihex", "-R", ".eeprom", elf, hex_file], check=True, timeout=60)
    assert read_program(hex_file) == read_program(elf)
    Asked(hex_file).board.close()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (":00000001FF", "holds no program"),
        (":0100000055AA", "no end record"),
        (":0100000055AB\n:00000001FF", "line 1"),
        ("0100000055AA\n:00000001FF", "line 1"),
        (":0100000055AA\n:00000001FF\n:0100010055A9", "line 3"),
        (":0200000400FFFB\n:0100000055AA\n:00000001FF", "does not fit"),
        ("\x7fELF", "damaged ELF"),
        ("", "no end record"),
    ],
)
def test_a_damaged_program_is_not_run(tmp_path, content, why):
    path = tmp_path / "program"
    path.write_text(content, "latin-1")
    with pytest.raises(ValueError, match=why):
        read_program(path)


def test_two_processes_may_build_at_once(tmp_path):
    command = [sys.executable, "-c", "from firmware_bridge.simulator.build import library; print(library())"]
    surroundings = {**os.environ, "HAILONG_BUILD": str(tmp_path)}
    builders = [
        subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = {builder.communicate(timeout=300)[0].strip() for builder in builders}
    assert [builder.returncode for builder in builders] == [0, 0]
    assert said == {str(path) for path in tmp_path.iterdir()}


def test_what_is_missing_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("HAILONG_BUILD", str(tmp_path))
    monkeypatch.setenv("CC", "/bin/false")
    with pytest.raises(build.NotBuilt, match=r"apt-get install .*libsimavr-dev"):
        build.library()
    assert list(tmp_path.iterdir()) == []


def test_a_changed_source_is_another_library(monkeypatch, tmp_path):
    before = build.library()
    copy = tmp_path / "a" / "b" / "simulator"
    shutil.copytree(build.SOURCES, copy)
    with (copy / "supply.c").open("a") as source:
        source.write("/* changed */\n")
    monkeypatch.setattr(build, "SOURCES", copy)
    monkeypatch.setenv("HAILONG_BUILD", str(tmp_path / "built"))
    assert build.library().name != before.name
