"""Tables of visits as offices have them: every spelling, every refusal, and the commands that take them in."""

import json
import random
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from survey.errors import BadFile

TABLE = """Điểm;Ngày;Số lượt;Nguồn
bg-001;12/06/2024;45;cán bộ đếm
Xã thử số 2;13-6-2024;1.045;Máy lấy số
BG-003;2024-06-14;0;
"""


@pytest.fixture
def plan(small_office: Any, helper: Any, coverage: Any) -> Any:
    return coverage.load(helper, points=9)


def read(data: bytes, plan: Any) -> Any:
    from central_office.coverage.visits_file import read_table

    return read_table(data, "luot.csv", plan)


ENCODINGS = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with BOM": lambda text: text.encode("utf-8-sig"),
    "utf-8, letters taken apart": lambda text: unicodedata.normalize("NFD", text).encode(),
    "Windows-1258": lambda text: cp1258(text),
    "Excel's «Unicode Text»": lambda text: text.replace(";", "\t").encode("utf-16"),
    "commas": lambda text: text.replace(";", ",").encode(),
    "sep= line and Windows line ends": lambda text: ("sep=;\n" + text).replace("\n", "\r\n").encode("utf-8-sig"),
    "quotes": lambda text: "\n".join(
        ";".join(f'"{cell}"' for cell in line.split(";")) for line in text.splitlines()
    ).encode(),
}


def cp1258(text: str) -> bytes:
    """As Excel set to Vietnamese writes: letters of Windows-1258 with their tones behind them."""
    out = b""
    for letter in text:
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", letter)
            tones = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
            shapes = [mark for mark in marks if mark not in tones]
            out += unicodedata.normalize("NFC", "".join([base, *shapes])).encode("cp1258")
            out += "".join(tones).encode("cp1258")
    return out


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_spelling_of_the_same_table_is_the_same(encoding: str, plan: Any) -> None:
    table = read(ENCODINGS[encoding](TABLE), plan)
    assert not table.refused
    assert [(t.point, t.day, t.count, t.source) for t in table.tellings] == [
        ("bg-001", date(2024, 6, 12), 45, "staff"),
        ("bg-002", date(2024, 6, 13), 1045, "ticket"),
        ("bg-003", date(2024, 6, 14), 0, "import"),
    ]


REFUSED = {
    "bg-001;12/06/2024;;": "thiếu số lượt",
    "bg-001;12/06/2024;12,5;": "không phải số nguyên",
    "bg-001;12/06/2024;-3;": "không phải số nguyên",
    "bg-001;12/06/2024;1.04;": "không phải số nguyên",
    "bg-001;12/06/2024;=1+1;": "không phải số nguyên",
    "bg-001;12/06/2024;٤٥;": "không phải số nguyên",
    "bg-001;06/13/2024;5;": "phải viết như",
    "bg-001;12/06/24;5;": "phải viết như",
    "bg-001;31/06/2024;5;": "phải viết như",
    ";12/06/2024;5;": "thiếu điểm",
    "Xã lạ;12/06/2024;5;": "không rõ điểm",
    "bg-001;12/06/2024;5;thầy bói": "không có nguồn",
    "bg-001;12/06/2024": "thiếu số lượt",
}


def test_a_line_that_cannot_be_read_is_refused_with_its_number(plan: Any) -> None:
    data = "Điểm;Ngày;Số lượt;Nguồn\n\n" + "\n".join(REFUSED) + "\nbg-009;12/06/2024;7;\nBG-009;12/6/2024;8;\n"
    table = read(data.encode(), plan)
    assert [(told.point, told.count) for told in table.tellings] == [("bg-009", 7)]
    numbers = [line.number for line in table.refused]
    assert numbers == [*range(3, 3 + len(REFUSED)), 4 + len(REFUSED)]
    for line, reason in zip(table.refused, (*REFUSED.values(), "đã có ở dòng 16"), strict=True):
        assert reason in line.reason, line
    print(f"{len(table.refused)} lines refused, each with its number and a reason")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "trống"),
        (b"\n \n", "trống"),
        ("Ngày;Số lượt\n12/06/2024;4".encode(), "thiếu cột «Điểm»"),
        ("Điểm;Ngày;Số lượt;Luot\n".encode(), "có hai lần"),
        (b"\xff\xfea", "không đọc được"),
        (b'Diem;Ngay;Luot\n"' + b"x" * 200_000, "CSV"),
        (b"x" * 4_000_001, "lớn hơn"),
    ],
)
def test_what_is_no_table_is_refused_whole(data: bytes, reason: str, plan: Any) -> None:
    with pytest.raises(BadFile, match=reason):
        read(data, plan)


def test_damaged_tables_raise_nothing_else(plan: Any) -> None:
    seed, tables, refused = 56, 1500, 0
    rng = random.Random(seed)
    bodies = [make(TABLE) for make in ENCODINGS.values()]
    for _ in range(tables):
        body = bytearray(rng.choice(bodies))
        for _ in range(rng.randint(1, 12)):
            body[rng.randrange(len(body))] = rng.randrange(256)
        try:
            table = read(bytes(body), plan)
        except BadFile:
            refused += 1
        else:
            assert all(told.count is not None and plan.allocation(told.point) for told in table.tellings)
    print(f"{tables} damaged tables, seed {seed}: {refused} refused whole, the others line by line")


