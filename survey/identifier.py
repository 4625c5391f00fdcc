"""Identifiers and instants of a record, made from the time and randomness that the caller hands in.

A record id is a UUIDv7 (RFC 9562 5.7) whose time field holds only the quarter-hour: a full millisecond would tell an
officer who stood at the counter (law 6; docs/decisions/0004).
"""

import re
from datetime import datetime, timedelta

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
QUARTER = re.compile(r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):(00|15|30|45)[+-]([01]\d):(00|15|30|45)")
RANDOM_BYTES = 10


def quarter_of(instant: datetime) -> datetime:
    """The start of the quarter-hour that holds `instant`, in the same offset.

    Raises: ValueError for a time without an offset.
    """
    if instant.utcoffset() is None:
        raise ValueError("an instant needs its UTC offset")
    return instant.replace(minute=instant.minute - instant.minute % 15, second=0, microsecond=0)


def write_quarter(instant: datetime) -> str:
    """The quarter-hour of `instant` as it stands in a record: `2023-09-01T08:15+07:00`."""
    return quarter_of(instant).isoformat(timespec="minutes")


def read_quarter(text: str) -> datetime:
    """Inverse of `write_quarter`.

    Raises: ValueError for anything else, such as minutes that are no quarter.
    """
    if not QUARTER.fullmatch(text):
        raise ValueError(f"{text!r} is not a quarter-hour with its offset")
    return datetime.fromisoformat(text)


def make_id(instant: datetime, randomness: bytes) -> str:
    """A new record id: the quarter-hour of `instant` and 74 of the 80 random bits.

    Raises: ValueError unless `randomness` is 10 bytes; it must come from the operating system's generator.
    """
    if len(randomness) != RANDOM_BYTES:
        raise ValueError(f"need {RANDOM_BYTES} random bytes")
    epoch = datetime.fromtimestamp(0, tz=instant.tzinfo)
    milliseconds = max(quarter_of(instant) - epoch, timedelta(0)) // timedelta(milliseconds=1)
    number = milliseconds.to_bytes(6, "big") + randomness
    value = int.from_bytes(number, "big") & ~(0xF << 76) & ~(0x3 << 62) | (0x7 << 76) | (0x2 << 62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
