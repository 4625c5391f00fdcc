"""`python -m deploy.image`: the whole way from Debian's packages to a disk image.

Owns the order of the stages, what of them is kept, and the table of figures at the end; knows no package, no partition
and no boot loader. Needs root, runs on any Debian.
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from deploy.image.keys import system_certificate

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
EX_OK, EX_UNAVAILABLE, EX_NOPERM = 0, 69, 77
MIB = 1024 * 1024
T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0, 69 where something could not be had or made, 77 without root."""
    parser = argparse.ArgumentParser(prog="python -m deploy.image", description=__doc__)
    parser.add_argument("--arch", choices=("amd64", "arm64", "both"), default="both")
    parser.add_argument("--level", type=int, default=15, help="how hard the root is packed, 1 quick to 22 small")
    parser.add_argument("--system-version", default=day_of_last_commit(), help="what the image calls itself")
    parser.add_argument("--deb", type=Path, help="our package; without it one is built")
    parser.add_argument(
        "--peer", choices=("", "chromium"), default="", help="a browser in the kiosk's place, to compare"
    )
    parser.add_argument("--no-archive", action="store_true", help="for trials: leave out the .img.xz for technicians")
    options = parser.parse_args(arguments)
    if os.geteuid():
        print("make image needs root: it unpacks Debian's packages with their owners", file=sys.stderr)
        return EX_NOPERM
    architectures = ("amd64", "arm64") if options.arch == "both" else (options.arch,)
    builder = Builder(CHECKOUT / "build" / "appliance", options.system_version)
    try:
        for architecture in architectures:
            image = builder.build(architecture, options.deb, options.level, options.peer)
            if not options.no_archive and not options.peer:
                builder.archive(image)
    except subprocess.CalledProcessError as error:
        print(f"{error.cmd} failed ({error.returncode})", file=sys.stderr)
        return EX_UNAVAILABLE
    print(builder.table())
    return EX_OK


