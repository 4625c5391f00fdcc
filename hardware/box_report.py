"""What a link knows of its box, in the words of hardware.ports. Pure; knows no port and no thread."""

import errno

from firmware_bridge.arrivals import Arrival
from firmware_bridge.counts import box_count
from firmware_bridge.frames import Flag, Hello
from firmware_bridge.link import HostLink
from firmware_bridge.states import Refusal, State
from hardware.ports import Fault, Link, PanelStatus, Press, Reason

_REFUSED = {
    Refusal.PROTOCOL: Reason.OTHER_PROTOCOL,
    Refusal.BOX: Reason.OTHER_BOX,
    Refusal.BUTTONS: Reason.OTHER_BUTTONS,
}
_FAULTS = {
    Flag.STORE_FAULT: Fault.STORE,
    Flag.FULL: Fault.FULL,
    Flag.OVERFLOW: Fault.OVERFLOW,
    Flag.SUPPLY_LOW: Fault.SUPPLY_LOW,
    Flag.DEEP_FOREIGN: Fault.DEEP_FOREIGN,
    Flag.DEEP_LOST: Fault.DEEP_LOST,
    Flag.TESTING: Fault.TESTING,
}


def status_of(name: str, link: HostLink, lost: int, fresh: bool) -> PanelStatus:
    """`lost`: presses refused so far; `fresh`: the box got its identity here. Without `down_since_s`."""
    if link.state is not State.LINKED or link.hello is None:
        return PanelStatus(name, Link.SILENT, lost=lost, reason=_why_not(link), note=_note(link))
    hello, told = link.hello, link.status
    flags = told.flags if told else hello.flags
    return PanelStatus(
        name,
        Link.UP,
        stuck=_bits(told.stuck) if told else (),
        lost=lost,
        note=_note(link),
        box=box_id(hello),
        firmware=version(hello),
        buttons=hello.buttons,
        supply_mv=told.supply_mv if told else 0,
        reset_cause=hello.reset_cause,
        bad_slots=told.bad_slots if told else 0,
        waiting=told.unacked if told else hello.unacked,
        faults=_faults(link, flags),
        count=box_count(link.totals, flags, fresh) if link.totals else None,
    )


def press_of(panel: str, arrival: Arrival) -> Press:
    return Press(
        panel,
        arrival.buttons[0],
        arrival.source,
        arrival.age.ms,
        flags=("burst",) if arrival.burst else (),
        age_quality=arrival.age.quality,
        buttons=arrival.buttons if arrival.burst else (),
        hits=arrival.hits,
        tally=arrival.tally,
    )


def reason_of(error: Exception) -> Reason:
    """Why a port could not be opened, or was lost."""
    number = getattr(error, "errno", None) or next((part for part in error.args if isinstance(part, int)), 0)
    if number in (errno.EACCES, errno.EPERM):
        return Reason.FORBIDDEN
    if number in (errno.EBUSY, errno.EAGAIN):
        return Reason.BUSY
    return Reason.ABSENT


def box_id(hello: Hello) -> str:
    return f"{hello.epoch:08x}"


def version(hello: Hello) -> str:
    return f"{hello.fw_major}.{hello.fw_minor}.{hello.fw_patch}"


def _why_not(link: HostLink) -> Reason:
    if link.refused:
        return _REFUSED[link.refused[0]]
    return Reason.LISTENING if link.state is State.LISTENING else Reason.SILENT


def _note(link: HostLink) -> str:
    if link.refused:
        hello = link.refused[1]
        return f"box {box_id(hello)}, protocol {hello.protocol}, {hello.buttons} buttons"
    return f"{link.strange} presses of an unknown kind or epoch not taken" if link.strange else ""


def _faults(link: HostLink, flags: int) -> tuple[Fault, ...]:
    found = [fault for flag, fault in _FAULTS.items() if flags & flag]
    if link.status and link.status.corrupt:
        found.append(Fault.CORRUPT)
    return (*found, Fault.STRANGE) if link.strange else tuple(found)


def _bits(mask: int) -> tuple[int, ...]:
    return tuple(bit for bit in range(8) if mask >> bit & 1)
