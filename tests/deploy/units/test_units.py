"""Every unit file as systemd itself judges it, without a booted machine: sense, and how much each one may do."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.package.tree import lay_out
from tests.deploy.units.container import SOURCE

UNITS = SOURCE / "deploy" / "units"
MOST_EXPOSURE = 20  # tenths
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))

pytestmark = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's files, as this machine's systemd (252, as in Debian 12) understands them."""
    root = tmp_path_factory.mktemp("laid") / "root"
    lay_out(SOURCE, root, "0.0.0", 12)
    return root


def test_systemd_understands_every_unit(laid_out: Path) -> None:
    units = sorted(path.name for path in UNITS.iterdir() if path.suffix in (".service", ".timer", ".target", ".path"))
    print(f"{len(units)} units verified")
    assert not complaints(laid_out, units)


def complaints(root: Path, units: list[str]) -> list[str]:
    """What systemd says of our units, but for those of Debian that are not below `root`."""
    command = ["systemd-analyze", f"--root={root}", "verify", "--man=no", *units]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stderr.splitlines()
    return [line for line in said if "hailong" in line and not re.search(r"Unit \S+ not found", line)]


@pytest.mark.slow
def test_a_misspelt_setting_is_found(laid_out: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    shutil.copytree(laid_out, root, symlinks=True)
    service = root / "usr/lib/systemd/system/hailong-kiosk.service"
    service.write_text(service.read_text().replace("ProtectSystem=", "ProtectSytem="))
    assert any("ProtectSytem" in line for line in complaints(root, ["hailong-kiosk.service"]))


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_may_do_more_than_it_must(laid_out: Path, service: str) -> None:
    command = [
        "systemd-analyze",
        f"--root={laid_out}",
        "security",
        "--offline=yes",
        "--no-pager",
        f"--threshold={MOST_EXPOSURE}",
        service,
    ]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    print(said.stdout.strip().splitlines()[-1])
    assert said.returncode == 0, said.stdout


def test_every_file_has_a_place_and_every_wish_a_unit(laid_out: Path) -> None:
    system = laid_out / "usr/lib/systemd/system"
    links = [link for folder in system.glob("*.wants") for link in folder.iterdir()]
    assert links
    assert all(link.exists() for link in links)
    assert (system / "multi-user.target.wants" / "hailong.target").exists()


def test_nobody_may_log_in_by_our_doing() -> None:
    started = {path.name for path in UNITS.rglob("*") if path.is_file()}
    assert not {name for name in started if name.startswith(("getty@.service", "ssh"))}
    assert "NAutoVTs=0" in (UNITS / "hailong.logind").read_text()
