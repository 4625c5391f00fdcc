"""Posters: every code decodes, every name is harmless, every page holds what it must."""

import json
import random
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from central_office.paper import lettering, qr
from central_office.paper.errors import Unprintable
from central_office.paper.poster import Campaign, Poster, typed, write_posters
from central_office.paper.texts import PosterTexts, load_texts
from survey.errors import BadFile
from survey.invitation import read_unit_code, unit_code, unit_url
from tests.central_office import paper_pages as look

BASE = "https://hailong.bacgiang.gov.vn"
MM = 72 / 25.4
CAMPAIGN = Campaign(
    {"vi": "Khảo sát, lấy ý kiến của người dân đối với chủ tịch UBND xã, phường, thị trấn"},
    "Ban Dân vận Tỉnh ủy",
    date(2026, 6, 12),
    date(2026, 6, 14),
)
LONG = "Bộ phận Tiếp nhận và Trả kết quả của Trung tâm Phục vụ hành chính công thị trấn"


def poster(number: int, name: str = "") -> Poster:
    name = name or (f"{LONG} Điểm {number:03d}" if number % 3 == 0 else f"Điểm {number:03d}")
    return Poster(f"d{number:03d}", name, unit_code(number), unit_url(BASE, number))


def made(path: Path, posters: list[Poster], texts: PosterTexts | None = None, **options: Any) -> PdfReader:
    write_posters(path, CAMPAIGN, posters, texts or load_texts(PosterTexts), **options)
    return PdfReader(path)


@pytest.mark.slow
def test_209_posters_are_209_pages_whose_codes_all_decode(tmp_path: Path) -> None:
    posters = [poster(number) for number in range(1, 210)]
    told: list[int] = []
    reader = made(tmp_path / "all.pdf", posters, made=told.append)
    assert told == list(range(1, 210))
    found = [code for page in reader.pages for code in look.codes_in(page)]
    assert found == [each.url for each in posters]
    assert len(set(found)) == 209
    assert [read_unit_code(code) for code in found] == list(range(1, 210))
    look.assert_embedded(reader)
    for page, each in list(zip(reader.pages, posters, strict=True))[::13]:
        text = look.squeezed(page.extract_text())
        assert look.squeezed(each.name) in text
        assert look.squeezed(typed(each.url)) in text
        assert each.code in text
    print(f"\n{len(found)} codes decoded, {(tmp_path / 'all.pdf').stat().st_size} bytes")


@pytest.mark.slow
@pytest.mark.parametrize(("size", "wide", "high"), [("a4", 210, 297), ("a5", 148, 210)])
def test_a_poster_has_its_paper_its_texts_and_a_code_of_60_mm(
    tmp_path: Path, size: str, wide: float, high: float
) -> None:
    reader = made(tmp_path / "one.pdf", [poster(3)], size=size)
    page = reader.pages[0]
    assert float(page.mediabox.width) == pytest.approx(wide * MM, abs=0.1)
    assert float(page.mediabox.height) == pytest.approx(high * MM, abs=0.1)
    look.assert_inside(page, 5 * MM)
    scale = wide / 210
    assert 87 * scale >= 60
    text = look.text_of(reader)
    for said in (
        "Mời Ông/Bà góp ý",
        "Người hướng dẫn chỉ hỗ trợ kỹ thuật",
        "Không hỏi họ tên",
        "12/6/2026",
        "14/6/2026",
    ):
        assert look.squeezed(said) in text
    assert "BANDÂNVẬNTỈNHỦY" in text
    assert "CỘNGHÒA" not in text  # the State's heading is not a Party body's


def hostile(rng: random.Random) -> str:
    parts = (
        *(
            "<b>",
            "</para>",
            "<font size=99>",
            "&lt;",
            "%s",
            "{0}",
            "{{",
            "\\(",
            ")",
            "(",
            "\\",
            "`id`",
            "$(x)",
            "'\"--",
        ),
        *("\x00", "\x1b[2J", "\r\n", "\t", "\u202e", "\u200b", "\ufeff", "\ud800", "\U0001f600", "ក", "\uffff"),
        *("Xã", "Ẵ", "e\u0323\u0302", "A" * rng.randint(1, 300), " ", " " * 9, "BT /F1 99 Tf (x) Tj ET", "endstream"),
    )
    return "".join(rng.choice(parts) for _ in range(rng.randint(0, 30)))


