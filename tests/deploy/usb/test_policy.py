"""What may be plugged in: a table of real devices, hidden keyboards, hostile descriptors, a kernel's tree."""

import random
from pathlib import Path
from typing import Any

import pytest

from deploy.usb.descriptors import Interface, Usage, interfaces, usages
from deploy.usb.devices import Bus, look, look_again
from deploy.usb.policy import GOOD, Device, Keyboard, Rules, Why, judge
from deploy.usb.settings import BadSettings, read_rules, scanner_of

KEYBOARD, MOUSE, HID, STORAGE, UAS = (3, 1, 1), (3, 1, 2), (3, 0, 0), (8, 6, 0x50), (8, 6, 0x62)
ACM, CDC_DATA, PRINTER, HUB, VENDOR, RNDIS = (
    (2, 2, 1),
    (0x0A, 0, 0),
    (7, 1, 2),
    (9, 0, 1),
    (0xFF, 0xFF, 0),
    (0xE0, 1, 3),
)
AUDIO, VIDEO, CARD, BLUETOOTH, STILL, ECM = (1, 1, 0), (0x0E, 1, 0), (0x0B, 0, 0), (0xE0, 1, 1), (6, 1, 1), (2, 6, 0)

# Name, vendor, product, interfaces, which of them may work (window closed, nothing set up), which with an open window.
DEVICES: list[tuple[str, str, str, list[tuple[int, int, int]], set[int], set[int]]] = [
    ("ILITEK touch panel", "222a", "0001", [HID], {0}, {0}),
    ("eGalax touch panel", "0eef", "0001", [HID], {0}, {0}),
    ("Waveshare touch panel", "0eef", "0005", [HID], {0}, {0}),
    ("touch panel that also is a mouse", "222a", "0001", [HID, MOUSE], {0, 1}, {0, 1}),
    ("touch panel with a keyboard in it", "1fd2", "6103", [HID, KEYBOARD], {0}, {0}),
    ("Genesys hub", "05e3", "0608", [HUB], {0}, {0}),
    ("hub and Ethernet of a Pi 3", "0424", "9514", [HUB], {0}, {0}),
    ("Ethernet of a Pi 3", "0424", "ec00", [VENDOR], {0}, {0}),
    ("CH340", "1a86", "7523", [VENDOR], {0}, {0}),
    ("CP2102", "10c4", "ea60", [VENDOR], {0}, {0}),
    ("FT232R", "0403", "6001", [VENDOR], {0}, {0}),
    ("PL2303", "067b", "2303", [VENDOR], {0}, {0}),
    ("Honeywell scanner, serial", "0c2e", "0b6a", [ACM, CDC_DATA], {0, 1}, {0, 1}),
    ("Honeywell scanner, keyboard", "0c2e", "0b61", [KEYBOARD], set(), set()),
    ("Zebra scanner, keyboard", "05e0", "1200", [KEYBOARD], set(), set()),
    ("Epson TM-T20 printer", "04b8", "0e15", [PRINTER], {0}, {0}),
    ("Xprinter", "0483", "5743", [PRINTER], {0}, {0}),
    ("USB sound card", "0d8c", "0014", [AUDIO, (1, 2, 0), HID], {0, 1, 2}, {0, 1, 2}),
    ("Logitech K120 keyboard", "046d", "c31c", [KEYBOARD, HID], {1}, {1}),
    ("wireless keyboard's receiver", "046d", "c534", [KEYBOARD, MOUSE], {1}, {1}),
    ("SanDisk stick", "0781", "5567", [STORAGE], set(), {0}),
    ("disk with UAS", "0781", "558c", [STORAGE], set(), {0}),
    ("Huawei modem as a disk", "12d1", "1f01", [STORAGE], set(), {0}),
    ("Rubber Ducky", "03eb", "2401", [KEYBOARD], set(), set()),
    ("Rubber Ducky that is a stick too", "03eb", "2422", [STORAGE, KEYBOARD], set(), set()),
    ("Bash Bunny", "f000", "ff02", [STORAGE, KEYBOARD, RNDIS, CDC_DATA], set(), set()),
    ("stick that types without saying so", "0781", "5567", [STORAGE, HID], {1}, {1}),
    ("O.MG cable", "d3c0", "d34d", [KEYBOARD], set(), set()),
    ("Flipper Zero", "0483", "5740", [ACM, CDC_DATA], {0, 1}, {0, 1}),
    ("Teensy", "16c0", "0487", [ACM, CDC_DATA, KEYBOARD, MOUSE], {0, 1, 3}, {0, 1, 3}),
    ("Arduino Leonardo", "2341", "8036", [ACM, CDC_DATA, HID], {0, 1, 2}, {0, 1, 2}),
    ("Android telephone, files", "18d1", "4ee1", [STILL], set(), set()),
    ("Android telephone, network", "18d1", "4ee3", [RNDIS, CDC_DATA], set(), set()),
    ("Realtek network adapter", "0bda", "8153", [VENDOR], set(), set()),
    ("network adapter of a class", "0525", "a4a1", [ECM, CDC_DATA], set(), set()),
    ("Bluetooth", "0a12", "0001", [BLUETOOTH], set(), set()),
    ("camera", "046d", "0825", [VIDEO, AUDIO], {1}, {1}),
    ("card reader", "08e6", "3437", [CARD], set(), set()),
]
BOOT_KEYBOARD = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810395057501050819012905910295017503"
)
BOOT_KEYBOARD += bytes.fromhex("910395067508150025650507190029658100c0")
BOOT_MOUSE = bytes.fromhex("05010902a1010901a100050919012903150025019503750181029501750581030501093009311581257f7508")
TOUCH = bytes.fromhex("050d0904a10185010922a1020942150025017501950181020932810295068103c0c0")
VOLUME = bytes.fromhex("050c0901a101150025010 9e909ea7501950281029506810 3c0".replace(" ", ""))
LEONARDO = bytes.fromhex(
    "05010906a1018502050719e029e7150025017501950881029501750881039506750815002573050719002973810 0c0".replace(" ", "")
)


