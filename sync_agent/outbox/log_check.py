"""Whether the write-ahead log was read to its end when the file was opened.

SQLite stops without a word at the first frame whose checksum is wrong: right after a power cut (that is the torn end),
silent loss if a bit has rotted among acknowledged commits. Each commit is synced before the next begins, so a torn end
is never followed by a commit and more frames of the same log. Knows the log's layout (sqlite.org/fileformat2.html §4).
"""

import struct
from pathlib import Path

import apsw

from sync_agent.outbox.errors import DamagedStorage

HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_ATTEMPTS = 5


def check_log(connection: apsw.Connection, log: Path, page_bytes: int) -> None:
    """Raises: DamagedStorage naming the frame; OSError. Looks again if the other process wrote meanwhile."""
    if not log.exists():
        return
    for _ in range(_ATTEMPTS):
        before = _frames_read(connection)
        content = log.read_bytes()
        with log.open("rb") as file:
            same = file.read(HEADER_BYTES) == content[:HEADER_BYTES]
        if same and _frames_read(connection) == before:
            check_content(content, before, page_bytes)
            return


def _frames_read(connection: apsw.Connection) -> int:
    return connection.wal_checkpoint("main", apsw.SQLITE_CHECKPOINT_NOOP)[0]


def check_content(content: bytes, frames_read: int, page_bytes: int) -> None:
    """Raises: DamagedStorage if `content` holds commits beyond the `frames_read` that SQLite took from it."""
    header = content[:HEADER_BYTES]
    if not any(header):
        return  # grown, never used
    if not _is_sound(header):
        raise DamagedStorage("the header of the log is damaged")
    committed = False
    size = _FRAME_HEADER_BYTES + page_bytes
    for place in range(HEADER_BYTES + frames_read * size, len(content) - size + 1, size):
        if content[place + 8 : place + 16] != header[16:24]:
            continue  # of an earlier round
        if committed:
            raise DamagedStorage(f"the log breaks after frame {frames_read}, yet goes on")
        committed = any(content[place + 4 : place + 8])


def _is_sound(header: bytes) -> bool:
    """Whether the header's own checksum fits: 24 bytes as 32-bit words, in the order that the magic number names."""
    if len(header) < HEADER_BYTES or header[:4] not in (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83"):
        return False
    words = struct.unpack((">" if header[3] & 1 else "<") + "6I", header[:24])
    first = second = 0
    for number in range(0, 6, 2):
        first = (first + words[number] + second) & 0xFFFFFFFF
        second = (second + words[number + 1] + first) & 0xFFFFFFFF
    return struct.pack(">II", first, second) == header[24:32]
