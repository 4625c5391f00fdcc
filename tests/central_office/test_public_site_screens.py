"""The public site and the office's pages of it in a real browser: nothing cut off, readable, clean by axe."""

from pathlib import Path
from typing import Any

import pytest

from tests.web import chromium as web

SCREENS = Path(__file__).parents[2] / "build" / "screens"
KINDS = {
    "overview": "index.html",
    "units": "don-vi.html",
    "ranked": "don-vi-theo-chi-so.html",
    "unit": "don-vi/kn-huyen.html",
    "hidden-unit": "don-vi/kn-dak-mam.html",
    "breakdowns": "phan-tich.html",
    "opinions": "y-kien.html",
    "method": "phuong-phap.html",
    "data": "du-lieu.html",
    "check": "kiem-tra.html",
}


@pytest.mark.slow
@pytest.mark.usefixtures("_django")
def test_every_kind_of_page_is_readable_and_clean(browser: Any, browsing: Any, editions: Any, tmp_path: Path) -> None:
    from central_office.publication.edition import Edition
    from central_office.publication.files import write_folder
    from central_office.publication.public import public
    from central_office.publication.site import site

    analysis, text, _ = editions.analysis()
    edition = Edition("krong-no-2023-1", public(analysis), {"plan.json": text.encode()}, key="0f" * 32)
    write_folder(site(edition, lambda _message: b"s" * 64), tmp_path / "site")
    SCREENS.mkdir(parents=True, exist_ok=True)
    rules, broken = 0, []
    for kind, name in KINDS.items():
        for width, height in ((1280, 800), (360, 740)):
            browsing.show(browser, f"file://{tmp_path / 'site' / name}", width, height)
            browser.save_screenshot(str(SCREENS / f"site-{kind}-{width}.png"))
        if not web.no_axe():
            kept, found = web.violations(browser)
            rules, broken = rules + kept, broken + [f"{name}: {each}" for each in found]
    assert broken == []
    assert web.fetched(browser) == []
    print(f"{len(KINDS)} kinds of page at two widths; {rules} rules of axe-core kept{web.no_axe()}")
