"""Lays out the files of the package below a root: our packages, launchers, units. Fetches and compiles nothing.

Rules, so that a new part needs no change here:
* every package and module of deploy/ goes to the machine except those of `LEFT_OUT` and `NEEDS_BABEL`;
* every file of deploy/units goes where its suffix says (deploy/package/units.py); who its [Install] names pulls it in;
* every command of pyproject.toml in `COMMANDS`, and every package of deploy/ with a `__main__`, gets a launcher.
"""

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

from deploy.package.units import SYSTEMD, UNITS, place, understood, wishes

LIB, BIN = "opt/hailong/lib", "opt/hailong/bin"
PACKAGES = ("survey", "sync_agent", "firmware_bridge", "hardware", "kiosk")
LEFT_OUT = {"demo", "image", "package", "units", "fleet", "office", "__pycache__"}
NEEDS_BABEL = {"texts.py"}
COMMANDS = ("hailong-kiosk", "hailong-agent", "hailong-terminal", "hailong-station")
NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", "crowd", "*.po", "*.pot", "screens.py", "gallery.py")
LAUNCHER = """\
#!/usr/bin/python3 -I
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, "/{lib}")
from {module} import {function}

sys.exit({function}())
"""


def lay_out(source: Path, root: Path, version: str, release: int) -> None:
    """Everything of ours that the machine needs, from the checkout `source` to below `root`."""
    for name in PACKAGES:
        shutil.copytree(source / name, root / LIB / name, ignore=NOT_SHIPPED)
    write_metadata(root, version)
    parts = lay_out_deploy(source / "deploy", root / LIB / "deploy")
    for command, module, function in launched(source / "pyproject.toml", parts):
        write_launcher(root, command, module, function)
    lay_out_units(source / "deploy" / "units", root, release)


def write_metadata(root: Path, version: str) -> None:
    """What `importlib.metadata` answers with: the version that the heartbeat and the service menu tell."""
    path = root / LIB / f"hailong-{version}.dist-info" / "METADATA"
    path.parent.mkdir(parents=True)
    path.write_text(f"Metadata-Version: 2.1\nName: hailong\nVersion: {version}\n")


def lay_out_deploy(source: Path, to: Path) -> list[str]:
    """deploy/ without what runs on no machine; gives the parts that are commands."""
    to.mkdir(parents=True)
    for module in source.glob("*.py"):
        if module.name not in NEEDS_BABEL:
            shutil.copy(module, to)
    commands = []
    for part in sorted(source.iterdir()):
        if part.is_dir() and part.name not in LEFT_OUT and (part / "__init__.py").exists():
            shutil.copytree(part, to / part.name, ignore=NOT_SHIPPED)
            if (part / "__main__.py").exists():
                commands.append(part.name)
    return commands


def launched(project: Path, parts: list[str]) -> Iterator[tuple[str, str, str]]:
    """Name, module and function of each launcher."""
    scripts = tomllib.loads(project.read_text())["project"]["scripts"]
    for name in COMMANDS:
        module, _, function = scripts[name].partition(":")
        yield name, module, function
    for part in parts:
        yield f"hailong-{part.replace('_', '-')}", f"deploy.{part}.__main__", "main"


def write_launcher(root: Path, name: str, module: str, function: str) -> None:
    path = root / BIN / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(LAUNCHER.format(lib=LIB, module=module, function=function))
    path.chmod(0o755)
    link = root / "usr" / "bin" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(f"/{BIN}/{name}")


def lay_out_units(source: Path, root: Path, release: int) -> None:
    """As the systemd of Debian `release` understands them. Raises: UnknownSuffix."""
    for path in sorted(source.rglob("*")):
        if not path.is_file():
            continue
        to = root / place(path.relative_to(source).as_posix())
        to.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text()
        to.write_text(understood(text, release))
        if path.suffix in SYSTEMD:
            for folder in wishes(text):
                link = root / UNITS / folder / path.name
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(f"../{path.name}")
