"""The units on a machine that boots: up, proved alive, shut in, and recording on a full disk."""

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware_bridge.control import tell
from survey.assignment import Assignment
from survey.form_file import read_form
from sync_agent.enrolment import Enrolment, keep
from sync_agent.identity import from_seed, load_or_make_identity
from sync_agent.outbox import Outbox
from tests.deploy.units.container import SOURCE, Container, made_in, reason_not_to_run

REASON = reason_not_to_run()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(REASON), reason=REASON),
    pytest.mark.xdist_group("container"),
]
SERVICES = ("hailong-kiosk", "hailong-agent", "hailong-station")
KIOSK = """\
data_directory = "/var/lib/hailong"
[screen]
on = false
[[panel]]
kind = "gpio-simulated"
name = "pins"
control_socket = "/run/hailong/pins.sock"
button_pins = [5, 6, 13, 19, 26]
lamp_pins = [12, 16, 20, 21, 25]
refractory_ms = 200
"""
PROBE = """\
import ctypes, json, mmap, os, socket, sys

def tried(what):
    try:
        what()
    except OSError as error:
        return error.errno
    return 0

libc = ctypes.CDLL(None, use_errno=True)
print(json.dumps({
    "internet": tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)),
    "settings": tried(lambda: open("/etc/hailong/probe", "w")),
    "program": tried(lambda: open("/opt/hailong/lib/probe", "w")),
    "data": tried(lambda: open("/var/lib/hailong/probe", "w")),
    "code": tried(lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)),
    "clock": libc.adjtimex(ctypes.create_string_buffer(512)),
    "root": tried(lambda: os.setuid(0)),
}))
"""
EROFS, EPERM, EAFNOSUPPORT, EACCES = 30, 1, 97, 13


def enrol(data: Path) -> None:
    """What an enrolment leaves on the disk; the centre's key is one that nobody has."""
    form = (SOURCE / "survey/data/forms/rut-gon-mot-cua.json").read_bytes()
    load_or_make_identity(data, secrets.token_bytes)
    names = {"vi": "Bộ phận Một cửa"}
    place = Assignment("kn-huyen-1", "krong-no-2023", "kn-huyen", names, names, read_form(form, "form").ref)
    Outbox.open(data / "outbox.db").close()
    keep(Enrolment(from_seed(bytes(32)).public_key, place, form), data)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    with made_in(tmp_path_factory.mktemp("machine")) as container:
        root = container.root
        enrol(root / "var/lib/hailong")
        owner = next(line for line in (root / "etc/passwd").read_text().splitlines() if line.startswith("hailong:"))
        user, group = (int(number) for number in owner.split(":")[2:4])
        for path in (root / "var/lib/hailong").iterdir():
            os.chown(path, user, group)
        settings = root / "etc/hailong"
        settings.mkdir(exist_ok=True)
        (settings / "kiosk.toml").write_text(KIOSK)
        (settings / "agent.toml").write_text('data_directory = "/var/lib/hailong"\ncentre_url = "http://127.0.0.1:9"\n')
        (settings / "station.toml").write_text('data_directory = "/var/lib/hailong"\n')
        for path in settings.iterdir():
            os.chown(path, 0, group)
        container.drop_in("hailong-kiosk.service", "[Service]\nWatchdogSec=3\nTimeoutAbortSec=1\n")
        container.drop_in("hailong-ballast.timer", "[Timer]\nOnActiveSec=\nOnUnitActiveSec=\nOnActiveSec=1d\n")
        kiosk = (root / "usr/lib/systemd/system/hailong-kiosk.service").read_text()
        probe = (
            kiosk.replace("Type=notify", "Type=oneshot").replace("Restart=always\n", "").replace("WatchdogSec=30\n", "")
        )
        run = "ExecStart=/opt/hailong/bin/hailong-kiosk --config /etc/hailong/kiosk.toml"
        assert run in probe
        (root / "opt/probe.py").write_text(PROBE)
        (root / "etc/systemd/system/probe.service").write_text(
            probe.replace(run, "ExecStart=/usr/bin/python3 -I /opt/probe.py\nStandardOutput=truncate:/run/probe.json")
        )
        container.boot()
        yield container


