"""«Nhận USB»: the wish is written, what the helper tells is shown, and nothing that it could hold is ever a text."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from kiosk.service.flow import Act, Place, Role, Went
from kiosk.stick import StickNews, StickResult, ask, open_desk, read_news

GOOD = {
    "v": 1,
    "state": "working",
    "task": "update",
    "percent": 42,
    "results": [{"task": "export", "code": "done", "count": 312, "left": 4}],
}


def test_the_wish_is_a_file_and_the_news_come_from_one(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    assert desk.look() is None
    assert desk.ask()
    assert desk.ask()
    assert (tmp_path / "usb-request").read_bytes() == b""
    (tmp_path / "usb-status.json").write_text(json.dumps(GOOD))
    assert desk.look() == StickNews(False, "update", 42, (StickResult("export", "done", 312, 4),))
    assert not ask(tmp_path / "nowhere/usb-request")


@pytest.mark.slow
def test_no_file_however_odd_is_more_than_words_and_counts(tmp_path: Path) -> None:
    path, rng, shown = tmp_path / "news", random.Random(5), 0
    odd: list[Any] = [None, -1, 1e99, 10**30, "", "[b]x[/b]", "a" * 99, "Đã", [], {}, True, "finished", [[]], "\0"]
    for _ in range(2000):
        value: dict[str, Any] = json.loads(json.dumps(GOOD))
        places: list[Any] = [value, value["results"][0]]
        for where in rng.choices(places, k=rng.randint(1, 3)):
            where[rng.choice(list(where))] = rng.choice(odd)
        data = json.dumps(value).encode()
        path.write_bytes(data if rng.random() < 0.8 else data[: rng.randrange(len(data))])
        news = read_news(path)
        if news is not None:
            shown += 1
            for word in (news.task, *(part for r in news.results for part in (r.task, r.code))):
                assert word.isascii()
                assert word.replace("_", "").isalpha()
            assert -1 <= news.percent <= 100
            assert all(0 <= r.count <= 10**9 for r in news.results)
    for text in ("", "[" * 9000, '{"v": 1}', "null"):
        path.write_text(text)
        assert read_news(path) is None
    print(f"2000 odd files of a stick's news, seed 5: {shown} shown, with words and counts alone")


@pytest.mark.parametrize("finished", [False, True])
def test_the_menu_waits_for_a_stick_at_work(bench: Any, finished: bool) -> None:
    bench.enter(Role.TECHNICIAN, Place.USB)
    assert bench.asked == 1
    assert bench.place is Place.USB
    bench.news = StickNews(finished, "update", 10)
    for _ in range(5):
        bench.pass_s(50)
    assert bench.place is (Place.CLOSED if finished else Place.USB)


def test_the_menu_gives_way_to_the_update_that_it_waits_for(bench: Any) -> None:
    bench.enter(Role.TECHNICIAN, Place.USB)
    for news, gives_way in (
        (None, False),
        (StickNews(False, "export"), False),
        (StickNews(False, "update", 10), True),
        (StickNews(True, "update"), False),
    ):
        bench.news = news
        bench.pass_s(1)
        assert bench.service.gives_way is gives_way
    bench.news = StickNews(False, "update")
    bench.service.act(Act.BACK)
    bench.pass_s(1)
    assert not bench.service.gives_way


def test_a_wish_that_cannot_be_written_is_said(bench: Any) -> None:
    bench.may_ask = False
    bench.enter(Role.TECHNICIAN, Place.USB)
    assert bench.service.showing().failed


def test_staff_let_no_stick_in(bench: Any) -> None:
    bench.enter(Role.STAFF)
    bench.service.act(Went(Place.USB))
    assert bench.place is Place.MENU
    assert bench.asked == 0
