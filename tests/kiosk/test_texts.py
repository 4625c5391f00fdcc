"""Catalogues: what is compiled is what is written, what is offered is complete, what is missing is Vietnamese."""

import io
import re
import shutil
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from deploy import texts as tool
from kiosk import texts
from kiosk.errors import BadTexts
from kiosk.texts import languages
from kiosk.texts.languages import LANGUAGES, SCRIPTS

SAME = {"comment_count", "signs", "letters", "shift"}  # signs, the same in every language
PLACE = re.compile(r"\{\w*\}")


def catalogue(language: str) -> Catalog:
    return tool.read(texts.DIRECTORY / language / "LC_MESSAGES" / "kiosk.po", language)


def words(catalog: Catalog) -> dict:
    return {message.context: message for message in catalog if message.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_compiled_catalogue_is_what_its_source_compiles_to(language):
    path = texts.DIRECTORY / language / "LC_MESSAGES" / "kiosk.mo"
    fresh = texts.Catalogue(io.BytesIO(tool.compiled(catalogue(language)))).texts()
    with path.open("rb") as file:
        assert texts.Catalogue(file).texts() == fresh, "run `make texts`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_catalogue_has_exactly_the_words_of_the_list(language):
    listed = words(tool.read(texts.DIRECTORY / tool.LIST))
    found = words(catalogue(language))
    assert list(found) == list(listed), "run `make texts`"
    assert {name: message.id for name, message in found.items()} == {name: m.id for name, m in listed.items()}
    done = [message for message in found.values() if message.string]
    for message in done:
        assert sorted(PLACE.findall(message.string)) == sorted(PLACE.findall(message.id)), message.context
    print(f"{language}: {len(done)} of {len(listed)} words translated")


@pytest.mark.parametrize("language", [code for code, each in LANGUAGES.items() if not each.sample])
def test_a_language_that_is_no_sample_is_complete(language):
    found = words(catalogue(language))
    assert [name for name, message in found.items() if not message.string.strip() or message.fuzzy] == []
    if language != texts.DEFAULT:
        assert [name for name, message in found.items() if message.string == message.id and name not in SAME] == []
    assert texts.read_words(language).keys() == texts.read_words("vi").keys()


def test_every_sample_says_so_and_none_is_on_by_default():
    from kiosk.config import OFFERED

    samples = [code for code, each in LANGUAGES.items() if each.sample]
    assert samples
    for code in samples:
        assert "SAMPLE" in catalogue(code).header_comment
        assert "checked" in catalogue(code).header_comment
    assert not set(samples) & set(OFFERED)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(texts.DIRECTORY, tmp_path / "texts")
    monkeypatch.setattr(texts, "DIRECTORY", tmp_path / "texts")
    return tmp_path / "texts"


def write(folder: Path, language: str, *entries: tuple[str, str, str]) -> None:
    catalog = Catalog(language)
    for name, source, text in entries:
        catalog.add(source, text, context=name)
    (folder / language / "LC_MESSAGES" / "kiosk.mo").write_bytes(tool.compiled(catalog))


def test_a_missing_word_is_vietnamese_and_so_is_one_whose_vietnamese_has_changed(folder):
    write(folder, "en", ("start", "Bắt đầu", "Go"), ("back", "Trở lại", "Return"))
    found = texts.read_words("en")
    assert (found["start"], found["back"], found["skip"]) == ("Go", "Quay lại", "Bỏ qua")
    assert found["language_name"] == "English"


def test_what_no_screen_shows_is_refused_and_so_is_a_broken_file(folder):
    write(folder, "en", ("strat", "Bắt đầu", "Go"))
    with pytest.raises(BadTexts, match="strat"):
        texts.read_words("en")
    write(folder, "en", ("start", "Bắt đầu", " "))
    with pytest.raises(BadTexts, match="start"):
        texts.read_words("en")
    file = folder / "en" / "LC_MESSAGES" / "kiosk.mo"
    whole = (texts.DIRECTORY / "km" / "LC_MESSAGES" / "kiosk.mo").read_bytes()
    for damaged in (b"", b"msgid", whole[:-9], whole[:40], bytes(4) + whole[4:], whole.replace(b"utf-8", b"utf-9")):
        file.write_bytes(damaged)
        with pytest.raises(BadTexts):
            texts.read_words("en")
    file.unlink()
    for language in ("en", "fr"):
        with pytest.raises(BadTexts):
            texts.read_words(language)


def test_the_tool_keeps_translations_and_sets_aside_those_of_an_earlier_text(folder, capsys):
    listed = folder / tool.LIST
    listed.write_text(listed.read_text().replace('"back"\nmsgid "Quay lại"', '"back"\nmsgid "Lùi lại"'))
    listed.write_text(listed.read_text() + '\nmsgctxt "new"\nmsgid "Từ mới"\nmsgstr ""\n')
    assert tool.main(["--directory", str(folder)]) == 0
    assert f"en: {len(words(tool.read(listed))) - 2} of" in capsys.readouterr().out
    assert texts.read_words("vi")["back"] == "Lùi lại"
    en = texts.read_words("en")
    assert (en["start"], en["back"], en["new"]) == ("Start", "Lùi lại", "Từ mới")
    fuzzy = words(tool.read(folder / "en" / "LC_MESSAGES" / "kiosk.po", "en"))["back"]
    assert (fuzzy.fuzzy, fuzzy.string) == (True, "Back")
    once = (folder / "en" / "LC_MESSAGES" / "kiosk.po").read_bytes()
    assert tool.main(["--directory", str(folder)]) == 0
    assert (folder / "en" / "LC_MESSAGES" / "kiosk.po").read_bytes() == once


WHOLE = languages.FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('script = "Khmr"', 'script = "Deva"'),
        ("sample = true", "sample = 1"),
        ('name = "English"', 'name = ""'),
        ('voice = "vi"', 'voice = "vi"\nspeaker = "x"'),
        ('["1780", "17FF"]', '["ខ", "17FF"]'),
        ("[language.en]", "[language.en"),
        ("blocks = []", ""),
    ],
)
def test_a_table_of_languages_that_does_not_fit_is_refused(old, new):
    assert old in WHOLE
    with pytest.raises(BadTexts):
        languages.read_languages(WHOLE.replace(old, new, 1).encode(), "languages.toml")


def test_a_missing_font_is_named_with_its_package(monkeypatch):
    from dataclasses import replace

    lost = {**SCRIPTS, "Khmr": replace(SCRIPTS["Khmr"], font="/nonexistent/Khmer.ttf")}
    monkeypatch.setattr(languages, "SCRIPTS", lost)
    languages.check_fonts(["vi", "en", "mww"])
    with pytest.raises(BadTexts, match="fonts-khmeros"):
        languages.check_fonts(["vi", "km"])
