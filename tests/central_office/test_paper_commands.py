"""`hailong-office qr` and `form print` as an operator types them, and their pages as a browser shows them."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from central_office.paper.errors import Unprintable
from survey.invitation import read_code, read_unit_code
from tests.central_office import paper_pages as look

URL = "https://hailong.bacgiang.gov.vn"
PLAN = {
    "plan": "thu-2026",
    "title": {"vi": "Khảo sát, lấy ý kiến của người dân đối với chủ tịch UBND xã, phường, thị trấn"},
    "issuer": "Ban Dân vận Tỉnh ủy",
    "form": "rut-gon-mot-cua",
    "window": {"from": "2026-06-12", "to": "2026-06-14"},
    "submit_by": "2026-06-30",
    "allocations": [
        {"point": "d1", "name": {"vi": "Thị trấn Đồi Ngô"}, "forms": 20},
        {"point": "d2", "name": {"vi": "=1+1 <b>Xã</b>"}, "forms": 20},
        {"point": "d3", "name": {"vi": "Xã 😀"}, "forms": 20},
    ],
}


@pytest.fixture
def run(small_office: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """One command in this process on `day`, at an office with one plan, as `main` would call it; what it says."""
    from django.utils import timezone

    from central_office.__main__ import _parser
    from central_office.commands import paper
    from central_office.config import Config
    from central_office.rounds.catalogue import load_plan

    load_plan(json.dumps(PLAN).encode(), "plan", timezone.now())

    def call(*arguments: str, url: str = URL, day: date = date(2026, 6, 13)) -> str:
        monkeypatch.setattr(paper, "today", lambda: day)
        parsed = _parser().parse_args(arguments)
        command = {"qr": paper.posters, "form print": paper.form_print}[parsed.command]
        assert command(parsed, Config(public_url=url)) == 0
        return capsys.readouterr().out

    return call


def test_posters_a_table_and_pictures(run: Callable[..., str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = run("qr", "--plan", "thu-2026", "--all", "--png", "--out", str(out))
    assert re.search(r"^3/3  \d+,\d s$", said, re.M)
    assert "d3: phông chữ không có / the font has no '😀'" in said
    assert sorted(path.name for path in out.iterdir()) == ["png", "thu-2026-posters-a4.pdf", "thu-2026-posters.csv"]
    data = (out / "thu-2026-posters.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Mã điểm", "Tên điểm", "Mã trên áp phích", "Địa chỉ"]
    assert rows[2][1] == "'=1+1 <b>Xã</b>"  # no formula for a spreadsheet
    pages = PdfReader(out / "thu-2026-posters-a4.pdf").pages
    for row, page in zip(rows[1:], pages, strict=True):
        assert look.codes_in(page) == [row[3]]
        assert row[3] == f"{URL.upper()}/U/{row[2]}"
        assert read_unit_code(row[3]) == read_unit_code(row[2])
        assert look.read(Image.open(out / "png" / f"{row[0]}.png")) == [row[3]]
    again = run("qr", "--plan", "thu-2026", "--point", "d2", "--out", str(out), "--size", "a5")
    assert "thu-2026-d2-poster-a5.pdf" in again
    assert look.codes_in(PdfReader(out / "thu-2026-d2-poster-a5.pdf").pages[0]) == [rows[2][3]]  # permanent


def test_forms_with_and_without_numbers(run: Callable[..., str], tmp_path: Path) -> None:
    back, numbered = tmp_path / "back.pdf", tmp_path / "a4.pdf"
    common = ("form", "print", "--plan", "thu-2026", "--point", "d1")
    run(*common, "--layout", "back-a5", "--out", str(back))
    assert len(PdfReader(back).pages) == 1
    unit = read_unit_code(look.codes_in(PdfReader(back).pages[0])[0])
    run(*common, "--layout", "a4", "--copies", "5", "--out", str(numbered))
    codes = [read_code(look.codes_in(page)[0]) for page in PdfReader(numbered).pages]
    assert len({code.letters for code in codes}) == 5
    assert {(code.number, code.last_day.isoformat()) for code in codes} == {
        (unit, "2026-06-29")
    }  # 15 days after the plan


def test_numbered_copies_are_good_while_they_may_be_used_and_not_printed_dead(
    run: Callable[..., str], tmp_path: Path
) -> None:
    from central_office.slips.judge import Verdict, judge

    out = tmp_path / "a4.pdf"
    common = ("form", "print", "--plan", "thu-2026", "--point", "d1", "--layout", "a4", "--out", str(out))
    last = date(2026, 6, 29)
    run(*common, day=last)
    code = read_code(look.codes_in(PdfReader(out).pages[0])[0])
    assert judge(code, last).verdict is Verdict.OK
    out.unlink()
    with pytest.raises(Unprintable) as refused:
        run(*common, day=date(2026, 6, 30))
    assert "plan clone" in refused.value.hint
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("qr", "--plan", "thu-2026", "--point", "d9"), "plan points thu-2026"),
        (("qr", "--plan", "thu-2026", "--all", "--language", "km"), "There are: en, vi"),
        (("form", "print", "--plan", "thu-2026", "--point", "d9", "--layout", "a4"), "plan points"),
        (("form", "print", "--plan", "krong-no-2023", "--point", "kn-huyen", "--layout", "a4"), "plan clone"),
    ],
)
def test_what_cannot_be_printed_leaves_no_half_file(
    run: Callable[..., str], tmp_path: Path, arguments: tuple[str, ...], hint: str
) -> None:
    out = tmp_path / "out"
    with pytest.raises(Unprintable) as refused:
        run(*arguments, "--out", str(out))
    assert hint in refused.value.hint
    assert not out.exists() or list(out.iterdir()) == []


def test_an_office_without_a_public_address_says_which_setting(run: Callable[..., str], tmp_path: Path) -> None:
    with pytest.raises(Unprintable) as refused:
        run("qr", "--plan", "thu-2026", "--all", "--out", str(tmp_path), url="")
    assert 'public_url = "https://' in refused.value.hint


@pytest.mark.slow
def test_an_operator_types_it(helper: Any, tmp_path: Path) -> None:
    config = helper.write_config(tmp_path / "office", "sqlite")
    config.write_text(config.read_text("utf-8") + f'public_url = "{URL}"\n', "utf-8")
    helper.run_office(config, "setup")
    point = ("--plan", "krong-no-2023", "--point", "kn-huyen")
    said = helper.run_office(config, "qr", *point, "--out", str(tmp_path)).stdout
    assert "krong-no-2023-kn-huyen-poster-a4.pdf" in said
    back = tmp_path / "back.pdf"
    helper.run_office(config, "form", "print", *point, "--layout", "back-a5", "--out", str(back))
    assert len(PdfReader(back).pages) == 1
    wrong = helper.run_office(config, "qr", "--plan", "krong-no-2023", "--point", "x", "--out", ".", check=False)
    assert wrong.returncode == 65
    assert "→ See them" in wrong.stderr


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_is_a_bar_for_people_and_lines_for_logs(small_office: Any) -> None:
    from central_office.commands.paper import Progress

    for stream in (Screen(), io.StringIO()):
        ticks = iter(range(300))
        progress = Progress(209, stream, lambda ticks=ticks: float(next(ticks)))
        for done in range(1, 210):
            progress(done)
        said = stream.getvalue()
        if stream.isatty():
            assert said.count("\r") == 209
            assert said.endswith(f"[{'█' * 30}] 209/209  209,0 s\n")
        else:
            assert [line.split()[0] for line in said.splitlines()] == [
                *("50/209", "100/209", "150/209", "200/209", "209/209")
            ]


@pytest.mark.slow
def test_pages_that_a_browser_shows_decode_and_nothing_is_cut(run: Callable[..., str], tmp_path: Path) -> None:
    for size, point in (("a4", "d2"), ("a5", "d1")):
        run("qr", "--plan", "thu-2026", "--point", point, "--size", size, "--out", str(tmp_path))
    for layout in ("back-a5", "a4"):
        common = ("--plan", "thu-2026", "--point", "d1", "--out", str(tmp_path / f"{layout}.pdf"))
        run("form", "print", "--layout", layout, *common)
    shown = 0
    with look.viewer(tmp_path) as viewer:
        if viewer is None:
            pytest.skip("Chromium is not installed (apt-get install chromium chromium-driver)")
        for path in sorted(tmp_path.glob("*.pdf")):
            picture = viewer.page(path, 1)
            wanted = look.codes_in(PdfReader(path).pages[0])
            assert look.read(picture) == wanted, path.name
            assert look.blank_rim(picture, 0.02), path.name
            if "poster" in path.name:  # read from afar
                assert look.read(picture.resize((picture.width // 3, picture.height // 3))) == wanted, path.name
            shown += 1
    assert shown == 4
    print(f"\n{shown} pages shown by Chromium and decoded")
