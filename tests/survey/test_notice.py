"""Notices: what the office tells a point's citizens reads back exactly, and nothing that steers or misleads is read."""

import importlib.util
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from survey.canonical import dumps, nfc
from survey.errors import BadFile, BadMessage
from survey.index import Share
from survey.notice import (
    LONGEST_DONE,
    MOST_BYTES,
    Notice,
    Result,
    read_notice,
    wrong_text,
)
from survey.notice_file import read_notice_file

DONE = ({"vi": "Mở thêm quầy số 4", "en": "Opened counter 4"}, {"vi": "Bớt một lần đi lại"})
SOURCE = {"vi": "Báo cáo số 12/BC-UBND"}
NOTICE = Notice(
    plan="krong-no-2026",
    point="kn-huyen",
    period={"vi": "Năm 2025", "en": "2025"},
    result=Result(892, 412, SOURCE, "krong-no-2025"),
    done=DONE,
    first_day=date(2026, 1, 1),
    last_day=date(2026, 12, 31),
)


def test_a_notice_reads_back() -> None:
    for notice in (NOTICE, replace(NOTICE, result=None), replace(NOTICE, done=()), replace(NOTICE, done=DONE[:1])):
        assert read_notice(notice.encode()) == notice
        assert read_notice(notice.encode()).encode() == notice.encode()
    typed = replace(NOTICE, result=Result(1000, 30, SOURCE))
    assert read_notice(typed.encode()) == typed


def test_the_bytes_do_not_change() -> None:
    """A digest is compared over the wire: another spelling of the same notice would travel at every heartbeat."""
    assert replace(NOTICE, period={"vi": "Năm 2025"}, done=()).encode().decode() == (
        '{"done":[],"from":"2026-01-01","period":{"vi":"Năm 2025"},"plan":"krong-no-2026","point":"kn-huyen",'
        '"result":{"n":412,"round":"krong-no-2025","source":{"vi":"Báo cáo số 12/BC-UBND"},"tenths":892},'
        '"until":"2026-12-31","v":1}'
    )


def test_it_holds_on_both_its_last_and_its_first_day() -> None:
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [NOTICE.holds(day) for day in days] == [False, True, True, False]


def test_a_figure_is_written_with_one_decimal_and_rounded_once() -> None:
    assert [Result(tenths, 30, SOURCE).percent() for tenths in (0, 7, 892, 1000)] == ["0,0", "0,7", "89,2", "100,0"]
    assert Result(892, 30, SOURCE).percent(".") == "89.2"
    assert Share(17_869, 20_000).hundredths == 8935  # 89,345: rounded twice it would be 89,4
    assert [Share(17_869, 20_000).tenths, Share(2, 3).tenths, Share(0, 0).tenths] == [893, 667, None]


def fields(**changes: Any) -> bytes:
    return dumps(NOTICE.fields() | changes).encode()


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{}", b"[]", b"null", b"[" * 1_000, NOTICE.encode()[:-1], NOTICE.encode() + b"\n"),
        NOTICE.encode().replace(b",", b", "),
        "{'v':1}".encode("utf-16"),
        fields(v=2),
        fields(more=1),
        fields(point="../../etc/passwd"),
        fields(point=""),
        *(fields(period=value) for value in ("Năm 2025", {}, {"en": "2025"}, {"vi": 2025}, {"vi": "x" * 41})),
        fields(period={"vi": "Năm 2025", "Đ": "x"}),
        fields(period={f"{a}{b}": "x" for a in "abcv" for b in "efgi"}),
        *(fields(done=value) for value in ({}, "Mở thêm quầy", ["Mở thêm quầy"], [*map(dict, DONE), *map(dict, DONE)])),
        fields(done=[{"vi": "x" * (LONGEST_DONE + 1)}]),
        fields(done=[], result={}),
        fields(result=[]),
        fields(result={"tenths": 892}),
        *(
            fields(result={"tenths": 892, "n": 412, "round": "", "source": SOURCE} | change)
            for change in (
                *({"tenths": value} for value in (-1, 1001, "892", 89.2, True, None)),
                *({"n": value} for value in (29, 0, -30, "412", 10**7 + 1)),
                *({"round": value} for value in ("a b", 1, "đ")),
                *({"source": value} for value in ({}, "Sở Nội vụ", {"vi": "x" * 301})),
                {"more": 1},
            )
        ),
        *(fields(**{key: value}) for key in ("from", "until") for value in ("", "2026-13-01", "20260101", 20260101)),
        fields(until="2025-12-31"),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(BadMessage):
        read_notice(data)


def test_a_giant_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadMessage, match="larger"):
        read_notice(b"[" * (MOST_BYTES + 1))


