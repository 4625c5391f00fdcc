"""lgpio for a Python that its publisher has no wheel for: built from the locked source with the target's own headers.

The C library goes into the module, as in the publisher's wheels. Cross-compiled: nothing of the target runs here.
"""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from deploy.package.apt import Apt
from deploy.package.target import Target
from deploy.package.wheels import locked

NAME = "lgpio"


def build_lgpio(lock: Path, target: Target, into: Path, cache: Path) -> None:
    """Adds `lgpio.py` and its compiled half to `into`. Raises: subprocess.CalledProcessError, OSError."""
    built = cache / f"{NAME}-{target.tag}-{target.machine}"
    if not built.exists():
        part = built.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        source = _source(lock, cache)
        headers = _headers(target, cache)
        _compile(source, headers, target, part)
        part.rename(built)
    shutil.copytree(built, into, dirs_exist_ok=True)


def _source(lock: Path, cache: Path) -> Path:
    """The unpacked source, whose digest the lock names."""
    wanted, folder = cache / f"{NAME}.txt", cache / f"{NAME}-source"
    folder.mkdir(parents=True, exist_ok=True)
    wanted.write_text(dict(locked(lock.read_text()))[NAME] + "\n")
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--no-binary=:all:",
        "--no-build-isolation",
    ]
    command += ["--require-hashes", "--dest", str(folder), "-r", str(wanted)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    archive = next(folder.glob(f"{NAME}-*.tar.gz"))
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


def _headers(target: Target, cache: Path) -> Path:
    """A folder with the target's usr/include of Python."""
    folder = cache / f"headers-{target.tag}-{target.machine}"
    if not folder.exists():
        apt = Apt(cache.parent / "apt" / f"{target.suite.name}-{target.architecture}", target)
        for package in apt.fetch([f"libpython{target.python}-dev"]):
            subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)
    return folder / "usr" / "include"


def _compile(source: Path, headers: Path, target: Target, into: Path) -> None:
    into.mkdir(parents=True)
    subprocess.run(["swig", "-python", "-o", "lgpio_wrap.c", "lgpio.i"], check=True, cwd=source)
    module = into / f"_lgpio.cpython-3{target.suite.minor}-{target.machine}-linux-gnu.so"
    c_files = [*sorted(source.glob("src/lg*.c")), source / "src" / "rgpiod.c", source / "lgpio_wrap.c"]
    command = [f"{target.machine}-linux-gnu-gcc", "-shared", "-fPIC", "-O2", "-g0", "-pthread", "-w", "-s"]
    command += [f"-I{source / 'src'}", f"-I{headers}/python{target.python}", f"-I{headers}"]
    subprocess.run([*command, "-o", str(module), *map(str, c_files), "-lrt", "-ldl"], check=True)
    shutil.copyfile(source / "lgpio.py", into / "lgpio.py")
