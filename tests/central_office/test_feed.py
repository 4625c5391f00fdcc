"""The feed: everything that came in is told once and in one order, to who may know, and nothing more."""

import base64
import csv
import gzip
import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from survey.record import Channel

FEED = "/api/v1/feed/"
LATER = timedelta(minutes=16)
PHONE, CARD = "0912 345 678", "012345678901"


def soon() -> datetime:
    """After the quarter-hour in which everything so far happened."""
    return datetime.now(UTC) + LATER


def numbered() -> int:
    from central_office.feed.numbering import number

    return int(number(soon()))


def token(**wish: Any) -> str:
    from central_office.feed import tokens

    return tokens.make(tokens.Wish(wish.pop("name", "Kho dữ liệu tỉnh"), **wish), "cli:test", datetime.now(UTC))


def get(text: str, what: str = "answers", headers: dict[str, str] | None = None, **asked: Any) -> Any:
    from django.test import Client

    bearer = {"Authorization": f"Bearer {text}"} if text else {}
    return Client().get(FEED + what, asked, headers=bearer | (headers or {}))


def everything(text: str, limit: int = 7) -> list[dict[str, Any]]:
    """All pages, one after another."""
    items: list[dict[str, Any]] = []
    cursor, more = "", True
    while more:
        body = get(text, limit=limit, cursor=cursor).json()
        assert len(body["items"]) <= limit
        items += body["items"]
        cursor, more = body["cursor"], body["more"]
    assert get(text, limit=limit, cursor=cursor).json() == {"items": [], "cursor": cursor, "more": False}
    return items


def test_each_answer_is_told_once_and_says_nothing_of_anybody(office: Any, helper: Any) -> None:
    from central_office.feed.models import Entry

    device = office.device(1, "kn-nam-da")
    said = f"Anh Ba số {PHONE}, thẻ {CARD}, xin thêm ghế."
    rated = {"RG.HL0": 2, "RG.LD": ["LD01"], "RG.PA": "CO", "RG.YK": said}
    device.deliver(office.door, device.answers(20))
    device.deliver(office.door, [device.answer(answers=rated)])
    plain, words = token(), token(comments=True)
    assert get(plain).json()["items"] == []  # the quarter-hour is not over
    numbered()
    items = everything(plain)
    assert [item["seq"] for item in items] == list(range(1, 22))
    keys = set(items[0])
    assert keys == {
        *("event", "kiosk", "seq", "digest", "quarter", "clock", "form", "plan", "point", "agency", "channel"),
        *("state", "flags", "in_window", "counted", "why", "answers"),
    }
    assert all("RG.YK" not in item["answers"] for item in items)
    told = everything(words)[-1]["answers"]
    assert told == rated | {"RG.YK": "Anh Ba số [đã che], thẻ [đã che], xin thêm ghế."}
    device.deliver(office.door, device.answers(3))
    numbered()
    assert [item["seq"] for item in everything(plain)] == list(range(1, 25))
    assert list(Entry.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3]
    print(f"{office.database}: 24 answers in 3 batches, each told once, {len(keys)} fields, no instant, comment or id")


def test_a_refused_record_that_is_taken_later_is_told_then(office: Any, helper: Any) -> None:
    """The same batch again may store what it could not before; a cursor past the batch must still meet it."""
    from central_office.fleet.models import Assignment

    device = office.device(1, "kn-nam-da")
    here, elsewhere = device.answer(), device.answer(point="kn-huyen")
    records = [here, elsewhere, device.answer()]
    device.deliver(office.door, records)
    numbered()
    mine = token()
    first = get(mine).json()
    assert [item["seq"] for item in first["items"]] == [1, 3]
    place = {"plan": "krong-no-2023", "point": "kn-huyen", "since": datetime.now(UTC)}
    Assignment.objects.create(kiosk_id=device.name, **place)
    device.deliver(office.door, records)
    numbered()
    assert [item["seq"] for item in get(mine, cursor=first["cursor"]).json()["items"]] == [2]