def hostile() -> ModuleType:
    path = Path(__file__).parents[1] / "screens/hostile.py"
    spec = importlib.util.spec_from_file_location("hostile_for_notices", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_hostile_text_is_plain_text_or_refused() -> None:
    strings = [nfc(text) for text in hostile().strings()]
    taken = 0
    for text in strings:
        try:
            read = read_notice(fields(done=[{"vi": text}]))
        except BadMessage:
            assert wrong_text(text, LONGEST_DONE)
            continue
        taken += 1
        assert read.done == ({"vi": text},)
        assert not set(text) & set("\x00\x07\x1b\r\n\t\u202e\u2066\ufeff\u2028\uffff\ue000\x85\xad")
        assert len(text) <= LONGEST_DONE
    print(f"{len(strings)} hostile lines: {taken} taken as the plain text they are, {len(strings) - taken} refused")
    assert 0 < taken < len(strings)


@pytest.mark.parametrize("text", ["Mở thêm quầy số 4", "[b]đậm[/b] {0} %s", "សូមអរគុណ\u200bចំពោះ", "Hmoob", "3 + 4 < 8 ☺"])
def test_what_people_write_is_taken(text: str) -> None:
    assert not wrong_text(nfc(text), LONGEST_DONE)


@pytest.mark.parametrize(
    "text",
    ["", " ", " x", "x ", "\u200b", "\u0301x", "x" + "\u0323\u0301" * 3, "a\nb", "a\u202eb", "a\u2067b", "a\u00adb"],
)
def test_what_steers_or_shows_nothing_is_refused(text: str) -> None:
    assert wrong_text(text, LONGEST_DONE)


def test_every_flipped_bit_is_refused_or_another_notice() -> None:
    seed, trials = 41, 4_000
    rng, data, refused = random.Random(seed), NOTICE.encode(), 0
    for _ in range(trials):
        damaged = bytearray(data)
        damaged[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        try:
            assert read_notice(bytes(damaged)).encode() == damaged
        except BadMessage:
            refused += 1
    print(f"{trials} damaged notices, seed {seed}: {refused} refused, the others other notices in canonical bytes")
    assert refused > trials // 3


# --- the office's file -----------------------------------------------------------------------------------------

FILE: dict[str, Any] = {
    "notice": 1,
    "plan": "krong-no-2026",
    "points": ["kn-huyen"],
    "period": {"vi": "Năm 2025"},
    "result": {"index": "89,2", "n": 412, "source": SOURCE},
    "done": [{"text": line} for line in DONE],
    "from": "2026-01-01",
    "until": "2026-12-31",
}


@pytest.fixture
def read() -> Callable[..., Any]:
    def read(*without: str, **changes: Any) -> Any:
        document = {key: value for key, value in FILE.items() if key not in without} | changes
        return read_notice_file(json.dumps(document, ensure_ascii=False).encode(), "n.json")

    return read


def test_a_notice_file_is_read(read: Callable[..., Any]) -> None:
    asked = read()
    assert (asked.plan, asked.points, asked.round, asked.done) == ("krong-no-2026", ("kn-huyen",), "", DONE)
    assert asked.typed == Result(892, 412, SOURCE)
    computed = read("points", "done", result={"round": "krong-no-2025"})
    assert (computed.points, computed.round, computed.typed, computed.done) == ((), "krong-no-2025", None, ())
    assert read("result").typed is None
    assert read(result={"index": "100.0", "n": 30, "source": SOURCE}).typed.tenths == 1000


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"notice": 2}, "/notice"),
        ({"more": 1}, "/more"),
        ({"points": []}, "/points"),
        ({"points": ["a", "a"]}, "/points"),
        ({"points": ["a b"]}, "/points"),
        ({"points": "kn-huyen"}, "/points"),
        ({"points": ["a", "b"]}, "/points"),  # one typed figure for two points
        ({"result": {"index": "89,25", "n": 412, "source": SOURCE}}, "/result/index"),
        ({"result": {"index": "100,1", "n": 412, "source": SOURCE}}, "/result/index"),
        ({"result": {"index": "89,2", "n": 29, "source": SOURCE}}, "/result/n"),
        ({"result": {"index": "89,2", "n": 412}}, "/result/source"),
        ({"result": {"round": "krong-no-2025", "index": "99,9"}}, "/result/index"),  # computed or typed, not both
        ({"done": [{"text": {"vi": "a\u202eb"}}]}, "/done/0/text/vi"),
        ({"done": [{"text": {"en": "only English"}}]}, "/done/0/text/vi"),
        ({"done": FILE["done"] * 2}, "/done"),
        ({"from": "1/1/2026"}, "/from"),
        ({"until": "2025-12-31"}, "/until"),
    ],
)
def test_every_slip_of_a_notice_file_has_its_place(read: Callable[..., Any], changes: Any, place: str) -> None:
    with pytest.raises(BadFile) as refused:
        read(**changes)
    assert place in [problem.place for problem in refused.value.problems]


def test_a_file_that_says_nothing_is_refused(read: Callable[..., Any]) -> None:
    with pytest.raises(BadFile, match="says nothing"):
        read("result", "done")
