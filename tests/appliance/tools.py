"""Which QEMU is run: that of the build's tools tree where there is one, else the host's. Knows no image.

The tree's programs run with the tree's own loader and libraries, so that neither root nor a mount is needed.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LIBRARIES = "usr/lib/x86_64-linux-gnu"
FIRMWARE = ("usr/share/qemu", "usr/share/seabios", "usr/lib/ipxe/qemu", "usr/share/OVMF")
PROBE_S = 20.0


@dataclass(frozen=True)
class Tools:
    """`tree`: root of a Debian that holds QEMU, or "/" for the host."""

    tree: Path

    @property
    def is_host(self) -> bool:
        return self.tree == Path("/")

    def command(self, program: str) -> list[str]:
        """How `program` of usr/bin is started."""
        if self.is_host:
            return [shutil.which(program) or program]
        library = self.tree / LIBRARIES
        paths = f"{library}:{library}/pulseaudio"
        return [str(self.tree / "lib64/ld-linux-x86-64.so.2"), "--library-path", paths,
                str(self.tree / "usr/bin" / program)]  # fmt: skip

    def qemu(self, arch: str) -> list[str]:
        """The emulator of "x86_64" or "aarch64", told where its firmware lies."""
        command = self.command(f"qemu-system-{arch}")
        if self.is_host:
            return command
        folders = [self.tree / folder for folder in FIRMWARE if (self.tree / folder).is_dir()]
        return [*command, *(part for folder in folders for part in ("-L", str(folder)))]

    def environment(self) -> Mapping[str, str]:
        module = {} if self.is_host else {"QEMU_MODULE_DIR": str(self.tree / LIBRARIES / "qemu")}
        return {**os.environ, **module}

    def run(self, program: str, *arguments: str) -> str:
        """Run a short command. Raises: CalledProcessError."""
        return subprocess.run([*self.command(program), *arguments], capture_output=True, text=True, check=True,
                              env=self.environment()).stdout  # fmt: skip

    def version(self) -> tuple[int, ...]:
        said = self.run("qemu-system-x86_64", "--version")
        return tuple(int(part) for part in said.split("version ", 1)[1].split()[0].rstrip(")").split(".")[:2])

    def carries(self, arch: str) -> bool:
        """Whether it has an emulator of `arch`."""
        return self.is_host or (self.tree / "usr/bin" / f"qemu-system-{arch}").exists()

    def has(self, device: str) -> bool:
        """Whether this QEMU can plug in `device`."""
        said = subprocess.run([*self.qemu("x86_64"), "-device", f"{device},help"], capture_output=True, check=False,
                              env=self.environment())  # fmt: skip
        return said.returncode == 0


def find_tools(build: Path) -> Tools:
    """The tree under `build` if it holds an emulator."""
    tree = build / "tools"
    return Tools(tree.resolve() if (tree / "usr/bin/qemu-system-x86_64").exists() else Path("/"))


def carries_kvm(tools: Tools, kernel: Path) -> tuple[bool, str]:
    """Whether KVM here really boots a stock kernel to its own panic for want of a root, within `PROBE_S`; and why not.

    A device node proves nothing: some machines offer /dev/kvm and cannot carry an unmodified kernel.
    """
    if not kernel.exists():
        return False, f"not tried, there is no {kernel}"
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False, "no /dev/kvm"
    probe = [*tools.qemu("x86_64"), "-accel", "kvm", "-cpu", "host,arch-capabilities=off", "-machine", "q35",
             "-m", "256", "-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot",
             "-kernel", str(kernel), "-append", "console=ttyS0 panic=-1"]  # fmt: skip
    try:
        said = subprocess.run(probe, capture_output=True, timeout=PROBE_S, check=False, env=tools.environment(),
                              stdin=subprocess.DEVNULL)  # fmt: skip
    except subprocess.TimeoutExpired:
        return False, f"/dev/kvm is there, but a stock kernel gets nowhere within {PROBE_S:.0f} s"
    if b"Unable to mount root" in said.stdout:
        return True, ""
    reason = said.stderr.decode("utf-8", "replace").strip().splitlines()
    return False, f"/dev/kvm is there, but a stock kernel ends with: {reason[0] if reason else 'nothing said'}"