class Builder:
    """Keeps plain Debian trees and the tools; everything of ours is made anew each time."""

    def __init__(self, folder: Path, version: str) -> None:
        self.folder, self.tools, self.version = folder, folder / "tools", version
        self.rows: list[tuple[str, str]] = []

    def build(self, architecture: str, deb: Path | None, level: int, peer: str) -> Path:
        self._timed("tools", self._tools)
        if architecture != {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine()):
            run("sh", HERE / "emulate.sh", self.tools)
        base = self._timed(f"{architecture}: plain Debian", lambda: self._base(architecture, peer))
        name = f"{architecture}-{peer}" if peer else architecture
        work = self.folder / "work" / name
        parts, tree = work / "parts", work / "root"
        shutil.rmtree(work, ignore_errors=True)
        for folder in (parts / "fat", tree / "usr/share/hailong"):
            folder.mkdir(parents=True)
        package = deb or self._timed(f"{architecture}: our package", lambda: self._package(architecture))
        run("tar", "-xf", base, "-C", tree)
        shutil.copy(system_certificate(self.folder / "keys"), tree / "usr/share/hailong/update-keyring.pem")
        finish = ("sh", HERE / "finish.sh", tree, architecture, self._inside(package), parts, self.version, peer)
        self._timed(f"{architecture}: finishing", lambda: self._in_tools(*finish))
        squash = ("-noappend", "-quiet", "-no-progress", "-no-xattrs", "-comp", "zstd", "-b", "256K")
        packed = ("mksquashfs", tree, parts / "rootfs.squashfs", *squash, "-Xcompression-level", str(level))
        self._timed(f"{architecture}: packing the root", lambda: self._in_tools(*packed))
        image = self.folder / f"hailong-{name}.img"
        disk = ("python3", "-m", "deploy.image.disk", architecture, parts, image)
        self._timed(f"{architecture}: laying out the disk", lambda: self._in_tools(*disk))
        self._figures(name, image, parts)
        return image

    def archive(self, image: Path) -> None:
        """What a technician is given: the image packed so that card writers read it, and a list of checksums."""
        packed = image.with_name(image.name + ".xz")
        xz = ("xz", "--threads=0", "-1", "--keep", "--stdout", str(image))

        def pack() -> None:
            with packed.open("wb") as file:
                subprocess.run(xz, check=True, stdout=file)

        self._timed(f"{image.name}: packing for technicians", pack)
        self.rows.append((packed.name, f"{packed.stat().st_size / MIB:.1f} MiB"))
        sums = []
        for one in sorted(self.folder.glob("hailong-*.img.xz")):
            with one.open("rb") as file:
                sums.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {one.name}\n")
        (self.folder / "SHA256SUMS").write_text("".join(sums))

    def _tools(self) -> None:
        tar = self._debian("amd64" if platform.machine() == "x86_64" else "arm64", [HERE / "tools.list"], "tools")
        mark = self.tools / ".from"
        if not mark.exists() or mark.read_text() != tar.name:
            shutil.rmtree(self.tools, ignore_errors=True)
            self.tools.mkdir(parents=True)
            run("tar", "-xf", tar, "-C", self.tools)
            mark.write_text(tar.name)

    def _base(self, architecture: str, peer: str) -> Path:
        lists = [HERE / "packages.list", HERE / f"packages.{architecture}"]
        if peer:
            lists.append(HERE / f"packages.{peer}")
        return self._debian(architecture, lists, f"base-{architecture}" + (f"-{peer}" if peer else ""))

    def _debian(self, architecture: str, lists: Iterable[Path], name: str) -> Path:
        """A plain tree as a tar file, from the cache while neither the lists nor the way of making it changed."""
        lists = list(lists)
        recipe = hashlib.sha256(b"".join(path.read_bytes() for path in (HERE / "bootstrap.sh", *lists))).hexdigest()[
            :12
        ]
        tar = self.folder / "cache" / f"{name}-{recipe}.tar"
        if not tar.exists():
            tar.parent.mkdir(parents=True, exist_ok=True)
            started = tar.with_suffix(".part.tar")
            run(HERE / "bootstrap.sh", architecture, *lists, started)
            started.rename(tar)
        return tar

    def _package(self, architecture: str) -> Path:
        run(sys.executable, "-m", "deploy.package", "build", "--suite", "trixie", "--arch", architecture)
        (file,) = (CHECKOUT / "build/package").glob(f"*_{architecture}.trixie.deb")
        return file

    def _inside(self, package: Path) -> Path:
        """The tools tree sees the checkout and nothing else."""
        if package.resolve().is_relative_to(CHECKOUT):
            return package.resolve()
        return Path(shutil.copy(package, self.folder / package.name))

    def _in_tools(self, *command: Path | str) -> None:
        run("sh", HERE / "in_tools.sh", self.tools, CHECKOUT, *command)

    def _timed(self, stage: str, work: Callable[[], T]) -> T:
        print(f"{stage}…", flush=True)
        began = time.monotonic()
        result = work()
        self.rows.append((stage, f"{time.monotonic() - began:.0f} s"))
        return result

    def _figures(self, name: str, image: Path, parts: Path) -> None:
        for label, path in (
            ("root, packed", parts / "rootfs.squashfs"),
            ("kernel", parts / "vmlinuz"),
            ("early boot", parts / "initrd.img"),
            ("image on the disk (sparse)", image),
        ):
            size = path.stat().st_blocks * 512 if path == image else path.stat().st_size
            self.rows.append((f"{name}: {label}", f"{size / MIB:.1f} MiB"))

    def table(self) -> str:
        width = max(len(left) for left, _ in self.rows)
        return "\n".join(f"{left:{width}}  {right:>10}" for left, right in self.rows)


def day_of_last_commit() -> str:
    """The version of a system: `2026.11.22`, as plans of updates compare it."""
    show = ["git", "-C", str(CHECKOUT), "log", "-1", "--date=format:%Y.%-m.%-d", "--format=%cd"]
    return subprocess.run(show, check=True, capture_output=True, text=True).stdout.strip()


def run(*command: Path | str) -> None:
    subprocess.run([str(word) for word in command], check=True, cwd=CHECKOUT)


if __name__ == "__main__":
    sys.exit(main())