def test_withdrawals_and_recounts_are_told(office: Any, slips: Any, helper: Any) -> None:
    from central_office.intake.rebuild import rebuild
    from central_office.slips.withdrawal import Outcome, withdraw

    device = office.device(1, slips.POINT, slips.PLAN)
    codes = slips.codes(3)
    device.deliver(office.door, [device.answer(slip=slips.token(code), channel=Channel.SCREEN) for code in codes])
    device.deliver(office.door, [device.answer(slip=slips.token(codes[1]), channel=Channel.SCREEN)])
    numbered()
    mine, other = token(), token(plans=("krong-no-2023",)) if slips.PLAN != "krong-no-2023" else ""
    first = get(mine).json()
    assert [(item["seq"], item["counted"], item["why"]) for item in first["items"]] == [
        *((1, True, ""), (2, True, ""), (3, True, ""), (4, False, "slip_used"))
    ]
    assert withdraw(codes[1], slips.NOW) is Outcome.DONE
    rebuild(slips.PLAN)
    numbered()
    after = get(mine, cursor=first["cursor"]).json()["items"]
    gone = [(item["event"], item["seq"], item["digest"]) for item in after if item["event"] == "withdrawn"]
    known = {item["seq"]: item["digest"] for item in first["items"]}
    assert sorted(gone) == [("withdrawn", 2, known[2]), ("withdrawn", 4, known[4])]
    recounted = [item for item in after if item["event"] == "recounted"]
    assert [set(item) for item in recounted] == [{"event", "plan", "first_day", "last_day"}]
    # Who begins now meets no withdrawn answer, and is told of its end all the same.
    anew = [(item["event"], item.get("seq")) for item in everything(mine)]
    assert Counter(anew) == Counter(
        [("answer", 1), ("answer", 3), ("withdrawn", 2), ("withdrawn", 4), ("recounted", None)]
    )
    if other:
        assert everything(other) == []


def test_a_token_opens_only_what_it_is_for(small_office: Any, helper: Any) -> None:
    from central_office.feed import tokens
    from central_office.feed.models import Token

    door = small_office.door
    near, far = small_office.device(1, "kn-nam-da"), small_office.device(2, "kn-huyen")
    near.deliver(door, near.answers(5))
    far.deliver(door, far.answers(6))
    numbered()
    one = token(points=("kn-nam-da",), days=2)
    assert {item["point"] for item in everything(one, 3)} == {"kn-nam-da"}
    assert [row["kiosk"] for row in get(one, "kiosks").json()["items"]] == [near.name]
    figures = get(one, "figures", plan="krong-no-2023").json()
    assert figures["received"] == 5
    assert "kn-huyen" not in json.dumps(figures["points"])
    assert get(one, "figures", plan="khac").status_code == 404
    for faulty in ({"name": " "}, {"days": 0}, {"plans": ("khac",)}, {"points": ("khac",)}):
        with pytest.raises(tokens.TokenRefused):
            token(**faulty)
    row = Token.objects.get(start=one[:10])
    assert one not in str(vars(row)), "the token itself is kept nowhere"
    now = datetime.now(UTC)
    assert tokens.holder_of(one, now + timedelta(days=3)) is None
    assert tokens.revoke(row.pk, "cli:test", now)
    assert not tokens.revoke(row.pk, "cli:test", now)
    for wrong in (one, "", "hlf_sai"):
        reply = get(wrong)
        assert (reply.status_code, reply.headers["WWW-Authenticate"]) == (401, 'Bearer realm="hailong"')
        assert reply.headers["Content-Type"] == "application/problem+json"
    for _ in range(40):
        last = get("hlf_sai")
    assert (last.status_code, "Retry-After" in last.headers) == (429, True)


