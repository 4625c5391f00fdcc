"""The pages of forms: screens as the kiosk draws them, versions that never change, uploads told what is wrong."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kiosk import keyboard, texts
from kiosk.flow import Screen, State
from kiosk.ui import gallery, theme
from kiosk.ui.compose import compose
from kiosk.ui.page import Glass as KioskGlass
from kiosk.ui.typeset import Typesetter
from kiosk.ui.view import Typing
from survey.form import Kind, Role
from survey.form_file import read_form
from tests.central_office.test_coverage_screens import address  # noqa: F401 - a fixture: this office over loopback
from tests.web import chromium as web

FOLDER = Path(__file__).parents[2] / "survey" / "data" / "forms"
FORMS = sorted(FOLDER.glob("*.json"))
CORE = (FOLDER / "rut-gon-mot-cua.json").read_bytes()
SCREENS = Path(__file__).parents[2] / "build" / "screens"
PAGES = ("", "so-sanh/", *(f"rut-gon-mot-cua/1/{page}" for page in ("", "cau-hoi/", "phieu.json", "phieu.xlsx")))


def test_the_preview_stands_where_the_kiosk_draws(small_office: Any) -> None:
    """The kiosk's own composing beside ours: every place that a finger can touch, on every page of the questions."""
    from central_office.forms.preview import lettering
    from central_office.forms.preview.figures import GLASSES
    from central_office.forms.preview.frame import Asked
    from central_office.forms.preview.screens import draw

    typesetter = Typesetter(lambda line, size, bold: lettering.share(line, bold) * size)
    screens = places = 0
    for path in FORMS:
        form = read_form(path.read_bytes(), path.name)
        shown = [q for q in form.questions if not q.prefill]
        criteria = [q for q in shown if q.role is Role.CRITERION]
        for question in (q for q in shown if q not in criteria or q in criteria[::5]):
            for name, language in (("ngang", "vi"), ("doc", "vi"), ("doc", "en")):
                glass, number, pages = GLASSES[name], 0, 1
                while number < pages:
                    asked = Asked(form, question, language, number)
                    drawn, pages = draw(asked, glass)
                    screen = Screen.COMMENT if question.kind is Kind.TEXT else Screen.QUESTION
                    state = State(screen, question.code, dict(asked.answers))
                    view = replace(gallery.view(form, language, state, Typing()), page=number)
                    scene = compose(view, KioskGlass(glass.w, glass.h, glass.dpi), typesetter)
                    theirs = {t.id: t.rect for t in scene.targets if not t.id.startswith("key:")}
                    assert theirs.keys() == drawn.targets.keys(), (question.code, name, language, number)
                    for id, rect in theirs.items():
                        ours = drawn.targets[id]
                        assert (ours.x, ours.y) == pytest.approx((rect.x, rect.y), abs=1), (question.code, id)
                        assert (ours.w, ours.h) == pytest.approx((rect.w, rect.h), abs=1), (question.code, id)
                    screens, places, number = screens + 1, places + len(theirs), number + 1
    print(f"preview: {screens} screens, {places} places to touch, each where the kiosk has it")


def test_the_figures_are_the_kiosks() -> None:
    from central_office.forms.preview import comment, figures

    def hexed(colour: tuple[int, int, int]) -> str:
        return "#" + "".join(f"{part:02x}" for part in colour)

    counter = theme.COUNTER
    assert [figures.MM[k] for k in ("target", "gap", "question", "text")] == [
        *(counter.target, counter.gap, counter.question, counter.text)
    ]
    for name in ("title", "question", "word", "help", "label", "choice", "button", "note", "key", "typed"):
        style = getattr(theme, name.upper())
        assert (style.units, style.question) == (figures.UNITS[name], name in figures.OF_QUESTIONS)
    for name in ("paper", "card", "ink", "muted", "edge", "accent", "on_accent", "soft", "on_band_muted", "track"):
        assert hexed(getattr(theme.DAY, name)) == figures.COLOURS[name]
    assert tuple(hexed(tint) for tint in theme.DAY.faces) == figures.FACES
    assert tuple(figures.SHARES[k] for k in ("cap", "leading", "shrink")) == (theme.CAP, theme.LEADING, theme.SHRINK)
    for language, words in figures.WORDS.items():
        theirs = texts.read_words(language)
        assert {name: theirs[name] for name in words} == words
    assert tuple(comment.VOWELS) == keyboard.VIETNAMESE
    assert tuple(tuple(line) for line in comment.LETTERS) == keyboard.LETTERS
    for name, glass in (("1024x600", figures.GLASSES["ngang"]), ("600x1024", figures.GLASSES["doc"])):
        assert (f"{glass.w}x{glass.h}", glass.dpi) == (name, gallery.SIZES[name])


