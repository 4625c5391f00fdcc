"""A well kiosk to plant faults in: a root of its own, real TLS servers on loopback, the real agent where asked."""

import http.server
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.doctor.examine import examine
from deploy.doctor.finding import Finding, State
from deploy.doctor.machine import MISSING, Machine, Output

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 20, 9, 7, tzinfo=UTC)
NOW_S = NOW.timestamp()
PROBLEM = json.dumps({"type": "urn:hailong:problem:bad_message", "status": 400}).encode()
TRACKING = "A29FC87B,10.0.0.1,3,1795000000.0,{off},0.0001,0.0001,1.0,0.0,0.02,0.001,0.001,64.0,{leap}"
UNIT = """Id={name}.service
LoadState=loaded
ActiveState={active}
SubState=running
UnitFileState=enabled
Result=success
NRestarts={restarts}
WatchdogUSec=30s
WatchdogTimestampMonotonic={beat_us}
InactiveExitTimestampMonotonic=1000000
"""
RAUC = {
    "booted": "A",
    "boot_primary": "rootfs.0",
    "slots": [
        {"rootfs.0": {"bootname": "A", "state": "booted", "boot_status": "good"}},
        {"rootfs.1": {"bootname": "B", "state": "inactive", "boot_status": "good"}},
    ],
}
AGENT: dict[str, Any] = {
    "kiosk": "k-1",
    "point": "kn-huyen",
    "version": "1.4.0",
    "fingerprint": "1234 5678",
    "form": {"id": "rut-gon-mot-cua", "version": "1"},
    "health": {"pending": 3, "oldest_quarter": "2026-11-20T15:00+07:00", "drafts": 1, "quarantined": 0, "next_seq": 9},
    "contact": {"last_heard_s": NOW_S - 60.0, "last_receipt_s": NOW_S - 600.0, "failures": 0, "note": ""},
    "counted": {"at": "2026-11-20T16:00+07:00", "waiting": 3, "oldest": "2026-11-20T15:00+07:00", "free_bytes": 1},
    "panels": [{"panel": "nut", "trouble": "", "box": "5eed1e57"}],
}
MIXER = "Simple mixer control 'Master',0\n  Front Left: Playback 60 [94%] [-3.0dB] [{state}]\n"


def _agent(**changed: Any) -> Output:
    value = AGENT | changed
    return Output(0, json.dumps(value))


@dataclass
class Bench:
    """`said`: what each command answers, by its name; a callable is given the whole command."""

    root: Path
    said: dict[str, Output | Callable[[Sequence[str]], Output]] = field(default_factory=dict)
    now_s: float = NOW_S
    up_s: float = 5000.0
    ports: dict[tuple[str, int], int] = field(default_factory=dict)
    resolve: Callable[[str, int], list[str]] = lambda _host, _port: ["127.0.0.1"]

    def write(self, name: str, text: str | bytes, mode: int = 0o644) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        path.chmod(mode)
        return path

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text()
        assert old in text
        self.write(name, text.replace(old, new))

    def agent(self, **changed: Any) -> None:
        self.said["hailong-agent status"] = _agent(**changed)

    def units(self, **changed: object) -> None:
        fields = {"active": "active", "restarts": 0, "beat_us": int((self.up_s - 5) * 1e6)}
        blocks = [UNIT.format(name="hailong-kiosk", **fields | changed), UNIT.format(name="hailong-agent", **fields)]
        self.said["systemctl show"] = Output(0, "\n".join(blocks))

    def run(self, command: Sequence[str], as_user: bool) -> Output:
        names = (f"{command[0]} {part}" for part in ("--check-config", "status", "show") if part in command)
        answer = next((self.said[name] for name in (*names, command[0]) if name in self.said), Output(MISSING))
        return answer(command) if callable(answer) else answer

    def connect(self, host: str, port: int) -> socket.socket:
        if (host, port) not in self.ports:
            raise ConnectionRefusedError
        return socket.create_connection(("127.0.0.1", self.ports[host, port]), timeout=5)

    def machine(self) -> Machine:
        return Machine(
            root=self.root,
            run=self.run,
            now_s=lambda: self.now_s,
            up_s=lambda: self.up_s,
            resolve=self.resolve,
            connect=self.connect,
            built_s=NOW_S - 30 * 86400,
        )

    def look(self, *names: str) -> list[Finding]:
        return examine(self.machine(), names)


