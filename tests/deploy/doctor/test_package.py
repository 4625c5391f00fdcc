"""The support package: answers, comments, secrets and exact times are planted everywhere, and none of them is in it."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from deploy.doctor import scrub
from deploy.doctor.__main__ import main
from deploy.doctor.examine import examine
from deploy.doctor.machine import Output
from deploy.doctor.package import contents, make
from deploy.doctor.show import as_document
from deploy.doctor.units import versions
from tests.deploy.doctor.bench import AGENT, NOW_S, Bench, _agent

COMMENT = "Cán bộ DAUHIEU hạch sách tôi ở quầy 4"
ANSWER = '{"answers":{"RG.HL0":2,"RG.YK":"DAUHIEU"}}'
SECRETS = (
    "MATMA-wifi-2026",
    "48215937",
    "5f" * 32,
    "p@ss/MATMA-PROXY",
    "HL-DAUHIEU-CODE",
    "b64SECRETb64SECRETb64SECRET9=",
)
EXACT_S = NOW_S - 437.25  # an instant that no quarter-hour begins with
MINE = f"""
data_directory = "/var/lib/hailong"
centre_url = "https://co-quan.example"
proxy = "http://nguoi:{SECRETS[3]}@10.0.0.9:3128"
enrolment_code = "{SECRETS[4]}"
note = "{SECRETS[5]}"
[wifi]
ssid = "Van phong"
psk = "{SECRETS[0]}"
[secrets]
mine = ["{SECRETS[0]}"]
here = {{ a = "{SECRETS[0]}" }}
[service]
staff_code = "{SECRETS[1]}"
technician_code = "{SECRETS[2]}"
"""


def entry(message: str, unit: str = "hailong-kiosk.service", command: str = "python3") -> str:
    at_us = str(int(EXACT_S * 1e6))
    return json.dumps({"MESSAGE": message, "_SYSTEMD_UNIT": unit, "_COMM": command, "__REALTIME_TIMESTAMP": at_us})


def event(name: str, **fields: object) -> str:
    return entry(json.dumps({"event": name, "level": "info", "logger": "kiosk"} | fields, ensure_ascii=False))


TRACE = f'Traceback:\n  File "/opt/hailong/lib/kiosk/session.py", line 41, in seal\n    seal(x)\nValueError: {COMMENT}'
LOG = "\n".join(
    [
        event("process.started", version="1.4.0", kiosk="k-1"),
        event("answer.finished"),
        event("press.recorded", panel="nut"),
        event("slip.taken"),
        event("process.failed", trace=TRACE),
        event("offer.refused", why=COMMENT, code="unreadable_form"),
        event("agent.failed", token=SECRETS[2], key=SECRETS[1]),
        event("agent.failed", note=SECRETS[2], **{COMMENT: 1}),
        entry(TRACE),
        entry(ANSWER),
        entry(COMMENT),
        entry("Started hailong-kiosk.service.", "init.scope", "systemd"),
        "no json",
        '{"MESSAGE": [1, 2]}',
    ]
)
KERNEL = "\n".join([entry("usb 1-1.2: USB disconnect", "", "kernel"), entry(f"wlan0: psk={SECRETS[0]}", "", "kernel")])


@pytest.fixture
def planted(bench: Bench) -> Bench:
    for name in ("agent", "kiosk", "station", "hailong"):
        bench.write(f"etc/hailong/{name}.toml", MINE)
    bench.write("boot/hailong/hailong.toml", MINE)
    bench.write("etc/hailong/update.toml", f'broken = [\n"{SECRETS[0]}')
    for name in ("outbox.db", "outbox.db-wal", "doctor.json", "contact.json", "slips.db", "slips.json"):
        bench.write(f"var/lib/hailong/{name}", ANSWER + COMMENT + "".join(SECRETS))
    bench.write("var/lib/hailong/kiosk.key", SECRETS[2], 0o600)
    health = AGENT["health"] | {"pending": 77123, "drafts": 88123, "next_seq": 99123, "head": SECRETS[2]}
    contact = {
        "last_heard_s": EXACT_S,
        "last_receipt_s": EXACT_S,
        "next_try_s": EXACT_S,
        "note": COMMENT,
        "failures": 2,
    }
    panels = [{"panel": "nut", "trouble": "", "box": "5eed1e57", "token": SECRETS[2]}]
    told = _agent(health=health, contact=contact, panels=panels, answers={"RG.HL0": COMMENT})
    bench.said |= {
        "hailong-agent status": told,
        "journalctl": lambda command: Output(0, KERNEL if "--dmesg" in command else LOG),
    }
    return bench


def packed(bench: Bench) -> tuple[dict[str, str], bytes]:
    machine = bench.machine()
    found = examine(machine)
    document = as_document(found, versions(machine), NOW_S, "boot", 5000.0)
    data = make(contents(machine, document, found), bench.now_s)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        members = archive.getmembers()
        assert {member.mtime % 900 for member in members} == {0}
        texts = {Path(each.name).name: (archive.extractfile(each) or io.BytesIO()).read().decode() for each in members}
    return texts, data


def test_nothing_that_was_planted_is_in_the_package(planted: Bench) -> None:
    texts, data = packed(planted)
    whole = "\n".join(texts.values())
    exact = [str(int(EXACT_S)), str(EXACT_S), str(int(EXACT_S * 1e6))]
    counts = ["77123", "88123", "99123"]
    planted_marks = ["DAUHIEU", "MATMA", "hạch sách", "RG.HL0", "RG.YK", *SECRETS, *exact, *counts]
    assert [mark for mark in planted_marks if mark in whole] == []
    events = ["answer.finished", "press.recorded", "slip.taken"]
    assert [name for name in events if name in whole] == []
    tried = len(planted_marks) + len(events)
    print(f"{tried} marks planted in settings, logs, files and commands: none in the {len(data)} bytes of the package")


def test_what_is_needed_is_in_the_package(planted: Bench) -> None:
    texts, data = packed(planted)
    assert len(texts) == 10
    assert len(data) < 100_000
    assert "process.started" in texts["journal.txt"]
    assert "line 41, in seal | ValueError" in texts["journal.txt"]
    assert "Started hailong-kiosk.service." in texts["journal.txt"]
    assert "USB disconnect" in texts["kernel.txt"]
    assert json.loads(texts["settings.json"])["agent.toml"]["centre_url"] == "https://co-quan.example"
    assert json.loads(texts["settings.json"])["agent.toml"]["proxy"] == "http://(đã bỏ)@10.0.0.9:3128"
    assert json.loads(texts["agent.json"])["counted"]["waiting"] == 3
    assert json.loads(texts["agent.json"])["contact"]["last_heard_s"].endswith(("00Z", "15Z", "30Z", "45Z"))
    assert "outbox.db" in texts["files.txt"]
    assert "Khóa của máy" in texts["kham-may.txt"]


def test_every_instant_of_the_log_is_a_quarter_hour(planted: Bench) -> None:
    lines = packed(planted)[0]["journal.txt"].splitlines()
    assert lines
    assert {line.split(" ")[0][-3:] for line in lines} <= {"00Z", "15Z", "30Z", "45Z"}


def test_the_kiosks_own_settings_stay_readable() -> None:
    screen = {"device": "/dev/input/by-path/x-1234567890-event"}
    mine = {"keypad": {"previous": "left", "pins": [5, 6, 7]}, "open": ["07:30-11:30"], "screen": screen}
    assert scrub.settings(mine) == mine


def test_the_command_writes_it_and_says_so(planted: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "goi.tar.gz"
    assert main(["--root", str(planted.root), "package", str(file)]) == 0
    assert "không có phiếu" in capsys.readouterr().out
    assert tarfile.is_tarfile(file)
    assert file.stat().st_mode & 0o777 == 0o640
