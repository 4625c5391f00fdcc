"""Units: the tree through time, sums that agree on every day, tables of every spelling, pages and commands."""

import io
import random
import re
import unicodedata
from argparse import Namespace
from datetime import date
from importlib import import_module
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from survey.errors import BadFile

SEED = 118
BEFORE, AFTER = date(2023, 9, 1), date(2026, 3, 1)
MAP = """Danh mục;Mã;Tên;Cấp;Thuộc;Từ ngày;Đến hết ngày;Đơn vị kế tiếp
vd-2025;krong;Xã Ví Dụ Một;Xã;hc-2025:lam-dong;2025-07-01;;
vd-2025;nam;Xã Ví Dụ Hai;Xã;hc-2025:lam-dong;2025-07-01;;
hc-2023;nam-da;Xã Nam Đà;Xã;hc-2023:krong-no;;2025-06-30;sáp nhập 2025-07-01 vd-2025:nam
hc-2023;nam-xuan;Xã Nam Xuân;Xã;hc-2023:krong-no;;2025-06-30;Sáp nhập 01/07/2025 vd-2025:nam
hc-2023;dak-mam;Thị trấn Đắk Mâm;Thị trấn;hc-2023:krong-no;;2025-06-30;đổi tên 2025-07-01 vd-2025:krong
hc-2023;tan-thanh;Xã Tân Thành;Xã;hc-2023:krong-no;;2025-06-30;"tách 1/7/2025 vd-2025:nam; tách 1/7/2025 vd-2025:krong"
"""  # the new communes are examples: the facts name none


def shipped(name: str) -> bytes:
    return files("central_office.units").joinpath("data", f"{name}.csv").read_bytes()


def shown(data: bytes, code_list: str = "") -> tuple[Any, Any]:
    from central_office.units.storing import preview_now
    from central_office.units.table_file import read_table

    lines = read_table(data, "don-vi.csv").lines
    return lines, preview_now(lines, code_list)


def take(data: str | bytes, code_list: str = "") -> Any:
    from central_office.units.storing import store

    lines, result = shown(data.encode() if isinstance(data, str) else data, code_list)
    assert not result.refused, result.refused
    return store(lines, code_list, result.digest, "cli:test", "don-vi.csv")


def tree(on: date | None = None) -> Any:
    from central_office.units.tree import tree as read

    return read(on)


def queries() -> Any:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return CaptureQueriesContext(connection)


def test_figures_of_any_day_have_the_same_sum(office: Any) -> None:
    """R-019, R-018: Krông Nô's answers seen as of 2023 and as of 2026; three levels and two."""
    take(shipped("krong-no"))
    plan_points = {code.removeprefix("diem:") for code in tree().nodes if code.startswith("diem:")}
    assert len(plan_points) == 13
    rng = random.Random(SEED)
    counts = {point: rng.randint(1, 60) for point in (*sorted(plan_points), "not-placed")}
    with queries() as asked:
        old = tree(BEFORE)
    assert len(asked) == 1, asked.captured_queries
    assert old.points_under("hc-2023:krong-no") == plan_points
    assert [old.name(ref) for ref in old.path("diem:kn-nam-da")[:3]] == ["Tỉnh Đắk Nông", "Huyện Krông Nô", "Xã Nam Đà"]
    names = [old.name(ref) for ref in old.children("hc-2023:krong-no")]
    assert names[:4] == ["Xã Buôn Choah", "Xã Đắk Drô", "Xã Đắk Nang", "Xã Đắk Sôr"]
    assert names.index("Xã Nam Xuân") < names.index("Xã Nâm N'Đir") < names.index("Xã Nâm Nung")
    assert tree(AFTER).totals(counts)["hc-2025:lam-dong"] == sum(counts.values()) - counts["not-placed"]
    assert take(MAP).untouched == 24
    days = (BEFORE, date(2025, 6, 30), date(2025, 7, 1), AFTER)
    for found in map(tree, days):
        sums = found.totals(counts)
        assert sum(sums.get(root, 0) for root in (*found.roots(), "Chưa xếp vào đơn vị")) == sum(counts.values())
        assert found.unplaced(counts) == ("not-placed",)
    new, under = tree(AFTER), tree(AFTER).points_under
    assert under("vd-2025:nam") == {"kn-nam-da", "kn-nam-xuan"}
    assert under("vd-2025:krong") == {"kn-dak-mam"}
    assert new.home("kn-tan-thanh") == new.home("hc-2023:tan-thanh") == "hc-2025:lam-dong"  # split: what both share
    assert under("hc-2025:lam-dong") == plan_points
    assert old.points_under("hc-2025:lam-dong") == frozenset() == old.points_under("nothing:here")
    assert tree().points_under("vd-2025:nam") == {"kn-nam-da", "kn-nam-xuan"}  # whose scope that is
    assert [step.after for step in tree().successors("hc-2023:nam-da")] == ["vd-2025:nam"]
    print(f"{sum(counts.values())} answers of {len(counts)} points, seed {SEED}: the same sum on {len(days)} days")


