"""What the rest of the product may know of a device: Protocols and values, no implementation."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from firmware_bridge.ages import AgeQuality as AgeQuality
from hardware.counts import BoxCount


@dataclass(frozen=True, slots=True)
class Press:
    """One counted press of one button.

    `panel`: the panel's name from the configuration. `button`: 0 for the first (worst) button.
    `source`: names this press for ever; a press that is handed over twice has the same source both times.
    `age_ms`: milliseconds since the contact closed, None when the panel cannot tell; `age_quality`: what that rests on.
    `flags`: what the panel noticed, such as "burst"; sorted names, empty for an ordinary press.
    `buttons`: those of a burst, lowest first, empty for an ordinary press; `hits`: how often, 255 = or more.
    `tally`: "BOX/KIND", such as "5eed1e57/3" or "5eed1e57/burst": add 1 to it on the disk in the transaction that
    records the press (hardware.counts); "" for a panel that counts nothing itself.

    A press flagged "burst" stands for all further hits of any buttons within the refractory time after the press
    before it, however many; it comes once the panel is quiet again, `button` is the lowest one hit, and no lamp lights
    for it. It is no citizen's answer of its own: record it flagged, or flag the answer before it; never drop it.
    """

    panel: str
    button: int
    source: str
    age_ms: int | None
    flags: tuple[str, ...] = ()
    age_quality: AgeQuality = AgeQuality.EXACT
    buttons: tuple[int, ...] = ()
    hits: int = 1
    tally: str = ""


class Link(StrEnum):
    """Whether the panel can be heard."""

    UP = "up"
    SILENT = "silent"  # the port is there, nobody answers, or one that must not be taken
    ABSENT = "absent"  # no such port, or unplugged


class Reason(StrEnum):
    """Why a panel is not UP."""

    NONE = ""
    ABSENT = "absent"  # no such port, or unplugged
    FORBIDDEN = "forbidden"  # this user may not open it
    BUSY = "busy"  # another program, or another panel, has it
    LISTENING = "listening"  # for seconds only, after it was opened
    SILENT = "silent"  # nobody answers
    OTHER_PROTOCOL = "other_protocol"  # a box that speaks another version
    OTHER_BOX = "other_box"  # not the box that is bound to this point, or one that lost its identity
    OTHER_BUTTONS = "other_buttons"  # a box with another number of buttons
    CLOSED = "closed"
    BROKEN = "broken"  # the panel's thread died: an error of ours


class Fault(StrEnum):
    """What is wrong with a panel that is UP; presses of the other kind go on."""

    STORE = "store"  # a cell or a store failed
    FULL = "full"  # no record fits: presses are refused, the lamp stays dark
    OVERFLOW = "overflow"  # a press came faster than it could be kept
    SUPPLY_LOW = "supply_low"
    DEEP_FOREIGN = "deep_foreign"  # its large store belongs to another box
    DEEP_LOST = "deep_lost"  # its large store, with what it held, does not answer
    CORRUPT = "corrupt"  # records were damaged when it started
    STRANGE = "strange"  # it sends presses that cannot be taken
    TESTING = "testing"  # a technician tests it: nothing is recorded
    LAMP = "lamp"  # a lamp cannot be switched


@dataclass(frozen=True, slots=True)
class PanelStatus:
    """A panel as it is now, or, while it is not UP, with what it last said.

    `stuck`: buttons held for more than 15 s, ignored until released. `lost`: presses the panel had to refuse.
    `note`: for a technician's eye. `down_since_s`: of the panel's clock, since when it is not UP; None while UP.
    `box`: 8 hexadecimal digits of the box bound here, "" before the first one and for pins. `buttons`: how many it has.
    `supply_mv`: 0 when not told. `reset_cause`, `bad_slots`: see PROTOCOL.md §3. `waiting`: presses in the box and in
    our hands that are not confirmed.
    `count`: for hardware.counts, as of the box's last word about it; None as soon as any press came after that.
    """

    panel: str
    link: Link
    stuck: tuple[int, ...] = ()
    lost: int = 0
    note: str = ""
    reason: Reason = Reason.NONE
    down_since_s: float | None = None
    box: str = ""
    firmware: str = ""
    buttons: int = 0
    supply_mv: int = 0
    reset_cause: int = 0
    bad_slots: int = 0
    waiting: int = 0
    faults: tuple[Fault, ...] = ()
    count: BoxCount | None = None


class PrinterStatus(StrEnum):
    """What a counter's receipt printer says of itself, or what its silence says."""

    NONE = "none"  # this counter has no printer
    READY = "ready"
    UNASKED = "unasked"  # the port is there; a printer of this kind, or on this cable, cannot be asked
    PAPER_LOW = "paper_low"  # it prints; the roll ends soon
    NO_PAPER = "no_paper"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"  # its own switch or feed button holds it
    FAULT = "fault"  # cutter, temperature, or what only switching it off and on mends
    ABSENT = "absent"  # no such port, unplugged, nobody at that address
    FORBIDDEN = "forbidden"  # this user may not open it
    BUSY = "busy"  # another program has it
    SILENT = "silent"  # the port is there, nobody answers: switched off, or another speed
    WRONG_WIDTH = "wrong_width"  # its head is narrower than what was to be printed


