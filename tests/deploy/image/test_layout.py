"""The partitions: the same numbers on both machines, none over another; the files of the root name them."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from deploy.image.layout import MIB, SECTOR, fill, partuuid, place, size_mib, table

ROOT = Path(__file__).parents[3] / "deploy" / "image"
BOTH = ("amd64", "arm64")


@pytest.mark.parametrize("architecture", BOTH)
def test_partitions_lie_one_after_the_other_inside_the_image(architecture: str) -> None:
    at = 1
    for partition, start in place(architecture):
        assert start >= at
        at = start + partition.size_mib
    assert at < size_mib(architecture)
    assert place(architecture)[-1].partition.name == "data"


def test_a_number_means_the_same_on_both_machines() -> None:
    names = [{p.partition.number: p.partition.name for p in place(one)} for one in BOTH]
    assert {**names[1], 4: "bios"} == names[0]
    assert (names[0][7], names[0][8], names[0][3]) == ("rootfs-a", "rootfs-b", "data")


def test_a_pis_logical_partitions_lie_in_the_extended_one_each_behind_its_own_table() -> None:
    rows = {
        int(n): (int(s), int(z)) for n, s, z in re.findall(r"^(\d) : start=(\d+), size=(\d+)", table("arm64"), re.M)
    }
    start, end = rows[4][0], sum(rows[4])
    inner = sorted(rows[number] for number in (5, 6, 7, 8))
    assert start < inner[0][0]
    assert sum(inner[-1]) == end <= rows[3][0]
    for before, after in pairwise(inner):
        assert after[0] - sum(before) >= MIB // SECTOR


@pytest.mark.parametrize("architecture", BOTH)
@pytest.mark.parametrize("name", ["root/etc/fstab", "root/etc/rauc/system.conf"])
def test_every_name_of_a_partition_is_filled_in(architecture: str, name: str, tmp_path: Path) -> None:
    copy = tmp_path / "file"
    copy.write_text((ROOT / name).read_text())
    fill(architecture, "2026.12.1", copy)
    text = copy.read_text()
    assert "@" not in text
    assert partuuid(architecture, 2) in text or partuuid(architecture, 7) in text


def test_the_early_boot_and_the_boot_loaders_know_the_same_numbers() -> None:
    early = (ROOT / "early/init").read_text()
    assert "${data%3}" in early
    assert "B) number=8 ;; *) number=7" in early
    assert 'if [ "$slot" = B ]; then set part=6; else set part=5; fi' in (ROOT / "boot/grub.cfg").read_text()
    assert 'test "x${slot}" = "xB"; then setenv part 6; else setenv part 5; fi' in (ROOT / "boot/boot.cmd").read_text()


def test_an_older_system_is_refused_by_rauc_itself(tmp_path: Path) -> None:
    copy = tmp_path / "system.conf"
    for version in ("2026.12.1", "2026.12"):
        copy.write_bytes((ROOT / "root/etc/rauc/system.conf").read_bytes())
        fill("amd64", version, copy)
        assert f"\nmin-bundle-version={version}\n" in copy.read_text()
    for wrong in ("", "2026.12.1.1", "v1", "1.0-rc 1"):  # RAUC 1.13 starts with none of them
        with pytest.raises(ValueError, match="version"):
            fill("amd64", wrong, copy)
