"""Which kernel modules stay: what is named, what that needs, and nothing else."""

from pathlib import Path

from deploy.image.modules import closed, fits, read_needs

NEEDS = """\
kernel/fs/ext4/ext4.ko.xz: kernel/fs/jbd2/jbd2.ko.xz kernel/lib/crc16.ko.xz
kernel/fs/jbd2/jbd2.ko.xz:
kernel/lib/crc16.ko.xz:
kernel/drivers/usb/storage/uas.ko.xz: kernel/drivers/usb/storage/usb-storage.ko.xz
kernel/drivers/usb/storage/usb-storage.ko.xz:
"""
LIST = Path(__file__).parents[3] / "deploy/image/modules.list"


def test_a_folder_a_name_and_what_they_need(tmp_path: Path) -> None:
    (tmp_path / "modules.dep").write_text(NEEDS)
    needs = read_needs(tmp_path / "modules.dep")
    keep = closed({name for name in needs if fits(name, "fs/ext4/")}, needs)
    assert {Path(name).name for name in keep} == {"ext4.ko.xz", "jbd2.ko.xz", "crc16.ko.xz"}
    assert fits("kernel/drivers/usb/storage/uas.ko.xz", "drivers/usb/storage/uas")
    assert not fits("kernel/drivers/usb/storage/usb-storage.ko.xz", "drivers/usb/storage/us")


def test_the_list_names_each_place_once_and_marks_nothing_but_early() -> None:
    words = [line.split() for line in LIST.read_text().splitlines() if line and not line.startswith("#")]
    places = [line[-1] for line in words]
    assert len(places) == len(set(places))
    assert {line[0] for line in words if len(line) == 2} == {"early"}
    assert all(len(line) <= 2 for line in words)
