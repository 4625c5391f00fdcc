"""The page of feeds in a real browser, by phone and by screen; its forms keep what was typed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.central_office.test_coverage_screens import log_in
from tests.central_office.test_units_screens import address, kept
from tests.web import chromium as web

__all__ = ["address"]
SIZES = {"1280": (1280, 800), "360": (360, 740)}


@pytest.mark.slow
@pytest.mark.display
def test_the_page_is_readable(address: str, browser: Any, browsing: Any, coverage: Any, tmp_path: Path) -> None:
    from central_office.feed import tokens
    from central_office.outgoing import post, subscribers
    from central_office.outgoing.models import Message

    now = datetime.now(UTC)
    tokens.make(tokens.Wish("Kho dữ liệu dùng chung của tỉnh", plans=("krong-no-2023",)), "cli:test", now)
    tokens.make(tokens.Wish("Trung tâm điều hành thông minh", comments=True), "cli:test", now)
    tokens.revoke(1, "cli:test", now)
    for name, channel, where in (
        ("Kho dữ liệu", "webhook", "https://hub.example.gov.vn/api/v1/nhan-tin-tu-hai-long"),
        ("Tổ giám sát", "email", "giamsat@sonoivu.example.gov.vn"),
    ):
        subscribers.add(subscribers.Wish(name, channel, where, ("alert.*", "plan.state")), "cli:test", now)
    post.queue("alert.low_score", "Cảnh báo: điểm hài lòng thấp ở Xã Nam Đà", {"point": "kn-nam-da"}, now)
    trouble = "TimeoutError: timed out"
    Message.objects.filter(subscriber=1).update(state="dead", tries=21, trouble=trouble)
    Message.objects.filter(subscriber=2).update(tries=3, trouble="HTTP 503")
    log_in(browser, address, coverage)
    passes = 0
    for size, (width, height) in SIZES.items():
        browsing.show(browser, f"{address}/nguon/", width, height)
        passes += kept(browser, f"feeds-{size}", look=size == "360")
    browser.find_element("id", "t_name").send_keys("Hệ thống mới")
    browser.find_element("id", "t_points").send_keys("khong-co")
    web.touched(browser, "form[action$='ma-truy-cap/'].fields button")
    text = browser.find_element("tag name", "main").text
    assert "Không có điểm tiếp nhận «khong-co»." in text
    assert browser.find_element("id", "t_name").get_attribute("value") == "Hệ thống mới"
    points = browser.find_element("id", "t_points")
    assert points.get_attribute("value") == "khong-co"
    points.clear()
    web.touched(browser, "form[action$='ma-truy-cap/'].fields button")
    assert "hlf_" in browser.find_element("css selector", ".handed .secret").text
    kept(browser, "feeds-token-360", look=False)
    print(f"3 screens under build/screens, {passes} rules of axe kept, none broken")
