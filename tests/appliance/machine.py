"""One virtual machine: its devices, its start, its end. Knows QEMU, and nothing of what runs inside.

A start is cold, through the image's own firmware and boot loader, or the restoring of a snapshot in a second. The
devices of both are the same; what is pulled or plugged later goes into root ports that are there from the start.
"""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.appliance.qmp import Qmp, QmpError
from tests.appliance.shell import REPORT_PORT, SHELL_PORT, Shell
from tests.appliance.tools import Tools

CARD_BYTES = 4 << 30  # what an image is written on is larger than the image: the data partition grows into it
PORTS = 3  # root ports for what is plugged in later
END_S = 30.0


@dataclass(frozen=True)
class Board:
    """What the machine is made of. `memory_mb`: a small Pi has 1024."""

    tools: Tools
    arch: str = "x86_64"
    machine: str = "q35"
    width: int = 1024
    height: int = 600
    memory_mb: int = 1024
    cpus: int = 2
    accel: str = "tcg,thread=multi,tb-size=512"
    # Without what an emulator does byte by byte (the string instructions called fast) or in one more step (page tables)
    cpu: str = "max,-erms,-fsrm,-fzrm,-fsrs,-fsrc,-la57"
    firmware: Sequence[str] = ()  # arguments that choose it; none for QEMU's own BIOS
    kernel: Sequence[str] = ()  # direct boot, for a guest that has no boot loader


@dataclass(frozen=True)
class Disk:
    """`socket`: an NBD server's; otherwise `overlay`, a qcow2 file that can hold snapshots."""

    socket: Path | None = None
    overlay: Path | None = None

    def arguments(self) -> list[str]:
        if self.socket is not None:
            node = f"driver=nbd,node-name=disk,server.type=unix,server.path={self.socket}"
        else:
            node = f"driver=qcow2,node-name=disk,file.driver=file,file.filename={self.overlay}"
        return ["-blockdev", node, "-device", "virtio-blk-pci,drive=disk,id=disk0,bootindex=1"]


@dataclass
class Machine:
    """`directory`: for its sockets and logs, of this machine alone. `extra`: QEMU arguments, such as credentials.

    `clock`: the guest's real time clock at the start ("2026-12-01T08:00:00"), or the host's.
    """

    directory: Path
    board: Board
    disk: Disk
    extra: Sequence[str] = ()
    restore: str = ""
    clock: str = "utc"
    process: "subprocess.Popen[bytes]" = field(init=False)
    qmp: Qmp = field(init=False)
    shell: Shell = field(init=False)

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        for name in ("qmp.sock", "shell.sock", "report.sock", "serial.sock"):
            (self.directory / name).unlink(missing_ok=True)
        self.report.write_bytes(b"")
        self._log = (self.directory / "qemu.log").open("ab")
        self.started_s, self._cpu_before_s = time.monotonic(), 0.0
        self.process = subprocess.Popen(self._command(), stdin=subprocess.DEVNULL, stdout=self._log,
                                        stderr=self._log, env=self.board.tools.environment(),
                                        start_new_session=True)  # fmt: skip
        try:
            self.qmp = Qmp(self.directory / "qmp.sock", 60.0 if self.restore else 20.0)
            self.shell = Shell(self.directory / "shell.sock")
        except (OSError, QmpError) as error:
            self.kill()
            raise MachineError(f"QEMU did not start: {self._last_words()}") from error

    @property
    def report(self) -> Path:
        """What the kiosk told of its screens since this start, as lines of JSON."""
        return self.directory / "report.jsonl"

    @property
    def console(self) -> Path:
        return self.directory / "console.log"

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def age_s(self) -> float:
        return time.monotonic() - self.started_s

    def cpu_s(self) -> float:
        """Seconds of processor that QEMU has used since the start."""
        return self._cpu_s() - self._cpu_before_s

    def _cpu_s(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def restarted(self) -> None:
        """The guest has begun anew by itself: what counts from here on is what comes after it."""
        self.started_s, self._cpu_before_s = time.monotonic(), self._cpu_s()
        self.report.write_bytes(b"")

    def kill(self) -> None:
        """As if the plug were pulled: nothing inside hears of it."""
        if self.is_alive():
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(END_S)
        self._log.close()

    def plug_line(self, plugged: bool) -> None:
        """Plug the network cable in, or pull it."""
        self.qmp.do("set_link", name="nic0", up=plugged)

    def __enter__(self) -> "Machine":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _command(self) -> list[str]:
        board = self.board
        touch = ["-device", "virtio-multitouch-pci,id=touch0,bus=port0"]
        return [
            *board.tools.qemu(board.arch), "-name", self.directory.name, "-accel", board.accel,
            "-machine", board.machine,
            "-cpu", board.cpu, "-smp", str(board.cpus), "-m", str(board.memory_mb), "-nodefaults", "-display", "none",
            "-qmp", f"unix:{self.directory}/qmp.sock,server=on,wait=off",
            "-chardev", f"socket,id=serial,path={self.directory}/serial.sock,server=on,wait=off,"
            f"logfile={self.console},logappend=on", "-serial", "chardev:serial",
            *board.firmware, *board.kernel, *self.disk.arguments(),
            "-device", f"virtio-gpu-pci,id=gpu0,xres={board.width},yres={board.height}",
            "-device", "qemu-xhci,id=usb0", "-rtc", f"base={self.clock},clock=vm",
            "-device", "i6300esb", "-action", "watchdog=reset", "-device", "virtio-rng-pci",
            *self._ports(), *touch, *self._channels(),
            *self._line(), *self.extra, *(["-loadvm", self.restore] if self.restore else []),
        ]  # fmt: skip

    def _ports(self) -> list[str]:
        ports = [f"pcie-root-port,id=port{n},slot={n + 1},chassis={n}" for n in range(PORTS)]
        return [part for port in ports for part in ("-device", port)]

    def _channels(self) -> list[str]:
        return [
            "-device", "virtio-serial-pci",
            "-chardev", f"socket,id=shell,path={self.directory}/shell.sock,server=on,wait=off",
            "-device", f"virtserialport,chardev=shell,name={SHELL_PORT}",
            "-chardev", f"file,id=report,path={self.report},append=on",
            "-device", f"virtserialport,chardev=report,name={REPORT_PORT}",
        ]  # fmt: skip

    def _line(self) -> list[str]:
        """The network: the host is 10.0.2.2, and there is nothing else."""
        line = "user,id=line,restrict=off"
        return ["-netdev", line, "-device", "virtio-net-pci,netdev=line,id=nic0"]

    def _last_words(self) -> str:
        return (self.directory / "qemu.log").read_text("utf-8", "replace")[-500:]


class MachineError(Exception):
    """The virtual machine itself failed; no fault of the image."""


def make_overlay(tools: Tools, backing: Path, overlay: Path) -> Path:
    """An empty qcow2 file over the image `backing`, of a card's size."""
    overlay.unlink(missing_ok=True)
    base = ("-b", str(backing.resolve()), "-F", "raw")
    tools.run("qemu-img", "create", "-q", "-f", "qcow2", *base, str(overlay), str(CARD_BYTES))
    return overlay
