"""What a box says, in words and as JSON. Knows no port and no time."""

from collections.abc import Iterator

from firmware_bridge.frames import Flag, Hello, Status, Totals
from firmware_bridge.technician.texts import Texts

_CAUSES = {
    16: "cause_itself",
    8: "cause_watchdog",
    4: "cause_brown_out",
    2: "cause_reset",
    1: "cause_power",
}  # the first that is set
_FAULTS = (
    Flag.FULL,
    Flag.STORE_FAULT,
    Flag.OVERFLOW,
    Flag.SUPPLY_LOW,
    Flag.DEEP_FOREIGN,
    Flag.DEEP_LOST,
)


def box_id(hello: Hello) -> str:
    """Eight hexadecimal digits; "" of a blank box."""
    return f"{hello.epoch:08x}" if hello.epoch else ""


def version(hello: Hello) -> str:
    return f"{hello.fw_major}.{hello.fw_minor}.{hello.fw_patch}"


def volts(texts: Texts, millivolts: int) -> str:
    """ "4,98" or "4.98"."""
    whole, hundredths = divmod(round(millivolts / 10), 100)
    return texts("volts", whole=whole, hundredths=f"{hundredths:02}")


def buttons_of(mask: int) -> list[int]:
    """The indexes, from 0, of the buttons in `mask`."""
    return [button for button in range(8) if mask >> button & 1]


def identity_lines(texts: Texts, hello: Hello) -> Iterator[str]:
    cause = next((text for bit, text in _CAUSES.items() if hello.reset_cause & bit), "cause_unknown")
    yield texts(
        "box",
        box=box_id(hello) or texts("no_id"),
        firmware=version(hello),
        buttons=hello.buttons,
        boot=hello.boot,
        cause=texts(cause),
    )
    if not hello.epoch:
        yield texts("blank")


def state_lines(texts: Texts, status: Status) -> Iterator[str]:
    """One line of figures, then one for each fault and for records that wait."""
    stuck = ", ".join(str(button + 1) for button in buttons_of(status.stuck)) or texts("none")
    errors = status.rx_bad + status.rx_overrun
    yield texts("state", volts=volts(texts, status.supply_mv), stuck=stuck, refused=status.refused, errors=errors)
    yield from fault_lines(texts, status.flags)
    if status.unacked:
        yield texts("waiting", count=status.unacked)


def fault_lines(texts: Texts, flags: int) -> Iterator[str]:
    for flag in _FAULTS:
        if flags & flag:
            yield texts(f"flag_{flag.name}")


def totals_line(texts: Texts, totals: Totals, buttons: int) -> str:
    counts = " · ".join(f"{index + 1}: {count}" for index, count in enumerate(_presses(totals)[:buttons]))
    return texts("totals", counts=counts, bursts=totals.bursts)


def as_json(hello: Hello, status: Status | None, totals: Totals | None) -> dict[str, object]:
    """Everything the box said, for programs. Buttons count from 1, as on its front; None: not said."""
    return {
        "box": box_id(hello),
        "firmware": version(hello),
        "protocol": hello.protocol,
        "hardware": hello.hardware,
        "buttons": hello.buttons,
        "boot": hello.boot,
        "reset_cause": hello.reset_cause,
        "capacity": hello.capacity,
        "next_seq": hello.next_seq,
        "status": _status(status) if status else None,
        "totals": {"presses": list(_presses(totals)), "bursts": totals.bursts} if totals else None,
    }


def _status(status: Status) -> dict[str, object]:
    return {
        "now_ms": status.now_ms,
        "unacked": status.unacked,
        "flags": [flag.name for flag in Flag if status.flags & flag],
        "stuck": [button + 1 for button in buttons_of(status.stuck)],
        "held": [button + 1 for button in buttons_of(status.held)],
        "refused": status.refused,
        "rx_bad": status.rx_bad,
        "rx_overrun": status.rx_overrun,
        "corrupt": status.corrupt,
        "bad_slots": status.bad_slots,
        "supply_mv": status.supply_mv,
    }


def _presses(totals: Totals) -> tuple[int, ...]:
    return (totals.presses_0, totals.presses_1, totals.presses_2, totals.presses_3, totals.presses_4)
