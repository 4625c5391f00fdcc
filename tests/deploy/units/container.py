"""A machine without a kernel of its own: this one's root under an overlay, booted by systemd-nspawn with our units."""

import contextlib
import os
import shutil
import signal
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from deploy.package.tree import LIB, lay_out

SOURCE = Path(__file__).parents[3]
PATIENCE_S = 60.0
NOT_STARTED = (
    "systemd-udevd.service", "systemd-udev-trigger.service", "systemd-networkd.service", "systemd-resolved.service",
    "systemd-timesyncd.service", "networking.service", "apparmor.service", "keyboard-setup.service",
    "console-setup.service", "systemd-binfmt.service", "systemd-modules-load.service",
    "systemd-random-seed.service", "systemd-hwdb-update.service", "ldconfig.service",
    "systemd-journal-catalog-update.service", "binfmt-support.service", "chrony.service", "dbus.service",
    "dbus.socket", "systemd-firstboot.service", "systemd-pcrphase-sysinit.service", "e2scrub_reap.service",
)  # fmt: skip
TEST_TARGET = "[Unit]\nRequires=basic.target\nWants=hailong.target\nAfter=basic.target\nAllowIsolate=yes\n"
DISK_BYTES = 300 << 20


def reason_not_to_run() -> str:
    """Why no container can be booted here, "" where one can."""
    if os.geteuid() != 0:
        return "only root may boot a container"
    for command in ("systemd-nspawn", "nsenter", "mke2fs", "losetup"):
        if shutil.which(command) is None:
            return f"{command} is not installed (deploy/system-packages.sh test)"
    if not Path("/sys/fs/cgroup").is_dir() or "cgroup2" not in Path("/proc/filesystems").read_text():
        return "this kernel has no cgroups"
    ours, theirs = sysconfig.get_python_version(), system_python()
    return "" if ours == theirs else f"the wheels are for Python {ours}, /usr/bin/python3 is {theirs}"


def system_python() -> str:
    asked = ["/usr/bin/python3", "-c", "import sysconfig; print(sysconfig.get_python_version())"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True, text=True)


class Container:
    """Made with `made_in`; `root` may be written until `boot`, and looked at afterwards."""

    def __init__(self, work: Path) -> None:
        self.work, self.root = work, work / "root"
        self._process: subprocess.Popen[bytes] | None = None
        self.leader = 0

    def prepare(self) -> None:
        """The product laid out as its package would, beside the packages of this environment; a disk for the data."""
        upper, inner = self.work / "upper", self.work / "inner"
        for folder in (upper, inner, self.root):
            folder.mkdir()
        lay_out(SOURCE, upper, "0.0.0", 12)
        mount("-t", "overlay", "overlay", "-o", f"lowerdir=/,upperdir={upper},workdir={inner}", str(self.root))
        wheels = sysconfig.get_paths()["platlib"]
        lib = self.root / LIB
        mount("-t", "overlay", "overlay", "-o", f"lowerdir={lib}:{wheels}", str(lib))
        self._prepare_disk()
        system = self.root / "etc/systemd/system"
        shutil.rmtree(system)  # what this machine itself starts
        system.mkdir()
        (system / "test.target").write_text(TEST_TARGET)
        for unit in NOT_STARTED:
            (system / unit).symlink_to("/dev/null")
        subprocess.run(["systemd-sysusers", f"--root={self.root}", "hailong.conf"], check=True, capture_output=True)

    def _prepare_disk(self) -> None:
        disk, data = self.work / "disk", self.root / "var/lib/hailong"
        with disk.open("wb") as file:
            file.truncate(DISK_BYTES)
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-m", "0", str(disk)], check=True, capture_output=True)
        data.mkdir(parents=True, exist_ok=True)
        mount("-o", "loop", str(disk), str(data))

    def drop_in(self, unit: str, text: str) -> None:
        folder = self.root / "etc/systemd/system" / f"{unit}.d"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "test.conf").write_text(text)

    def boot(self) -> None:
        command = ["systemd-nspawn", "-q", "-D", str(self.root), "--boot", "--register=no", "--keep-unit"]
        command += ["--private-network", "--console=pipe", "--kill-signal=SIGRTMIN+3", "--link-journal=no"]
        command += [
            "--resolv-conf=off",
            "--timezone=off",
            "--system-call-filter=adjtimex clock_adjtime",
            "systemd.unit=test.target",
        ]
        log = (self.work / "console").open("wb")
        environment = {**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
        )
        log.close()
        self.wait_until("a first process", self._find_leader)
        self.wait_until("the service manager", lambda: self.run("systemctl show -p Version").returncode == 0)

    def _find_leader(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError((self.work / "console").read_text(errors="replace"))
        with contextlib.suppress(OSError):
            for child in Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split():
                if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                    self.leader = int(child)
        return self.leader != 0

    def run(self, command: str) -> "subprocess.CompletedProcess[str]":
        """A shell line inside, as root."""
        enter = ["nsenter", "-t", str(self.leader), "-m", "-u", "-i", "-p", "-n", "-C", "-r", "-w"]
        return subprocess.run([*enter, "/bin/sh", "-c", command], capture_output=True, text=True, check=False)

    def show(self, unit: str, name: str) -> str:
        return self.run(f"systemctl show {unit} -p {name} --value").stdout.strip()

    def wait_until(self, what: str, ready: Callable[[], bool]) -> None:
        give_up = time.monotonic() + PATIENCE_S
        while not ready():
            if time.monotonic() > give_up:
                journal = self.run("journalctl -b --no-pager -o cat | tail -60").stdout if self.leader else ""
                raise AssertionError(
                    f"{what} did not come\n{journal}\n{(self.work / 'console').read_text(errors='replace')}"
                )
            time.sleep(0.1)

    def end(self) -> None:
        """Ends the machine, and takes the mounts away."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for folder in (self.root / "var/lib/hailong", self.root / LIB, self.root):
            subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


@contextlib.contextmanager
def made_in(work: Path) -> Iterator[Container]:
    container = Container(work)
    try:
        container.prepare()
        yield container
    finally:
        container.end()
