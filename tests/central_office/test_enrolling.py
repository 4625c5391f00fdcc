"""Many at once, confirmed, copied, replaced, revoked: what the office lets in, and what it tells its kiosks."""

import os
import random
import re
import threading
import tomllib
from argparse import Namespace
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from survey import enrolment as shared
from survey import wire
from survey.canonical import decode

pytestmark = pytest.mark.usefixtures("quick_passwords")
JSON = "application/json"
PLAN, POINT = "krong-no-2023", "kn-huyen"
HOME = "/ki-ot/ghi-danh/"
COMMON = """# chung cho cả tỉnh
open = ["07:30-11:30"] # và không buổi chiều
[time]
servers = ["10.1.1.1"]
[sound]
on = true
[[panel]]
device = "/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0"
[scanner]
kind = "hid"
device = "/dev/input/by-id/usb-A-event-kbd"
"""


def heard(office: Any, helper: Any, device: Any, state: str = "serving", serial: int = 0) -> Any:
    """What the office says to a kiosk that follows an order."""
    body: Any = decode(device.heartbeat())
    told = body["heartbeat"] | {"service": {"state": state, "serial": serial}}
    reply = office.door.post(helper.HEARTBEATS, wire.write_message("heartbeat", told, device.sign), JSON)
    assert reply.status == 200, reply.body
    return decode(reply.body)["time"].get("service")  # type: ignore[index, union-attr, call-overload]


def prepared(tmp_path: Path, points: str = "") -> list[tuple[str, str]]:
    """(point, code) of every card that the command wrote."""
    from central_office.commands.enrolling import prepare
    from central_office.config import Config

    chosen = tmp_path / "points"
    chosen.write_text(points, "utf-8")
    common = tmp_path / "common.toml"
    common.write_text(COMMON, "utf-8")
    out = tmp_path / f"cards-{len(list(tmp_path.iterdir()))}"
    asked = {"plan": PLAN, "points": chosen if points else None, "days": 20, "out": out, "ca": None, "common": common}
    assert prepare(Namespace(**asked, centre_url="https://office.example"), Config()) == 0
    cards = [tomllib.loads(path.read_text("utf-8")) for path in sorted(out.glob("*/hailong.toml"))]
    assert all(card["time"]["servers"] == ["10.1.1.1"] for card in cards)
    assert prepare(Namespace(**asked, centre_url="https://office.example"), Config()) == os.EX_DATAERR, (
        "no codes for none"
    )
    listed = (out / "danh-sach.html").read_text("utf-8")
    assert not any(card["enrolment"]["code"] in listed for card in cards), "the list would let anybody in"
    assert {path.stat().st_mode & 0o077 for path in out.glob("*/hailong.toml")} == {0}
    return [(card["enrolment"]["point"], card["enrolment"]["code"]) for card in cards]


def test_what_cards_have_in_common_reaches_the_kiosks_own_settings(tmp_path: Path) -> None:
    from central_office.commands.enrolling import prepare
    from central_office.config import Config
    from central_office.enrolling import cards
    from deploy.first_boot.files import Places, settings_of
    from deploy.first_boot.kiosk_keys import TABLES
    from deploy.first_boot.wanted import KEYS, ROWS, read_wanted
    from kiosk.config import read_config

    now = timezone.now()
    made = cards.Made(1, PLAN, now, (cards.Card(POINT, "Krông Nô", "7K3MQ9XW0A42ZZTTB8CD"),))
    text = cards.text_of(made.cards[0], made, cards.Common("https://office.example", "", COMMON))
    kiosk = read_config(settings_of(read_wanted(text.encode()), Places(tmp_path))["kiosk.toml"].encode(), "kiosk.toml")
    assert (len(kiosk.open), kiosk.sound.on, len(kiosk.panels)) == (1, True, 1)
    assert kiosk.scanner is not None
    assert set(cards.COMMON) == {*KEYS, *TABLES, *TABLES[""], *ROWS} - {"", "centre", "enrolment"}
    for wrong in ("[centre]\nurl = ''\n", "loud = true\n", 'open = [\n["07:30-11:30"]]\n'):
        (tmp_path / "wrong.toml").write_text(wrong)
        asked = {"plan": PLAN, "points": None, "days": 20, "out": tmp_path / "out", "ca": None}
        given = Namespace(**asked, common=tmp_path / "wrong.toml", centre_url="https://office.example")
        assert prepare(given, Config()) == os.EX_DATAERR
        assert not (tmp_path / "out").exists()
    given = Namespace(**asked, common=None, centre_url="http://office.example")
    assert prepare(given, Config()) == os.EX_DATAERR, "no kiosk would take it"


