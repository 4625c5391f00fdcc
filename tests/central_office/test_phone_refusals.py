"""Who is not asked hears why; what is too much is flagged or waits; nothing that is sent brings the server down."""

import random
import re
import secrets
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from survey.enrolment import ALPHABET


@pytest.fixture
def phones(small_office: Any, phone_helpers: Any) -> Any:
    phone_helpers.hurry()
    phone_helpers.running_plan()
    return phone_helpers


@pytest.fixture
def phone(phones: Any) -> Any:
    from django.test import Client

    return phones.Phone(Client(enforce_csrf_checks=True))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The instant that the office takes for now."""
    from django.utils import timezone

    now = [timezone.now().replace(minute=0, second=1)]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])
    return now


def test_each_reason_is_told_kindly(phones: Any, phone: Any) -> None:
    from django.utils import timezone

    from central_office.rounds.catalogue import clone_plan
    from central_office.slips.judge import judge
    from central_office.slips.models import Slip

    now, today = timezone.now(), timezone.localdate()
    for name, first, last in (("later", 5, 9), ("long-over", -400, -300)):
        days = (today + timedelta(days=first), today + timedelta(days=last))
        clone_plan("krong-no-2023", name, *days, now)
    good, void = phones.new_code(), phones.new_code()
    note = {"token": judge(void, today).token, "number": void.number, "day": today, "state": "void", "kiosk": "k-1"}
    Slip.objects.create(**note)
    wrong, forged = phones.mistyped(good), phones.forged(good)
    expected = {
        "P/hello": (404, "không phải mã"),
        f"P/{wrong}": (404, "chưa đúng"),
        f"P/{forged}": (404, "Không tìm thấy"),
        f"P/{void.letters}": (410, "đã được hủy"),
        f"P/{phones.new_code(today - timedelta(days=1)).letters}": (410, "hết hạn"),
        f"P/{phones.new_code(plan='later').letters}": (403, "chưa bắt đầu"),
        f"P/{phones.new_code(plan='long-over').letters}": (410, "đã kết thúc"),
        "U/hello!": (404, "không phải mã"),
        "U/ABCDE": (404, "chưa đúng"),
        "U/ZZZZ" + phones.check("ZZZZ"): (404, "Không tìm thấy"),
        phones.unit_path(plan="long-over")[1:]: (200, "Nhìn chung"),  # its point is in the plan that runs
        "P/x/y/z": (404, "Không có trang này"),
        "U": (404, "Không có trang này"),
        f"{phones.slip_path(good)[1:]}/cau/NO.SUCH": (200, "Nhìn chung"),
    }
    for path, (status, words) in expected.items():
        phone.open(f"/{path}")
        assert (phone.status, words in phone.title) == (status, True), (path, phone.status, phone.title)
        assert "Ông/Bà" in phone.page or "Xin" in phone.page
        phone.open(f"/{path}?l=en")
        assert (phone.status, 'lang="en"' in phone.page) == (status, True)
    print(f"{len(expected)} addresses told in two languages")


def test_a_poster_leads_on_to_the_round_that_runs(small_office: Any, phone_helpers: Any) -> None:
    """Its own plan while that holds; else the one that holds at the same point, the last loaded; else it says why."""
    from datetime import timedelta

    from django.utils import timezone

    from central_office.phone.entry import Entry, Turned, open_unit
    from central_office.rounds.catalogue import clone_plan, load_form

    load_form((phone_helpers.FORMS / "soc-trang-day-du.json").read_bytes(), "form", timezone.now())
    start, address = timezone.now(), "0" * 32
    first = timezone.localdate(start)

    def clone(name: str, begins: int, ends: int, form: str = "") -> None:
        days = first + timedelta(days=begins), first + timedelta(days=ends)
        clone_plan("krong-no-2023", name, *days, start + timedelta(seconds=begins), form)

    def opened(day: int) -> Any:
        return open_unit(letters, address, start + timedelta(days=day))

    clone("mine", 0, 9)
    letters = phone_helpers.unit_path(plan="mine").rpartition("/")[2]
    assert [str(opened(day).why) for day in (-1, 10)] == ["not_begun", "over"]
    clone("next", 20, 39, "soc-trang-day-du")
    clone("after", 30, 49)
    found = {day: opened(day) for day in (0, 9, 15, 20, 29, 30, 49, 50)}
    plans = {day: each.place.plan for day, each in found.items() if isinstance(each, Entry)}
    assert plans == {0: "mine", 9: "mine", 20: "next", 29: "next", 30: "after", 49: "after"}
    assert isinstance(found[15], Turned)
    assert (found[20].form.id, found[20].place.form) == ("soc-trang-day-du", found[20].form.ref)
    assert found[20].place.point == found[0].place.point == phone_helpers.POINT
    assert len({found[day].path for day in plans}) == 1
    assert len({found[day].name for day in plans}) == 3  # what was begun in one round is not gone on with in another


def test_a_code_is_typed_as_it_comes(phones: Any, phone: Any) -> None:
    code = phones.new_code()
    typed = (code.text, code.text.lower(), code.letters.replace("0", "o").replace("1", "l"), f" {code.text} ")
    for text in (*typed, f"HTTPS://GOP-Y.EXAMPLE/P/{code.letters}"):
        phone.open("/P/")
        phone.press(c=text)
        assert phone.question == "RG.HL0", text
    phone.open("/P/")
    phone.press(c=phones.unit_path().rpartition("/")[2])
    assert phone.question == "RG.HL0"
    phone.open("/P/")
    wrong = phones.mistyped(code)
    for text in ("", "x" * 5000, "AAAAA-AAAAA-AAAAA-AAAA<", wrong):
        phone.press(c=text)
        assert (phone.status, 'name="c"' in phone.page) == (404, True)
    assert f'value="{wrong}"' in phone.page


def test_the_headers_keep_the_code_to_the_phone(phones: Any, phone: Any, caplog: pytest.LogCaptureFixture) -> None:
    code = phones.new_code()
    for path in (
        f"/P/{code.letters}",
        f"{phones.slip_path(code)}/xong",
        "/P/",
        phones.unit_path(),
        "/U/x",
        f"/P/{code.letters}0",
    ):
        phone.open(path)
        headers = phone.headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert not {"Set-Cookie", "Vary"} & set(headers)
        assert not re.search(r"<script|javascript:|\son\w+=|<iframe|https?://", phone.page)
        assert not re.search(r"\sstyle=", phone.page)
    assert phone.client.put("/P/").status_code == 405
    assert code.letters not in caplog.text


def test_thirty_answers_in_two_minutes_are_flagged_and_none_is_deleted(
    phones: Any, phone: Any, clock: list[datetime]
) -> None:
    """R-060, for a unit's permanent code; a slip's answers are bounded by its slips."""
    for _ in range(30):
        phone.open(phones.unit_path())
        phone.press(5)
        phone.press(do="finish")
        clock[0] += timedelta(seconds=4)
    flagged = [record.submission.flags for record in phones.records()]
    print(f"30 answers 4 s apart: {flagged.count(('burst',))} flagged, {len(flagged)} stored")
    assert len(flagged) == 30
    assert flagged[:5] == [()] * 5
    assert set(flagged[5:]) == {("burst",)}
    clock[0] += timedelta(minutes=16)
    for _ in range(3):
        phone.open(phones.unit_path())
        phone.press(5)
        phone.press(do="finish")
        clock[0] += timedelta(seconds=70)
    assert [record.submission.flags for record in phones.records()][30:] == [()] * 3


def test_the_burst_rule_on_honest_days() -> None:
    """Citizens who come at random, as many as one unit serves; what share of them the rule flags, seed printed."""
    from central_office.phone import crowd
    from central_office.phone.limits import LIMITS

    seed, rng, total, flagged, worst = 60, random.Random(60), 0, 0, 0.0
    for _ in range(200):
        answers, slots, caught = rng.randint(20, 160), [], 0
        for second in sorted(rng.uniform(0, 8 * 3600) for _ in range(answers)):
            slot = int(second) // LIMITS.slot_s
            slots = crowd.counted(slots, slot, LIMITS)
            caught += crowd.is_burst(slots, slot, LIMITS)
        total, flagged, worst = total + answers, flagged + caught, max(worst, caught / answers)
    print(f"{total} honest answers at units' codes on 200 days, seed {seed}: {flagged} flagged, worst day {worst:.1%}")
    assert flagged <= total // 500


def test_slots_forget_what_no_rule_looks_back_to() -> None:
    from central_office.phone import crowd
    from central_office.phone.limits import LIMITS

    slots: list[list[int]] = []
    for slot in range(0, 10_000, 7):
        slots = crowd.counted(slots, slot, LIMITS)
        assert len(slots) <= crowd.longest_s() // LIMITS.slot_s
    assert not crowd.is_burst(slots, slot, LIMITS)


def test_wrong_codes_make_an_address_wait_for_the_quarter(phones: Any, phone: Any, clock: list[datetime]) -> None:
    """Nothing of the address is kept but an HMAC under a key of the day. Neighbours with good codes are not stopped."""
    from django.conf import settings

    from central_office.phone.limits import LIMITS
    from central_office.phone.models import Tries

    good = phones.new_code()
    phone.open(f"/P/{good.letters}")
    page = phone.page
    for _ in range(LIMITS.wrong):
        phone.open(f"/P/{phones.forged(good)}")
        assert phone.status == 404
    forged = phones.forged(good)
    phone.open(f"/P/{forged}")
    assert (phone.status, phone.headers["Retry-After"]) == (429, "898")
    assert "15 phút" in phone.page
    (row,) = Tries.objects.all()
    assert re.fullmatch(r"[0-9a-f]{32}", row.who)
    (key,) = settings.RUNTIME_DIRECTORY.iterdir()
    assert (key.stat().st_mode & 0o777, len(key.read_bytes())) == (0o600, 32)
    from django.test import Client

    other = phones.Phone(Client(REMOTE_ADDR="10.0.0.9"))
    other.open(f"/P/{forged}")
    assert other.status == 404
    phone.page = page
    phone.press(2)
    assert (phone.status, phone.question) == (200, "RG.HL1")
    phone.press(do="finish")
    (record,) = phones.records()
    assert record.submission.answers == {"RG.HL0": 2}
    phone.open(phones.unit_path())
    assert phone.status == 200
    phone.open(f"/P/{good.letters}/rut-lai")
    assert phone.status == 200
    clock[0] += timedelta(minutes=15)
    phone.open(f"/P/{forged}")
    assert phone.status == 404


@pytest.mark.slow
def test_an_address_may_begin_only_so_many_answers_and_goes_on_with_those(
    phones: Any, phone: Any, clock: list[datetime]
) -> None:
    from central_office.phone.limits import LIMITS

    for _ in range(LIMITS.begun):
        phone.open(phones.unit_path())
        phone.press(5)
    last = phone.path
    phone.open(phones.unit_path())
    phone.press(5)
    assert phone.status == 429
    phone.open(last)
    phone.press(4)
    assert phone.status == 200
    phone.open(f"/P/{phones.new_code().letters}")
    phone.press(3)
    assert phone.status == 200


@pytest.mark.usefixtures("_django")
def test_neighbours_of_one_ipv6_network_are_one_address() -> None:
    from central_office.phone.tries import network

    assert network("2001:db8:1:2:3:4:5:6") == network("2001:db8:1:2::1") != network("2001:db8:1:3::1")
    assert (network("192.0.2.7"), network("unix:")) == ("192.0.2.7", "unix:")


PIECES = (
    *(
        "",
        "P",
        "p",
        "U",
        "u",
        "cau",
        "xong",
        "rut-lai",
        "..",
        ".",
        "%00",
        "%2e%2e",
        "%c3%28",
        "\u202e",
        "RG.HL0",
        "RG.YK",
    ),
    *("0" * 32, "A" * 20, "😀", "'\"><svg>", "%F0%9F", "a" * 300, "\\", ";", "cau/RG.LD", "?l=en", "#", "%0d%0aX: y"),
)
VALUES = (
    *(
        "",
        "5",
        "1",
        "0",
        "-1",
        "11",
        "KAD",
        "CO",
        "LD01",
        "\x00",
        "٣",
        "\ud800",
        "a" * 501,
        "\u0301" * 600,
        "0912345678",
    ),
    *("😀" * 300, "<script>", "{{ 7 }}", "%s%n", "99999999999999999999", "finish", "skip", "sure", "\u200b", "é́"),
)
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "", "text/plain")


@pytest.mark.slow
def test_no_request_ever_fails_the_server(phones: Any, phone: Any, caplog: pytest.LogCaptureFixture) -> None:
    """20,000 paths and bodies of pieces that mean something here and of noise; every tenth through all of Django."""
    from django.test import RequestFactory
    from django.urls import Resolver404, resolve

    seed = 45
    rng, factory = random.Random(seed), RequestFactory()
    client = phone.client
    client.raise_request_exception = False
    codes = [phones.slip_path(phones.new_code()) for _ in range(40)]
    units = [f"{phones.unit_path()}/{secrets.token_hex(16)}" for _ in range(40)]
    statuses: Counter[int] = Counter()
    for number in range(20_000):
        path, verb, body = _path(rng, codes, units), "GET" if rng.random() < 0.4 else "POST", b""
        if verb == "POST":
            body = _body(rng)
        elif rng.random() < 0.2:
            path += f"?l={quote(rng.choice(VALUES), errors='replace')}"
        sender = {"REMOTE_ADDR": f"10.{rng.randrange(256)}.2.3"}
        if number % 10 == 0:
            status = client.generic(verb, path, body, rng.choice(KINDS), **sender).status_code
        else:
            request = factory.generic(verb, path, body, rng.choice(KINDS), **sender)
            try:
                found = resolve(request.path_info)
            except Resolver404:
                status = 404
            else:
                status = found.func(request, *found.args, **found.kwargs).status_code
        statuses[status] += 1
        assert status < 500, (path, status)
    print(f"20,000 hostile requests, seed {seed}: {dict(sorted(statuses.items()))}, {len(phones.records())} answers")
    assert "phone.failed" not in caplog.text


def _path(rng: random.Random, codes: list[str], units: list[str]) -> str:
    roll = rng.random()
    if roll < 0.45:
        base = rng.choice(codes) if roll < 0.25 else rng.choice(units)
        return base + rng.choice(
            ("", "", "/", "/xong", "/cau/RG.HL0", "/cau/RG.LD", "/cau/RG.YK", "/cau/RG.DT", "/cau/x")
        )
    if roll < 0.8:
        return quote(f"/{rng.choice('PpUu')}/", safe="/") + "/".join(
            quote(rng.choice(PIECES), safe="/%?;") for _ in range(rng.randrange(5))
        )
    letters = "".join(rng.choice(ALPHABET + "?*~%é") for _ in range(rng.choice((5, 19, 20, 21, 60))))
    return f"/{rng.choice('PU')}/{quote(letters)}"


def _body(rng: random.Random) -> bytes:
    if rng.random() < 0.2:
        return rng.randbytes(rng.choice((0, 3, 400, 20_000)))
    fields = [
        (rng.choice("aaadtcx") + ("o" if rng.random() < 0.2 else ""), rng.choice(VALUES))
        for _ in range(rng.randrange(6))
    ]
    return "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in fields).encode()