def device(vendor: str, product: str, every: list[tuple[int, int, int]], **changes: Any) -> Device:
    found = tuple(Interface(number, *codes) for number, codes in enumerate(every))
    return Device(
        **{"name": "1-1.2", "port": "1.2", "vendor": vendor, "product": product, "interfaces": found} | changes
    )


def allowed(verdict: Any) -> set[int]:
    return {number for number in verdict.interfaces if verdict.allows(number)}


@pytest.mark.parametrize(
    ("vendor", "product", "every", "shut", "opened"), [row[1:] for row in DEVICES], ids=[row[0] for row in DEVICES]
)
def test_real_devices(vendor: str, product: str, every: Any, shut: set[int], opened: set[int]) -> None:
    assert allowed(judge(device(vendor, product, every), Rules(), False)) == shut
    assert allowed(judge(device(vendor, product, every), Rules(), True)) == opened


def test_a_network_adapter_works_where_the_office_says_so() -> None:
    rules = Rules(network=True)
    for vendor, product, every in (
        ("0bda", "8153", [VENDOR]),
        ("0525", "a4a1", [ECM, CDC_DATA]),
        ("18d1", "4ee3", [RNDIS]),
    ):
        assert allowed(judge(device(vendor, product, every), rules, False)) == set(range(len(every)))
    assert not judge(device("0a12", "0001", [BLUETOOTH]), rules, True).lets_in


def test_the_keyboard_that_was_set_up_works_and_no_second_one() -> None:
    scanner = device("0c2e", "0b61", [KEYBOARD], label="Honeywell_Voyager_1450g_20117B4A2F")
    for rule in (Keyboard(port="1.2"), Keyboard(vendor="0c2e", product="0b61"), Keyboard(label="Honeywell_Voyager")):
        rules = Rules((rule,))
        assert judge(scanner, rules, False).interfaces == {0: Why.CONFIGURED}
        assert not judge(device("03eb", "2401", [KEYBOARD], port="1.4", name="1-1.4"), rules, False).lets_in
        clone = device("0c2e", "0b61", [KEYBOARD], label=scanner.label, name="1-1.4", port="1.4")
        assert not judge(clone, rules, False, [scanner]).lets_in
        assert judge(scanner, rules, False, [scanner]).lets_in  # judged again, it is not its own rival