@pytest.fixture
def person(small_office: Any) -> Any:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.create_superuser("canbo"))
    return client


def given(client: Any, where: str, name: str, data: bytes, **more: str) -> Any:
    return client.post(f"/mau-phieu/{where}/", {"file": SimpleUploadedFile(name, data), "do": "load", **more})


def test_pages_need_login_and_show_what_they_should(small_office: Any, person: Any) -> None:
    from django.test import Client

    for page in PAGES:
        assert Client().get(f"/mau-phieu/{page}").status_code == 302
        assert person.get(f"/mau-phieu/{page}").status_code == 200
    assert Client().post("/mau-phieu/nap/").status_code == 302
    assert person.get("/mau-phieu/rut-gon-mot-cua/9/").status_code == 404
    screens = person.get("/mau-phieu/rut-gon-mot-cua/1/?l=en&man=doc").content.decode()
    assert screens.count('<svg class="glass"') >= 11
    assert "Not satisfied" in screens
    assert "Chỉ hỏi khi có câu đánh giá nào được cho mức 3 trở xuống" in screens
    assert "do hộp 3 nút trả lời" in screens
    questions = person.get("/mau-phieu/rut-gon-mot-cua/1/cau-hoi/").content.decode()
    assert questions.count("<code>LD") == 17
    assert json.loads(person.get("/mau-phieu/rut-gon-mot-cua/1/phieu.json").content) == json.loads(CORE)


def test_a_form_is_taken_once_and_never_changes(person: Any) -> None:
    from central_office.forms.models import FormSource

    sheet = person.get("/mau-phieu/rut-gon-mot-cua/1/phieu.xlsx").content
    assert given(person, "nap", "a.xlsx", sheet).status_code == 302  # the same content again: nothing changes
    assert FormSource.objects.count() == 0
    changed = json.loads(CORE)
    changed["title"]["vi"] = "<b>Tên khác</b>"
    refused = given(person, "nap", "b.json", json.dumps(changed).encode())
    assert refused.status_code == 422
    assert "không đổi được nữa" in refused.content.decode()
    assert "&lt;b&gt;Tên khác" in refused.content.decode()
    changed["version"] = "2"
    data = json.dumps(changed).encode()
    checked = given(person, "nap", "b.json", data, do="check")
    assert "chưa nạp" in checked.content.decode()
    assert FormSource.objects.count() == 0
    taken = person.post("/mau-phieu/nap/", {"file": SimpleUploadedFile("b.json", data), "do": "load"}, follow=True)
    assert "Đã nạp phiếu rut-gon-mot-cua 2." in taken.content.decode()
    source = FormSource.objects.get()
    assert (source.by, source.source, source.form.version) == ("canbo", "b.json", "2")
    page = person.get(f"/mau-phieu/so-sanh/?cu={read_form(CORE, 'a').digest}&moi={source.form.digest}").content.decode()
    assert "1 thay đổi" in page
    for name, junk in (("x.xlsx", b"PK"), ("x.json", b"{"), ("x.json", b"[]"), ("x.json", b"\xff")):
        assert given(person, "nap", name, junk).status_code == 422
    assert person.post("/mau-phieu/nap/", {"do": "load"}).status_code == 422


