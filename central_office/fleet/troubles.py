"""What may be the matter with a kiosk, as the office can tell from what it was told: kinds, words, weights. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from survey.health import Weight, weight

OLD_BACKLOG = timedelta(hours=24)
LITTLE_SPACE_BYTES = 500_000_000


class Trouble(Enum):
    """Value: the word in addresses, JSON and metrics; worst first."""

    SILENT = "silent"
    NEVER = "never"
    SICK = "sick"
    QUARANTINE = "quarantine"
    BACKLOG = "backlog"
    PANEL = "panel"
    DISK = "disk"
    FORM = "form"
    CLOCK = "clock"
    WATCH = "watch"
    VERSION = "version"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_bad(self) -> bool:
        """Something does not work; else somebody should look at it soon."""
        return self not in _TO_WATCH


_LABELS = {
    Trouble.SILENT: "Im lặng",
    Trouble.NEVER: "Chưa liên lạc",
    Trouble.SICK: "Máy có lỗi",
    Trouble.QUARANTINE: "Phiếu bị giữ riêng",
    Trouble.BACKLOG: "Tồn phiếu lâu",
    Trouble.PANEL: "Hộp nút",
    Trouble.DISK: "Đĩa sắp đầy",
    Trouble.FORM: "Chưa nhận phiếu mới",
    Trouble.CLOCK: "Đồng hồ chưa chắc",
    Trouble.WATCH: "Máy nên xem",
    Trouble.VERSION: "Phần mềm cũ",
}
_TO_WATCH = frozenset({Trouble.CLOCK, Trouble.WATCH, Trouble.VERSION, Trouble.NEVER})


@dataclass(frozen=True, slots=True)
class Told:
    """What troubles are judged by. `oldest_at`: quarter-hour of the oldest unsent answer; `health`: the doctor's codes;
    `newest`: whether the software is the newest that any kiosk has."""

    silent: bool
    never: bool
    quarantined: int
    oldest_at: datetime | None
    panels_well: bool
    free_bytes: int | None
    form_trouble: str
    clock_is_sure: bool
    health: tuple[str, ...]
    newest: bool


def troubles(told: Told, now: datetime) -> tuple[Trouble, ...]:
    """Worst first."""
    weights = {weight(code) for code in told.health}
    found = {
        Trouble.SILENT: told.silent,
        Trouble.NEVER: told.never,
        Trouble.SICK: Weight.BAD in weights,
        Trouble.QUARANTINE: told.quarantined > 0,
        Trouble.BACKLOG: told.oldest_at is not None and now - told.oldest_at > OLD_BACKLOG,
        Trouble.PANEL: not told.panels_well,
        Trouble.DISK: told.free_bytes is not None and told.free_bytes < LITTLE_SPACE_BYTES,
        Trouble.FORM: bool(told.form_trouble),
        Trouble.CLOCK: not told.clock_is_sure,
        Trouble.WATCH: Weight.WATCH in weights,
        Trouble.VERSION: not told.newest,
    }
    return tuple(trouble for trouble, is_there in found.items() if is_there)


def newest(versions: Iterable[str]) -> str:
    """The highest of software versions such as «1.10.0»; "" of none."""
    return max(versions, key=_parts, default="")


def _parts(version: str) -> tuple[tuple[int, ...], str]:
    """Numbers before letters; what begins with no number is the oldest."""
    numbers: list[int] = []
    for part in version.split("."):
        if not part.isascii() or not part.isdecimal():
            break
        numbers.append(int(part[:9]))
    return tuple(numbers), version
