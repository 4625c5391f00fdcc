"""Files of a publication: sums, folders, zips with one spelling. Knows nothing of what is in them."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

SUMS = "SHA256SUMS"
HERE = Path(__file__).parent
ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the first that the format knows: an archive is the same whenever it is made


def resource(name: str) -> bytes:
    """A file that lies beside this module."""
    return (HERE / name).read_bytes()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """As `sha256sum` writes and `sha256sum -c` reads it, by name."""
    return "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files)).encode()


def write_folder(files: Iterable[tuple[str, bytes]], directory: Path) -> int:
    """How many files were written into `directory`, which must be new. Raises: FileExistsError."""
    directory.mkdir(parents=True)
    count = 0
    for name, data in files:
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        count += 1
    return count


def zipped(files: Iterable[tuple[str, bytes]], folder: str) -> bytes:
    """One archive with everything under `folder`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(f"{folder}/{name}", ZIP_TIME)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return file.getvalue()