def test_the_disk_that_the_machine_runs_from_stays() -> None:
    assert judge(device("0781", "5567", [STORAGE], in_use=True), Rules(), False).interfaces == {0: Why.IN_USE}


def test_hostile_descriptors_let_no_keyboard_and_no_storage_in() -> None:
    seed, kinds = 41, [KEYBOARD, MOUSE, HID, STORAGE, UAS, ACM, CDC_DATA, HUB, VENDOR, RNDIS, AUDIO]
    rng = random.Random(seed)
    let_in = 0
    for _ in range(5000):
        every = [Interface(rng.randrange(4), *rng.choice(kinds)) for _ in range(rng.randrange(7))]
        found = device(f"{rng.randrange(65536):04x}", "0001", [], interfaces=tuple(every))
        verdict = judge(found, Rules(network=rng.random() < 0.5), False)
        let_in += verdict.lets_in
        for each in every:
            if each[1:] in (KEYBOARD, STORAGE, UAS):
                assert not verdict.allows(each.number)
    for _ in range(5000):
        data = rng.randbytes(rng.randrange(80))
        assert all(each.number < 256 for each in interfaces(data))
        usages(data)
    print(f"5000 random devices and 5000 random descriptors, seed {seed}: {let_in} let in, no keyboard, no storage")


def test_what_a_hid_interface_reports() -> None:
    assert usages(BOOT_KEYBOARD) == {Usage(1, 6)}
    assert usages(BOOT_MOUSE) == {Usage(1, 2)}
    assert usages(TOUCH) == {Usage(0x0D, 4)}
    assert usages(VOLUME) == {Usage(0x0C, 1)}
    assert usages(TOUCH + LEONARDO) == {Usage(0x0D, 4), Usage(1, 6)}
    assert usages(bytes.fromhex("0b06000100a101c0")) == {Usage(1, 6)}  # page and usage in one item
    assert usages(bytes.fromhex("0501a40509b40906a101c0")) == {Usage(1, 6)}  # page pushed and popped


class Tree:
    """A kernel's tree of devices, as files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "bus/usb/devices/usb1").mkdir(parents=True)
        (root / "bus/usb/drivers_probe").write_text("")
        for name in ("authorized_default", "interface_authorized_default"):
            (root / "bus/usb/devices/usb1" / name).write_text("1")
        self.bus = Bus(root, root / "mounts")

    def plug(
        self, name: str, vendor: str, product: str, every: list[tuple[int, int, int]], authorized: str = "0"
    ) -> Path:
        path = self.root / "bus/usb/devices" / name
        path.mkdir()
        raw = bytes.fromhex("120100020000004000000000000100000001")
        raw += bytes([9, 2, 0, 0, len(every), 1, 0, 0x80, 50])
        for number, codes in enumerate(every):
            raw += bytes([9, 4, number, 0, 1, *codes, 0]) + bytes([7, 5, 0x81, 3, 8, 0, 10])
        values = {"idVendor": vendor, "idProduct": product, "devpath": name.partition("-")[2], "authorized": authorized}
        values |= {"manufacturer": "Hãng  Máy", "product": "Quét/1", "serial": "7"}
        for key, value in values.items():
            (path / key).write_text(value + "\n")
        (path / "descriptors").write_bytes(raw)
        for number in range(len(every)):
            interface = path / f"{name}:1.{number}"
            interface.mkdir()
            (interface / "bInterfaceNumber").write_text(f"{number:02x}\n")
            (interface / "authorized").write_text(authorized)
        return path

    def state(self, path: Path) -> tuple[str, list[str]]:
        inner = sorted(path.glob("*:1.*"))
        return (path / "authorized").read_text().strip(), [(each / "authorized").read_text() for each in inner]


def test_what_is_judged_is_written_into_the_kernels_tree(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.bus.close_ports()
    assert (tmp_path / "bus/usb/devices/usb1/authorized_default").read_text() == "0"
    panel = tree.plug("1-1", "1fd2", "6103", [HID, KEYBOARD])
    ducky, stick = tree.plug("1-2", "03eb", "2401", [KEYBOARD], "1"), tree.plug("1-3", "0781", "5567", [STORAGE])
    assert tree.bus.read(panel).label == "H_ng_M_y_Qu_t_1_7"
    for path in (panel, ducky, stick):
        look(tree.bus, path, Rules(), False)
    assert tree.state(panel) == ("1", ["1", "0"])
    assert tree.state(ducky)[0] == tree.state(stick)[0] == "0"
    assert (tmp_path / "bus/usb/drivers_probe").read_text() == "1-1:1.0"
    look(tree.bus, stick, Rules(), True)
    assert tree.state(stick) == ("1", ["1"])
    look(tree.bus, stick, Rules(), False)
    assert tree.state(stick)[0] == "0"


def test_drivers_are_probed_when_every_interface_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A serial port's driver needs both of its interfaces."""
    tree, written = Tree(tmp_path), list[str]()
    port = tree.plug("1-1", "0c2e", "0b6a", [ACM, CDC_DATA, KEYBOARD])
    monkeypatch.setattr("deploy.usb.devices._write", lambda path, text: written.append(f"{path.parent.name} {text}"))
    look(tree.bus, port, Rules(), False)
    assert written == ["1-1:1.2 0", "1-1 1", "1-1:1.0 1", "1-1:1.1 1", "usb 1-1:1.0", "usb 1-1:1.1"]


