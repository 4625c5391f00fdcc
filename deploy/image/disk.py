"""Puts a disk image together from finished parts. Owns where bytes go; knows no package and builds no root.

Run in the tools tree. Nothing is mounted and no loop device is used: every file system is made as a file and laid into
its place.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.image.boot_state import FRESH, rendered
from deploy.image.layout import MIB, SECTOR, Placed, place, size_mib, table

HERE = Path(__file__).parent
GRUB_MODULES = (
    "part_gpt part_msdos fat search search_label normal regexp loadenv test echo linux boot reboot configfile true"
)
# Off the screen, off the keyboard: the kernel's messages go to a console that nobody can switch to
COMMAND_LINE = (
    "quiet loglevel=3 console=tty12 vt.global_cursor_default=0 consoleblank=0 panic=10 oops=panic "
    "sysctl.kernel.sysrq=0 usbcore.authorized_default=0 "
    "systemd.show_status=0 systemd.getty_auto=0 net.ifnames=0 ro"
)


def main(architecture: str, parts: Path, image: Path) -> None:
    """`parts` holds rootfs.squashfs, vmlinuz, initrd.img and a folder `fat` for the partition that a PC can read."""
    made = {
        "hailong": fat(parts / "hailong.vfat", 128, "HAILONG", parts / "fat"),
        "state": state_partition(architecture, parts),
        "boot-a": boot_slot(architecture, parts),
        "rootfs-a": parts / "rootfs.squashfs",
        "data": data_partition(parts),
    }
    if architecture == "amd64":
        made["hailong"] = efi_partition(parts)
        made["bios"] = bios_core(parts)
    made |= {"boot-b": made["boot-a"], "rootfs-b": made["rootfs-a"]}
    image.unlink(missing_ok=True)
    with image.open("wb") as file:
        file.truncate(size_mib(architecture) * MIB)
    run("sfdisk", "--quiet", str(image), stdin=table(architecture))
    for placed in place(architecture):
        lay(made[placed.partition.name], image, placed)
    if architecture == "amd64":
        master_boot_record(image)


def run(*command: str, stdin: str | None = None) -> None:
    subprocess.run(command, check=True, text=True, input=stdin)


def lay(source: Path, image: Path, placed: Placed) -> None:
    """Raises: ValueError when the part is larger than its partition."""
    if source.stat().st_size > placed.partition.size_mib * MIB:
        raise ValueError(f"{source} is larger than the {placed.partition.size_mib} MiB of {placed.partition.name}")
    target = f"seek={placed.start_mib}"
    run("dd", f"if={source}", f"of={image}", "bs=1M", target, "conv=notrunc,sparse", "status=none")


def fat(path: Path, size: int, label: str, content: Path | None = None) -> Path:
    path.unlink(missing_ok=True)
    with path.open("wb") as file:
        file.truncate(size * MIB)
    run("mkfs.vfat", "-n", label, "-i", "4841494c", str(path), stdin="")
    if content is not None:
        run("mcopy", "-s", "-i", str(path), *(str(child) for child in sorted(content.iterdir())), "::/")
    return path


def state_partition(architecture: str, parts: Path) -> Path:
    content = parts / "state"
    shutil.rmtree(content, ignore_errors=True)
    content.mkdir()
    name = "grubenv" if architecture == "amd64" else "ab.env"
    (content / name).write_bytes(rendered(name, FRESH))
    return fat(parts / "state.vfat", 16, "HL-STATE", content)


def boot_slot(architecture: str, parts: Path) -> Path:
    """Kernel, early boot and command line of one slot; a system update brings it together with the root."""
    content = parts / "boot"
    shutil.rmtree(content, ignore_errors=True)
    content.mkdir()
    for name in ("vmlinuz", "initrd.img"):
        shutil.copy(parts / name, content / name)
    if architecture == "amd64":
        (content / "slot.cfg").write_text(f'set cmdline="{COMMAND_LINE}"\n')
    else:
        (content / "slot.env").write_text(f"cmdline={COMMAND_LINE}\n")
    return fat(parts / "boot.vfat", 64, "HL-BOOT", content)


def data_partition(parts: Path) -> Path:
    path = parts / "data.ext4"
    path.unlink(missing_ok=True)
    with path.open("wb") as file:
        file.truncate(128 * MIB)
    run("mke2fs", "-q", "-t", "ext4", "-L", "hailong-data", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(path))
    run("tune2fs", "-c", "0", "-i", "0", "-e", "remount-ro", str(path))
    return path


def grub(parts: Path, target: str, out: str) -> Path:
    path = parts / out
    embedded = f"boot/grub/grub.cfg={HERE / 'boot/grub.cfg'}"
    modules = GRUB_MODULES + (" biosdisk" if target == "i386-pc" else "")
    options = ("--locales=", "--fonts=", "--themes=", "--install-modules=" + modules, "--modules=" + modules)
    run("grub-mkstandalone", "-O", target, "-o", str(path), *options, embedded)
    return path


def efi_partition(parts: Path) -> Path:
    folder = parts / "fat/EFI/BOOT"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(grub(parts, "x86_64-efi", "BOOTX64.EFI"), folder / "BOOTX64.EFI")
    return fat(parts / "hailong.vfat", 128, "HAILONG", parts / "fat")


def bios_core(parts: Path) -> Path:
    """GRUB for a PC of the older kind, told where on the disk it lies: its first sector names the next ones."""
    core = grub(parts, "i386-pc", "core.img")
    block = bytearray(core.read_bytes())
    start = next(p.start_mib for p in place("amd64") if p.partition.name == "bios") * MIB // SECTOR
    block[0x1F4:0x1FC] = (start + 1).to_bytes(8, "little")
    core.write_bytes(block)
    return core


def master_boot_record(image: Path) -> None:
    """The code before the partition table, which loads the first sector of the core."""
    boot = bytearray(Path("/usr/lib/grub/i386-pc/boot.img").read_bytes())
    start = next(p.start_mib for p in place("amd64") if p.partition.name == "bios") * MIB // SECTOR
    boot[0x5C:0x64] = start.to_bytes(8, "little")
    file = os.open(image, os.O_WRONLY)
    try:
        os.pwrite(file, bytes(boot[:440]), 0)
    finally:
        os.close(file)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
