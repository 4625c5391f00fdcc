"""What kiosk and office say to each other of updates: names in the trusted repository, the kiosk's system, a release.

The repository itself is TUF (docs/updates.md). What is said here only points into it, and gives nothing that is not
in it. No signature is made or checked here.
"""

import re
from dataclasses import dataclass, fields

from survey.canonical import LARGEST_INTEGER, Value
from survey.errors import BadMessage
from survey.record import HEX64

PATH = "/api/v1/tuf"  # below it: metadata/NAME.json and targets/FOLDER/HASH.NAME
METADATA, TARGETS = f"{PATH}/metadata/", f"{PATH}/targets/"
FORMAT = 1
LONGEST = 60
LARGEST_ROOT = 64 * 1024  # characters of a root's metadata: dozens of keys
VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,2}")  # three numbers at most, which RAUC orders
COMPATIBLE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
SYSTEM = re.compile(r"systems/[a-z0-9][a-z0-9.-]{0,90}\.raucb")
WORD = re.compile(r"[a-z_]{0,40}")


def form_target(digest: str) -> str:
    """The target's name of the form with this content digest."""
    return f"forms/{digest}.json"


def system_target(compatible: str, version: str) -> str:
    """The target's name of a system bundle. Raises: ValueError."""
    if not COMPATIBLE.fullmatch(compatible) or not VERSION.fullmatch(version):
        raise ValueError(f"{compatible!r} {version!r} names no system")
    return f"systems/{compatible}-{version}.raucb"


def version_key(version: str) -> tuple[int, ...]:
    """By which versions are ordered; () for what is none, which comes before all."""
    return tuple(map(int, version.split("."))) if VERSION.fullmatch(version) else ()


@dataclass(frozen=True, slots=True)
class System:
    """What a heartbeat tells as `system`.

    `compatible`: kind of machine, "" where updates of the system are none of ours; `slot`: "A" or "B"; `version` runs;
    `phase`, `target`: where an update stands; `failed`, `why`: version that failed here last, and the reason. `root`:
    version of the repository's root that is trusted, 0 none; `trouble`: why the repository is not believed now.
    `percent`: of the bundle that is being fetched.
    """

    compatible: str = ""
    slot: str = ""
    version: str = ""
    phase: str = ""
    target: str = ""
    failed: str = ""
    why: str = ""
    root: int = 0
    trouble: str = ""
    percent: int = 0

    def fields(self) -> dict[str, Value]:
        return {"v": FORMAT} | {each.name: getattr(self, each.name) for each in fields(self)}


def read_system(value: object) -> System:
    """Inverse of `System.fields`; what a later version adds is let pass. Raises: BadMessage."""
    if not isinstance(value, dict) or value.get("v") != FORMAT:
        raise BadMessage("no system of version 1")
    found: dict[str, str | int] = {}
    for each in fields(System):
        told = value.get(each.name, each.default)
        if each.type is int or each.type == "int":
            if type(told) is not int or not 0 <= told <= LARGEST_INTEGER:
                raise BadMessage(f"{each.name} is no count")
        elif not isinstance(told, str) or len(told) > LONGEST or not told.isprintable():
            raise BadMessage(f"{each.name} is no short text")
        found[each.name] = told
    for name in ("phase", "why", "trouble"):
        if not WORD.fullmatch(str(found[name])):
            raise BadMessage(f"{name} is no word")
    return System(**found)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Release:
    """What a reply says as `update`: the system that this kiosk is to take, by its name in the repository."""

    target: str
    version: str

    def fields(self) -> dict[str, Value]:
        return {"v": FORMAT, "target": self.target, "version": self.version}


def read_release(value: Value) -> Release:
    """Inverse of `Release.fields`. Raises: BadMessage."""
    if not isinstance(value, dict) or value.keys() != {"v", "target", "version"} or value["v"] != FORMAT:
        raise BadMessage("no release of version 1")
    target, version = value["target"], value["version"]
    if not isinstance(target, str) or not SYSTEM.fullmatch(target):
        raise BadMessage("the release names no system")
    if not isinstance(version, str) or not VERSION.fullmatch(version):
        raise BadMessage("the release has no version")
    return Release(target, version)


def read_custom(value: object) -> tuple[str, str]:
    """Compatible and version that the signed metadata of a system says. Raises: BadMessage."""
    told = value if isinstance(value, dict) else {}
    compatible, version = told.get("compatible"), told.get("version")
    if not isinstance(compatible, str) or not COMPATIBLE.fullmatch(compatible):
        raise BadMessage("the metadata names no kind of machine")
    if not isinstance(version, str) or not VERSION.fullmatch(version):
        raise BadMessage("the metadata names no version")
    return compatible, version


def is_digest(text: str) -> bool:
    return bool(HEX64.fullmatch(text))