def wrong_in(found: Sequence[Finding]) -> set[str]:
    return {each.code for each in found if each.state in (State.BAD, State.WATCH)}


def well(root: Path, office_port: int, authority: Path) -> Bench:
    """A kiosk with everything that can be checked, all of it well."""
    bench = Bench(root, ports={("co-quan.example", 443): office_port})
    bench.write("etc/hailong/agent.toml", 'data_directory = "/var/lib/hailong"\ncentre_url = "https://co-quan.example"\n'
                'ca_bundle = "/etc/hailong/ca.pem"\n')  # fmt: skip
    shutil.copy(authority, root / "etc/hailong/ca.pem")
    bench.write("etc/hailong/kiosk.toml", KIOSK)
    bench.write(
        "etc/hailong/station.toml",
        'data_directory = "/var/lib/hailong"\n[printer]\ndevice = "/dev/usb/lp0"\nkind = "file"\n',
    )
    for name in ("dev/input/hailong-touch", "dev/serial/nut", "dev/serial/quet", "dev/usb/lp0", "dev/rtc0"):
        bench.write(name, "")
    for name, text in FILES.items():
        bench.write(name, text)
    bench.write("var/lib/hailong/assignment.json", "{}")
    bench.write("var/lib/hailong/.ballast", "")
    bench.write("var/lib/hailong/kiosk.key", "00" * 32, 0o600)
    bench.write("var/lib/hailong/centre.pub", "11" * 32)
    bench.agent()
    bench.units()
    bench.said |= {
        "chronyc": Output(0, TRACKING.format(off="0.00001", leap="Normal")),
        "rauc": Output(0, json.dumps(RAUC)),
        "ip": Output(0, json.dumps([{"ifname": "eth0", "addr_info": [{"local": "10.1.2.3"}]}])),
        "amixer": Output(0, MIXER.format(state="on")),
        "journalctl": Output(0, "usb 1-1: new device\n"),
        "vcgencmd": Output(0, "throttled=0x0\n"),
        "hailong-update": Output(0, json.dumps({"phase": "idle", "version": "1.4.0", "why": "", "refused": []})),
        **{f"hailong-{name} --check-config": Output(0) for name in ("kiosk", "agent", "station")},
    }
    return bench


KIOSK = """data_directory = "/var/lib/hailong"
[screen]
input = "mtdev"
device = "/dev/input/hailong-touch"
rotation = 90
[service]
technician_code = "scrypt$x"
[voice]
aloud = "headphones"
[scanner]
device = "/dev/serial/quet"
[[panel]]
kind = "serial"
name = "nut"
device = "/dev/serial/nut"
"""
FILES = {
    "sys/class/drm/card0-HDMI-A-1/status": "connected\n",
    "sys/class/drm/card0-HDMI-A-1/enabled": "enabled\n",
    "sys/class/drm/card0-HDMI-A-1/modes": "1024x600\n800x600\n",
    "sys/class/drm/card0-HDMI-A-2/status": "disconnected\n",
    "sys/class/net/eth0/operstate": "up\n",
    "sys/class/net/eth0/device/vendor": "0x14e4\n",
    "sys/class/net/eth0/address": "b8:27:eb:00:00:01\n",
    "proc/net/route": "Iface\tDestination\tGateway\neth0\t00000000\t0101010A\t0003\n",
    "proc/asound/cards": " 0 [Headphones     ]: bcm2835 - Headphones\n",
    "proc/meminfo": "MemTotal: 948304 kB\nMemAvailable:   501000 kB\n",
    "proc/sys/kernel/osrelease": "6.12.0-arm64\n",
    "proc/sys/kernel/random/boot_id": "5d1e0000-0000-4000-8000-000000000001\n",
    "proc/self/mounts": "/dev/mmcblk0p2 / squashfs ro 0 0\n/dev/mmcblk0p4 /var/lib/hailong ext4 rw,relatime 0 0\n",
    "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.5\0",
    "sys/fs/ext4/mmcblk0p4/errors_count": "0\n",
    "sys/block/mmcblk0/device/life_time": "0x02 0x01\n",
    "sys/block/mmcblk0/device/pre_eol_info": "0x01\n",
    "sys/class/thermal/thermal_zone0/temp": "51540\n",
    "sys/class/hwmon/hwmon0/name": "rpi_volt\n",
    "sys/class/hwmon/hwmon0/in0_lcrit_alarm": "0\n",
    "sys/firmware/devicetree/base/serial-number": "10000000abcdef01\0",
    "usr/lib/systemd/system/hailong-ballast.service": "",
    "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n',
}


