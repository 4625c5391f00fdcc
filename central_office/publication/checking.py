"""Checks a folder that was handed out, a frozen round or a site: sums, signatures, figures. Knows no database."""

from collections.abc import Iterator
from pathlib import Path

from central_office.keys import genuine
from central_office.publication.attached import verify
from central_office.publication.files import SUMS
from central_office.publication.manifest import KIND, key_of_pem
from central_office.publication.site import SITE
from survey import wire


def check(directory: Path, key: bytes | None = None) -> Iterator[str]:
    """What is wrong; `key`: the centre's public one, known from elsewhere. Without it the folder's own is taken, which
    proves only that one hand made all of it. Raises: FileNotFoundError if it is no such folder."""
    yield from verify.files(directory)
    below, own = _below(directory), own_key(directory)
    if key is not None and own != key:
        yield "khóa trong thư mục không phải khóa của trung tâm"
    for kind, file in ((SITE, directory / SUMS), (KIND, below / "manifest.json")):
        yield from _signature(kind, file, key or own)
    if below != directory:
        yield from verify.figures(directory)


def _signature(kind: str, file: Path, key: bytes) -> Iterator[str]:
    """A frozen folder's sums have no signature of their own: its manifest has; a package has no manifest."""
    signature = file.with_suffix(".sig") if file.suffix else file.with_name(f"{file.name}.sig")
    if file.is_file() and signature.is_file():
        if not genuine(key, wire.signed_bytes(kind, file.read_bytes()), signature.read_bytes()):
            yield f"chữ ký trên {file.name} không đúng"
    elif file.is_file() and kind == KIND:
        yield f"thiếu chữ ký trên {file.name}"


def own_key(directory: Path) -> bytes:
    """The key that the folder names as the centre's."""
    return key_of_pem((_below(directory) / "centre-key.pem").read_bytes())


def _below(directory: Path) -> Path:
    data = directory / "data"
    return data if data.is_dir() else directory
