"""Answers that travel by stick instead of by line: the bytes of the sealed file, and of the receipts that come back.

Holds the very batches and receipts of `wire`. Pure: sealing and signatures are handed in. A file tells whoever finds
it for which centre it is and how long it is (in steps of 64 kB), nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from survey.canonical import Value, decode, digest, encode
from survey.errors import BadMessage, NotCanonical
from survey.wire import MOST_PACKED_BYTES, Batch, Receipt, Verify, checked_code, read_batch, read_receipt, receipt_head

FORMAT = 1
MARK = b"HAILONG-POST "
RECEIPTS_MARK = b"HAILONG-RECEIPTS "
MOST_BYTES = 32 * 1024 * 1024
MOST_RECEIPTS_BYTES = 16 * 1024 * 1024
PADDED_BYTES = 64 * 1024
_DIGEST_BYTES = 32
_ZEROS = bytes(PADDED_BYTES)


class PostRefused(BadMessage):
    """A file that is not taken. `code`: "no_post", "newer", "damaged", "other_centre", "other_kiosk"; the office has
    further ones for the kiosk that it names."""

    hint = "Let the kiosk write the file again: its answers are still there."

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Post:
    """`batches`: packed, as they would go over the line. Their signatures are not checked here."""

    kiosk: str
    batches: tuple[bytes, ...]


def write_post(post: Post, centre_key: bytes, seal: Callable[[bytes], bytes]) -> bytes:
    """The file for the centre whose Ed25519 key is `centre_key`; `seal`: what only that centre can open.

    Raises: ValueError for a file that would be longer than MOST_BYTES.
    """
    head = encode({"v": FORMAT, "kiosk": post.kiosk, "sizes": cast("list[Value]", [len(b) for b in post.batches])})
    content = b"".join((head, b"\n", *post.batches))
    sealed = seal(content + bytes(-len(content) % PADDED_BYTES))
    whole = b"%s%d %s\n%s" % (MARK, FORMAT, digest(centre_key).encode("ascii"), sealed)
    if len(whole) + _DIGEST_BYTES > MOST_BYTES:
        raise ValueError(f"a file holds at most {MOST_BYTES} bytes")
    return whole + bytes.fromhex(digest(whole))


def read_post(data: bytes, centre_key: bytes, unseal: Callable[[bytes], bytes]) -> Post:
    """The post in `data`; `unseal` raises ValueError for what it cannot open. Raises: PostRefused."""
    first, sealed = _opened(data, MARK)
    if first != digest(centre_key):
        raise PostRefused("other_centre", "the file is sealed to another centre")
    try:
        content = unseal(sealed)
    except ValueError as error:
        raise PostRefused("damaged", f"it cannot be opened: {error}") from None
    return _read_content(content)


def _opened(data: bytes, mark: bytes) -> tuple[str, bytes]:
    """What the first line says after the version, and what follows it; the digest at the end has been checked."""
    if not data.startswith(mark):
        raise PostRefused("no_post", "no file of this kind")
    if len(data) > MOST_BYTES:
        raise PostRefused("damaged", f"longer than {MOST_BYTES} bytes")
    whole, kept = data[:-_DIGEST_BYTES], data[-_DIGEST_BYTES:]
    if digest(whole) != kept.hex():
        raise PostRefused("damaged", "it is not whole, or was changed")
    line, _, rest = whole.partition(b"\n")
    version, _, first = line.removeprefix(mark).decode("ascii", "replace").partition(" ")
    if version != str(FORMAT):
        raise PostRefused("newer", f"a file of version {version[:10]}")
    return first, rest


def _read_content(content: bytes) -> Post:
    line, newline, rest = content.partition(b"\n")
    try:
        head = decode(line)
    except NotCanonical as error:
        raise PostRefused("damaged", str(error)) from None
    if not newline or not isinstance(head, dict) or head.keys() != {"v", "kiosk", "sizes"} or head["v"] != FORMAT:
        raise PostRefused("damaged", "its content is no post of version 1")
    sizes = head["sizes"]
    if not isinstance(sizes, list) or not all(type(n) is int and 0 < n <= MOST_PACKED_BYTES for n in sizes):
        raise PostRefused("damaged", "its sizes are no sizes")
    batches, at = [], 0
    for size in cast("list[int]", sizes):
        batches.append(rest[at : at + size])
        at += size
    if at > len(rest) or rest[at:] != _ZEROS[: len(rest) - at]:
        raise PostRefused("damaged", "its sizes do not fit its content")
    return Post(checked_code(head["kiosk"]), tuple(batches))


def read_batches(post: Post) -> tuple[Batch, ...]:
    """The batches in `post`, all of its kiosk. Raises: BadMessage; PostRefused for a batch of another kiosk."""
    batches = tuple(map(read_batch, post.batches))
    if any(batch.head.kiosk != post.kiosk for batch in batches):
        raise PostRefused("other_kiosk", "a batch in it is another kiosk's")
    return batches


def write_receipts(receipts: Sequence[bytes]) -> bytes:
    """The file that goes back: the centre's signed receipts, of one kiosk or of many, one a line."""
    lines = b"".join(receipt + b"\n" for receipt in receipts)
    whole = b"%s%d %d\n%s" % (RECEIPTS_MARK, FORMAT, len(receipts), lines)
    return whole + bytes.fromhex(digest(whole))


def read_receipts(data: bytes, kiosk: str, verify: Verify) -> list[Receipt]:
    """Those in `data` that speak of batches of `kiosk`, each genuine; others' are passed over.

    Raises: PostRefused; nothing may be released then.
    """
    if len(data) > MOST_RECEIPTS_BYTES:
        raise PostRefused("damaged", f"longer than {MOST_RECEIPTS_BYTES} bytes")
    _, lines = _opened(data, RECEIPTS_MARK)
    found = []
    for line in lines.split(b"\n")[:-1]:
        try:
            head = receipt_head(line)
            if head.kiosk == kiosk:
                found.append(read_receipt(line, head, verify))
        except BadMessage as error:
            raise PostRefused("damaged", str(error)) from None
    return found
