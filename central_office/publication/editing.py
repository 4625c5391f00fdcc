"""Makes the edition of a frozen round: its own files, beside what proves them. Reads frozen rows, no record."""

from collections.abc import Iterable
from dataclasses import replace

from central_office.publication.edition import Edition
from central_office.publication.freezing import kept_parts
from central_office.publication.manifest import public_pem
from central_office.publication.models import Frozen
from central_office.publication.packaging import part
from central_office.results.analysis_file import read_analysis, write_analysis

PRIVATE = frozenset({"inputs.json"})  # how many records each kiosk sent would tell who is below the floor
OF_THE_WHOLE = frozenset({"manifest.json", "manifest.sig"})


def edition_of(frozen: Frozen, key: bytes) -> Edition:
    """`key`: the centre's public one."""
    analysis, _ = read_analysis(bytes(frozen.analysis))
    parts = {name: data for name, data in kept_parts(frozen).items() if name not in PRIVATE}
    proof = {
        "manifest.json": bytes(frozen.manifest),
        "manifest.sig": bytes(frozen.signature),
        "centre-key.pem": public_pem(key),
    }
    return Edition(frozen.version, analysis, parts | proof, frozen.interim, key=key.hex())


def part_of(frozen: Frozen, points: Iterable[str], key: bytes) -> Edition:
    """A package: what was published of these points. The manifest is of the whole round and proves no part of it, so
    it stays out; the sums are signed. Raises: NoSuchPart."""
    whole = edition_of(frozen, key)
    analysis, names = part(whole.analysis, points)
    _, plan_text = read_analysis(bytes(frozen.analysis))
    kept = {name: data for name, data in whole.files.items() if name not in OF_THE_WHOLE}
    files = kept | {"analysis.json": write_analysis(analysis, plan_text)}
    return replace(whole, analysis=analysis, files=files, part=names)
