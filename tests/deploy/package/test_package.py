"""The package's rules of place, its lock, and that the same tree gives the same bytes. Nothing is fetched."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from deploy.package.control import package_version, write_control
from deploy.package.deb import pack
from deploy.package.target import MACHINES, SUITES, target
from deploy.package.tree import LIB, PACKAGES, lay_out
from deploy.package.units import UnknownSuffix, place, understood, wishes
from deploy.package.wheels import chosen, locked

SOURCE = Path(__file__).parents[3]
LOCK = (SOURCE / "requirements" / "screen.txt").read_text()
EPOCH_S = 1_700_000_000


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("package") / "root"
    lay_out(SOURCE, root, "1.2.3", 13)
    return root


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("a.service", "usr/lib/systemd/system/a.service"),
        ("a.service.d/b.conf", "usr/lib/systemd/system/a.service.d/b.conf"),
        ("a.tmpfiles", "usr/lib/tmpfiles.d/a.conf"),
        ("70-a.rules", "usr/lib/udev/rules.d/70-a.rules"),
        ("a.journald", "usr/lib/systemd/journald.conf.d/a.conf"),
    ],
)
def test_a_file_goes_where_its_suffix_says(name: str, where: str) -> None:
    assert place(name) == where


def test_a_file_without_a_place_stops_the_build() -> None:
    with pytest.raises(UnknownSuffix):
        place("readme.txt")


def test_a_unit_is_pulled_in_by_whom_it_names() -> None:
    assert list(wishes("[Unit]\n[Install]\nWantedBy=a.target b.target\nRequiredBy=c.service\n")) == [
        "a.target.wants",
        "b.target.wants",
        "c.service.requires",
    ]
    assert not list(wishes("[Service]\nExecStart=/bin/true\nExecStart=/bin/false\n"))


def test_an_older_systemd_is_spared_what_it_does_not_know() -> None:
    unit = "[Service]\nRestart=always\nRestartSteps=6\nRestartMaxDelaySec=60\n"
    assert understood(unit, 12) == "[Service]\nRestart=always\n"
    assert understood(unit, 13) == unit


def test_everything_that_the_lock_names_is_fetched_or_known_to_be_left_out() -> None:
    names = {name for name, _ in locked(LOCK)}
    for suite in SUITES:
        for machine in MACHINES:
            fetched = {name for name, _ in locked(chosen(LOCK, target(suite, machine)))}
            left_out = names - fetched
            print(f"{suite} {machine}: {len(fetched)} fetched, left out {sorted(left_out)}")
            assert left_out == {"pip", "setuptools"} | ({"lgpio"} if suite == "trixie" else set())
            assert "--hash=sha256:" in chosen(LOCK, target(suite, machine))


def test_every_launcher_starts_and_the_demo_stays_at_home(laid_out: Path) -> None:
    launchers = sorted((laid_out / "opt/hailong/bin").iterdir())
    assert {"hailong-kiosk", "hailong-agent", "hailong-terminal", "hailong-station"} <= {
        path.name for path in launchers
    }
    for path in launchers:
        assert os.access(path, os.X_OK)
        assert (laid_out / "usr/bin" / path.name).readlink() == Path("/opt/hailong/bin", path.name)
        module = next(line.split()[1] for line in path.read_text().splitlines() if line.startswith("from "))
        assert (laid_out / LIB / (module.replace(".", "/") + ".py")).exists()
    assert not (laid_out / LIB / "deploy" / "demo").exists()
    assert not (laid_out / LIB / "deploy" / "package").exists()
    assert not list((laid_out / LIB).rglob("__pycache__"))


def test_what_runs_on_a_kiosk_finds_its_data(laid_out: Path) -> None:
    """Every file of data beside our modules went along, and the version is the one that heartbeats tell."""
    asked = "import importlib.metadata as m; print(m.version('hailong'))"
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(laid_out / LIB)!r}); {asked}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "1.2.3\n"
    suffixes = (".json", ".toml", ".ttf", ".mo", ".hex", ".css", ".js", ".html")
    for package in PACKAGES:
        data = [path for path in (SOURCE / package).rglob("*") if path.suffix in suffixes and "crowd" not in path.parts]
        assert all((laid_out / LIB / path.relative_to(SOURCE)).exists() for path in data)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed")
def test_the_same_tree_gives_the_same_bytes(tmp_path: Path) -> None:
    files = []
    for number in range(2):
        root = tmp_path / f"root{number}"
        lay_out(SOURCE / ".", root, "1.2.3", 13)
        version = package_version("1.2.3", "20260101T000000.abc1234", target("trixie", "arm64"))
        write_control(root, version, target("trixie", "arm64"))
        (root / LIB / "noise").write_text("x")
        (root / LIB / "noise").chmod(0o600 if number else 0o666)
        os.utime(root / LIB / "noise", (number, number))
        files.append(tmp_path / f"{number}.deb")
        pack(root, files[-1], EPOCH_S)
    assert files[0].read_bytes() == files[1].read_bytes()
    fields = ["dpkg-deb", "-f", str(files[0]), "Version", "Architecture", "Depends"]
    said = subprocess.run(fields, capture_output=True, text=True, check=True).stdout
    print(said)
    assert "1.2.3+20260101T000000.abc1234~deb13" in said
    assert "libmtdev1t64" in said


def test_the_version_is_the_projects() -> None:
    version = tomllib.loads((SOURCE / "pyproject.toml").read_text())["project"]["version"]
    assert package_version(version, "s", target("bookworm", "amd64")) == f"{version}+s~deb12"
