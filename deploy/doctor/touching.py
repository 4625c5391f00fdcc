"""`hailong-doctor touch`: leads a technician to the four crosses on the kiosk's own screen and judges what came of it.

The kiosk draws the crosses and measures (its service menu, «Thử cảm ứng»); the outcome is read from its log.
"""

import json
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator

from deploy.doctor.machine import Machine, at

GUIDE = """Thử cảm ứng bốn góc. Không cần dừng máy; chờ lúc không có người trả lời.
 1. Trên màn hình, chạm lần lượt trong 6 giây: góc trên trái, trên phải, trên phải, trên trái.
 2. Nhập mã kỹ thuật, chọn «Thử cảm ứng».
 3. Chạm đúng giữa từng dấu thập, bốn góc.
Đang chờ kết quả từ màn hình (tối đa {minutes} phút, Ctrl-C để thôi)…"""
WAIT_S = 180.0
GOOD_MM = 4.0  # as the kiosk's own menu judges
FOLLOW = ("journalctl", "--unit=hailong-kiosk", "--follow", "--lines=0", "--output=cat")
TURNED = "Hình và cảm ứng lệch nhau {degrees}°. {rotation}"
ROTATION = (
    "«rotation» trong kiosk.toml xoay cả hai cùng lúc, nên lệch là do tấm cảm ứng gắn hoặc cấu hình theo hướng khác: "
    "bỏ mọi thiết lập xoay riêng của tấm cảm ứng (udev LIBINPUT_CALIBRATION_MATRIX, config.txt), rồi thử lại."
)
SAYS = {
    "turned_90": TURNED.replace("{degrees}", "90"),
    "turned_180": TURNED.replace("{degrees}", "180"),
    "turned_270": TURNED.replace("{degrees}", "270"),
    "mirrored": "Cảm ứng bị lật trái phải. {rotation}",
    "upside_down": "Cảm ứng bị lật trên dưới. {rotation}",
    "far": "Các chạm rơi xa dấu thập. Lau mặt kính, kiểm tra dây USB của tấm cảm ứng; nếu còn, thay màn hình.",
}


def has_menu(machine: Machine) -> bool:
    """Whether the kiosk has a service menu for technicians at all."""
    return bool(at(machine.settings("kiosk"), str, "service", "technician_code"))


def outcome(lines: Iterable[str]) -> tuple[bool, str] | None:
    """Whether the touch is good, and in words, from the kiosk's log lines; None if the test did not come to its end."""
    for line in lines:
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        worst_mm = at(event, float, "worst_mm") if at(event, str, "event") == "service.touch_tested" else None
        if worst_mm is not None:
            return _words(worst_mm, at(event, str, "wrong") or "")
    return None


def _words(worst_mm: float, wrong: str) -> tuple[bool, str]:
    far = f"Xa nhất {worst_mm:.1f} mm.".replace(".", ",", 1)
    if not wrong:
        good = worst_mm <= GOOD_MM
        return good, f"{far} " + ("Cảm ứng tốt." if good else "Hơi lệch: lau mặt kính, chạm lại đúng giữa dấu thập.")
    return False, f"{far} " + SAYS.get(wrong, SAYS["far"]).replace("{rotation}", ROTATION)


def follow(command: Iterable[str] = FOLLOW, wait_s: float = WAIT_S) -> Iterator[str]:
    """The kiosk's log lines as they come, for `wait_s` seconds. Raises: OSError where there is no journal."""
    process = subprocess.Popen(list(command), stdout=subprocess.PIPE, text=True, errors="replace")  # noqa: S603
    end: Callable[[], None] = process.kill
    timer = threading.Timer(wait_s, end)
    timer.start()
    try:
        assert process.stdout is not None
        yield from process.stdout
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
