"""The pages of plans in a real browser: nothing cut off, all readable, at a desk and on a phone, by axe's rules."""

from pathlib import Path
from typing import Any

import pytest

from tests.central_office.test_coverage_screens import address  # noqa: F401 - a fixture
from tests.web import chromium as web

SCREENS = Path(__file__).parents[2] / "build" / "screens"
SIZES = {"1280": (1280, 800), "360": (360, 780)}
PAGES = {
    "list": "/ke-hoach/",
    "krong-no": "/ke-hoach/dot/krong-no-2023/",
    "lao-cai": "/ke-hoach/dot/lao-cai-2023/",
    "form": "/ke-hoach/dot/krong-no-2023/sua/",
}

SMALL = """
const shown = document.querySelectorAll('main button, main input:not([type=checkbox]):not([type=hidden]), main select');
return [...shown].filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 24).map(e => e.outerHTML)
"""


@pytest.mark.slow
@pytest.mark.display
def test_every_page_is_whole_and_readable(
    address: str,  # noqa: F811
    small_office: Any,
    browser: Any,
    browsing: Any,
    coverage: Any,
    plans: Any,
) -> None:
    plans.load("bac-giang-2024", "lai-chau-2024", "lao-cai-2023", "soc-trang-2025")
    client = coverage.logged_in()
    client.post("/ke-hoach/dot/krong-no-2023/buoc/", {"stage": "accepted", "note": "Tờ trình 12/TTr"})
    kept = 0
    SCREENS.mkdir(parents=True, exist_ok=True)
    browser.get(f"{address}/dang-nhap/")
    browser.add_cookie({"name": "sessionid", "value": client.cookies["sessionid"].value})
    for name, path in PAGES.items():
        for size, (width, height) in SIZES.items():
            browsing.show(browser, address + path, width, height)
            assert browser.save_screenshot(str(SCREENS / f"office-plans-{name}-{size}.png"))
            assert browser.execute_script(SMALL) == [], (name, size)
        passes, broken = (0, []) if web.no_axe() else web.violations(browser)
        assert broken == [], (name, broken)
        kept += passes
    print(f"axe-core on {len(PAGES)} pages of plans: 0 violations, {kept} rules kept")
