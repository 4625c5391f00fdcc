"""The page against strangers: other hosts, other sites' forms, guessed codes, and posts that no browser would send."""

import http.client
import os
import random
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.service.code import make_hash
from kiosk.station import texts
from kiosk.station.doors import HEADERS
from kiosk.station.entrance import Entrance, Entry
from sync_agent.outbox import PrintState, SlipBook
from tests.kiosk.station.rig import Officer, Printer, Station, codes_on, furnish, slips_in

SEED = 20261122
CODE = "407193"
POSTS = 2000


@pytest.fixture
def bare(folder: Path) -> Iterator[Callable[..., Station]]:
    """A station without a printer, which says so at once."""
    started: list[Station] = []

    def start(**settings: object) -> Station:
        furnish(folder)
        started.append(Station(folder, None, **settings))
        return started[-1]

    yield start
    for each in started:
        each.end()


def ask(station: Station, method: str, path: str, body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(station.url.removeprefix("http://"), timeout=30)
    connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    if method == "POST":
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


@pytest.mark.slow
def test_other_hosts_and_other_forms_are_refused(bare: Callable[..., Station]) -> None:
    station = bare(hosts=["quay-1.example.vn"])
    port = station.url.rpartition(":")[2]
    for host, status in (
        *((f"127.0.0.1:{port}", 200), (f"localhost:{port}", 200), ("quay-1.example.vn", 200)),
        *(("evil.example", 421), ("127.0.0.1.evil.example", 421), ("", 421), ("QUAY-1.example.vn:80", 200)),
    ):
        assert ask(station, "GET", "/", Host=host).status == status, host
    response = ask(station, "GET", "/")
    for name, value in HEADERS:
        assert response.getheader(name) == value
    assert response.getheader("Server") is None
    cookie = response.getheader("Set-Cookie") or ""
    assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/"))
    officer = station.officer()
    officer.open()
    wish = officer.request
    for stamp in ("", "0" * 64, "é"):
        officer.page = f'name="stamp" value="{stamp}"'
        assert texts.OLD_PAGE in officer.post("/phieu", request=wish, stamp=stamp)
        assert officer.status == 403
    stranger = station.officer()
    stranger.open()
    other = stranger.page
    officer.page = other  # a stamp of another session
    officer.post("/phieu", request=wish)
    assert officer.status == 403
    assert texts.NOT_FOUND in officer.open("/../../etc/passwd")
    assert officer.status == 404
    officer.open("/phieu")
    assert officer.status == 405
    for name in ("/kieu.css", "/may-quet.js"):
        officer.open(name)
        assert officer.status == 200


@pytest.mark.slow
def test_sign_in_and_the_lock(bare: Callable[..., Station]) -> None:
    station = bare(staff_code=make_hash(CODE, os.urandom))
    officer = station.officer()
    assert texts.ENTER_TITLE in officer.open("/")
    assert texts.PRINT not in officer.page
    assert texts.ENTER_TITLE in officer.open("/tre-hen")
    officer.post("/phieu", request="0" * 32)
    assert texts.ENTER_TITLE in officer.page
    before = officer.session.cookies["hailong-quay"]
    assert texts.WRONG_CODE in officer.post("/dang-nhap", code="111112")
    officer.post("/dang-nhap", code=CODE)
    assert texts.PRINT in officer.open()
    assert officer.session.cookies["hailong-quay"] != before, "a session's name is new after the code"
    assert texts.ISSUED_TEXT in officer.press()
    other = station.officer()
    other.open()
    for _ in range(5):
        other.post("/dang-nhap", code="222223")
    assert other.status == 429
    assert re.search(r"sau \d+ giây", other.page)
    other.post("/dang-nhap", code=CODE)
    assert other.status == 429, "the right code too"
    assert texts.PRINT in officer.open(), "who is in stays in"
    assert texts.ENTER_TITLE in officer.post("/dang-xuat")
    assert texts.ENTER_TITLE in officer.open()
    station.end()
    station.start()
    late = station.officer()
    late.open()
    late.post("/dang-nhap", code=CODE)
    assert late.status == 429, "a restart shortens no lock"


def test_a_session_ends_with_the_day(folder: Path) -> None:
    now_s = 0.0
    with SlipBook.open(folder / "slips.db") as book:
        entrance = Entrance(make_hash(CODE, os.urandom), book, lambda: now_s, os.urandom)
        entry, session = entrance.try_code(CODE)
        assert entry is Entry.OPENED
        assert entrance.is_open(session)
        assert not entrance.is_open("0" * 32)
        now_s = 10 * 3600.0
        assert not entrance.is_open(session)
        for hostile in ("", "x", "９" * 6, "4071930", "\0", "407193\n"):
            assert entrance.try_code(hostile)[0] is not Entry.OPENED


def hostile(chance: random.Random) -> tuple[str, bytes, dict[str, str]]:
    """A path, a body and headers that somebody might try."""
    text = "".join(
        chr(chance.choice((0, 9, 10, 13, 27, 34, 37, 38, 39, 60, 0x1EBF, 0x202E, 0xFFFD, 0x1F600))) for _ in range(9)
    )
    name = chance.choice(["dossier", "request", "step", "fact-RG.LV", "agency", "promised", "reason", "before", text])
    value = chance.choice([text, "A" * 9000, "../..", "{{7*7}}", "%%%", "999999999999", "-1", "١٢", "31/12/9999", "co"])
    body = chance.choice(
        [
            os.urandom(0) + bytes(chance.randrange(256) for _ in range(chance.randrange(200))),
            f"{name}={value}&stamp=STAMP&request=REQUEST".encode("utf-8", "replace"),
            b"stamp=STAMP&request=REQUEST",
            f"stamp=STAMP&request={'%' * 40}&{name}={value}".encode("utf-8", "replace"),
            b"&".join(b"a=1" for _ in range(chance.choice((3, 39, 60)))) + b"&stamp=STAMP",
            f"stamp=STAMP&request=REQUEST&step={chance.choice(['check', 'print', 'x'])}&{name}={value}".encode(),
        ]
    )
    paths = [
        *["/phieu"] * 8,
        "/dang-nhap",
        "/dang-xuat",
        "/",
        "/tre-hen",
        "/ngay",
        "/may-quet",
        "/vua-quet",
        "/phieu/1/huy",
        "/phieu/1/in-lai",
    ]
    paths += [
        "/phieu/999999999/in-tiep",
        "/phieu/1/da-ra",
        f"/phieu/{'9' * 5000}/huy",
        "/phieu/%00/huy",
        "/%ff%fe",
        "/?phieu=%C0%AF",
    ]
    kind = chance.choice(
        ["application/x-www-form-urlencoded"] * 5 + ["text/plain", "multipart/form-data; boundary=x", ""]
    )
    return chance.choice(paths), body, {"Content_Type": kind}


@pytest.mark.slow
def test_hostile_posts_never_fail(bare: Callable[..., Station]) -> None:
    station, chance = bare(), random.Random(SEED)
    officer = station.officer()
    officer.open()
    cookie = f"hailong-quay={officer.session.cookies['hailong-quay']}"
    stamp = (re.search(r'name="stamp" value="(\w+)"', officer.page) or [""])[1]
    seen: dict[int, int] = {}
    host = station.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    for number in range(POSTS):
        path, body, headers = hostile(chance)
        body = body.replace(b"STAMP", stamp.encode()).replace(b"REQUEST", b"%032x" % (number % 40))
        sent = {
            "Content-Type": headers["Content_Type"],
            "Cookie": chance.choice([cookie, cookie, "hailong-quay=x; \x7f", ""]),
        }
        connection.request(chance.choice(["POST"] * 6 + ["GET", "PUT", "BREW"]), path, body, sent)
        response = connection.getresponse()
        response.read()
        seen[response.status] = seen.get(response.status, 0) + 1
        assert response.status != 500, (path, body[:200])
        if response.will_close:
            connection.close()
    connection.close()
    for raw in (
        b"\0" * 100,
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /phieu HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
    ):
        with socket.create_connection(host.split(":"), timeout=30) as line:
            line.sendall(raw + b"\r\n\r\n")
            assert b" 500 " not in line.recv(200)
    counted = ", ".join(f"{status}: {count}" for status, count in sorted(seen.items()))
    print(f"hostile posts: {POSTS}, seed {SEED}; {counted}")
    page = officer.open("/?tat-ca=1")
    assert texts.PRINT in page
    assert page.count("<tr") > officer.open().count("<tr") == 21, "a head and the last twenty"
    assert b"request.failed" not in _log(station)


def _log(station: Station) -> bytes:
    station.end()
    return station.process.said


@pytest.mark.slow
def test_killed_at_any_moment_makes_no_second_code(station: Callable[..., Station], printer: Printer) -> None:
    """The real process, killed while a real slip is being printed; the officer's browser asks again."""
    counter, chance, kills = station(), random.Random(SEED), 4
    for number in range(kills):
        wish, officer = f"{number + 1:032x}", counter.officer()
        officer.open()
        line = http.client.HTTPConnection(counter.url.removeprefix("http://"), timeout=30)
        stamp = (re.search(r'name="stamp" value="(\w+)"', officer.page) or [""])[1]
        cookie = f"hailong-quay={officer.session.cookies['hailong-quay']}"
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        line.request("POST", "/phieu", f"stamp={stamp}&request={wish}", sent)
        before = len(printer.slips())
        for _ in range(chance.randrange(60)):  # by what the printer has got, not by the clock
            if len(printer.slips()) > before or '"idle": true' not in printer.tell("state"):
                break
        counter.kill()
        line.close()
        printer.tell("power off")
        printer.tell("ok")
        counter.start()
        officer = counter.officer()
        officer.open()
        officer.post("/phieu", request=wish)
        finish(officer, counter, printer, number + 1)
    with SlipBook.open(counter.folder / "slips.db") as book:
        slips = slips_in(book)
    found = {code.letters for picture in printer.slips() for code in codes_on(picture)}
    print(f"kill -9 while printing: {kills} times, {len(found)} codes on paper for {kills} wishes")
    assert [slip.state for slip in slips] == [PrintState.PRINTED] * kills
    assert len(found) == kills


def finish(officer: Officer, counter: Station, printer: Printer, n: int) -> None:
    """Until the page says that the slip is out."""
    for _ in range(4):
        if texts.UNSURE_TEXT in officer.page:
            tail = (re.search(r"Phiếu …(\w{5}) đã ra", officer.page) or [""])[1]
            seen = any(code.letters.endswith(tail) for picture in printer.slips() for code in codes_on(picture))
            officer.order("da-ra" if seen else "in-tiep", n)
        elif texts.ISSUED_TEXT in officer.page:
            officer.order("in-tiep", n)
        else:
            break
    assert texts.PRINTED_TEXT in officer.page, counter
