"""What dpkg is told: name, version, dependencies, configuration files and the scripts around an installation."""

import shutil
from pathlib import Path

from deploy.package.target import Target

SCRIPTS = Path(__file__).parent / "debian"
NAME = "hailong-kiosk"
CONTROL = """\
Package: {name}
Version: {version}
Architecture: {architecture}
Maintainer: Hài Lòng <hailong@localhost>
Section: misc
Priority: optional
Installed-Size: {kilobytes}
Depends: {depends}
Recommends: {recommends}
Description: satisfaction kiosk of a one-stop office
 A counter with a touch screen or a box of buttons where citizens say how
 satisfied they are, the agent that delivers their answers, the page of the
 counter that prints slips, and what a technician needs to look after them.
"""
# Kivy's wheel brings SDL, which looks for these at run time; the rest is what the units and the scripts call.
DEPENDS = (
    "libgl1-mesa-dri", "libgbm1", "libegl1", "libgles2", "libdrm2", "udev", "systemd", "ca-certificates",
    "e2fsprogs", "util-linux", "tzdata",
)  # fmt: skip
RECOMMENDS = (
    "chrony",
    "espeak-ng",
    "alsa-utils",
    "libusb-1.0-0",
    "fonts-liberation2 | fonts-liberation",
    "fonts-khmeros",
)
MTDEV = {"bookworm": "libmtdev1", "trixie": "libmtdev1t64"}


def depends(target: Target) -> str:
    """The Python of the release and no other: compiled modules are of one minor version."""
    minor = target.suite.minor
    python = (f"python3 (>= 3.{minor}~)", f"python3 (<< 3.{minor + 1}~)")
    return ", ".join((*python, MTDEV[target.suite.name], *DEPENDS))


def package_version(version: str, stamp: str, target: Target) -> str:
    """`0.1.0+20260101T0000.abc1234~deb13`: grows with the commits, and with the release that it is for."""
    return f"{version}+{stamp}~deb{target.suite.release}"


def write_control(root: Path, version: str, target: Target) -> None:
    """DEBIAN/ below `root`, whose files must all be there."""
    folder = root / "DEBIAN"
    size = sum(path.lstat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    folder.mkdir()
    values = {"name": NAME, "version": version, "architecture": target.architecture, "kilobytes": -(-size // 1024)}
    text = CONTROL.format(depends=depends(target), recommends=", ".join(RECOMMENDS), **values)
    (folder / "control").write_text(text)
    files = sorted(path for path in (root / "etc").rglob("*") if path.is_file()) if (root / "etc").exists() else []
    (folder / "conffiles").write_text("".join(f"/{path.relative_to(root)}\n" for path in files))
    for script in ("postinst", "prerm", "postrm"):
        shutil.copyfile(SCRIPTS / script, folder / script)
        (folder / script).chmod(0o755)