def test_too_many_requests_are_told_to_wait(small_office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from central_office.feed import tokens

    monkeypatch.setattr(tokens, "MOST_A_MINUTE", 3)
    mine = token()
    statuses = [get(mine, "kiosks").status_code for _ in range(8)]
    assert statuses[:3] == [200, 200, 200]
    assert 429 in statuses  # a new minute may begin in between
    assert tokens.wait_s(tokens.holder_of(mine, datetime.now(UTC)), datetime(2030, 1, 1, tzinfo=UTC)) == 0


def test_formats_cursors_and_what_is_known_already(small_office: Any, helper: Any) -> None:
    from central_office.intake.models import Raw

    device = small_office.device(1, "kn-nam-da")
    device.deliver(small_office.door, device.answers(30))
    numbered()
    mine = token()
    whole = get(mine)
    lines = get(mine, format="ndjson")
    assert [json.loads(line) for line in lines.content.splitlines()] == whole.json()["items"]
    assert lines.headers["Hailong-Cursor"] == whole.json()["cursor"]
    table = list(csv.DictReader(io.StringIO(get(mine, format="csv").content.decode())))
    assert [int(row["seq"]) for row in table] == list(range(1, 31))
    assert json.loads(table[0]["answers"]) == whole.json()["items"][0]["answers"]
    packed = get(mine, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == whole.content
    known = get(mine, headers={"If-None-Match": whole.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    Raw.objects.filter(seq=3).delete()  # as where the partition of its month was taken off
    left = get(mine, limit=4).json()["items"]
    assert [item["event"] for item in left] == ["answer", "answer", "gone", "answer"]
    assert left[2]["digest"] == whole.json()["items"][2]["digest"]
    for what in ("plans", "forms", "units", "kiosks"):
        assert isinstance(get(mine, what).json()["items"], list)
        assert get(mine, what, format="csv").content.decode().count("\r\n") == len(get(mine, what).json()["items"]) + 1
    assert get(mine, "plans").json()["items"][0]["plan"] == "krong-no-2023"
    ahead = base64.urlsafe_b64encode(b"1.99.0").decode().rstrip("=")
    odd = (("x", 400), ("MS4x", 400), (ahead, 409), ("é", 400), ("A" * 81, 422))
    for cursor, status in odd:
        assert get(mine, cursor=cursor).status_code == status, cursor
    for asked in ({"limit": 0}, {"limit": 1001}, {"limit": "x"}, {"format": "xml"}):
        assert get(mine, **asked).status_code == 422, asked


def test_a_restricted_plan_is_given_to_a_token_that_names_it_alone(small_office: Any, plans: Any) -> None:
    plans.load("bac-giang-2024")
    named, general = token(plans=("bac-giang-2024",)), token()
    seen = [{row["plan"] for row in get(each, "plans").json()["items"]} for each in (named, general)]
    assert seen == [{"bac-giang-2024"}, {"krong-no-2023"}]
    assert [get(each, "figures", plan="bac-giang-2024").status_code for each in (named, general)] == [200, 404]


def test_what_was_there_before_the_feed_is_told_too(small_office: Any, helper: Any) -> None:
    from importlib import import_module

    from django.db import connection

    from central_office.feed.models import Entry

    device = small_office.device(1, "kn-nam-da")
    for count in (4, 1, 6):
        device.deliver(small_office.door, device.answers(count))
    before = list(Entry.objects.order_by("id").values_list("kind", "plan", "kiosk", "seqs", "count", "quarter"))
    Entry.objects.all().delete()
    with connection.schema_editor() as editor:
        import_module("central_office.feed.migrations.0002_what_came_before").fill(None, editor)
    assert list(Entry.objects.order_by("id").values_list("kind", "plan", "kiosk", "seqs", "count", "quarter")) == before
    numbered()
    assert len(everything(token())) == 11


def test_the_table_by_commune_is_a_row_a_commune(small_office: Any, helper: Any, tmp_path: Any) -> None:
    from argparse import Namespace

    from central_office.commands.feeds import feed_communes

    device = small_office.device(1, "kn-nam-da")
    device.deliver(small_office.door, device.answers(9, flags=()))
    out = tmp_path / "theo-xa.csv"
    assert feed_communes(Namespace(plan="krong-no-2023", out=out), None) == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    assert out.read_bytes().startswith("\ufeffSTT,".encode())
    mine = [row for row in rows if row["Số phiếu thu được"] == "9"]
    assert (len(rows), len(mine), mine[0]["Trong đó có dấu hiệu bất thường"]) == (13, 1, "0")
    levels = [int(value) for name, value in mine[0].items() if name.startswith("RG.HL0 ")]
    assert sum(levels) == 9
    print(f"{len(rows)} communes, {len(rows[0])} columns")