def test_the_second_look_puts_out_what_types_without_having_said_so(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    board = tree.plug("1-1", "2341", "8036", [ACM, CDC_DATA, HID])
    look(tree.bus, board, Rules(), False)
    assert tree.state(board) == ("1", ["1", "1", "1"])
    for report, stays in ((TOUCH, True), (LEONARDO, False)):
        hid = board / "1-1:1.2" / "0003:2341:8036.0001"
        hid.mkdir(exist_ok=True)
        (hid / "report_descriptor").write_bytes(report)
        assert look_again(tree.bus, hid, Rules()) is stays
        assert look_again(tree.bus, hid, Rules((Keyboard(vendor="2341"),)))
    assert tree.state(board) == ("1", ["1", "1", "0"])


def test_a_mounted_disk_is_known(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    disk = tree.plug("2-1", "0781", "5567", [STORAGE], "1")
    block = disk / "2-1:1.0/host0/target0:0:0/0:0:0:0/block/sda/sda2"
    block.mkdir(parents=True)
    (block / "dev").write_text("8:2\n")
    (tmp_path / "mounts").write_text("22 1 8:1 / /boot rw - ext4 x rw\n")
    assert not tree.bus.read(disk).in_use
    (tmp_path / "mounts").write_text("22 1 8:2 / / rw - ext4 x rw\n")
    assert tree.bus.read(disk).in_use
    look(tree.bus, disk, Rules(), False)
    assert tree.state(disk) == ("1", ["1"])


def test_the_settings(tmp_path: Path) -> None:
    usb, kiosk = tmp_path / "usb.toml", tmp_path / "kiosk.toml"
    assert read_rules(usb, kiosk) == Rules()
    kiosk.write_text('[scanner]\nkind = "hid"\ndevice = "/dev/input/by-path/platform-x-usb-0:1.3:1.0-event-kbd"\n')
    usb.write_text('network = true\n[[keyboard]]\nvendor = "1a2c"\nproduct = "0e24"\n')
    assert read_rules(usb, kiosk) == Rules((Keyboard(vendor="1a2c", product="0e24"), Keyboard(port="1.3")), True)
    assert scanner_of("/dev/input/by-id/usb-Honeywell_1450g-event-kbd") == [Keyboard(label="Honeywell_1450g")]
    assert scanner_of("/dev/input/event3") == []
    for bad in (
        "network = 1",
        "x = 1",
        "[[keyboard]]\nproduct = '0001'",
        "[[keyboard]]\nvendor = 'XYZ'",
        "keyboard = 3",
        "[",
    ):
        usb.write_text(bad)
        with pytest.raises(BadSettings):
            read_rules(usb, kiosk)


def test_every_reason_is_one_or_the_other() -> None:
    assert {Why.HUB, Why.IN_USE, Why.WINDOW_OPEN} <= GOOD
    assert not GOOD & {Why.KEYBOARD, Why.WINDOW_CLOSED, Why.TYPING_STORAGE, Why.NO_NETWORK, Why.UNKNOWN}
