"""The people's pages in a real browser: readable, whole at 360 pixels, used by keyboard, without a fault of axe."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.web import chromium as web

pytestmark = pytest.mark.usefixtures("quick_passwords")
SCREENS = Path(__file__).parents[2] / "build" / "screens"
SIZES = {"1280": (1280, 800), "360": (360, 780)}
PASSWORD = "con-ga-gay-te-te-sang-som"


def fill() -> None:
    """Six people as a province has them, and a log."""
    from central_office.people import accounts

    boss, _ = accounts.add_with_role("cli:root", "quan.tri", "Phạm Quốc Quân", "administrator", accounts.Place())
    boss.set_password(PASSWORD)
    boss.save()
    accounts.password_changed(boss)
    people = [
        ("lan.nt", "Nguyễn Thị Lan", "office", accounts.Place()),
        ("dung.tv", "Trần Văn Dũng", "publisher", accounts.Place()),
        ("hoa.hth", "Hoàng Thị Hồng Hoa", "unit_officer", accounts.Place(points=("kn-nam-da", "kn-nam-ndir"))),
        ("mattran.huyen", "Ủy ban Mặt trận Tổ quốc huyện", "supervisor", accounts.Place("krong-no-2023")),
        ("cuu.chien.binh", "Hội Cựu chiến binh huyện", "supervisor", accounts.Place(unit="hanh-chinh:24661")),
    ]
    for name, full_name, role, place in people:
        accounts.add_with_role("quan.tri", name, full_name, role, place)
    accounts.set_active("quan.tri", accounts.find("dung.tv"), active=False)


def code() -> str:
    """What the telephone shows; the half minute that was used already is forgotten."""
    from django_otp.oath import TOTP
    from django_otp.plugins.otp_totp.models import TOTPDevice

    TOTPDevice.objects.update(last_t=-1)
    totp = TOTP(TOTPDevice.objects.get().bin_key)
    totp.time = time.time()
    return f"{totp.token():06}"


@pytest.mark.slow
@pytest.mark.display
def test_from_the_first_password_to_the_log(office_address: str, browser: Any, browsing: Any) -> None:
    """Sign in, enrol a telephone read from the page's own QR code, sign in with it, look at every page."""
    from django.contrib.auth.models import User
    from django.test import override_settings
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    fill()
    SCREENS.mkdir(parents=True, exist_ok=True)
    kept, shots = 0, 0

    def look(name: str, url: str = "") -> None:
        """The page at each size, then to axe."""
        nonlocal kept, shots
        for size, (width, height) in SIZES.items():
            browsing.show(browser, url or browser.current_url, width, height)
            assert browser.save_screenshot(str(SCREENS / f"office-people-{name}-{size}.png"))
            shots += 1
        if not web.no_axe():
            rules, broken = web.violations(browser)
            assert broken == [], broken
            kept += rules

    def type_in(*said: str) -> None:
        """Into the fields in the order of the keyboard, and Enter."""
        browser.switch_to.active_element.send_keys(said[0])
        for text in said[1:]:
            browser.switch_to.active_element.send_keys(Keys.TAB)
            browser.switch_to.active_element.send_keys(text)
        browser.switch_to.active_element.send_keys(Keys.ENTER)

    with override_settings(SECOND_FACTOR="required"):
        browser.get(f"{office_address}/dang-nhap/")
        type_in("quan.tri", PASSWORD)
        assert "Xác thực hai lớp" in browser.title
        look("enrol")
        browser.get(browser.current_url)
        import zxingcpp
        from PIL import Image

        read = zxingcpp.read_barcode(Image.open(SCREENS / "office-people-enrol-360.png"))
        assert read is not None
        from django_otp.plugins.otp_totp.models import TOTPDevice

        assert read.text == TOTPDevice.objects.get().config_url
        field = browser.find_element(By.ID, "id_code")
        field.send_keys(code(), Keys.ENTER)
        browser.set_window_size(*SIZES["360"])
        assert len(browser.find_elements(By.CSS_SELECTOR, ".codes li")) == 10
        assert browser.save_screenshot(str(SCREENS / "office-people-codes.png"))
        browser.delete_all_cookies()
        browser.get(f"{office_address}/dang-nhap/")
        type_in("quan.tri", PASSWORD)
        look("code")
        browser.find_element(By.ID, "id_code").send_keys(code(), Keys.ENTER)
        assert "Kết quả" in browser.title
        number = User.objects.get(username="hoa.hth").pk
        pages = {
            "list": "nguoi-dung/",
            "person": f"nguoi-dung/{number}/",
            "roles": "nguoi-dung/vai-tro/",
            "log": "nguoi-dung/nhat-ky/",
            "own": "nguoi-dung/toi/",
            "factor": "nguoi-dung/toi/xac-thuc-hai-lop/",
            "password": "mat-khau/",
        }
        for name, path in pages.items():
            look(name, f"{office_address}/{path}")
        browser.get(f"{office_address}/{pages['person']}")
        browser.find_element(By.CSS_SELECTOR, "button[value=reset]").send_keys(Keys.ENTER)
        assert browser.find_element(By.CSS_SELECTOR, "code.password").text.count("-") == 3
        assert browser.save_screenshot(str(SCREENS / "office-people-handed.png"))
    print(f"{shots + 2} pictures, axe kept {kept} rules on {len(pages) + 2} pages, 0 broken")