def test_a_file_on_the_page_is_shown_first_and_stored_as_shown(plan: Any, coverage: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from central_office.coverage.models import VisitCount

    person = coverage.logged_in()

    def send(data: bytes) -> Any:
        return person.post("/do-phu/tep/", {"plan": coverage.PLAN, "file": SimpleUploadedFile("lượt <b>.csv", data)})

    data = (TABLE + "bg-004;15/06/2024;9;\n<img src=x onerror=1>;14/06/2024;9;\n").encode("utf-8-sig")
    text = send(data).content.decode()
    assert VisitCount.objects.count() == 0
    for shown in ("3 số mới, 0 số đã có sẵn, 2 dòng bị từ chối", "không thuộc đợt khảo sát", "&lt;img", "Xã thử số 2"):
        assert shown in text, shown
    assert "<img src=x" not in text
    rows = re.search(r'name="rows" value="([^"]+)"', text)
    assert rows
    for spoilt in ("", rows[1] + "x", "x" * 2000, rows[1][:-9]):
        refused = person.post("/do-phu/tep/ghi/", {"plan": coverage.PLAN, "rows": spoilt})
        assert refused.status_code == 422
    assert person.post("/do-phu/tep/ghi/", {"plan": "krong-no-2023", "rows": rows[1]}).status_code == 422
    for added in (3, 0):
        done = person.post("/do-phu/tep/ghi/", {"plan": coverage.PLAN, "rows": rows[1]})
        assert done["Location"] == f"/do-phu/?plan={coverage.PLAN}&da-ghi={added}"
        assert ("Đã ghi 3 số lượt" if added else "đã có sẵn") in person.get(done["Location"]).content.decode()
    assert VisitCount.objects.count() == 3
    assert "0 số mới, 3 số đã có sẵn" in send(data).content.decode()
    assert send(b"").status_code == send(b"x" * 4_000_001).status_code == 422
    assert person.post("/do-phu/tep/", {"plan": coverage.PLAN}).status_code == 422


@pytest.mark.slow
def test_the_commands(server: Any, helper: Any, coverage: Any, tmp_path: Path) -> None:
    """Import shows first, twice adds nothing, a refused line holds up no other; figures by both sides agree."""
    plan, table = tmp_path / "plan.json", tmp_path / "luot.csv"
    plan.write_bytes(coverage.plan_text(helper, points=9))
    table.write_bytes((TABLE + "bg-004;15/06/2024;9;\nbg-004;14/06/2024;9;\n").encode("utf-8-sig"))

    def office(*arguments: Any, check: bool = True) -> Any:
        return helper.run_office(server.config, *map(str, arguments), check=check)

    office("plan", "load", plan)
    take = ("visits", "import", table, "--plan", coverage.PLAN)
    shown = [office(*take, *more, check=False) for more in (["--preview"], [], [])]
    assert [done.returncode for done in shown] == [1, 1, 1]
    said = [done.stdout.splitlines() for done in shown]
    assert said[0][0].startswith("Dòng / line 5: ngày 15/06/2024 không thuộc đợt khảo sát (12/06 – 14/06/2024)")
    assert [lines[-1] for lines in said] == [
        "sẽ ghi / would store 4; đã có / there already 0; từ chối / refused 1",
        "đã ghi / stored 4; đã có / there already 0; từ chối / refused 1",
        "đã ghi / stored 0; đã có / there already 4; từ chối / refused 1",
    ]
    add = ("visits", "add", "--plan", coverage.PLAN, "--point", "bg-001", "--day", "2024-06-12", "--count")
    office(*add, 20)
    assert office(*add, 100_001, check=False).returncode == 65
    rows = office("visits", "list", "--plan", coverage.PLAN, "--point", "bg-001").stdout.splitlines()
    assert [row.split("\t")[1:4] for row in rows] == [["2024-06-12", "45", "staff"], ["2024-06-12", "20", "staff"]]
    rule = ("visits", "rule", "--plan", coverage.PLAN, "--visits")
    below, busy = office(*rule, 20, "--answers", 9, check=False), office(*rule, 100, "--answers", 20)
    assert (below.returncode, below.stdout.strip()) == (1, "below: Thiếu; cần / needs 10..30")
    assert busy.stdout.strip() == "within: Đạt; cần / needs 20..150 (nơi đông / busy minimum)"
    device = server.device(plan=coverage.PLAN, point="bg-001")
    coverage.answer_without(server, device, coverage.Channel.QR, 11)
    told = json.loads(office("coverage", "--plan", coverage.PLAN, "--json").stdout)
    assert (told["total"]["answers"], told["points"][0]["days"][0]["verdict"]) == (11, "within")
    sums = [office("coverage", "--plan", coverage.PLAN, "--by", by).stdout.splitlines()[-1] for by in BOTH]
    assert sums == ["11\tCộng / total"] * 2
    assert "phiếu/answers 11" in office("coverage", "--plan", coverage.PLAN).stdout
    assert "trễ/late 0" in office("coverage", "--plan", coverage.PLAN, "--late").stdout
    assert office("coverage", "--plan", "nowhere", check=False).returncode == 65


BOTH = ("receiving", "competent")
