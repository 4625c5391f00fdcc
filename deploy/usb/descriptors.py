"""The bytes by which a USB device tells what it is: its interfaces, and what a HID interface reports. Pure.

Sources: USB 2.0 table 9-10 and 9-12 (descriptors), Device Class Definition for HID 1.11, 6.2.2 (report items).
"""

from collections.abc import Iterator
from typing import NamedTuple

INTERFACE = 4
INTERFACE_BYTES = 9
COLLECTION, APPLICATION = 0xA0, 0x01
USAGE_PAGE, USAGE, USAGE_MINIMUM, PUSH, POP = 0x04, 0x08, 0x18, 0xA4, 0xB4
LONG_ITEM = 0xFE


class Interface(NamedTuple):
    """One interface, of any configuration and alternate setting: its number and its three codes."""

    number: int
    kind: int
    subkind: int
    protocol: int


class Usage(NamedTuple):
    """What an application collection of a HID interface is: (1, 6) is a keyboard."""

    page: int
    id: int


def interfaces(descriptors: bytes) -> tuple[Interface, ...]:
    """All interfaces in the kernel's `descriptors` file: the device descriptor, then every configuration whole.

    What is cut off or nonsense ends the list: an interface that is not listed is not let in.
    """
    found, at = [], 0
    while at + 2 <= len(descriptors):
        length, kind = descriptors[at], descriptors[at + 1]
        if length < 2 or at + length > len(descriptors):
            break
        if kind == INTERFACE and length >= INTERFACE_BYTES:
            found.append(Interface(descriptors[at + 2], *descriptors[at + 5 : at + 8]))
        at += length
    return tuple(found)


def usages(report: bytes) -> frozenset[Usage]:
    """The application collections of a HID report descriptor."""
    found: set[Usage] = set()
    page, pages, named = 0, list[int](), list[Usage]()
    for tag, value, size in _items(report):
        if tag == USAGE_PAGE:
            page = value
        elif tag in (USAGE, USAGE_MINIMUM):
            named.append(Usage(value >> 16, value & 0xFFFF) if size == 4 else Usage(page, value))
        elif tag == PUSH:
            pages.append(page)
        elif tag == POP:
            page = pages.pop() if pages else page
        elif tag == COLLECTION and value == APPLICATION:
            found.update(named)
        if tag & 0x0C == 0x00:  # a main item: local ones are forgotten
            named = []
    return frozenset(found)


def _items(report: bytes) -> Iterator[tuple[int, int, int]]:
    """Tag and type, value, and bytes of the value, of each short item."""
    at = 0
    while at < len(report):
        first = report[at]
        if first == LONG_ITEM:
            at += 3 + (report[at + 1] if at + 1 < len(report) else 0)
            continue
        size = (0, 1, 2, 4)[first & 0x03]
        yield first & 0xFC, int.from_bytes(report[at + 1 : at + 1 + size], "little"), size
        at += 1 + size