def press(machine: Container, button: int) -> None:
    path = Path(f"/proc/{machine.leader}/root/run/hailong/pins.sock")
    machine.wait_until("the pins", path.exists)  # they come up beside a counter that is ready
    assert tell(path, f"press {button} 100", 30).startswith("ok")


def recorded(machine: Container) -> int:
    log = machine.run("journalctl -b -u hailong-kiosk --no-pager -o cat").stdout
    return log.count('"press.recorded"')


def test_every_service_comes_up(machine: Container) -> None:
    for service in SERVICES:
        machine.wait_until(f"{service} ready", lambda: machine.show(service, "ActiveState") == "active")  # noqa: B023
        print(service, "ready; started again", machine.show(service, "NRestarts"), "times")
    seen = json.loads(machine.run("cat /run/hailong/start-check.json").stdout)
    print(seen)
    assert seen["outbox"]["state"] == "sound"
    assert seen["file_system"]["kind"] == "ext4"


def test_the_counter_leaves_its_proofs_of_life_for_the_updater(machine: Container) -> None:
    told = Path(f"/proc/{machine.leader}/root/run/hailong/alive")
    machine.wait_until("two proofs", lambda: told.exists() and json.loads(told.read_text())["beats"] >= 2)
    print(told.read_text())


def test_a_press_is_recorded(machine: Container) -> None:
    machine.wait_until("the counter", lambda: machine.show("hailong-kiosk", "ActiveState") == "active")
    before = recorded(machine)
    press(machine, 4)
    machine.wait_until("the press", lambda: recorded(machine) == before + 1)


def test_the_sandbox_holds(machine: Container) -> None:
    """Asked from inside the counter's own sandbox: no network, nothing to write but the data, no clock to set."""
    machine.run("systemctl start probe.service")
    said = machine.run("cat /run/probe.json").stdout
    print(said)
    found = json.loads(said)
    assert found["internet"] == EAFNOSUPPORT
    assert found["settings"] == found["program"] == EROFS
    assert found["data"] == 0
    assert found["code"] == EPERM
    assert found["clock"] >= 0, "the counter cannot ask whether a time server keeps the clock"
    assert found["root"] == EPERM


def test_a_wish_of_the_service_menu_reaches_the_doctor(machine: Container) -> None:
    """A container has no number of its own, so nothing is accepted here; but the wish is taken, once."""
    waits = "hailong-accept-machine.path"
    machine.wait_until("the menu's way", lambda: machine.show(waits, "ActiveState") == "active")
    assert (
        machine.run(
            "setpriv --reuid hailong --regid hailong --clear-groups touch /run/hailong/accept-machine"
        ).returncode
        == 0
    )
    machine.wait_until("the wish taken", lambda: machine.run("test -e /run/hailong/accept-machine").returncode != 0)
    machine.wait_until(
        "its end", lambda: machine.show("hailong-accept-machine", "ExecMainExitTimestampMonotonic") != "0"
    )
    status = machine.show("hailong-accept-machine", "ExecMainStatus")
    print("accept-machine ended with", status)
    assert status in ("0", "1", "2")  # the last of its two commands
    machine.wait_until("the way again", lambda: machine.show(waits, "ActiveState") == "active")


def test_new_settings_reach_the_counter_when_nobody_sits(machine: Container) -> None:
    machine.wait_until("the counter", lambda: machine.run("test -e /run/hailong/alive").returncode == 0)
    before = machine.show("hailong-kiosk", "MainPID")
    machine.run("systemctl start hailong-kiosk-restart.service")
    machine.wait_until("another counter", lambda: machine.show("hailong-kiosk", "MainPID") not in (before, "0"))
    machine.wait_until("the counter again", lambda: machine.show("hailong-kiosk", "ActiveState") == "active")


