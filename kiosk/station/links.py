"""From a slip to its dossier, for the counter alone and for some days: sealed under a key of the day, then destroyed.

Owns the keys of the days (`link-keys/`) and the log of their destruction (`links.log`): one line a day, each naming the
digest of the line before it. Knows no page and no printer.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from kiosk.station.files import append_line, destroy, sync_folder, write_whole
from survey.canonical import decode, encode
from survey.errors import NotCanonical
from sync_agent.outbox import SlipBook

log = logging.getLogger(__name__)
KEYS, LOG, ENDING = "link-keys", "links.log", "links.ending"
UNREAD = "links.ending.unread"  # one of which nobody can say what it was; kept for whoever looks into it
FIRST = "0" * 64
NO_KEY = ""  # the fingerprint of a key that was gone before its links


@dataclass(frozen=True, slots=True)
class Link:
    """What a slip leads to. `letters`: of its code. `dossier`: "" for none. Days: None if nobody said."""

    token: str
    letters: str
    dossier: str = ""
    promised: date | None = None
    returned: date | None = None

    def encode(self) -> bytes:
        days = {"promised": _day(self.promised), "returned": _day(self.returned)}
        return encode({"token": self.token, "letters": self.letters, "dossier": self.dossier, **days})


class Links:
    """The links of one counter. `randomness`: the system's. Errors: OSError, OutboxError."""

    def __init__(self, folder: Path, book: SlipBook, randomness: Callable[[int], bytes]) -> None:
        self._folder, self._book, self._randomness = folder, book, randomness

    def seal(self, day: date, link: Link) -> bytes:
        """The link under the key of its day, which is made, durably, with the first one."""
        path = self._key_path(day)
        if not path.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            sync_folder(self._folder)
            write_whole(path, self._randomness(SecretBox.KEY_SIZE))
        nonce = self._randomness(SecretBox.NONCE_SIZE)
        return bytes(SecretBox(path.read_bytes()).encrypt(link.encode(), nonce))

    def open(self, day: date, token: str) -> Link | None:
        """The link of a slip; None when its time is over, or when it cannot be read."""
        sealed = self._book.link(token)
        try:
            if sealed is not None:
                link = _read(SecretBox(self._key_path(day).read_bytes()).decrypt(sealed))
                return link if link.token == token else None
        except (FileNotFoundError, CryptoError, NotCanonical, ValueError, KeyError, TypeError) as error:
            log.warning("station.link_unread", extra={"fields": {"reason": type(error).__name__}})
        return None

    def end(self, today: date, keep_days: int) -> int:
        """Destroy keys and links of days more than `keep_days` ago, and finish what a power cut left half destroyed;
        how many days."""
        ended = 0
        ending = self._folder / ENDING
        begun = self._begun()
        if begun is not None:
            self._finish(begun)
            ended += 1
        for day in sorted({*self._book.link_days(), *self._key_days()}):
            if today > day + timedelta(days=keep_days):
                entry = self._entry_of(day, today)
                write_whole(ending, encode(entry))
                self._finish(entry)
                ended += 1
        return ended

    def _begun(self) -> dict[str, Any] | None:
        """The destruction that a power cut interrupted. One that cannot be read is put aside: the days that are over
        are found again by their keys and links."""
        ending = self._folder / ENDING
        try:
            return _entry(ending.read_bytes()) if ending.exists() else None
        except (NotCanonical, ValueError) as error:
            log.error("station.link_unread", extra={"fields": {"reason": f"{ENDING}: {error}"[:200]}})
            ending.replace(self._folder / UNREAD)
            sync_folder(self._folder)
            return None

    def prove(self) -> tuple[list[str], int, int, str]:
        """Look at the log and at what it says is gone: the faults, days, links, and the digest of its last line."""
        faults, prev, links = [], FIRST, 0
        raw = _lines(self._folder / LOG)
        destroyed = set()
        for number, line in enumerate(raw, 1):
            try:
                entry = _entry(line)
            except (NotCanonical, ValueError):
                faults.append(f"{LOG}:{number}: cannot be read")
                prev = _sha256(line)
                continue
            if entry["prev"] != prev:
                faults.append(f"{LOG}:{number}: does not follow the line before it")
            prev = _sha256(line)
            links += entry["slips"]
            destroyed.add(entry["key"])
        for day in self._key_days():
            if _sha256(self._key_path(day).read_bytes()) in destroyed:
                faults.append(f"{KEYS}/{day}: is still there")
        orphans = set(self._book.link_days()) - set(self._key_days())
        faults += [f"links of {day} are still there" for day in sorted(orphans)]
        if (self._folder / ENDING).exists():
            faults.append("a destruction was interrupted and is not finished")
        if (self._folder / UNREAD).exists():
            faults.append(f"{UNREAD}: a destruction was begun of which the note cannot be read")
        return faults, len(raw), links, prev

    def _entry_of(self, day: date, today: date) -> dict[str, Any]:
        sealed = self._book.links_of(day)
        path = self._key_path(day)
        return {
            "v": 1,
            "day": day.isoformat(),
            "slips": len(sealed),
            "links": hashlib.sha256(b"".join(hashlib.sha256(each).digest() for each in sealed)).hexdigest(),
            "key": _sha256(path.read_bytes()) if path.exists() else NO_KEY,
            "destroyed": today.isoformat(),
        }

    def _finish(self, entry: dict[str, Any]) -> None:
        """Each step may come twice: after a power cut it begins again at the first."""
        day = date.fromisoformat(entry["day"])
        destroy(self._key_path(day))
        self._book.drop_links(day)
        lines = _lines(self._folder / LOG)
        if {**_last(lines), "prev": ""} != {**entry, "prev": ""}:
            line = encode({**entry, "prev": _sha256(lines[-1]) if lines else FIRST})
            append_line(self._folder / LOG, line)
        (self._folder / ENDING).unlink(missing_ok=True)
        sync_folder(self._folder)
        fields = {"day": entry["day"], "slips": entry["slips"], "head": _sha256(_lines(self._folder / LOG)[-1])}
        log.info("station.links_destroyed", extra={"fields": fields})

    def _key_path(self, day: date) -> Path:
        return self._folder / KEYS / f"{day.isoformat()}.key"

    def _key_days(self) -> list[date]:
        found = []
        for path in (self._folder / KEYS).glob("*.key"):
            try:
                found.append(date.fromisoformat(path.stem))
            except ValueError:
                log.warning("station.link_unread", extra={"fields": {"reason": f"no key of a day: {path.name}"}})
        return sorted(found)


def _read(plain: bytes) -> Link:
    value: Any = decode(plain)
    return Link(
        value["token"], value["letters"], value["dossier"], *map(_read_day, (value["promised"], value["returned"]))
    )


def _last(lines: list[bytes]) -> dict[str, Any]:
    """The last entry; nothing for none, or for a line that cannot be read: `prove` says so, and destroying goes on."""
    try:
        return _entry(lines[-1]) if lines else {}
    except (NotCanonical, ValueError):
        return {}


def _entry(line: bytes) -> dict[str, Any]:
    """Raises: NotCanonical; ValueError for what is no entry."""
    value: Any = decode(line)
    if not isinstance(value, dict) or not {"day", "slips", "key"} <= value.keys() or type(value["slips"]) is not int:
        raise ValueError("no entry")
    if not isinstance(value["day"], str) or not isinstance(value["key"], str):
        raise ValueError("no entry")
    date.fromisoformat(value["day"])
    return {"prev": "", **value}


def _lines(path: Path) -> list[bytes]:
    """Whole lines only."""
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _read_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
