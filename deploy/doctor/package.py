"""The support package: what a technician at the office needs to see of a sick kiosk, and not one answer.

No outbox, no key, no count or time finer than a quarter of an hour (law 6). Each part is made from what is known to be
harmless (`scrub`), never by copying a file.
"""

import io
import json
import os
import stat
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.doctor import scrub
from deploy.doctor.finding import Finding
from deploy.doctor.machine import Machine, at
from deploy.doctor.show import as_text

LINES = 4000
MOST_FILES = 2000
README = """Gói hỗ trợ của máy khảo sát Hài Lòng.

Trong gói KHÔNG có phiếu, ý kiến, khóa, mã hay mật khẩu nào; giờ và số phiếu chỉ theo từng khắc 15 phút.
kham-may.txt     kết quả khám máy
doctor.json      như trên, cho chương trình đọc
agent.json       liên lạc với cơ quan
units.txt        các chương trình của máy
journal.txt      nhật ký các chương trình của Hài Lòng, đã bỏ mọi chữ do người gõ
kernel.txt       nhật ký nhân hệ thống
settings.json    cấu hình, đã bỏ mã, mật khẩu và khóa
files.txt        tên và cỡ các tệp dữ liệu
system.txt       đĩa, mạng, thiết bị USB, khe hệ thống
"""
OUR_LOG = ("--unit=hailong-*", f"--lines={LINES}", "--output=json", "--no-pager")
KERNEL_LOG = ("--dmesg", f"--lines={LINES}", "--output=json", "--no-pager")
ASKED = (
    ("df", "-h"),
    ("df", "-i"),
    ("ip", "-brief", "address"),
    ("chronyc", "-n", "tracking"),
    ("chronyc", "-n", "sources"),
    ("rauc", "status", "--output-format=json"),
    ("systemctl", "--failed", "--no-pager"),
    ("systemd-analyze", "time"),
)
READ = ("proc/meminfo", "proc/self/mounts", "proc/net/route", "proc/asound/cards", "proc/cpuinfo", "etc/os-release")
SHOWN = ("hailong.toml", "kiosk.toml", "agent.toml", "station.toml", "update.toml")


def contents(machine: Machine, document: Mapping[str, Any], findings: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    """Name and text of each part."""
    yield "DOC-TRUOC.txt", README
    yield "kham-may.txt", as_text(findings) + "\n"
    yield "doctor.json", _json(document)
    yield "agent.json", _json(_agent(machine))
    yield (
        "units.txt",
        machine.run(["systemctl", "list-units", "--all", "--no-pager", "--plain", "hailong-*"], False).text,
    )
    yield "journal.txt", "\n".join(scrub.journal(machine.run(["journalctl", *OUR_LOG], False).text))
    yield "kernel.txt", "\n".join(scrub.journal(machine.run(["journalctl", *KERNEL_LOG], False).text, kernel=True))
    yield "settings.json", _json(_settings(machine))
    yield "files.txt", "\n".join(_files(machine))
    yield "system.txt", "\n\n".join(_system(machine))


def make(parts: Iterator[tuple[str, str]], at_s: float) -> bytes:
    """A tar.gz of `parts`; all bear the quarter-hour of `at_s`."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in parts:
            data = text.encode("utf-8", "replace")
            member = tarfile.TarInfo(f"goi-ho-tro/{name}")
            member.size, member.mode, member.mtime = len(data), 0o644, int(at_s - at_s % scrub.QUARTER_S)
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def _agent(machine: Machine) -> dict[str, Any]:
    """Who this kiosk is and whether it is heard; of its counts only the kiosk's own of a full quarter-hour."""
    output, told = machine.agent()
    kept: dict[str, Any] = {"status": output.status}
    kept |= {name: at(told, str, name) for name in ("kiosk", "point", "fingerprint", "version")}
    kept["form"] = {name: at(told, str, "form", name) for name in ("id", "version")}
    kept["counted"] = {name: at(told, kind, "counted", name) for name, kind in COUNTED}
    contact = at(told, dict, "contact") or {}
    kept["contact"] = {
        name: scrub.quarter(str(int(value * 1_000_000)))
        for name, value in contact.items()
        if name.endswith("_s") and type(value) in (int, float) and abs(value) < 1e11
    }
    kept["failures"], kept["quarantined"] = at(contact, int, "failures"), bool(at(told, int, "health", "quarantined"))
    kept["journal"] = at(told, str, "health", "journal")
    panels = at(told, list, "panels") or []
    kept["panels"] = [scrub.settings(each) for each in panels if isinstance(each, dict)]
    return kept


COUNTED: tuple[tuple[str, type[Any]], ...] = (("at", str), ("waiting", int), ("oldest", str), ("free_bytes", int))


def _settings(machine: Machine) -> dict[str, Any]:
    names = [
        *((f"{machine.settings_directory}/{name}", name) for name in SHOWN),
        ("/boot/hailong/hailong.toml", "boot"),
    ]
    found: dict[str, Any] = {}
    for path, name in names:
        if machine.has(path):
            place = Machine(root=machine.root, settings_directory=str(Path(path).parent))
            found[name] = scrub.settings(place.settings(Path(path).stem)) or "trống hoặc không đọc được"
    return found


def _files(machine: Machine) -> Iterator[str]:
    """Mode, size in whole kilobytes and name; of databases whole megabytes: they grow with each answer and slip."""
    for top in (machine.data(), machine.path("boot/hailong"), machine.path("run/hailong")):
        for folder, _, names in sorted(os.walk(top)):
            for name in sorted(names)[:MOST_FILES]:
                path = Path(folder) / name
                try:
                    told = path.lstat()
                except OSError:
                    continue
                step, unit = (1 << 20, "MB") if ".db" in name else (1 << 10, "kB")
                size = f"{-(-told.st_size // step)} {unit}"
                yield f"{stat.filemode(told.st_mode)} {size:>9} /{path.relative_to(machine.root)}"


def _system(machine: Machine) -> Iterator[str]:
    for command in ASKED:
        output = machine.run(command, False)
        yield f"$ {' '.join(command)}\n{(output.text + output.error)[:20_000]}"
    for name in READ:
        yield f"# /{name}\n{(machine.text(name) or '')[:20_000]}"
    usb = [path.relative_to(machine.root) for path in machine.glob("sys/bus/usb/devices/*/idVendor")]
    ids = [(machine.text(path), machine.text(path.with_name("idProduct"))) for path in usb]
    yield "# USB\n" + "\n".join(f"{vendor}:{product}" for vendor, product in ids)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)
