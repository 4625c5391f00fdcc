"""Planted faults: the doctor names each, says what to do, and finds nothing else wrong. Real ones where that can be."""

import base64
import contextlib
import json
import os
import pty
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from deploy.doctor.finding import State
from deploy.doctor.machine import HUNG, Output
from deploy.doctor.show import as_text
from tests.deploy.doctor.bench import NOW_S, RAUC, TRACKING, Bench, served, wrong_in

LOGIN = b"<!doctype html><html><body>Wi-Fi mien phi: dang nhap</body></html>"
UPDATE_REFUSED = '{"phase": "idle", "why": "no_frames", "refused": [{"version": "1.5", "why": "no_frames"}]}'
DAMAGED = '{"outbox": {"state": "damaged", "said": "Trang 7 hỏng."}}'
BOOT_REFUSED = '{"v": 1, "problems": ["network.address: không phải địa chỉ IPv4"]}'
Plant = Callable[[Bench, dict[str, Path], ExitStack], object]


def test_a_well_kiosk_is_well(bench: Bench) -> None:
    found = bench.look()
    assert wrong_in(found) == set(), as_text(found)
    assert {each.state for each in found} == {State.GOOD}


def test_a_command_that_hangs_is_told_as_slow_and_not_as_a_thing_that_the_machine_lacks(bench: Bench) -> None:
    bench.said |= {name: Output(HUNG) for name in ("hailong-update", "hailong-kiosk --check-config")}
    assert {(each.check, each.code) for each in bench.look() if each.state is not State.GOOD} == {
        ("settings", "check_slow"),
        ("updates", "check_slow"),
    }


def _office(certificate: str = "good", **answer: object) -> Plant:
    def plant(bench: Bench, made: dict[str, Path], stack: ExitStack) -> None:
        port = stack.enter_context(served(made[certificate], **answer))  # type: ignore[arg-type]
        bench.ports["co-quan.example", 443] = port

    return plant


def _portal(bench: Bench, made: dict[str, Path], stack: ExitStack) -> None:
    """The network shuts HTTPS out and leads plain HTTP to its own page."""
    del bench.ports["co-quan.example", 443]
    port = stack.enter_context(served(None, 302, {"Location": "http://wifi.example/login"}, LOGIN))
    bench.ports["co-quan.example", 80] = port


def _proxy(bench: Bench, answer: int | None, stack: ExitStack) -> None:
    bench.write(
        "etc/hailong/agent.toml",
        (bench.root / "etc/hailong/agent.toml").read_text() + 'proxy = "http://10.0.0.9:3128"\n',
    )
    if answer is not None:
        bench.ports["10.0.0.9", 3128] = stack.enter_context(served(None, answer))


def test_a_proxy_that_asks_for_a_name_is_told_it(bench: Bench) -> None:
    """The proxy is a real one, for a name and password that hold what an address may not hold as it is."""
    told: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def once() -> None:
            line, _ = listening.accept()
            with line:
                told.append(line.recv(4096))
                line.sendall(b"HTTP/1.1 407 Who\r\n\r\n")

        proxy = threading.Thread(target=once)
        proxy.start()
        bench.ports["10.0.0.9", 3128] = listening.getsockname()[1]
        text = (bench.root / "etc/hailong/agent.toml").read_text()
        bench.write("etc/hailong/agent.toml", text + 'proxy = "http://may:m%40t@10.0.0.9:3128"\n')
        (found,) = bench.look("office")
        proxy.join()
    assert b"CONNECT co-quan.example:443 HTTP/1.1\r\n" in told[0]
    assert b"Proxy-Authorization: Basic " + base64.b64encode(b"may:m@t") in told[0]
    assert found.code == "proxy_dead"
    assert "407" in found.says