class _Answer(http.server.BaseHTTPRequestHandler):
    def _reply(self) -> None:
        status, headers, body = self.server.answer  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _reply  # noqa: N815  http.server's names

    def log_message(self, *_: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that refuses the certificate hangs up: expected here."""


@contextmanager
def served(
    certificate: Path | None = None, status: int = 400, headers: dict[str, str] | None = None, body: bytes = PROBLEM
) -> Iterator[int]:
    """The port of a real server that gives one answer; over TLS with `certificate`, which holds its key too."""
    server = _Server(("127.0.0.1", 0), _Answer)
    server.answer = (status, headers or {}, body)  # type: ignore[attr-defined]
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


CA = """[ca]
default_ca = it
[it]
new_certs_dir = {folder}
database = {folder}/index
serial = {folder}/serial
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
"""


def certificates(folder: Path) -> dict[str, Path]:
    """Made by openssl: the agency's `authority`, and files with key and certificate of servers, good and bad."""
    (folder / "index").touch()
    (folder / "serial").write_text("01\n")
    (folder / "ca.cnf").write_text(CA.format(folder=folder))
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for name in ("authority", "stranger"):
        out = ["-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"]
        _openssl("req", "-x509", *key, *out, "-subj", f"/CN={name}", "-days", "3650")
    made = {"authority": folder / "authority.pem"}
    for name, host, signer, since, until in (
        ("good", "co-quan.example", "authority", "20200101", "20400101"),
        ("soon", "co-quan.example", "authority", "20200101", "20261125"),
        ("expired", "co-quan.example", "authority", "20200101", "20210101"),
        ("not_yet", "co-quan.example", "authority", "20390101", "20400101"),
        ("other_host", "khac.example", "authority", "20200101", "20400101"),
        ("unknown", "co-quan.example", "stranger", "20200101", "20400101"),
    ):
        asked, given = folder / f"{name}.csr", folder / f"{name}.crt"
        names = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
        _openssl("req", *key, "-keyout", folder / f"{name}.key", "-out", asked, *names)
        days = ["-startdate", f"{since}000000Z", "-enddate", f"{until}000000Z"]
        by = ["-cert", folder / f"{signer}.pem", "-keyfile", folder / f"{signer}.key"]
        _openssl("ca", "-batch", "-notext", "-config", folder / "ca.cnf", *by, "-in", asked, "-out", given, *days)
        made[name] = folder / f"{name}.both"
        made[name].write_bytes((folder / f"{name}.key").read_bytes() + given.read_bytes())
    return made


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def real_agent(config: Path) -> Callable[[Sequence[str]], Output]:
    """`hailong-agent` as a process of its own, with this settings file."""

    def run(command: Sequence[str]) -> Output:
        rest = list(command[command.index("--config") + 2 :])
        whole = [sys.executable, "-m", "sync_agent", "--config", str(config), *rest]
        done = subprocess.run(
            whole, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        return Output(done.returncode, done.stdout, done.stderr)

    return run
