"""The technicians' manual: every picture, page, command and unit in it is there, its screens are today's."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from kiosk.ui.screens import virtual_display
from tests.manual.kept import MANUAL, MOST_BYTES, PICTURES, ROOT, named
from tests.manual.kiosk_pictures import SHOWN, SIZE

PAGES = sorted(MANUAL.glob("*.md"))
COMMAND = re.compile(r"\bhailong-(?:[a-z]+(?:-[a-z]+)*)\b(?![@.…*_])")
CALL = re.compile(
    r"(?<![\w/.-])(hailong-(?:office|agent|kiosk|doctor|update|usb|rescue|first-boot)) ([a-z-][^`\n«»:;,)]*)"
)
UNIT = re.compile(r"\bhailong-[a-z-]+@?\.(?:service|timer|path|target)\b")
TARGET = re.compile(r"`?make ([a-z-]+)")
NOT_COMMANDS = {"hailong-arm64", "hailong-amd64", "hailong-data", "hailong-touch"}  # files, a partition, a device
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)\s]+)?\)")
FAINT = 64  # of 255: what a driver's rounding and 64 colours may change
MOST_CHANGED = 300  # pixels; a word of five letters is more


def heading_anchor(line: str) -> str:
    """As a page's reader makes a heading's address: lower case, spaces to hyphens, signs left out."""
    return "#" + re.sub(r"[^\w\- ]", "", line.lstrip("# ").strip().lower()).replace(" ", "-")


def test_every_picture_is_there_named_and_small() -> None:
    there = {path.name for path in PICTURES.glob("*")}
    assert set(named()) == there, "run `make manual`; a picture that no page shows goes"
    sizes = {path.name: path.stat().st_size for path in PICTURES.glob("*.png")}
    assert {name for name, size in sizes.items() if size > MOST_BYTES} == set()
    print(f"{len(there)} pictures, {sum(sizes.values()) // 1000} kB, on {len(PAGES)} pages")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for path, anchor in LINK.findall(page.read_text("utf-8")):
        if path.startswith("http"):
            continue
        target = (page.parent / path).resolve()
        lines = target.read_text("utf-8").splitlines() if target.suffix == ".md" and target.is_file() else []
        anchors = {heading_anchor(line) for line in lines if line.startswith("#")}
        if not target.exists() or (anchor and anchor not in anchors):
            broken.append(path + anchor)
    assert broken == []


def launched() -> set[str]:
    """Every command of ours, on a kiosk or at the office."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    parts = {path.parent.name.replace("_", "-") for path in (ROOT / "deploy").glob("*/__main__.py")}
    return set(scripts) | {f"hailong-{part}" for part in parts}


def names(pattern: re.Pattern[str]) -> Iterator[Any]:
    for page in PAGES:
        yield from pattern.findall(page.read_text("utf-8"))


def test_every_command_unit_and_target_is_one_of_ours() -> None:
    units = {path.name for path in (ROOT / "deploy" / "units").glob("hailong*")}
    wanted = set(names(UNIT))
    assert wanted - units == set()
    stems = {Path(unit).stem for unit in units}
    unknown = set(names(COMMAND)) - launched() - stems - NOT_COMMANDS
    assert {name for name in unknown if not name.startswith("hailong-kiosk-")} == set()
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(names(TARGET)) - targets == set()


def test_every_option_and_subcommand_is_one_of_ours() -> None:
    """Of each line that calls a command of ours: its options and its first word stand in our parsers."""
    parsers = "".join(
        path.read_text("utf-8")
        for room in ("deploy", "kiosk", "sync_agent", "central_office", "firmware_bridge")
        for path in (ROOT / room).rglob("*.py")
    )
    called = list(names(CALL))
    unknown = set()
    for _, words in called:
        for word in re.findall(r"(?<!\S)(?:--[a-z][a-z-]+|[a-z][a-z-]+)(?!\S)", words):
            if word.startswith("--") or word == words.split()[0]:
                unknown |= {word} if f'"{word}"' not in parsers and f"{word}=" not in parsers else set()
    assert unknown == set()
    print(f"{len(called)} command lines of the manual, every option and subcommand known")


def test_every_file_below_the_technicians_hand_is_one_that_the_code_knows() -> None:
    """Paths of /etc/hailong and /var/lib/hailong in the manual stand in the code or its units too."""
    told = {path.rstrip(".") for path in names(re.compile(r"/(?:etc|var/lib)/hailong/([a-z][a-z.-]+[a-z])"))}
    rooms = ("deploy", "kiosk", "sync_agent", "central_office", "docs/configuration.md")
    texts = [
        path.read_text("utf-8", "replace")
        for room in rooms
        for path in ([ROOT / room] if (ROOT / room).is_file() else (ROOT / room).rglob("*"))
        if path.is_file() and path.suffix in (".py", ".service", ".toml", ".chrony", ".tmpfiles", ".md", ".conf")
    ]
    unknown = {name for name in told if not any(name in text or Path(name).stem + '"' in text for text in texts)}
    assert unknown == set()


@pytest.mark.display
def test_the_screens_of_the_manual_are_todays(tmp_path: Path) -> None:
    with virtual_display(SIZE) as environment:
        command = [sys.executable, "-m", "tests.manual.kiosk_pictures", str(tmp_path)]
        subprocess.run(command, env=environment, check=True, timeout=300, cwd=ROOT)
    changed = {}
    for name in SHOWN.values():
        with Image.open(tmp_path / f"{name}.png") as drawn, Image.open(PICTURES / f"{name}.png") as kept:
            differs = ImageChops.difference(drawn.convert("L"), kept.convert("RGB").convert("L"))
        changed[name] = sum(differs.point(lambda level: level > FAINT and 255).histogram()[255:])
    assert {name: count for name, count in changed.items() if count > MOST_CHANGED} == {}, (
        "run `make manual` (or python -m tests.manual --only kiosk)"
    )
    print(f"{len(changed)} screens drawn anew; most changed pixels {max(changed.values())}")