def enrolled(office: Any, helper: Any, code: str, seed: int) -> Any:
    device = helper.Device(random.Random(seed))
    reply = office.door.post(helper.ENROLMENTS, device.enrolment(code), JSON)
    assert reply.status == 200, reply.body
    device.admit(code, reply.body)
    return device


def test_prepared_kiosks_deliver_nothing_until_they_are_confirmed(
    office: Any, helper: Any, tmp_path: Path, people: Any
) -> None:
    from central_office.intake.models import Record

    cards = prepared(tmp_path, f"{POINT} kn-nam-da kn-nam-ndir")
    devices = [enrolled(office, helper, code, seed) for seed, (_, code) in enumerate(cards, 1)]
    packed = [device.batch(device.answers(3))[1] for device in devices]
    kinds = [office.door.post(helper.BATCHES, data, wire.CONTENT_TYPE).kind for data in packed]
    assert (set(kinds), Record.objects.count()) == ({"waits"}, 0)
    assert heard(office, helper, devices[0]) == {"state": "waiting", "serial": 1}
    assert heard(office, helper, devices[0], "waiting", 1) is None
    officer = people("lan", ("office", {}))
    page = officer.get(HOME).content.decode()
    assert f"Chờ xác nhận: {len(cards)} máy" in page
    assert all(group in page for group in shared.fingerprint(devices[0].public_key).split(" "))
    officer.post(f"{HOME}xac-nhan/", {"kiosk": devices[0].name})
    assert heard(office, helper, devices[0], "waiting", 1) == {"state": "serving", "serial": 2}
    page = officer.get(HOME).content.decode()
    thief = enrolled(office, helper, prepared(tmp_path, POINT)[0][1], 9)  # came in after the page was drawn
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        if "Khớp cả" in form:
            officer.post(f"{HOME}xac-nhan/", {"kiosk": re.findall(r'name="kiosk" value="([^"]*)"', form)})
    assert office.door.post(helper.BATCHES, thief.batch(thief.answers(1))[1], wire.CONTENT_TYPE).kind == "waits"
    for data in packed:
        assert office.door.post(helper.BATCHES, data, wire.CONTENT_TYPE).status == 200
    assert Record.objects.count() == 3 * len(cards)
    print(f"{len(cards)} cards: 0 answers taken before the confirmation, {3 * len(cards)} after")


def test_a_copied_card_is_refused_and_told_of(office: Any, helper: Any, tmp_path: Path) -> None:
    from central_office.intake.models import Incident

    ((_, code),) = prepared(tmp_path, POINT)
    first = enrolled(office, helper, code, 1)
    copy = helper.Device(random.Random(2))
    for _ in range(3):
        reply = office.door.post(helper.ENROLMENTS, copy.enrolment(code), JSON)
        assert (reply.kind, reply.status) == ("code_refused", 403)
        assert b'"why": "used"' in reply.body
    listed = helper.Device(random.Random(3))
    assert office.door.post(helper.ENROLMENTS, listed.enrolment(code[:5] + "0" * 15), JSON).status == 403
    row = Incident.objects.get()  # one, however often: the five letters that name a code are no secret
    assert (row.kind, row.code, row.kiosk) == ("enrolment", "code_again", first.name)


