"""Which interfaces of a USB device may work at a counter. A pure table: knows no file, no kernel, no time.

What no row lets in stays out. A keyboard types whatever somebody put on it, so only the one that was set up may;
storage brings files, so only while a technician has opened the window.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from deploy.usb.descriptors import Interface, Usage


class Why(StrEnum):
    """Why an interface may work, or may not; goes into the log."""

    HUB = "hub"
    POINTER = "pointer"
    SERIAL = "serial"
    PRINTER = "printer"
    SOUND = "sound"
    NETWORK = "network"
    BUILT_IN = "built_in"
    CONFIGURED = "configured_keyboard"
    WINDOW_OPEN = "window_open"
    IN_USE = "in_use"
    KEYBOARD = "keyboard"
    TYPING_STORAGE = "storage_that_types"
    WINDOW_CLOSED = "window_closed"
    NO_NETWORK = "network_not_set"
    UNKNOWN = "unknown_kind"


GOOD = frozenset(list(Why)[: list(Why).index(Why.KEYBOARD)])
HUB, SOUND, COMMUNICATION, HID, PRINTER, STORAGE, DATA = 0x09, 0x01, 0x02, 0x03, 0x07, 0x08, 0x0A
WIRELESS, MISCELLANEOUS, VENDOR = 0xE0, 0xEF, 0xFF
BOOT, KEYBOARD, MODEM = 1, 1, 2
TYPING = frozenset((Usage(0x01, 0x06), Usage(0x01, 0x07), Usage(0x01, 0x80)))  # keyboard, keypad, power and sleep keys
SERIAL_CHIPS = frozenset(  # chips without a class of their own: WCH, Silicon Labs, FTDI, Prolific
    [("1a86", each) for each in ("5523", "7522", "7523", "55d3", "55d4")]
    + [("10c4", each) for each in ("ea60", "ea61", "ea63", "ea70", "ea71")]
    + [("0403", each) for each in ("6001", "6010", "6011", "6014", "6015")]
    + [("067b", each) for each in ("2303", "23a3", "23b3", "23c3", "23d3")]
)
NETWORK_MAKERS = frozenset(("0b95", "0bda", "0424"))  # ASIX, Realtek, Microchip: adapters without a class of their own
BUILT_IN = frozenset((("0424", "ec00"), ("0424", "7800")))  # Ethernet soldered onto a Raspberry Pi 3


@dataclass(frozen=True, slots=True)
class Device:
    """`name`: as the kernel calls it ("1-1.3"); `port`: its way through the hubs ("1.3"); ids: four hexadecimal digits.

    `label`: maker, product and serial number as udev writes them into /dev/input/by-id. `in_use`: a mounted file
    system is on it.
    """

    name: str
    port: str
    vendor: str
    product: str
    label: str = ""
    interfaces: tuple[Interface, ...] = ()
    in_use: bool = False


@dataclass(frozen=True, slots=True)
class Keyboard:
    """A keyboard that was set up: each "" fits any. `label`: beginning of a device's label."""

    port: str = ""
    vendor: str = ""
    product: str = ""
    label: str = ""

    def fits(self, device: Device) -> bool:
        pairs = ((self.port, device.port), (self.vendor, device.vendor), (self.product, device.product))
        same = all(wanted in ("", there) for wanted, there in pairs)
        return bool(self.port or self.vendor or self.label) and same and device.label.startswith(self.label)


@dataclass(frozen=True, slots=True)
class Rules:
    """What this counter has. `network`: adapters may work."""

    keyboards: tuple[Keyboard, ...] = ()
    network: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """By number of the interface, why. The device is let in if any of them may work."""

    interfaces: Mapping[int, Why]

    @property
    def lets_in(self) -> bool:
        return any(why in GOOD for why in self.interfaces.values())

    def allows(self, number: int) -> bool:
        return self.interfaces.get(number) in GOOD


@dataclass(frozen=True, slots=True)
class Sight:
    """What an interface is judged by."""

    device: Device
    rules: Rules
    others: tuple[Device, ...]
    window_open: bool