STICK = """\
[ "$(ls /dev/net)" = tun ] && [ ! -e /dev/kmsg ] && exec 3<>/dev/net/tun && echo one device
mount -t tmpfs tmpfs /run/hailong-usb && umount /run/hailong-usb && echo mounts
for at in /etc /run /var/lib; do touch $at/hailong/x && rm $at/hailong/x || exit 1; done && echo writes
touch /usr/x 2>/dev/null || echo not the system
become='import subprocess as s; s.run(["true"], user="hailong", group="hailong", extra_groups=[])'
python3 -Ic "$become" && echo another account
systemctl start hailong-ballast.service && echo asks systemd
"""


def test_roots_work_at_a_stick_can_do_what_it_must_and_no_more(machine: Container) -> None:
    """The unit's own sandbox, around what its service, the updater and the first boot do; tun for a stick."""
    unit = (SOURCE / "deploy/units/hailong-usb@.service").read_text()
    run = "ExecStart=/opt/hailong/bin/hailong-usb serve /dev/%I"
    assert run in unit
    unit = unit.replace(run, "ExecStart=/bin/sh /opt/stick.sh\nStandardOutput=truncate:/run/stick")
    unit = (
        unit.replace("/dev/%I", "/dev/net/tun").replace("block-sd", "/dev/net/tun").replace("Type=exec", "Type=oneshot")
    )
    kept = [line for line in unit.splitlines() if not line.startswith(("BindsTo=", "After=", "Condition"))]
    (machine.root / "opt/stick.sh").write_text(STICK)
    (machine.root / "etc/systemd/system/stick.service").write_text("\n".join(kept) + "\n")
    machine.run("systemctl daemon-reload; systemctl start stick.service")
    said = machine.run("cat /run/stick").stdout.splitlines()
    print(said)
    assert said == [line.rpartition("echo ")[2] for line in STICK.splitlines() if "echo " in line]


def test_a_hung_counter_is_killed_and_started_again(machine: Container) -> None:
    machine.wait_until("the counter", lambda: machine.show("hailong-kiosk", "ActiveState") == "active")
    hung, before = machine.show("hailong-kiosk", "MainPID"), int(machine.show("hailong-kiosk", "NRestarts"))
    machine.run(f"kill -STOP {hung}")
    machine.wait_until("another start", lambda: int(machine.show("hailong-kiosk", "NRestarts")) == before + 1)
    machine.wait_until("the counter again", lambda: machine.show("hailong-kiosk", "ActiveState") == "active")
    assert machine.show("hailong-kiosk", "MainPID") != hung
    assert "watchdog" in machine.run("journalctl -b -u hailong-kiosk --no-pager -o cat").stdout.lower()


def test_recording_goes_on_when_the_disk_is_full(machine: Container) -> None:
    machine.run("systemctl start hailong-ballast.service")
    assert machine.run("stat -c %s /var/lib/hailong/.ballast").stdout.strip() == str(64 << 20)
    machine.run("dd if=/dev/zero of=/var/lib/hailong/filler bs=64k; dd if=/dev/zero of=/var/lib/hailong/filler2 bs=1")
    machine.wait_until("the counter", lambda: machine.show("hailong-kiosk", "ActiveState") == "active")
    machine.run("systemctl start hailong-ballast.service")
    assert machine.run("test -e /var/lib/hailong/.ballast").returncode != 0
    assert '"ballast.freed"' in machine.run("journalctl -b -u hailong-ballast --no-pager -o cat").stdout
    before = recorded(machine)
    press(machine, 0)
    machine.wait_until("the press", lambda: recorded(machine) == before + 1)
    machine.run("rm /var/lib/hailong/filler /var/lib/hailong/filler2; systemctl start hailong-ballast.service")
    assert machine.run("test -e /var/lib/hailong/.ballast").returncode == 0
