"""The house rules that a tool can check: walls, locks, documents that tell the truth."""

import ast
import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from survey.events import EVENTS

ROOT = Path(__file__).parents[2]
PACKAGES = ("survey", "sync_agent", "firmware_bridge", "hardware", "kiosk", "central_office", "deploy")
MOST_KIOSK_DISTRIBUTIONS = 40


@pytest.mark.slow
def test_a_planted_import_from_survey_to_kiosk_is_caught(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert lint_imports(tmp_path).returncode == 0
    planted = tmp_path / "survey" / "index.py"
    planted.write_text(planted.read_text("utf-8") + "\nimport kiosk.flow\n", "utf-8")
    broken = lint_imports(tmp_path)
    assert broken.returncode != 0
    assert "survey.index -> kiosk.flow" in broken.stdout


def lint_imports(directory: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=120, check=False)


def requirements(extra: str, only_on_linux: bool = False) -> list[str]:
    lock = (ROOT / f"requirements/{extra}.txt").read_text("utf-8")
    found = re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w, -]+\])?==\S+( ; .*)?", lock, re.MULTILINE)
    elsewhere = ("sys_platform == 'win32'", "platform_system == 'Windows'")
    return [name for name, marker in found if not only_on_linux or not any(word in marker for word in elsewhere)]


def test_a_kiosk_stays_small_and_apart_from_the_office() -> None:
    installed = {extra: len(requirements(extra, only_on_linux=True)) for extra in ("screen", "kiosk")}
    assert installed["screen"] <= MOST_KIOSK_DISTRIBUTIONS
    assert "kivy" not in requirements("kiosk")
    assert "django" not in requirements("screen")
    assert "kivy" not in requirements("office")
    print(f"a kiosk installs {installed['screen']} distributions, without screen {installed['kiosk']}")


def left_out() -> list[str]:
    text = (ROOT / "requirements/left-out.in").read_text("utf-8")
    return re.findall(r"^([a-z][\w-]*);", text, re.MULTILINE)


@pytest.mark.slow
def test_the_screen_stands_without_what_is_left_out_of_its_lock() -> None:
    assert not set(left_out()) & set(requirements("screen"))
    modules = {name.replace("-", "_") for name in left_out()}
    program = f"""
import importlib, pkgutil, sys
class LeftOut:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {modules!r}:
            raise ImportError(name)
sys.meta_path.insert(0, LeftOut())
import kiosk.ui
names = [found.name for found in pkgutil.iter_modules(kiosk.ui.__path__)]
for name in names:
    importlib.import_module(f"kiosk.ui.{{name}}")
print(len(names), "kivy" in sys.modules)
"""
    environment = {**os.environ, "SDL_VIDEODRIVER": "dummy", "KIVY_NO_ARGS": "1", "KIVY_NO_CONSOLELOG": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.split()[1] == "True"
    print(f"{done.stdout.split()[0]} modules of the screen, {len(modules)} distributions left out: {sorted(modules)}")


@pytest.mark.parametrize("extra", ["kiosk", "screen", "office", "dev", "bench"])
def test_every_locked_distribution_has_hashes(extra: str) -> None:
    text = (ROOT / f"requirements/{extra}.txt").read_text("utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert len(blocks) == len(requirements(extra))
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text


def logged_events() -> set[str]:
    """The first argument of every `log.…("…", …)` call in the product."""
    found: set[str] = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                is_log = (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id in ("log", "_log", "logger")
                    and node.func.attr in ("debug", "info", "warning", "error", "exception", "critical")
                )
                if is_log and isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant):
                    found.add(str(node.args[0].value))
    return found


@pytest.mark.slow
def test_every_event_is_in_the_catalogue_and_the_document() -> None:
    assert logged_events() == set(EVENTS)
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", event) for event in EVENTS)
    listed = dict(
        re.findall(r"^\| `([a-z._]+)` \| (.+) \|$", (ROOT / "docs/events.md").read_text("utf-8"), re.MULTILINE)
    )
    assert listed == dict(EVENTS)


def test_every_setting_is_in_the_document() -> None:
    from central_office.config import Config as OfficeSettings
    from deploy.update.__main__ import Settings as UpdateSettings
    from hardware.panels import PanelSettings
    from hardware.printer import PrinterSettings
    from hardware.scanner import ScannerSettings
    from kiosk.aids import SoundSettings, VoiceSettings
    from kiosk.config import Config as KioskSettings
    from kiosk.config import ScreenSettings, ServiceSettings, Timeouts
    from kiosk.keypad import KeypadSettings
    from kiosk.station.config import Config as StationSettings
    from sync_agent.config import Settings as AgentSettings

    text = (ROOT / "docs/configuration.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    known = {
        field.name
        for settings in (
            *(AgentSettings, KioskSettings, ScreenSettings, Timeouts, ServiceSettings, PanelSettings, OfficeSettings),
            *(VoiceSettings, SoundSettings, KeypadSettings, StationSettings, PrinterSettings, ScannerSettings),
            UpdateSettings,
        )
        for field in fields(settings)
    } - {"screen", "timeouts", "service", "panels", "voice", "sound", "keypad", "printer", "scanner"}
    assert documented == known | {"paper"}  # the other name of a printer's width


def test_links_in_the_documents_lead_somewhere() -> None:
    for document in (ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")):
        for link in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / link).exists(), f"{document.name}: {link}"