def test_a_cancelled_batch_lets_nobody_in_and_leaves_who_came(small_office: Any, helper: Any, tmp_path: Path) -> None:
    from django.utils import timezone

    from central_office.fleet import service
    from central_office.fleet.models import EnrolmentCode

    (_, one), (_, other) = prepared(tmp_path, f"{POINT} kn-nam-da")
    enrolled(small_office, helper, one, 1)
    number = EnrolmentCode.objects.values_list("batch", flat=True)[0]
    assert [service.cancel(number, "test", timezone.now()) for _ in range(2)] == [1, None]
    late = helper.Device(random.Random(2))
    reply = small_office.door.post(helper.ENROLMENTS, late.enrolment(other), JSON)
    assert b'"why": "cancelled"' in reply.body
    assert not bytes(EnrolmentCode.objects.get(name=other[:5]).secret)


def test_ten_thousand_forged_proofs(small_office: Any, tmp_path: Path) -> None:
    """Against the one judgement that lets in; test_fleet sends a thousand of them through HTTP and the database."""
    from central_office.fleet.enrolment import Request, _proves
    from central_office.fleet.models import EnrolmentCode

    seed, count = 20, 10_000
    rng = random.Random(seed)
    code, names = prepared(tmp_path, POINT)[0][1], prepared(tmp_path)
    stored = [bytes(row.secret) for row in EnrolmentCode.objects.all()]
    key = rng.randbytes(32)
    genuine = Request(code[:5], key, shared.proof("kiosk", shared.read_code(code)[1], key), b"")
    assert sum(_proves(genuine, secret) for secret in stored) == 1
    forged = []
    for number in range(count):
        guess = shared.read_code(shared.write_code(rng.randbytes(20)))[1]
        proof = (rng.randbytes(32).hex(), shared.proof("kiosk", guess, key), shared.proof("centre", stored[0], key))
        forged.append(Request(code[:5], key, proof[number % 3], b""))
    assert not any(_proves(request, secret) for request in forged for secret in (stored[0], b""))
    print(f"seed {seed}: {count} forged proofs (noise, guesses, reflections) with {len(names)} codes open, 0 accepted")


def test_a_replaced_kiosk_stops_and_still_hands_over_what_it_had(office: Any, helper: Any, people: Any) -> None:
    from central_office.fleet.models import EnrolmentCode, Kiosk

    old = office.device(1)
    rest = old.answers(4)
    officer = people("lan", ("office", {}))
    asked = {"plan": PLAN, "point": POINT, "replaces": old.name}
    page = officer.post(f"{HOME}ma/", asked, follow=True).content.decode()
    code = re.search(r'class="code"[^>]*>([0-9A-Z-]{23})<', page)
    assert code
    new = enrolled(office, helper, code[1], 2)
    assert EnrolmentCode.objects.get(kiosk=new.name).replaces == old.name
    assert Kiosk.objects.get(kiosk=old.name).successor == new.name
    assert heard(office, helper, old) == {"state": "stopped", "serial": 1}
    assert heard(office, helper, new) is None
    assert old.deliver(office.door, rest).accepted == 4, "answers of before are answers"
    assert new.deliver(office.door, new.answers(2)).accepted == 2
    reply = officer.get(f"{HOME}ma/{code[1][:5]}/")
    used = reply.content.decode()
    assert "Refresh" not in reply.headers
    assert all(group in used for group in shared.fingerprint(new.public_key).split(" "))
    assert code[1] not in used


