"""A laboratory of power cuts: an apsw file layer that records what reaches the page cache and what was synced.

From the record, the disk after a cut at any moment is made: what was synced is there; of the rest any subset, in
512-byte sectors; a name is there only if its directory was synced, or by luck. Stricter than ext4, like SQLite's own
crash tests. Not modelled: a disk that lies about its sync, or that destroys sectors it was not writing.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512


@dataclass(eq=False)
class Inode:
    """One file: what is surely on the disk, and what may be. `owes_directory`: SQLite's own layer syncs the directory
    at the first sync of a journal or log that it made."""

    owes_directory: bool = False
    durable: bytearray = field(default_factory=bytearray)
    loose: list[tuple[int, bytes | None]] = field(default_factory=list)  # (offset, data) or (new size, None)


class Recorder(apsw.VFS):
    """Passes everything on to the system's layer and keeps a record of it in `events`."""

    def __init__(self, disk: dict[str, Inode]) -> None:
        self.events: list[tuple[Any, ...]] = []
        self.live = dict(disk)
        self.name = f"recorder-{id(self):x}"
        super().__init__(self.name, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        path = Path(str(name.filename() if isinstance(name, apsw.URIFilename) else name))
        if path.name not in self.live:
            assert not path.exists()
            journal = bool(flags[0] & (apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL))
            self.live[path.name] = Inode(journal)
            self.events.append(("create", path.name, self.live[path.name]))
        return _File(name, flags, self.live[path.name], self.events)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        super().xDelete(filename, syncdir)
        self.live.pop(Path(filename).name, None)
        self.events.append(("delete", Path(filename).name))
        if syncdir:
            self.events.append(("sync_directory",))


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], inode: Inode, events: list[tuple[Any, ...]]) -> None:
        super().__init__("", name, flags)
        self._inode = inode
        self._events = events

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        self._events.append(("write", self._inode, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._events.append(("write", self._inode, newsize, None))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        self._events.append(("sync", self._inode))


class Machine:
    """The disk while the record is played up to a moment; then `cut` says what is left of it."""

    def __init__(self, disk: dict[str, Inode]) -> None:
        self.names = dict(disk)  # durable directory entries
        self._moves: list[tuple[str, Inode | None]] = []  # entries made or removed since the directory was synced
        self._all: set[Inode] = set(disk.values())

    def play(self, event: tuple[Any, ...]) -> None:
        match event:
            case ("write", inode, place, data):
                inode.loose.append((place, data))
            case ("sync", inode):
                for place, data in inode.loose:
                    _apply(inode.durable, place, data)
                inode.loose.clear()
                if inode.owes_directory:
                    inode.owes_directory = False
                    self._sync_directory()
            case ("create", name, inode):
                self._all.add(inode)
                self._moves.append((name, inode))
            case ("delete", name):
                self._moves.append((name, None))
            case ("sync_directory",):
                self._sync_directory()

    def _sync_directory(self) -> None:
        for name, inode in self._moves:
            _move(self.names, name, inode)
        self._moves.clear()

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """The files after power is lost now: a beginning of the directory's moves, any part of the loose writes."""
        names = dict(self.names)
        for name, inode in self._moves[: chance.randint(0, len(self._moves))]:
            _move(names, name, inode)
        return {name: _survivor(inode, chance) for name, inode in names.items()}


def _survivor(inode: Inode, chance: random.Random) -> bytes:
    content = bytearray(inode.durable)
    luck = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
    torn = chance.random() < 0.5
    for place, data in inode.loose:
        if data is None or not torn:
            if chance.random() < luck:
                _apply(content, place, data)
            continue
        for start in range(0, len(data), SECTOR):
            if chance.random() < luck:
                _apply(content, place + start, data[start : start + SECTOR])
    return bytes(content)


def _apply(content: bytearray, place: int, data: bytes | None) -> None:
    if data is None:
        del content[place:]
        data = b""
    if len(content) < place:
        content.extend(bytes(place - len(content)))
    content[place : place + len(data)] = data


def _move(names: dict[str, Inode], name: str, inode: Inode | None) -> None:
    if inode is None:
        names.pop(name, None)
    else:
        names[name] = inode
