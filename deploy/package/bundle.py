"""One file for an office without a line: the package, every Debian package that it may need, a script to install it.

The script lets apt choose from the folder as from a mirror: what the machine has already, in whatever version, stays.
"""

import gzip
import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

from deploy.package.apt import Apt
from deploy.package.control import DEPENDS, MTDEV, NAME, RECOMMENDS
from deploy.package.target import Target

INSTALL = Path(__file__).parent / "debian" / "install.sh"
SUMS = "SHA256SUMS"


def bundle(package: Path, target: Target, out: Path, epoch_s: int) -> Path:
    """The tar beside `package`. Raises: subprocess.CalledProcessError, OSError."""
    folder = out / package.name.removesuffix(".deb")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    apt = Apt(out / "apt" / f"{target.suite.name}-{target.architecture}", target)
    for file in (*apt.fetch_with_all(wanted(target)), package):
        shutil.copy(file, folder)
    shutil.copy(INSTALL, folder)
    files = sorted(folder.glob("*.deb"))
    with gzip.GzipFile(folder / "Packages.gz", "wb", mtime=0) as index:
        index.write("\n".join(stanza(file) for file in files).encode())
    listed = [*files, folder / "Packages.gz", folder / INSTALL.name]
    (folder / SUMS).write_text("".join(f"{digest(file)}  {file.name}\n" for file in listed))
    for older in out.glob(f"{NAME}_*_{target.architecture}.{target.suite.name}.offline.tar"):
        older.unlink()
    file = out / f"{folder.name}.offline.tar"
    pack(folder, file, epoch_s)
    shutil.rmtree(folder)
    return file


def wanted(target: Target) -> list[str]:
    """What the package asks for and recommends, the first of each choice, and the Python of the release."""
    asked = (MTDEV[target.suite.name], *DEPENDS, *RECOMMENDS)
    return ["python3", *(choice.split("|")[0].strip() for choice in asked)]


def stanza(package: Path) -> str:
    """What apt's index says of one package."""
    said = subprocess.run(["dpkg-deb", "-f", str(package)], check=True, capture_output=True, text=True).stdout
    return f"{said.strip()}\nFilename: ./{package.name}\nSize: {package.stat().st_size}\nSHA256: {digest(package)}\n"


def digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def pack(folder: Path, file: Path, epoch_s: int) -> None:
    """The same bytes for the same files: owner, time and order are fixed."""

    def settled(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = epoch_s
        entry.mode = 0o755 if entry.isdir() or entry.name.endswith(".sh") else 0o644
        return entry

    with tarfile.open(file, "w") as tar:
        for path in (folder, *sorted(folder.iterdir())):
            tar.add(path, arcname=str(path.relative_to(folder.parent)), recursive=False, filter=settled)