def _no_name(number: int) -> Plant:
    def resolve(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(number, "no")

    return lambda bench, _made, _stack: setattr(bench, "resolve", resolve)


def _port_held(bench: Bench, _made: dict[str, Path], stack: ExitStack) -> None:
    ours, theirs = pty.openpty()
    stack.callback(os.close, ours)
    (bench.root / "dev/serial/nut").unlink()
    (bench.root / "dev/serial/nut").symlink_to(os.ttyname(theirs))
    holder = stack.enter_context(subprocess.Popen(["sleep", "100"], stdin=theirs))
    stack.callback(holder.kill)
    os.close(theirs)
    (bench.root / f"proc/{holder.pid}").symlink_to(f"/proc/{holder.pid}")


@contextmanager
def _mounted(at: Path, options: str) -> Iterator[None]:
    """A real tmpfs in the place of the data directory, with what was in it."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    kept = at.with_name("kept")
    shutil.copytree(at, kept)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "hailong-test", str(at)], capture_output=True).returncode:
        pytest.skip("this machine mounts no tmpfs")
    try:
        shutil.copytree(kept, at, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", str(at)], check=True)


def _full(bench: Bench, _made: dict[str, Path], stack: ExitStack) -> None:
    data = bench.root / "var/lib/hailong"
    stack.enter_context(_mounted(data, "size=1m"))
    with contextlib.suppress(OSError), (data / "log").open("wb", buffering=0) as file:
        for _ in range(1000):
            file.write(bytes(65536))


def _low(bench: Bench, _made: dict[str, Path], stack: ExitStack) -> None:
    data = bench.root / "var/lib/hailong"
    stack.enter_context(_mounted(data, "size=200m"))
    (data / ".ballast").unlink()


def _few_inodes(bench: Bench, _made: dict[str, Path], stack: ExitStack) -> None:
    data = bench.root / "var/lib/hailong"
    stack.enter_context(_mounted(data, "size=400m,nr_inodes=40"))
    with contextlib.suppress(OSError):
        for number in range(1000):
            (data / str(number)).touch()


def _write(name: str, text: str, mode: int = 0o644) -> Plant:
    return lambda bench, _made, _stack: bench.write(name, text, mode)


def _gone(name: str) -> Plant:
    return lambda bench, _made, _stack: (bench.root / name).unlink()


def _says(command: str, text: str, status: int = 0) -> Plant:
    return lambda bench, _made, _stack: bench.said.update({command: Output(status, text, text)})


def _cloned(bench: Bench, _made: dict[str, Path], _stack: ExitStack) -> None:
    note = {"fingerprint": "1234 5678", "machine": "0" * 64}
    bench.write("var/lib/hailong/doctor-machine.json", json.dumps(note))


def _health(**changed: object) -> Plant:
    return lambda bench, _made, _stack: bench.agent(health=bench_health() | changed)


def bench_health() -> dict[str, object]:
    return {"pending": 3, "oldest_quarter": "2026-11-20T15:00+07:00", "quarantined": 0}


def _panel(trouble: str) -> Plant:
    return lambda bench, _made, _stack: bench.agent(panels=[{"panel": "nut", "trouble": trouble}])


def _later(seconds: float) -> Plant:
    def plant(bench: Bench, _made: dict[str, Path], _stack: ExitStack) -> None:
        bench.now_s += seconds

    return plant


def _slots(primary: str, status: str) -> Plant:
    slots = [{name: dict(slot) for name, slot in each.items()} for each in RAUC["slots"]]  # type: ignore[attr-defined]
    slots[1]["rootfs.1"]["boot_status"] = status
    return _says("rauc", json.dumps(RAUC | {"boot_primary": primary, "slots": slots}))


FAULTS: dict[str, tuple[Plant, set[str]]] = {
    "màn hình rút dây": (_write("sys/class/drm/card0-HDMI-A-1/status", "disconnected\n"), {"screen_unplugged"}),
    "màn hình tắt": (_write("sys/class/drm/card0-HDMI-A-1/enabled", "disabled\n"), {"screen_off"}),
    "không vẽ hình": (lambda bench, _m, _s: bench.units(beat_us=1_000_000), {"frames_stopped"}),
    "không có cảm ứng": (_gone("dev/input/hailong-touch"), {"touch_missing"}),
    "không có cổng hộp nút": (_gone("dev/serial/nut"), {"buttons_port_missing"}),
    "cổng hộp nút bị giữ (thật)": (_port_held, {"buttons_port_held"}),
    "nút kẹt": (_panel("stuck"), {"buttons_stuck"}),
    "hộp lạ": (_panel("other_box"), {"buttons_other_box"}),
    "nguồn hộp yếu": (_panel("supply"), {"buttons_supply"}),
    "máy in rút dây": (_gone("dev/usb/lp0"), {"printer_missing"}),
    "máy quét rút dây": (_gone("dev/serial/quet"), {"scanner_missing"}),
    "không có loa": (_write("proc/asound/cards", "--- no soundcards ---\n"), {"sound_missing"}),
    "tắt tiếng": (_says("amixer", "Simple mixer control 'Master',0\n Mono: Playback 0 [0%] [off]\n"), {"sound_muted"}),
    "rút dây mạng": (_write("sys/class/net/eth0/operstate", "down\n"), {"link_down"}),
    "không có địa chỉ": (_says("ip", "[]"), {"address_missing"}),
    "không có gateway": (_write("proc/net/route", "Iface\tDestination\tGateway\n"), {"gateway_missing"}),
    "DNS: không có tên": (_no_name(socket.EAI_NONAME), {"dns_failed"}),
    "DNS: không trả lời": (_no_name(socket.EAI_AGAIN), {"dns_slow"}),
    "proxy tắt": (lambda bench, _m, stack: _proxy(bench, None, stack), {"proxy_dead"}),
    "proxy không cho qua (thật)": (lambda bench, _m, stack: _proxy(bench, 403, stack), {"proxy_dead"}),
    "không nối được": (lambda bench, _m, _s: bench.ports.clear(), {"office_unreachable"}),
    "chứng thư hết hạn (thật)": (_office("expired"), {"tls_expired"}),
    "chứng thư chưa hiệu lực (thật)": (_office("not_yet"), {"tls_not_yet_valid"}),
    "chứng thư sai tên (thật)": (_office("other_host"), {"tls_wrong_name"}),
    "CA lạ (thật)": (_office("unknown"), {"tls_unknown_authority"}),
    "chứng thư sắp hết hạn (thật)": (_office("soon"), {"certificate_soon"}),
    "tệp CA hỏng": (_write("etc/hailong/ca.pem", "no certificate"), {"ca_bundle_bad"}),
    "trang đăng nhập sau HTTPS (thật)": (_office(status=200, body=LOGIN), {"captive_portal"}),
    "chuyển hướng đăng nhập (thật)": (_portal, {"captive_portal"}),
    "máy chủ lỗi (thật)": (_office(status=503, body=b"{}"), {"office_refused"}),
    "máy chủ khác, bằng trang web (thật)": (_office(status=404, body=b"<html>Not Found</html>"), {"office_stranger"}),
    "máy chủ khác (thật)": (_office(status=404, body=b"not here"), {"office_stranger"}),
    "lâu không liên lạc": (_later(2 * 86400), {"contact_old", "queue_old"}),
    "chưa có giờ mạng": (_says("chronyc", TRACKING.format(off="0", leap="Not synchronised")), {"clock_unsynchronised"}),
    "đồng hồ lệch": (_says("chronyc", TRACKING.format(off="7200.5", leap="Normal")), {"clock_wrong"}),
    "đồng hồ nhảy": (_says("journalctl", "System clock was stepped by 86400.1 seconds\n"), {"clock_jumped"}),
    "đĩa đầy (thật)": (_full, {"disk_full"}),
    "hết inode (thật)": (_few_inodes, {"inodes_low"}),
    "lỗi ext4": (_write("sys/fs/ext4/mmcblk0p4/errors_count", "7\n"), {"disk_errors"}),
    "chuyển chỉ đọc": (
        _write("proc/self/mounts", "/dev/x / ext4 rw 0 0\n/dev/y /var ext4 ro\n"),
        {"disk_read_only"},
    ),
    "thẻ mòn": (_write("sys/block/mmcblk0/device/life_time", "0x09 0x0A\n"), {"disk_worn"}),
    "thẻ hết tuổi thọ": (_write("sys/block/mmcblk0/device/pre_eol_info", "0x03\n"), {"disk_worn_out"}),
    "lỗi đọc ghi": (_says("journalctl", "I/O error, dev mmcblk0, sector 4096\n"), {"disk_io_errors"}),
    "đĩa sắp đầy, đã nhả tệp dự phòng (thật)": (_low, {"disk_low", "ballast_freed"}),
    "kho phiếu hỏng lúc bật máy": (_write("run/hailong/start-check.json", DAMAGED), {"outbox_failed"}),
    "sụt áp": (_says("vcgencmd", "throttled=0x50005\n"), {"supply_low", "throttled"}),
    "đã từng sụt áp": (_says("vcgencmd", "throttled=0x50000\n"), {"supply_was_low"}),
    "nóng": (_write("sys/class/thermal/thermal_zone0/temp", "83100\n"), {"hot"}),
    "hết bộ nhớ": (_write("proc/meminfo", "MemAvailable:  20000 kB\n"), {"memory_low"}),
    "chương trình bị giết": (_says("journalctl", "Out of memory: Killed process 812 (python3)\n"), {"memory_killed"}),
    "kho phiếu hỏng": (_says("hailong-agent status", "database disk image is malformed", 69), {"outbox_failed"}),
    "chưa ghi danh": (_says("hailong-agent status", '{"kiosk": null}', 1), {"not_enrolled"}),
    "phiếu rất cũ": (_health(oldest_quarter="2026-11-01T08:00+07:00"), {"queue_very_old"}),
    "phiếu bị giữ riêng": (_health(quarantined=1), {"quarantined"}),
    "khóa bị đọc được": (_write("var/lib/hailong/kiosk.key", "00", 0o644), {"key_mode"}),
    "mất khóa": (_gone("var/lib/hailong/kiosk.key"), {"key_missing"}),
    "thẻ bị sao": (_cloned, {"key_cloned"}),
    "dịch vụ khởi động lại mãi": (lambda bench, _m, _s: bench.units(restarts=14), {"service_restarting"}),
    "dịch vụ hỏng": (lambda bench, _m, _s: bench.units(active="failed"), {"service_failed"}),
    "dịch vụ tắt": (lambda bench, _m, _s: bench.units(active="inactive"), {"service_stopped"}),
    "cấu hình sai": (_says("hailong-kiosk --check-config", "/screen/rotation: 45", 78), {"settings_wrong"}),
    "hailong.toml sai": (_write("var/lib/hailong/first-boot.json", BOOT_REFUSED), {"settings_wrong"}),
    "hailong.toml gặp cài đặt lạ": (
        _write("var/lib/hailong/first-boot.json", '{"v": 1, "problems": ["tệp không sai"], "fault": "settings"}'),
        {"settings_wrong"},
    ),
    "khe hỏng": (_slots("rootfs.0", "bad"), {"slot_bad"}),
    "chạy khe dự phòng": (_slots("rootfs.1", "good"), {"slot_other"}),
    "chờ cập nhật": (_says("hailong-update", '{"phase": "installed", "target": "1.5"}'), {"update_pending"}),
    "cập nhật bị từ chối": (_says("hailong-update", UPDATE_REFUSED), {"update_refused"}),
    "cập nhật đóng băng": (
        _says("journalctl", '{"event": "repository.refused", "code": "expired"}'),
        {"update_frozen"},
    ),
    "USB đang mở": (_write("run/hailong/usb-open", "5500"), {"usb_open"}),
    "USB mở bằng tay": (_write("run/hailong/usb-open", ""), {"usb_open"}),
    "USB còn mở sau ghi danh": (_write("run/hailong/usb-open", "0"), {"usb_open"}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named_and_nothing_else(name: str, bench: Bench, made: dict[str, Path]) -> None:
    plant, expected = FAULTS[name]
    with ExitStack() as stack:
        plant(bench, made, stack)
        found = bench.look()
    assert wrong_in(found) == expected, as_text(found)
    named = [each for each in found if each.code in expected]
    assert all(each.do and "{" not in each.says + each.do for each in named)
    assert found[0].code in expected  # the worst stands first
    print(f"fault {name}: {', '.join(sorted(expected))}")


def test_a_clock_before_the_build_is_named(bench: Bench) -> None:
    bench.now_s = NOW_S - 400 * 86400
    assert wrong_in(bench.look("clock")) == {"clock_before_build"}


def test_most_codes_are_planted_here() -> None:
    from deploy.doctor.codes import LINES

    here = set().union(*(codes for _, codes in FAULTS.values()))
    print(f"{len(FAULTS)} faults planted, {len(here)} of {len(LINES)} lines of the doctor seen by them")
    assert len(here) >= 60
