"""Who may tell the updater's service what: asked of a real bus, with Debian's own policy below ours."""

import contextlib
import os
import shutil
import socket
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

OURS = Path(__file__).parents[3] / "deploy/image/root/etc/dbus-1/system.d/hailong-rauc.conf"
NOBODY = 65534
NAME, BUS = "de.pengutronix.rauc", b"org.freedesktop.DBus"
CONFIG = """<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow send_type="method_call"/><allow receive_type="method_call"/>
<allow receive_type="method_return"/><allow receive_type="error"/><allow receive_type="signal"/>
<allow send_destination="org.freedesktop.DBus"/></policy>
<policy context="default"><allow send_destination="de.pengutronix.rauc"/></policy>
<policy user="root"><allow own="de.pengutronix.rauc"/></policy>
<include>{ours}</include></busconfig>"""
pytestmark = [
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="dbus-daemon is not installed"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can ask as another account"),
]


@pytest.fixture
def bus() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="hl-bus-") as name:  # pytest's own folders let only root pass
        folder = Path(name)
        folder.chmod(0o755)
        yield from _bus(folder)


def _bus(folder: Path) -> Iterator[str]:
    path, config = folder / "s", folder / "bus.conf"
    config.write_text(CONFIG.format(socket=path, ours=OURS))
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", "--print-address"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    process.stdout.readline()  # it listens
    yield f"unix:path={path}"
    process.terminate()
    process.wait()
    process.stdout.close()


def message(serial: int, member: str, signature: bytes = b"", body: bytes = b"") -> bytes:
    """A call of the bus itself, little-endian. Source: D-Bus specification, message format."""
    fields = b""
    named = ((1, b"o", b"/org/freedesktop/DBus"), (2, b"s", BUS), (3, b"s", member.encode()), (6, b"s", BUS))
    for code, kind, text in named:
        fields += (
            bytes(-len(fields) % 8) + bytes([code, 1]) + kind + b"\0" + struct.pack("<I", len(text)) + text + b"\0"
        )
    if signature:
        fields += bytes(-len(fields) % 8) + b"\x08\x01g\0" + bytes([len(signature)]) + signature + b"\0"
    head = struct.pack("<cBBBIII", b"l", 1, 0, 1, len(body), serial, len(fields)) + fields
    return head + bytes(-len(head) % 8) + body


@contextlib.contextmanager
def owner(bus: str) -> Iterator[None]:
    """Somebody who has the updater's name and never answers: a bus judges only what it can hand on."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(bus.partition("=")[2])
        line.sendall(b"\0AUTH EXTERNAL " + b"0".hex().encode() + b"\r\n")
        assert line.recv(1000).startswith(b"OK")
        name = struct.pack("<I", len(NAME)) + NAME.encode() + b"\0"
        name += bytes(-len(name) % 4) + struct.pack("<I", 0)
        line.sendall(b"BEGIN\r\n" + message(1, "Hello") + message(2, "RequestName", b"su", name))
        told = b""
        while told.count(b"NameAcquired") < 2:  # its own number, then the name
            told += line.recv(4096)
        yield


def asking(bus: str, member: str, user: int) -> "subprocess.Popen[str]":
    command = ["dbus-send", f"--bus={bus}", f"--dest={NAME}", "--print-reply", "--reply-timeout=3000", "/", member]
    return subprocess.Popen(command, user=user, group=user, extra_groups=[], stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_only_root_installs_and_marks(bus: str) -> None:
    acts = [f"{NAME}.Installer.{name}" for name in ("Install", "InstallBundle", "Mark", "InspectBundle")]
    acts.append("org.freedesktop.DBus.Properties.Set")
    looks = [f"{NAME}.Installer.GetSlotStatus", f"{NAME}.Installer.GetPrimary", f"{NAME}.Installer.GetArtifactStatus"]
    looks += ["org.freedesktop.DBus.Properties.Get"]
    with owner(bus):
        asked = {(member, user): asking(bus, member, user) for member in (*acts, *looks) for user in (0, NOBODY)}
        said = {key: process.communicate()[1] for key, process in asked.items()}
    refused = {key for key, word in said.items() if "AccessDenied" in word}
    assert refused == {(member, NOBODY) for member in acts}, said
    assert all("NoReply" in word for key, word in said.items() if key not in refused), said
    print(f"{len(refused)} orders refused to other accounts, {len(looks)} questions let through")
