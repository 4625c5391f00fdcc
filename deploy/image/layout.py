"""The partitions of a kiosk's disk: numbers, sizes, labels. Knows neither what lies in a partition nor how it boots.

A PC has a GPT, a Raspberry Pi (whose older boot ROM reads nothing else) an MBR; the numbers are the same on both.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

ORDERED = re.compile(r"\d{1,6}(\.\d{1,6}){0,2}")  # RAUC: major, minor, patch; no fourth number
MIB = 1024 * 1024
SECTOR = 512
DISK_ID = "4841494c"  # the letters HAIL; PARTUUIDs are made of it, so that every kiosk's devices have one name


class Partition(NamedTuple):
    number: int
    name: str
    size_mib: int
    gpt_type: str
    mbr_type: str


LINUX = ("0FC63DAF-8483-4772-8E79-3D69D8477DE4", "83")
SEEN_FIRST = Partition(1, "hailong", 128, "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "c")
BIOS = Partition(4, "bios", 1, "21686148-6449-6E6F-744E-656564454649", "")
INNER = (
    Partition(5, "boot-a", 64, *LINUX),
    Partition(6, "boot-b", 64, *LINUX),
    Partition(7, "rootfs-a", 512, *LINUX),
    Partition(8, "rootfs-b", 512, *LINUX),
)
STATE = Partition(2, "state", 16, *LINUX)
DATA = Partition(3, "data", 128, *LINUX)  # the last on the disk: it grows to the card's end at the first start


class Placed(NamedTuple):
    partition: Partition
    start_mib: int


def place(architecture: str) -> tuple[Placed, ...]:
    """Where each partition begins, in physical order."""
    first = (SEEN_FIRST, BIOS, STATE) if architecture == "amd64" else (SEEN_FIRST, STATE)
    gap = 0 if architecture == "amd64" else 1  # a logical partition is preceded by its own table
    placed, at = [], 1
    for partition in first:
        placed.append(Placed(partition, at))
        at += partition.size_mib
    at += gap
    for partition in INNER:
        placed.append(Placed(partition, at + gap))
        at += gap + partition.size_mib
    return (*placed, Placed(DATA, at))


def size_mib(architecture: str) -> int:
    """Of the whole image, with room for the second partition table of a GPT."""
    last = place(architecture)[-1]
    return last.start_mib + last.partition.size_mib + 1


def partuuid(architecture: str, number: int) -> str:
    """The name under which Linux finds a partition, `/dev/disk/by-partuuid/…`."""
    return f"{DISK_ID}-0000-4000-8000-{number:012d}" if architecture == "amd64" else f"{DISK_ID}-{number:02d}"


def table(architecture: str) -> str:
    """The partition table in sfdisk's language."""
    placed = place(architecture)
    sectors = MIB // SECTOR
    gpt = architecture == "amd64"
    lines = [f"label: {'gpt' if gpt else 'dos'}", f"label-id: {partuuid('amd64', 0) if gpt else '0x' + DISK_ID}", ""]
    for partition, start in placed:
        line = f"{partition.number} : start={start * sectors}, size={partition.size_mib * sectors}"
        if gpt:
            line += (
                f", type={partition.gpt_type}, name={partition.name}, uuid={partuuid(architecture, partition.number)}"
            )
        else:
            line += f", type={partition.mbr_type}" + (", bootable" if partition.number == 1 else "")
        lines.append(line)
    if not gpt:
        inner = [one for one in placed if one.partition.number >= 5]
        start = inner[0].start_mib - 1
        end = inner[-1].start_mib + inner[-1].partition.size_mib
        lines.insert(-1 - len(inner), f"4 : start={start * sectors}, size={(end - start) * sectors}, type=5")
    return "\n".join(lines) + "\n"


def fill(architecture: str, version: str, path: Path) -> None:
    """Put the names of this architecture's partitions into a file that says @P1@ … @P8@, @ARCH@ and @VERSION@.

    Raises: ValueError for a version that RAUC cannot order; it would refuse its whole settings, and every update.
    """
    if not ORDERED.fullmatch(version):
        raise ValueError(f"{version!r} is no version such as 2026.12.1")
    text = path.read_text().replace("@ARCH@", architecture).replace("@VERSION@", version)
    for number in range(1, 9):
        text = text.replace(f"@P{number}@", partuuid(architecture, number))
    path.write_text(text)


if __name__ == "__main__":
    for name in sys.argv[3:]:
        fill(sys.argv[1], sys.argv[2], Path(name))
