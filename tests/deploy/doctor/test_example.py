"""Twelve faults planted in one kiosk at once: what the doctor prints stands in the manual, word for word.

`make doctor-faults` prints it; `HAILONG_RENEW=1` puts it into the manual.
"""

import os
import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.doctor import page
from deploy.doctor.codes import CHECKS, LINES
from deploy.doctor.show import as_text
from tests.deploy.doctor.bench import ROOT, Bench, wrong_in
from tests.deploy.doctor.test_faults import FAULTS

MANUAL = ROOT / "docs/operations/06-kham-may.md"
PLANTED = (
    "màn hình rút dây",
    "không có cảm ứng",
    "nút kẹt",
    "máy in rút dây",
    "tắt tiếng",
    "CA lạ (thật)",
    "chưa có giờ mạng",
    "lỗi ext4",
    "sụt áp",
    "phiếu rất cũ",
    "khóa bị đọc được",
    "dịch vụ khởi động lại mãi",
)
BLOCK = re.compile(r"(?<=```text\n).*?(?=\n```)", re.DOTALL)


@pytest.fixture
def printed(bench: Bench, made: dict[str, Path]) -> str:
    panels = [{"panel": "nut", "trouble": "stuck"}]
    with ExitStack() as stack:
        for name in PLANTED:
            FAULTS[name][0](bench, made, stack)
        bench.agent(panels=panels, health={"oldest_quarter": "2026-11-01T08:00+07:00", "quarantined": 0})
        found = bench.look()
    assert wrong_in(found) == set().union(*(FAULTS[name][1] for name in PLANTED))
    return as_text(found)


def test_the_manual_shows_what_the_doctor_prints(printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        if os.environ.get("HAILONG_SHOW"):
            print(f"\n{printed}")
    if os.environ.get("HAILONG_RENEW"):
        MANUAL.write_text(page.renewed(BLOCK.sub(lambda _: printed, MANUAL.read_text("utf-8"))), "utf-8")
    shown = BLOCK.search(MANUAL.read_text("utf-8"))
    assert shown
    assert shown[0] == printed


def test_the_manual_has_every_line_the_doctor_can_say() -> None:
    text = MANUAL.read_text("utf-8")
    assert page.renewed(text) == text, "run: python -m deploy.doctor.page docs/operations/06-kham-may.md"
    assert all(f"`{code}`" in text for code in LINES)
    assert all(f"(`{check}`)" in text for check in CHECKS)