def test_an_addition_on_the_page_cannot_touch_the_core(person: Any) -> None:
    core = read_form(CORE, "core").digest
    added = {
        "form": "rut-gon-lc",
        "version": "1",
        "questions": [{"code": "LC.1", "type": "yesno", "text": {"vi": "Có người phiên dịch không?"}}],
    }
    data = json.dumps(added).encode()
    refused = given(person, "mo-rong", "them.json", data, core=core, prefix="DB")
    assert refused.status_code == 422
    assert "phải bắt đầu bằng «DB.»" in refused.content.decode()
    assert 'value="DB"' in refused.content.decode()
    assert given(person, "mo-rong", "them.json", data, core=core, prefix="LC").status_code == 302
    page = person.get("/mau-phieu/rut-gon-lc/1/").content.decode()
    assert "mở rộng" in page
    assert "Có người phiên dịch không?" in page
    forged = json.loads(person.get("/mau-phieu/rut-gon-lc/1/phieu.json").content) | {"version": "2"}
    forged["questions"][3]["text"]["vi"] = "Câu khác"
    assert "bị sửa" in given(person, "nap", "gia.json", json.dumps(forged).encode()).content.decode()
    forged["extends"]["digest"] = "0" * 64
    assert "chưa được nạp" in given(person, "nap", "gia.json", json.dumps(forged).encode()).content.decode()


def test_the_commands_carry_a_form_through(tmp_path: Path, small_office: Any, capsys: Any) -> None:
    from central_office.__main__ import main
    from central_office.forms.loading import versions

    core, sheet, out = FOLDER / "rut-gon-mot-cua.json", tmp_path / "a.xlsx", tmp_path / "b.json"

    def form(*arguments: object) -> str:
        assert main(["form", *map(str, arguments)]) == 0
        return str(capsys.readouterr().out)

    form("export", core, "--out", sheet)
    form("import", sheet, "--out", out)
    assert read_form(out.read_bytes(), "b").digest == read_form(CORE, "a").digest
    checked = form("check", *FORMS, sheet)
    assert "13 facts 19+4 criteria 15 expectations" in checked
    assert checked.count("1 overall 5 factors 17 reasons 1 comment") == 2
    added, wider = tmp_path / "them.json", tmp_path / "rong.json"
    added.write_text('{"form": "lc", "version": "1", "questions": '
                     '[{"code": "LC.1", "type": "text", "text": {"vi": "Ý khác"}}]}', "utf-8")  # fmt: skip
    assert "extends: rut-gon-mot-cua 1" in form("extend", core, added, "--prefix", "LC", "--out", wider)
    assert "Câu LC.1: thêm «Ý khác»." in form("diff", core, wider)
    form("load", wider)
    assert "lc\t1\t" in form("list")
    assert next(v.by for v in versions() if v.form == "lc").startswith("cli:")
    form("export", "lc", "--out", sheet)
    form("import", sheet)
    bad = tmp_path / "bad.json"
    bad.write_text('{"form": "x"}')
    assert main(["form", "check", str(bad)]) == 65
    assert main(["form", "load", str(tmp_path / "none.json")]) == 66


@pytest.mark.slow
@pytest.mark.display
def test_the_pages_in_a_browser(
    address: str,  # noqa: F811
    browser: Any,
    person: Any,
) -> None:
    """Without a script, at a desk and on a telephone: axe finds nothing, nothing sticks out sideways."""
    if reason := web.no_axe():
        pytest.skip(reason)
    SCREENS.mkdir(parents=True, exist_ok=True)
    browser.get(f"{address}/dang-nhap/")
    browser.add_cookie({"name": "sessionid", "value": person.cookies["sessionid"].value})
    kept = 0
    looked = (
        ("forms", "", 360),
        ("form-list", "rut-gon-mot-cua/1/cau-hoi/", 360),
        ("form", "rut-gon-mot-cua/1/", 1280),
    )
    for name, page, width in looked:
        web.sized(browser, width, 800, 1)
        browser.get(f"{address}/mau-phieu/{page}")
        passed, broken = web.violations(browser)
        assert broken == []
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        kept += passed
        web.sized(browser, width, browser.execute_script("return document.documentElement.scrollHeight"), 1)
        assert browser.save_screenshot(str(SCREENS / f"{name}-{width}.png"))
    shapes = browser.execute_script(
        "return [...document.querySelectorAll('svg.glass')].map(s => s.getBoundingClientRect().width)"
    )
    assert all(width > 0 for width in shapes)
    print(f"forms: 3 pages, {kept} rules of axe-core kept, none broken")