@pytest.mark.slow
def test_hostile_names_stay_text_on_their_line(tmp_path: Path) -> None:
    seed, count = 20261122, 60
    rng = random.Random(seed)
    names = [hostile(rng) for _ in range(count)]
    posters = [Poster(f"p{i}", name, unit_code(i), unit_url(BASE, i)) for i, name in enumerate(names)]
    reader = made(tmp_path / "hostile.pdf", posters)
    assert len(reader.pages) == count
    look.assert_embedded(reader)
    shared = len(made(tmp_path / "plain.pdf", [poster(1, "x")]).pages[0].extract_text())
    for number, page in enumerate(reader.pages):
        look.assert_inside(page, 5 * MM)
        text = page.extract_text()
        assert len(text) < shared + 220
        assert look.squeezed(typed(unit_url(BASE, number))) in look.squeezed(text)
    print(f"\n{count} hostile names, seed {seed}")


def test_cleaning_leaves_no_control_and_keeps_every_letter() -> None:
    for name in ("Xã\u202e Đắk\x00 Rồ\r\n", "e\u0323\u0302", " \ufeff Nâm N'Đir "):
        clean = lettering.clean(name)
        assert all(unicodedata.category(c)[0] != "C" for c in clean)
        assert unicodedata.is_normalized("NFC", clean)
    assert lettering.clean("Xã\u202e Đắk\x00 Rồ\r\n") == "Xã Đắk Rồ"
    assert lettering.clean("e\u0323\u0302") == "ệ"


def test_markup_in_a_name_is_printed_as_it_stands(tmp_path: Path) -> None:
    reader = made(tmp_path / "markup.pdf", [poster(1, "<b>Xã</b> &amp; 100 % {x}")])
    assert "<b>Xã</b>&amp;100%{x}" in look.text_of(reader)


def test_the_same_posters_are_the_same_bytes(tmp_path: Path) -> None:
    posters = [poster(number) for number in range(3)]
    made(tmp_path / "one.pdf", posters)
    made(tmp_path / "two.pdf", posters)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_a_province_says_it_in_its_own_words(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text(
        json.dumps(
            {"poster": {"heading": {"vi": "Tỉnh ủy – Ban Dân vận"}, "helpers": {}, "step1": {"vi": "Quét <i>mã</i>"}}}
        ),
        "utf-8",
    )
    text = look.text_of(made(tmp_path / "own.pdf", [poster(1)], load_texts(PosterTexts, own)))
    assert "TỈNHỦY–BANDÂNVẬN" in text
    assert "Quét<i>mã</i>" in text
    assert "Ngườihướngdẫn" not in text


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ('{"poster": {"headlin": {"vi": "x"}}}', "/poster/headlin"),
        ('{"poster": {"headline": {"en": "x"}}}', "/poster/headline/vi"),
        ('{"poster": {"headline": "x"}}', "/poster/headline"),
        ('{"poster": []}', "/poster"),
        ('{"banner": {}}', "/banner"),
        ("[]", "/poster"),
        ("{", "/"),
    ],
)
def test_wrong_words_are_refused_with_their_place(tmp_path: Path, content: str, place: str) -> None:
    (tmp_path / "own.json").write_text(content, "utf-8")
    with pytest.raises(BadFile) as refused:
        load_texts(PosterTexts, tmp_path / "own.json")
    assert str(refused.value.problems[0]).startswith(f"{place}: ")


def test_a_language_without_texts_or_letters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unprintable, match="no texts in language 'km'"):
        made(tmp_path / "km.pdf", [poster(1)], language="km")
    own = tmp_path / "own.json"
    own.write_text('{"poster": {"headline": {"vi": "Mời", "km": "សូម"}}}', "utf-8")
    with pytest.raises(Unprintable, match="no letters"):
        made(tmp_path / "km.pdf", [poster(1)], load_texts(PosterTexts, own), language="km")
    assert not (tmp_path / "km.pdf").exists()


def test_a_machine_without_the_font_says_so() -> None:
    with pytest.raises(Unprintable, match="no font") as refused:
        lettering._font(lettering.REGULAR, [Path("/nowhere")])
    assert "system-packages.sh print" in refused.value.hint


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("HTTPS://HAILONG.VN/U/0005T", "hailong.vn/U/0005T"),
        ("HTTP://192.168.1.5:8420/U/0005T", "http://192.168.1.5:8420/U/0005T"),
    ],
)
def test_the_address_is_written_as_one_types_it(url: str, said: str) -> None:
    assert typed(url) == said


def test_a_code_as_png_decodes() -> None:
    import io

    from PIL import Image

    picture = Image.open(io.BytesIO(qr.png(unit_url(BASE, 77))))
    assert picture.mode == "1"
    assert look.read(picture) == [unit_url(BASE, 77)]
