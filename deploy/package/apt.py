"""Debian packages of another release and processor than this machine's, fetched and checked by apt. Installs nothing.

apt works in a folder of its own: its own sources, lists and an empty list of installed packages, so that what this
machine has plays no part. Signatures are checked with Debian's own keyring.
"""

import subprocess
from pathlib import Path

from deploy.package.target import Target

MIRROR = "http://deb.debian.org/debian"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class Apt:
    """`folder` is apt's, and kept between runs: lists and packages are fetched once."""

    def __init__(self, folder: Path, target: Target, mirror: str = MIRROR) -> None:
        self._folder, self._target, self._mirror = folder, target, mirror

    def fetch(self, packages: list[str]) -> list[Path]:
        """Exactly these packages. Raises: subprocess.CalledProcessError."""
        self._prepare()
        into = self._folder / "single"
        into.mkdir(exist_ok=True)
        for package in packages:
            if not list(into.glob(f"{package}_*.deb")):
                self._run("apt-get", "-q", "download", f"{package}:{self._target.architecture}", folder=into)
        return [next(into.glob(f"{package}_*.deb")) for package in packages]

    def fetch_with_all(self, packages: list[str]) -> list[Path]:
        """These packages and everything that they depend on. Raises: subprocess.CalledProcessError."""
        self._prepare()
        self._run("apt-get", "-q", "-y", "--no-install-recommends", "--download-only", "install", *packages)
        return sorted((self._folder / "archives").glob("*.deb"))

    def _prepare(self) -> None:
        """Raises: subprocess.CalledProcessError."""
        for part in ("lists/partial", "archives/partial", "etc"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        (self._folder / "status").touch()
        suite = self._target.suite.name
        suites = (
            (suite, self._mirror),
            (f"{suite}-updates", self._mirror),
            (f"{suite}-security", f"{self._mirror}-security"),
        )
        lines = (f"deb [signed-by={KEYRING}] {mirror} {name} main\n" for name, mirror in suites)
        (self._folder / "etc" / "sources.list").write_text("".join(lines))
        if not list((self._folder / "lists").glob("*_Packages*")):
            self._run("apt-get", "-q", "update")

    def _run(self, program: str, *arguments: str, folder: Path | None = None) -> None:
        options = {
            "Dir::Etc": self._folder / "etc",
            "Dir::State::lists": self._folder / "lists",
            "Dir::State::status": self._folder / "status",
            "Dir::Cache::archives": self._folder / "archives",
            "Dir::Cache::pkgcache": "",
            "Dir::Cache::srcpkgcache": "",
            "APT::Architecture": self._target.architecture,
            "APT::Architectures": self._target.architecture,
            "APT::Sandbox::User": "root",
            "Acquire::Languages": "none",
            "Dpkg::Use-Pty": "false",
        }
        given = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        subprocess.run([program, *given, *arguments], check=True, capture_output=True, text=True, cwd=folder)