def test_one_code_in_two_lists_is_two_units(office: Any) -> None:
    """R-020, R-023."""
    from central_office.units.tree import roll_up

    take(shipped("gso"))
    assert (tree(BEFORE).name("gso-2023:15"), tree(AFTER).name("gso-2025:15")) == ("Tỉnh Yên Bái", "Tỉnh Lào Cai")
    assert roll_up("gso-2023:15", AFTER) == roll_up("gso-2023:10", AFTER) == "gso-2025:15"
    assert roll_up("gso-2023:24", AFTER) == "gso-2025:24"
    assert roll_up("gso-2025:24", BEFORE) == roll_up("gso-2025:99", AFTER) == ""
    take("Mã;Tên;Thuộc;Cấp\na;Xã An;gso-2025:15;xã\nb;Sở Nội vụ;gso-2025:15;cơ quan\n", "x-2026")
    take("Mã;Tên;Thuộc\nmot;Điểm số 10;x-2026:a\nhai;Điểm số 2;x-2026:a\n", "diem")
    found = tree(AFTER)
    assert found.points_under("x-2026:a") == {"mot", "hai"}
    assert found.children("x-2026:a") == ("diem:hai", "diem:mot")  # số 2 before số 10
    assert found.points_under("x-2026:b") == frozenset()
    assert found.totals({"mot": 3, "hai": 4})["x-2026:a"] == 7


def test_209_points_and_back_without_a_change(office: Any) -> None:
    """R-024; CSV and XLSX."""
    from central_office.units.export import csv_bytes, rows, xlsx_bytes

    take(shipped("gso"))
    take(shipped("krong-no"))
    take(MAP)
    lines = [f"bg-{n:03};Điểm tiếp nhận xã thử số {n};Tỉnh Bắc Ninh" for n in range(1, 210)]
    lines = [line + f";{n % 7 + 1};x" if n % 5 == 0 else line + ";;" for n, line in enumerate(lines)]
    data = "\n".join(["Mã;Tên;Thuộc;STT;Trung tâm", *lines])
    _, refused = shown(data.encode(), "diem")
    assert len(refused.refused) == 209  # two provinces of that name, in two lists: a code is asked for
    assert "có 2 đơn vị cấp trên" in refused.refused[0].reason
    done = take(data.replace("Tỉnh Bắc Ninh", "gso-2025:24"), "diem")
    assert (len(done.new), len(tree(AFTER).points_under("gso-2025:24"))) == (209, 209)
    everything = tree()
    for name, body in (("CSV", csv_bytes(everything)), ("XLSX", xlsx_bytes(everything))):
        _, again = shown(body)
        assert (again.changes, again.refused, again.untouched) == ((), (), 0)
        assert again.same == len(everything.nodes)
        print(f"{name}: {again.same} units out and in again, 0 changes")
    table = list(rows(everything))
    assert len(table) == len(everything.nodes) == len({(row[0], row[1]) for row in table})