def test_a_revocation_is_heard_and_taken_back_by_another_person(office: Any, helper: Any, people: Any) -> None:
    device = office.device(1)
    lan, hoa = people("lan", ("office", {})), people("hoa", ("office", {}))
    where = f"{HOME}may/{device.name}/"
    assert lan.post(where, {"do": "revoke"}).status_code == 302
    assert heard(office, helper, device) == {"state": "stopped", "serial": 1}
    data = device.batch(device.answers(2))[1]
    assert office.door.post(helper.BATCHES, data, wire.CONTENT_TYPE).kind == "revoked"
    assert lan.post(where, {"do": "restore"}).status_code == 422
    assert hoa.post(where, {"do": "restore"}).status_code == 302
    assert heard(office, helper, device, "stopped", 1) == {"state": "serving", "serial": 2}
    assert heard(office, helper, device, "stopped", 7) == {"state": "serving", "serial": 8}, (
        "an office of an older copy"
    )
    assert office.door.post(helper.BATCHES, data, wire.CONTENT_TYPE).status == 200


@pytest.mark.postgres
def test_of_four_at_once_one_is_let_in_and_each_is_confirmed_once(postgres_office: Any) -> None:
    from django.db import connection
    from django.utils import timezone

    from central_office.fleet import enrolment, service
    from central_office.fleet.models import Kiosk
    from central_office.people.models import AuditLine

    def at_once(act: Callable[[int], object]) -> list[object]:
        gate = threading.Barrier(4)

        def run(number: int) -> object:
            gate.wait()
            try:
                return act(number)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(run, range(4)))

    for seed in range(3):
        rng = random.Random(seed)
        name, secret = shared.read_code(enrolment.make_code(PLAN, POINT, rng.randbytes(20), timezone.now()))
        keys = [rng.randbytes(32) for _ in range(4)]
        asked = [enrolment.Request(name, key, shared.proof("kiosk", secret, key), key) for key in keys]
        said = at_once(lambda number, asked=asked: enrolment.enrol(asked[number], b"c" * 32, timezone.now()))  # type: ignore[misc]
        assert sorted(str(each) for each in said if isinstance(each, enrolment.Refusal)) == ["used"] * 3
    waiting = list(Kiosk.objects.values_list("kiosk", flat=True))
    Kiosk.objects.update(waits_since=timezone.now())
    done = at_once(lambda number: service.confirm(waiting, f"officer-{number}"))
    assert sorted(done) == [0, 0, 0, 3]  # type: ignore[type-var]
    assert AuditLine.objects.filter(action="kiosk.confirmed").count() == 3


def test_the_centres_own_kiosk_is_moved_by_no_code(small_office: Any, helper: Any, tmp_path: Path) -> None:
    from django.utils import timezone

    from central_office.fleet.enrolment import kiosk_id
    from central_office.fleet.models import Kiosk

    ((_, code),) = prepared(tmp_path, POINT)
    device = helper.Device(random.Random(7))
    own = {"kiosk": kiosk_id(device.public_key), "public_key": device.public_key, "plan": PLAN, "point": "x"}
    Kiosk.objects.create(**own, enrolled_at=timezone.now(), kind="phone")
    assert small_office.door.post(helper.ENROLMENTS, device.enrolment(code), JSON).status == 403
    assert Kiosk.objects.get(kind="phone").point == "x"


def test_a_code_is_shown_where_it_was_made_and_nowhere_else(small_office: Any, people: Any) -> None:
    lan, hoa = people("lan", ("office", {})), people("hoa", ("office", {}))
    officer = people("can-bo-xa", ("office", {"points": ("kn-nam-da",)}))
    made = lan.post(f"{HOME}ma/", {"plan": PLAN, "point": POINT})
    shown, other = lan.get(made.url).content.decode(), hoa.get(made.url).content.decode()
    code = re.search(r'class="code"[^>]*>([0-9A-Z-]{23})<', shown)
    assert code
    assert '<svg class="qr"' in shown
    assert lan.get(made.url).headers["Refresh"] == "5", "the page waits for the kiosk by itself"
    assert code[1] not in other
    assert officer.get(made.url).status_code == 404
    assert officer.post(f"{HOME}ma/", {"plan": PLAN, "point": POINT}).status_code == 403
    assert [POINT in officer.get(HOME).content.decode(), "kn-nam-da" in officer.get(HOME).content.decode()] == [
        False,
        True,
    ]