PRINTS = frozenset({PrinterStatus.READY, PrinterStatus.UNASKED, PrinterStatus.PAPER_LOW})


@dataclass(frozen=True, slots=True)
class Picture:
    """Dots of a printer's head. `rows`: from the top, each row in whole bytes, leftmost dot in the highest bit, 1 is
    black, bits beyond `width_px` are 0. Raises: ValueError for anything else."""

    width_px: int
    rows: bytes

    def __post_init__(self) -> None:
        if self.width_px < 1 or len(self.rows) % self.row_bytes:
            raise ValueError("a picture has whole rows of one dot or more")
        beyond = (1 << (-self.width_px % 8)) - 1
        if beyond and any(last & beyond for last in self.rows[self.row_bytes - 1 :: self.row_bytes]):
            raise ValueError("a dot lies beyond the picture's width")

    @property
    def row_bytes(self) -> int:
        return (self.width_px + 7) // 8

    @property
    def height_px(self) -> int:
        return len(self.rows) // self.row_bytes


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code of level M with its quiet zone, in the middle of the paper. Raises: ValueError for what is none.

    `data`: printable ASCII; digits, capitals and $%*+-./: make the smallest code. `module_px`: dots a side, 2 to 16.
    """

    data: str
    module_px: int

    def __post_init__(self) -> None:
        if not (self.data and self.data.isascii() and self.data.isprintable() and len(self.data) <= MOST_QR_LETTERS):
            raise ValueError(f"1 to {MOST_QR_LETTERS} printable ASCII letters make a QR code")
        if not 2 <= self.module_px <= 16:
            raise ValueError("a module is 2 to 16 dots")


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank paper. `rows_px`: dots of height, 1 or more."""

    rows_px: int

    def __post_init__(self) -> None:
        if self.rows_px < 1:
            raise ValueError("a feed is one row or more")


MOST_QR_LETTERS = 300


@dataclass(frozen=True, slots=True)
class Slip:
    """One piece of paper, from the top. The printer cuts it off, or feeds it to the edge where it is torn off."""

    parts: tuple[Picture | QrCode | Feed, ...]


class Outcome(StrEnum):
    """What became of a slip. Only NOT_STARTED may be printed again without a look at the paper."""

    DONE = "done"  # whole on paper and cut, by the printer's own word
    SENT = "sent"  # every byte left for a printer that gives no word (PrinterStatus.UNASKED)
    NOT_STARTED = "not_started"  # no dot of it is on paper, and none will come
    UNKNOWN = "unknown"  # all, some or nothing of it is on paper, perhaps in two pieces: a person must look


@dataclass(frozen=True, slots=True)
class Printed:
    """`status`: why it was not DONE, else how the printer is now."""

    outcome: Outcome
    status: PrinterStatus


class ReceiptPrinter(Protocol):
    """A printer of slips. Any thread may call; one slip at a time. One contract suite (tests/contracts) runs over all.

    No call raises for a device that is absent, silent or broken, and none waits for ever.
    """

    @property
    def width_px(self) -> int:
        """Dots of one row of its head: no picture may be wider."""

    def print(self, slip: Slip) -> Printed:
        """Print one slip and cut it. Returns when the printer has said that it is done, or that it will not be."""

    def status(self) -> PrinterStatus:
        """As the printer answers now."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Scan:
    """One code that was shown to a scanner. `text`: what it says, "\ufffd" for what is no UTF-8.

    `whole`: False for a code longer than can be meant, or one of which letters were lost; `text` is empty then.
    """

    scanner: str
    text: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class ScannerStatus:
    """Whether the scanner's port is open: a scanner says nothing of itself until a code is shown.

    `note`: for a technician's eye. `down_since_s`: of the scanner's clock, since when it is not UP; None while UP.
    """

    scanner: str
    link: Link
    reason: Reason = Reason.NONE
    note: str = ""
    down_since_s: float | None = None


class ButtonPanel(Protocol):
    """A row of buttons. One contract suite (tests/contracts) runs over every implementation.

    Every press is handed over by `poll` at least once and until `confirm` is called for it; the caller drops
    repetitions by `Press.source`. The lamp of a panel without its own memory lights in `confirm`.
    """

    @property
    def name(self) -> str: ...

    def poll(self) -> Sequence[Press]:
        """New presses, oldest first, a few at a time, and again each second those not confirmed; never blocks, never
        raises for an absent device."""

    def confirm(self, press: Press) -> None:
        """The press is on the disk: light its lamp, let the panel forget it. Never raises for an absent device."""

    def status(self) -> PanelStatus: ...

    def rounds(self) -> int:
        """How often this panel has been round its port, or has looked for one that is absent. It grows while the panel
        lives and is polled, at least once in its longest pause, and stands still when its thread hangs or has died."""

    def close(self) -> None: ...


class CodeScanner(Protocol):
    """A reader of QR codes. One contract suite (tests/contracts) runs over every implementation.

    A code that was shown is handed over once, or not at all: whoever was not noticed shows it again.
    """

    @property
    def name(self) -> str: ...

    def take(self) -> Sequence[Scan]:
        """Codes shown since the last call, oldest first, the last few only. Never blocks, never raises."""

    def status(self) -> ScannerStatus: ...

    def rounds(self) -> int:
        """How often the scanner was listened to, or looked for while absent; stands still when its thread hangs."""

    def close(self) -> None: ...