NAMES = """Mã;Tên đơn vị;Cấp;Trực thuộc
duy-tien;Thị xã Duy Tiên;Huyện;
hoa-mac;Phường Hòa Mạc;Phường;Thị xã Duy Tiên
thuy-van;Xã Thủy Vân;Xã;duy tien
mot;Thôn Một;Thôn;Hoà Mạc
hai;Thôn Hai;;HOA MAC
ba;Tổ dân phố số 3;;thuy van
"""
ENCODINGS = {
    "utf-8": lambda text: text.encode(),
    "BOM": lambda text: text.encode("utf-8-sig"),
    "NFD": lambda text: unicodedata.normalize("NFD", text).encode(),
    "commas": lambda text: text.replace(";", ",").encode(),
    "tabs, UTF-16": lambda text: text.replace(";", "\t").encode("utf-16"),
    "English headings": lambda text: text.replace("Mã;Tên đơn vị;Cấp;Trực thuộc", "Code;Name;Kind;Parent").encode(),
    "titles above": lambda text: ("DANH SÁCH ĐƠN VỊ;;;\n;;;\n" + text).encode(),
    "XLSX": lambda text: xlsx(text),
}


def xlsx(text: str) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    for line in text.splitlines():
        book.active.append(line.split(";"))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_every_spelling_of_a_table_is_the_same(small_office: Any) -> None:
    found = {}
    for name, encode in ENCODINGS.items():
        _, result = shown(encode(NAMES), "hn-2023")
        assert not result.refused, (name, result.refused)
        found[name] = [change.after for change in result.new]
    assert all(one == other for one, other in pairwise(found.values())), found
    parents = {node.code: node.parent for node in found["utf-8"]}
    assert parents["mot"] == parents["hai"] == "hn-2023:hoa-mac"
    assert parents["ba"] == "hn-2023:thuy-van"
    assert {node.code: node.kind for node in found["utf-8"]}["ba"] == "to_dan_pho"
    print(f"{len(found)} spellings, {len(parents)} units each: all read alike")


REFUSED = {
    ";Xã An;Xã;;": "thiếu mã",
    "a b;Xã An;Xã;;": "mã «a b»",
    "a;;Xã;;": "thiếu tên",
    "b;An;;;": "không rõ cấp",
    "c;An;Phủ;;": "không có cấp «Phủ»",
    "d;Xã An;Xã;Hoà Mac Mới;": "không có đơn vị cấp trên",
    "e;Xã An;Xã;;31/02/2025": "ngày «31/02/2025»",
    "f;Bộ phận Một cửa;Điểm tiếp nhận;;": "phải đi với nhau",
    "g;Xã An;Xã;g;": "không có đơn vị cấp trên",
    "h;Xã An;Xã;i;": "nằm dưới chính",
    "i;Xã Bình;Xã;h;": "nằm dưới chính",
    "k;Xã An;Xã;;;thừa": "nhiều ô hơn",
    "hoa-mac;Phường Hòa Mạc;Phường;;": "",
    "hoa-mac;Phường Khác;Phường;;": "đã có ở dòng 14",
}


def test_what_is_not_understood_holds_up_the_whole_file(small_office: Any) -> None:
    from central_office.units.storing import Stale, store

    take(NAMES, "hn-2023")
    before = dict(tree().nodes)
    lines, result = shown(("Mã;Tên;Cấp;Thuộc;Từ ngày\n" + "\n".join(REFUSED)).encode(), "hn-2023")
    reasons = {each.number: each.reason for each in result.refused}
    for number, reason in enumerate(REFUSED.values(), start=2):
        assert (reason in reasons[number]) if reason else (number not in reasons), (number, reason, reasons)
    near = next(each.near for each in result.refused if "Hoà Mac" in each.reason)
    assert "Phường Hòa Mạc (hn-2023:hoa-mac)" in near
    with pytest.raises(Stale):
        store(lines, "hn-2023", result.digest, "cli:test", "x")
    assert tree().nodes == before
    lines, result = shown("Mã;Tên;Thuộc\nhoa-mac-2;Phường Hoà Mạc;duy-tien\n".encode(), "hn-2023")
    assert result.new[0].doubles == ("Phường Hòa Mạc (hn-2023:hoa-mac)",)
    take("Mã;Tên\nba;Tổ dân phố số 4\n", "hn-2023")
    with pytest.raises(Stale):  # what was shown is not any more what would be done
        store(lines, "hn-2023", result.digest[::-1], "cli:test", "x")
    assert tree().parent("hn-2023:ba") == "hn-2023:thuy-van"  # a column that is not there changes nothing
    for bad in (b"", b"PK\x03\x04" + b"x" * 99, "Mã;Cấp\n1;2\n".encode(), "Mã;Tên;Mã\n".encode()):
        with pytest.raises(BadFile):
            shown(bad)
    print(f"{len(result.refused) + len(reasons)} lines refused with a reason")