def judge(device: Device, rules: Rules, window_open: bool, others: Iterable[Device] = ()) -> Verdict:
    """`others`: devices that are let in already; a keyboard that was set up is one device, not two."""
    sight = Sight(device, rules, tuple(each for each in others if each.name != device.name), window_open)
    found: dict[int, Why] = {}
    for each in device.interfaces:
        why = _why(each, sight)
        if found.get(each.number, Why.HUB) in GOOD:  # alternates: the worst of them counts
            found[each.number] = why
    return Verdict(found)


def may_type(device: Device, rules: Rules, others: Iterable[Device] = ()) -> bool:
    """Whether `device` is a keyboard that was set up, and no other is in its place."""
    return any(
        rule.fits(device) and not any(rule.fits(each) for each in others if each.name != device.name)
        for rule in rules.keyboards
    )


def hid_may_work(reported: frozenset[Usage], device: Device, rules: Rules, others: Iterable[Device] = ()) -> bool:
    """The second look, once a HID interface has said what it reports: one that types without saying so at first."""
    return not reported & TYPING or may_type(device, rules, others)


def _why(each: Interface, sight: Sight) -> Why:
    device = sight.device
    if device.in_use:
        return Why.IN_USE
    if (device.vendor, device.product) in BUILT_IN:
        return Why.BUILT_IN
    rule = _TABLE.get(each.kind)
    return rule(each, sight) if rule else Why.UNKNOWN


def _types(each: Interface) -> bool:
    return (each.kind, each.subkind, each.protocol) == (HID, BOOT, KEYBOARD)


def _hid(each: Interface, sight: Sight) -> Why:
    if not _types(each):
        return Why.POINTER
    return Why.CONFIGURED if may_type(sight.device, sight.rules, sight.others) else Why.KEYBOARD


def _storage(_each: Interface, sight: Sight) -> Why:
    """A stick that types is no stick."""
    if any(other.kind == HID for other in sight.device.interfaces):
        return Why.TYPING_STORAGE
    return Why.WINDOW_OPEN if sight.window_open else Why.WINDOW_CLOSED


def _network(_each: Interface, sight: Sight) -> Why:
    return Why.NETWORK if sight.rules.network else Why.NO_NETWORK


def _communication(each: Interface, sight: Sight) -> Why:
    return Why.SERIAL if each.subkind == MODEM else _network(each, sight)


def _data(_each: Interface, sight: Sight) -> Why:
    """The data of the communication interface beside it."""
    beside = [_communication(other, sight) for other in sight.device.interfaces if other.kind == COMMUNICATION]
    return next((why for why in beside if why in GOOD), beside[0] if beside else Why.UNKNOWN)


def _vendor(each: Interface, sight: Sight) -> Why:
    device = sight.device
    if (device.vendor, device.product) in SERIAL_CHIPS:
        return Why.SERIAL
    return _network(each, sight) if device.vendor in NETWORK_MAKERS else Why.UNKNOWN


def _wireless(each: Interface, sight: Sight) -> Why:
    """Only a telephone's or adapter's remote network (RNDIS); never Bluetooth, which brings keyboards."""
    is_rndis = (each.kind, each.subkind, each.protocol) in ((WIRELESS, 1, 3), (MISCELLANEOUS, 4, 1))
    return _network(each, sight) if is_rndis else Why.UNKNOWN


def _always(why: Why) -> Callable[[Interface, Sight], Why]:
    return lambda _each, _sight: why


_TABLE: Mapping[int, Callable[[Interface, Sight], Why]] = {
    HUB: _always(Why.HUB),
    SOUND: _always(Why.SOUND),
    PRINTER: _always(Why.PRINTER),
    HID: _hid,
    STORAGE: _storage,
    COMMUNICATION: _communication,
    DATA: _data,
    VENDOR: _vendor,
    WIRELESS: _wireless,
    MISCELLANEOUS: _wireless,
}
