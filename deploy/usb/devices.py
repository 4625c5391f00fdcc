"""The kernel's tree of USB devices: read into `Device`, and told what may work. Judges nothing.

Source: Documentation/usb/authorization.rst of the kernel. Interfaces are let in one by one, so that a device with a
keyboard hidden in it loses only that.
"""

import contextlib
import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from deploy.usb.descriptors import Usage, interfaces, usages
from deploy.usb.policy import Device, Rules, Verdict, hid_may_work, judge

log = logging.getLogger(__name__)
SYS = Path("/sys")
MOUNTS = Path("/proc/self/mountinfo")
MOST_DESCRIPTOR_BYTES = 64 * 1024
_DEVICE = re.compile(r"\d+-[\d.]+")
_ROOT_HUB = re.compile(r"usb\d+")
_UNSAFE = re.compile(r"[^A-Za-z0-9#+\-.:=@_]")


class Bus:
    """`sys`: where sysfs is mounted; `mounts`: the kernel's list of mounts."""

    def __init__(self, sys: Path = SYS, mounts: Path = MOUNTS) -> None:
        self._root, self._mounts = sys / "bus/usb", mounts

    def paths(self) -> list[Path]:
        """Every device that is plugged in, hubs before what hangs on them."""
        found = [path for path in self._all() if _DEVICE.fullmatch(path.name)]
        return sorted(found, key=lambda path: (path.name.count("."), path.name))

    def root_hubs(self) -> list[Path]:
        return [path for path in self._all() if _ROOT_HUB.fullmatch(path.name)]

    def _all(self) -> Iterator[Path]:
        with contextlib.suppress(OSError):
            yield from (self._root / "devices").iterdir()

    def read(self, path: Path) -> Device:
        """What the device at `path` says of itself. A device that is just going has no interfaces left."""
        names = [_attribute(path, each) for each in ("manufacturer", "product", "serial")]
        label = "_".join(_UNSAFE.sub("_", "_".join(name.split())) for name in names if name)
        return Device(
            name=path.name,
            port=_attribute(path, "devpath"),
            vendor=_attribute(path, "idVendor"),
            product=_attribute(path, "idProduct"),
            label=label,
            interfaces=interfaces(_bytes(path / "descriptors")),
            in_use=self._in_use(path),
        )

    def _in_use(self, path: Path) -> bool:
        """Whether a file system of it is mounted: the disk that the machine runs from is never let go."""
        mounted = {line.split()[2] for line in _bytes(self._mounts).decode("utf-8", "replace").splitlines() if line}
        disks = (found for each in _interfaces(path) for found in each.glob("host*/target*/*/block/*"))
        blocks = [block for found in disks for block in (found, *found.glob(f"{found.name}*"))]
        held = any(True for block in blocks for _ in block.glob("holders/*"))  # by dm-verity, LVM, …
        return held or any(_attribute(block, "dev") in mounted for block in blocks)

    def let_in(self) -> list[Device]:
        """The devices that work."""
        return [self.read(path) for path in self.paths() if _attribute(path, "authorized") == "1"]

    def close_ports(self) -> None:
        """From now on nothing works that is not let in one by one."""
        for hub in self.root_hubs():
            for name in ("authorized_default", "interface_authorized_default"):
                _write(hub / name, "0")

    def apply(self, path: Path, verdict: Verdict) -> None:
        """Let in what `verdict` allows, and nothing else of the device at `path`."""
        if not verdict.lets_in:
            _write(path / "authorized", "0")
            return
        for interface in _interfaces(path):
            if not verdict.allows(_number(interface)):
                _write(interface / "authorized", "0")
        if _attribute(path, "authorized") != "1":
            _write(path / "authorized", "1")
        fresh = [each for each in _interfaces(path) if _attribute(each, "authorized") != "1"]
        fresh = [each for each in fresh if verdict.allows(_number(each))]
        for interface in fresh:
            _write(interface / "authorized", "1")
        for interface in fresh:  # after all of them: a driver may need two, as a serial port does
            _write(self._root / "drivers_probe", interface.name)
        for interface in _interfaces(path):  # a device that was shut out has its interfaces only now
            if not verdict.allows(_number(interface)) and _attribute(interface, "authorized") != "0":
                _write(interface / "authorized", "0")


def look(bus: Bus, path: Path, rules: Rules, window_open: bool) -> Verdict:
    """Judge the device at `path`, and do what was judged."""
    device = bus.read(path)
    verdict = judge(device, rules, window_open, bus.let_in())
    bus.apply(path, verdict)
    fields: dict[str, object] = {"device": device.name, "vendor": device.vendor, "product": device.product}
    fields |= {
        "let_in": int(verdict.lets_in),
        "why": ",".join(f"{n}={w}" for n, w in sorted(verdict.interfaces.items())),
    }
    log.info("usb.judged", extra={"fields": fields})
    return verdict


def look_again(bus: Bus, hid: Path, rules: Rules) -> bool:
    """The second look at a HID interface, at its own directory `hid`: out with one that types. Whether it may stay."""
    interface = next((each for each in hid.resolve().parents if ":" in each.name and _is_interface(each)), None)
    if interface is None:
        return True  # not of USB: built in
    device = bus.read(interface.parent)
    reported: frozenset[Usage] = usages(_bytes(hid / "report_descriptor"))
    if hid_may_work(reported, device, rules, bus.let_in()):
        return True
    _write(interface / "authorized", "0")
    fields = {"device": device.name, "vendor": device.vendor, "product": device.product}
    log.warning("usb.typing_refused", extra={"fields": fields | {"interface": interface.name}})
    return False


def _is_interface(path: Path) -> bool:
    return bool(_DEVICE.fullmatch(path.name.partition(":")[0])) and (path / "bInterfaceNumber").exists()


def _interfaces(path: Path) -> Iterable[Path]:
    return sorted(each for each in path.glob(f"{path.name}:*") if (each / "bInterfaceNumber").exists())


def _number(interface: Path) -> int:
    try:
        return int(_attribute(interface, "bInterfaceNumber"), 16)
    except ValueError:
        return -1


def _attribute(path: Path, name: str) -> str:
    return _bytes(path / name).decode("utf-8", "replace").strip()


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_DESCRIPTOR_BYTES)
    except OSError:
        return b""


def _write(path: Path, text: str) -> None:
    """A device that was pulled out meanwhile is no error; one that does not obey is said."""
    try:
        path.write_text(text, "ascii")
    except OSError as error:
        if path.parent.exists():
            log.warning("usb.not_applied", extra={"fields": {"path": path.name, "why": str(error)}})