def test_damaged_tables_raise_nothing_else(small_office: Any) -> None:
    rng, tables, refused = random.Random(SEED), 300, 0
    bodies = [ENCODINGS[name](NAMES) for name in ("utf-8", "NFD", "XLSX")]
    for _ in range(tables):
        body = bytearray(rng.choice(bodies))
        for _ in range(rng.randint(1, 12)):
            body[rng.randrange(len(body))] = rng.randrange(256)
        try:
            shown(bytes(body), "hn-2023")
        except BadFile:
            refused += 1
    print(f"{tables} damaged tables, seed {SEED}: {refused} refused whole, the others line by line")


def test_the_children_stand_as_the_submitted_list_has_them(small_office: Any) -> None:
    take("Mã;Tên;Cấp;STT\nt;Tỉnh Ta;tỉnh;\n", "x")
    take("Mã;Tên;Thuộc;STT\na;Xã Ánh;t;2\nb;Xã Bình;t;1\n", "x")
    take("Mã;Tên;Thuộc\nc;Xã An;t\n", "x")
    found = tree()
    assert [found.name(ref) for ref in found.children("x:t")] == ["Xã Bình", "Xã Ánh", "Xã An"]
    assert found.out_of_alphabet("x:t")
    assert not found.out_of_alphabet("x:a")


def test_the_pages(small_office: Any, coverage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from central_office.people.access import Scope
    from central_office.units import importing, storing

    person, noted = coverage.logged_in(), []
    monkeypatch.setattr(storing, "note", lambda *said: noted.append(said))

    def send(data: bytes, **typed: str) -> Any:
        return person.post("/don-vi/tep/", {"file": SimpleUploadedFile("đơn vị <b>.csv", data), **typed})

    assert person.get("/don-vi/tep/").status_code == 200
    assert "Chưa xếp vào đơn vị" in person.get("/don-vi/").content.decode()
    text = send(shipped("krong-no")).content.decode()
    assert "28 đơn vị mới, 0 đơn vị thay đổi" in text
    assert "<b>" not in text
    assert not tree().nodes
    assert not noted
    rows = re.search(r'name="rows" value="([^"]+)"', text)
    assert rows
    for spoilt in ("", rows[1] + "x", rows[1][:-9]):
        assert person.post("/don-vi/tep/ghi/", {"rows": spoilt}).status_code == 422
    for count in (28, 0):
        done = person.post("/don-vi/tep/ghi/", {"rows": rows[1]})
        if count:
            assert done["Location"] == f"/don-vi/?da-ghi={count}"
        else:  # shown over an empty office, which it is not any more
            assert (done.status_code, "bản xem trước mới" in done.content.decode()) == (422, True)
    assert [said[:3] for said in noted] == [("nhanvien", "units.imported", "đơn vị <b>.csv")]
    for bad in (b"", b"x" * 4_000_001, b"a;b\n1;2\n"):
        refused = send(bad, list="hc-2025", list_name="Danh mục thử")
        assert refused.status_code == 422
        assert 'value="Danh mục thử"' in refused.content.decode()
    page = person.get("/don-vi/?ngay=01/09/2023").content.decode()
    assert page.index("Buôn Choah") < page.index("Đắk Drô") < page.index("Đức Xuyên") < page.index("Nam Đà")
    assert "Chưa xếp vào đơn vị" not in page
    assert "Xã Buôn Choah" not in person.get("/don-vi/?ngay=01/09/2026").content.decode()
    assert person.get("/don-vi/?ngay=mai").status_code == 422
    for typed in ("nam ndir", "Nâm N’Đir", unicodedata.normalize("NFD", "NÂM N'ĐIR")):
        found = person.get("/don-vi/", {"tim": typed}).content.decode()
        assert "khớp" in found, typed
        assert "/don-vi/xem/hc-2023:nam-ndir/" in found
    assert "có phải đơn vị sau" in person.get("/don-vi/", {"tim": "nam ndirr"}).content.decode()
    assert "Không tìm thấy «&lt;qq&gt;»" in person.get("/don-vi/", {"tim": "<qq>"}).content.decode()
    unit = person.get("/don-vi/xem/hc-2023:krong-no/?ngay=01/09/2026").content.decode()
    assert "được tính vào <a" in unit
    assert "sáp nhập từ 01/07/2025" in unit
    assert "13 điểm được tính" in person.get("/don-vi/xem/hc-2025:lam-dong/?ngay=01/09/2026").content.decode()
    assert person.get("/don-vi/xem/hc-2023:nowhere/").status_code == 404
    for name in ("don-vi.csv", "don-vi.xlsx"):
        assert (
            "0 đơn vị mới, 0 đơn vị thay đổi, 28 giữ nguyên"
            in send(person.get(f"/don-vi/{name}").content).content.decode()
        )
    monkeypatch.setattr("central_office.units.views.scope_of", lambda *_: Scope(frozenset({"kn-nam-da"})))
    narrow = person.get("/don-vi/?ngay=01/09/2023").content.decode()
    assert "Xã Nam Đà" in narrow
    assert "Buôn Choah" not in narrow
    assert "Buôn Choah" not in person.get("/don-vi/", {"tim": "buon choah"}).content.decode()
    assert person.get("/don-vi/xem/hc-2023:buon-choah/").status_code == 404
    assert person.get("/don-vi/xem/diem:kn-nam-da/").status_code == 200
    monkeypatch.setattr("central_office.people.access.may", lambda *_asked: False)
    for address in ("", "tep/", "don-vi.csv", "don-vi.xlsx", "xem/hc-2023:krong-no/"):
        assert person.get(f"/don-vi/{address}").status_code == 403, address
    assert importing.MOST_SHOWN < 3321


def run(capsys: Any, *arguments: Any) -> tuple[int, list[str]]:
    from central_office.__main__ import _parser

    parsed: Namespace = _parser().parse_args(["unit", *map(str, arguments)])
    module, _, name = parsed.run.partition(":")
    code = getattr(import_module(module), name)(parsed, None)
    return code, capsys.readouterr().out.splitlines()


def test_the_commands(small_office: Any, capsys: Any, tmp_path: Path) -> None:
    """R-021 and R-024 as typed; `--yes` writes, and twice changes nothing."""
    code, said = run(capsys, "import", "--shipped", "krong-no")
    assert (code, said[-1][:10], tree().nodes) == (0, "mới/new 28", {})
    for new in (28, 0):
        assert run(capsys, "import", "--shipped", "krong-no", "--yes")[1][-1].startswith(f"mới/new {new},")
    names = tmp_path / "ten.csv"
    names.write_bytes(ENCODINGS["NFD"](NAMES))
    assert run(capsys, "import", names, "--list", "hn-2023", "--list-name", "Hà Nam 2023", "--yes")[0] == 0
    for typed in ("thuy van", "Hoà Mạc", unicodedata.normalize("NFD", "Hoà Mạc")):
        code, said = run(capsys, "find", typed)
        assert (code, len(said)) == (0, 1), said
    assert run(capsys, "find", "Hòa Mạcc")[0] == 1
    for name in ("ra.csv", "ra.xlsx"):
        run(capsys, "export", tmp_path / name)
        assert run(capsys, "import", tmp_path / name, "--yes")[1] == [
            "mới/new 0, thay đổi/changed 0, giữ nguyên/unchanged 34; đã ghi / written"
        ]
    names.write_text("Mã;Tên;Thuộc\nx;Thôn X;Hòa Mục\n", "utf-8")
    code, said = run(capsys, "import", names, "--list", "hn-2023", "--yes")
    assert code == 1
    assert "có phải / perhaps: Phường Hòa Mạc (hn-2023:hoa-mac)" in said[0]
    assert run(capsys, "list", "--as-of", "2023-09-01")[1][0].startswith("Tỉnh Đắk Nông\t")
    device = small_office.device()
    device.deliver_all(small_office.door, device.answers(3))
    sums = [run(capsys, "totals", "--plan", "krong-no-2023", "--as-of", day)[1] for day in ("2023-09-01", "2026-01-01")]
    assert sums[0][-1] == sums[1][-1]
    assert sums[1][0].endswith("hc-2025:lam-dong")
