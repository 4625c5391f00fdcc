"""Answers by stick beside answers by line: a real outbox, the real office, any order, nothing lost or doubled."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from survey import wire
from survey.errors import SurveyError
from survey.post import Post, write_post, write_receipts
from survey.record import read_record
from sync_agent.identity import from_seed, sealer, verifier
from sync_agent.outbox import Outbox
from sync_agent.post import ReceiptsRefused, export, take_receipts
from tests.web import chromium as web

ROOT = Path(__file__).parents[2]
NOW = "2026-01-05T10:15+07:00"  # no record of the tests was given then
INTERLEAVINGS, STEPS = 6, 30


class Kiosk:
    """A kiosk's own outbox beside the key that the office knows."""

    def __init__(self, office: Any, folder: Path, seed: int = 1) -> None:
        self.device, self.door, self.folder = office.device(seed), office.door, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.identity = from_seed(bytes(self.device.key))
        self.verify = verifier(self.device.centre_key)
        self.outbox = Outbox.open(folder / "outbox.db")
        self.digests: dict[int, str] = {}
        self.files = 0

    def answer(self, count: int) -> None:
        for _ in range(count):
            sealed = self.outbox.finish(self.device.submission())
            assert sealed
            self.device.seq, self.digests[sealed.seq] = sealed.seq, sealed.digest

    def export(self, quarter: str = NOW) -> Path | None:
        self.files += 1
        path = self.folder / f"{self.files}.hlp"
        name, centre = self.device.name, self.device.centre_key
        done = export(self.outbox, name, centre, self.identity.sign, quarter, path)
        assert path.exists() == bool(done.count)
        return path if done.count else None

    def send(self, helper: Any, limit: int, reply_comes: bool) -> None:
        records = self.outbox.pending(limit=limit)
        if records:
            head, packed = wire.write_batch(self.device.name, records, self.identity.sign)
            reply = self.door.post(helper.BATCHES, packed, wire.CONTENT_TYPE)
            if reply_comes:
                self.outbox.release(wire.read_receipt(reply.body, head, self.verify))

    def take(self, data: bytes) -> Any:
        path = self.folder / "bien-nhan.hlr"
        path.write_bytes(data)
        return take_receipts(self.outbox, self.device.name, self.verify, path)


def makers(office: Any, tmp_path: Path) -> Iterator[Any]:
    """Delivery is tested here, not the disk: memory will do where there is some."""
    shm = Path("/dev/shm")
    folder, made = Path(tempfile.mkdtemp(dir=shm if shm.is_dir() else tmp_path)), list[Kiosk]()

    def make(seed: int = 1) -> Kiosk:
        made.append(Kiosk(office, folder / str(seed), seed))
        return made[-1]

    yield make
    for each in made:
        each.outbox.close()
    shutil.rmtree(folder)


@pytest.fixture
def kiosks(small_office: Any, tmp_path: Path) -> Iterator[Any]:
    """Makes kiosks of an office on SQLite."""
    yield from makers(small_office, tmp_path)


@pytest.fixture
def each_kiosks(office: Any, tmp_path: Path) -> Iterator[Any]:
    """The same on each database."""
    yield from makers(office, tmp_path)


def imported(data: bytes) -> Any:
    from django.utils import timezone

    from central_office.posted.importing import take

    return take("x.hlp", data, "test", timezone.now())


def stored() -> dict[int, str]:
    from central_office.intake.models import Record

    return {seq: bytes(digest).hex() for seq, digest in Record.objects.values_list("seq", "digest")}


def faults() -> list[str]:
    from django.conf import settings

    from central_office.intake.verify import Summary, verify
    from central_office.keys import read_centre_key

    return [str(fault) for fault in verify(bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key), Summary())]


def test_a_file_by_post_is_stored_signed_for_and_released_only_by_its_receipt(kiosks: Any) -> None:
    from central_office.fleet.models import Kiosk as Row
    from central_office.people.models import AuditLine

    kiosk = kiosks()
    kiosk.answer(510)
    path = kiosk.export()
    assert kiosk.outbox.health().pending == 510
    data = path.read_bytes()
    assert kiosk.device.name.encode() not in data
    outcome = imported(data)
    assert (outcome.why, outcome.accepted, outcome.duplicate, len(outcome.receipts)) == ("", 510, 0, 2)
    assert stored() == kiosk.digests
    assert Row.objects.get(kiosk=kiosk.device.name).seen_at is None  # a stick is no sign of life
    assert AuditLine.objects.filter(action="post.imported", target=kiosk.device.name).count() == 1
    taken = kiosk.take(write_receipts(outcome.receipts))
    assert (taken.receipts, taken.released, taken.refused) == (2, 510, 0)
    assert kiosk.take(write_receipts(outcome.receipts)).released == 0
    assert kiosk.outbox.health().pending == 0
    assert kiosk.export() is None
    assert faults() == []


def test_line_and_post_in_any_order_lose_and_double_nothing(each_kiosks: Any, helper: Any) -> None:
    from central_office.intake.models import Incident

    answers = files = sent = takes = 0
    for number in range(INTERLEAVINGS):
        rng, kiosk = random.Random(2026 + number), each_kiosks(100 + number)
        posts, receipts = list[bytes](), list[bytes]()
        for _ in range(STEPS):
            match rng.choice(["answer", "export", "import", "import", "take", "send"]):
                case "answer":
                    kiosk.answer(rng.randint(1, 25))
                case "export":
                    path = kiosk.export()
                    posts += [path.read_bytes()] if path else []
                case "import" if posts:
                    outcome = imported(rng.choice(posts))
                    assert (outcome.why, outcome.refused) == ("", 0)
                    receipts.append(write_receipts(outcome.receipts))
                    files += 1
                case "take" if receipts:
                    kiosk.take(rng.choice(receipts))
                    takes += 1
                case "send":
                    kiosk.send(helper, rng.randint(1, 60), rng.random() < 0.6)
                    sent += 1
        if rng.random() < 0.5:
            while kiosk.outbox.health().pending:
                kiosk.send(helper, 500, True)
        elif path := kiosk.export():
            kiosk.take(write_receipts(imported(path.read_bytes()).receipts))
        health = kiosk.outbox.health()
        assert (health.pending, health.quarantined) == (0, 0)
        from central_office.intake.models import Record

        here = dict(Record.objects.filter(kiosk_id=kiosk.device.name).values_list("seq", "digest"))
        assert {seq: bytes(digest).hex() for seq, digest in here.items()} == kiosk.digests
        answers += len(kiosk.digests)
    assert Incident.objects.count() == 0
    assert faults() == []
    print(
        f"by stick and by line, {INTERLEAVINGS} interleavings from seed 2026: {answers} answers, {files} files "
        f"imported, {sent} batches sent, {takes} receipt files taken: 0 lost, 0 doubled"
    )


def test_a_flipped_bit_anywhere_is_refused_and_loses_nothing(kiosks: Any) -> None:
    kiosk, rng = kiosks(), random.Random(7)
    kiosk.answer(30)
    data = kiosk.export().read_bytes()
    places = [*range(90), *(rng.randrange(len(data)) for _ in range(150)), *range(len(data) - 40, len(data))]
    for place in places:
        bad = bytearray(data)
        bad[place] ^= 1 << rng.randrange(8)
        assert imported(bytes(bad)).why in ("damaged", "no_post")
    cuts = [rng.randrange(len(data)) for _ in range(50)]
    assert all(imported(data[:cut]).why in ("damaged", "no_post") for cut in cuts)
    assert stored() == {}
    receipts = write_receipts(imported(data).receipts)
    flipped = 0
    for place in range(0, len(receipts), 3):
        bad = bytearray(receipts)
        bad[place] ^= 1 << rng.randrange(8)
        with pytest.raises(ReceiptsRefused):
            kiosk.take(bytes(bad))
        flipped += 1
    assert kiosk.outbox.health().pending == 30
    assert kiosk.take(receipts).released == 30
    print(f"{len(places)} flipped bits and {len(cuts)} cuts of a sealed file, {flipped} of a receipt file: all refused")


def test_files_of_others_are_refused_with_their_reason(kiosks: Any) -> None:
    kiosk, other = kiosks(1), kiosks(2)
    kiosk.answer(5)
    other.answer(5)
    records = kiosk.outbox.pending()
    packed = wire.write_batch(kiosk.device.name, records, kiosk.identity.sign)[1]
    name, centre = kiosk.device.name, kiosk.device.centre_key
    stranger, seal = from_seed(b"s" * 32), sealer(centre)
    forged = wire.write_batch(name, records, other.identity.sign)[1]
    assert imported(write_post(Post(name, (packed,)), stranger.public_key, sealer(stranger.public_key))).why == (
        "other_centre"
    )
    assert imported(write_post(Post(other.device.name, (packed,)), centre, seal)).why == "other_kiosk"
    assert imported(write_post(Post(name, (packed, forged)), centre, seal)).why == "other_kiosk"
    assert imported(write_post(Post("k-000000000000", (packed,)), centre, seal)).why == "other_kiosk"
    unknown = wire.write_batch("k-000000000000", records, stranger.sign)[1]
    assert imported(write_post(Post("k-000000000000", (unknown,)), centre, seal)).why == "not_enrolled"
    assert imported(write_post(Post(name, (b"x" * 99,)), centre, seal)).why == "damaged"
    assert imported(b"%PDF-1.7").why == "no_post"
    assert stored() == {}
    receipts = write_receipts(imported(other.export().read_bytes()).receipts)
    assert kiosk.take(receipts).receipts == 0
    forged_receipts = write_receipts(
        [wire.write_receipt(wire.Receipt(wire.read_batch(packed).head, 5, 0, ()), stranger.sign)]
    )
    with pytest.raises(ReceiptsRefused):
        kiosk.take(forged_receipts)
    assert kiosk.outbox.health().pending == 5


def test_a_revoked_kiosk_is_refused_and_keeps_its_answers(kiosks: Any) -> None:
    from django.utils import timezone

    from central_office.fleet.models import Kiosk as Row

    kiosk = kiosks()
    kiosk.answer(3)
    data = kiosk.export().read_bytes()
    Row.objects.update(revoked_at=timezone.now())
    assert imported(data).why == "revoked"
    assert (stored(), kiosk.outbox.health().pending) == ({}, 3)


def test_a_kiosk_that_nobody_has_confirmed_keeps_its_answers(kiosks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from central_office.posted import importing

    kiosk = kiosks()
    kiosk.answer(3)
    known = importing.kiosk_named(kiosk.device.name)
    waiting = replace(known, waits=True)
    monkeypatch.setattr(importing, "kiosk_named", lambda _name: waiting)
    assert imported(kiosk.export().read_bytes()).why == "waits"
    assert (stored(), kiosk.outbox.health().pending) == ({}, 3)


def test_every_refusal_has_its_sentence() -> None:
    import re

    from central_office.posted.words import WHY

    source = (ROOT / "survey/post.py").read_text() + (ROOT / "central_office/posted/importing.py").read_text()
    assert set(re.findall(r'(?:PostRefused|_refused)\((?:name, )?"(\w+)"', source)) | {"too_large"} == set(WHY)


def test_same_number_with_other_bytes_is_a_conflict_by_post_too(kiosks: Any) -> None:
    from central_office.intake.models import Incident

    kiosk = kiosks()
    kiosk.answer(4)
    assert imported(kiosk.export().read_bytes()).accepted == 4
    twin = Kiosk.__new__(Kiosk)
    twin.__dict__ |= kiosk.__dict__ | {"folder": kiosk.folder / "twin", "digests": {}, "files": 0}
    twin.folder.mkdir()
    twin.outbox = Outbox.open(twin.folder / "outbox.db")
    twin.answer(2)
    outcome = imported(twin.export().read_bytes())
    assert (outcome.accepted, outcome.refused) == (0, 2)
    assert Incident.objects.filter(kind="conflict", code="same_sequence").count() == 2
    assert twin.take(write_receipts(outcome.receipts)).refused == 2
    twin.outbox.close()


def test_answers_of_the_present_quarter_wait_for_the_next_file(kiosks: Any) -> None:
    kiosk = kiosks()
    kiosk.answer(5)
    records = kiosk.outbox.pending()
    last = read_record(records[-1].raw).submission.quarter
    waiting = [r for r in records if read_record(r.raw).submission.quarter == last]
    assert 0 < len(waiting) < len(records)
    outcome = imported(kiosk.export(last).read_bytes())
    assert outcome.accepted == len(records) - len(waiting)
    kiosk.take(write_receipts(outcome.receipts))
    assert kiosk.export(last) is None
    assert kiosk.outbox.health().pending == len(waiting)


EXPORT_FOR_EVER = """
import sys
from pathlib import Path
from sync_agent.identity import from_seed
from sync_agent.outbox import Outbox
from sync_agent.post import export
folder, kiosk, centre, seed = sys.argv[1:]
outbox, sign = Outbox.open(Path(folder) / "outbox.db"), from_seed(bytes.fromhex(seed)).sign
print("ready", flush=True)
while True:
    export(outbox, kiosk, bytes.fromhex(centre), sign, "", Path(folder) / "out.hlp")
"""


def test_an_export_killed_at_any_moment_leaves_no_half_file(kiosks: Any) -> None:
    kiosk, rng = kiosks(), random.Random(3)
    kiosk.answer(120)
    kiosk.outbox.checkpoint()
    folder, secrets = kiosk.folder, (kiosk.device.centre_key.hex(), bytes(kiosk.device.key).hex())
    kills = whole = 0
    for _ in range(2):
        command = [sys.executable, "-c", EXPORT_FOR_EVER, str(folder), kiosk.device.name, *secrets]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True)
        assert process.stdout
        process.stdout.readline()
        time.sleep(rng.uniform(0.01, 0.2))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        kills += 1
        if (folder / "out.hlp").exists():
            assert imported((folder / "out.hlp").read_bytes()).why == ""
            whole += 1
        for half in folder.glob(".out.hlp.*"):
            assert imported(half.read_bytes()).why in ("", "damaged", "no_post")
    assert kiosk.outbox.health().pending == 120
    assert stored() in ({}, kiosk.digests)
    print(f"export killed {kills} times: {whole} whole files, 0 half ones taken")


def test_random_bytes_are_never_taken(kiosks: Any) -> None:
    rng = random.Random(11)
    kiosk = kiosks()
    for _ in range(100):
        head = rng.choice([b"", b"HAILONG-POST 1 ", b"HAILONG-POST 2 x\n", b"HAILONG-RECEIPTS 1 1\n"])
        data = head + rng.randbytes(rng.randrange(200))
        assert imported(data).why in ("damaged", "no_post")
        with pytest.raises((ReceiptsRefused, SurveyError)):
            kiosk.take(data)


def uploaded(name: str, data: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, data)


def test_an_officer_takes_files_in_by_the_page_and_fetches_the_receipts(
    kiosks: Any, client_of: Any, people: Any
) -> None:
    kiosk = kiosks()
    kiosk.answer(12)
    data = kiosk.export().read_bytes()
    assert "qua-buu-dien" in client_of.get("/ki-ot/").content.decode()
    assert client_of.get("/ki-ot/qua-buu-dien/").status_code == 200
    assert client_of.post("/ki-ot/qua-buu-dien/").status_code == 422
    sent = {"file": [uploaded("a.hlp", data), uploaded("b.hlp", data[:-9]), uploaded("c.hlp", data)]}
    page = client_of.post("/ki-ot/qua-buu-dien/", sent)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Đã nhận 12 phiếu mới từ 3 tệp" in text
    assert "bị hỏng hoặc chép thiếu" in text
    hidden = text.split('name="receipts" value="')[1].split('"')[0]
    file = client_of.post("/ki-ot/qua-buu-dien/bien-nhan/", {"receipts": hidden})
    assert 'filename="bien-nhan.hlr"' in file["Content-Disposition"]
    assert kiosk.take(file.content).released == 12
    assert client_of.post("/ki-ot/qua-buu-dien/bien-nhan/", {"receipts": hidden[:-3]}).status_code == 302
    officer = people("canbo", ("unit_officer", {"plan": "krong-no-2023"}))
    assert officer.get("/ki-ot/qua-buu-dien/").status_code == 403
    assert officer.post("/ki-ot/qua-buu-dien/", {"file": uploaded("a.hlp", data)}).status_code == 403
    assert "qua-buu-dien" not in officer.get("/ki-ot/").content.decode()


def test_the_command_takes_files_in_and_writes_receipts(kiosks: Any, capsys: Any, tmp_path: Path) -> None:
    from argparse import Namespace

    from central_office.commands.posted import import_post

    kiosk = kiosks()
    kiosk.answer(3)
    good, bad, receipts = kiosk.export(), tmp_path / "bad.hlp", tmp_path / "bien-nhan.hlr"
    bad.write_bytes(b"HAILONG-POST 1 nothing")
    assert import_post(Namespace(files=[good, bad], receipts=receipts), None) == 1
    said = capsys.readouterr().out
    assert "mới / new 3" in said
    assert "(damaged)" in said
    assert kiosk.take(receipts.read_bytes()).released == 3
    assert import_post(Namespace(files=[good], receipts=receipts), None) == 0


def test_the_page_in_a_browser(kiosks: Any, client_of: Any, office_address: str, browser: Any, browsing: Any) -> None:
    kiosk = kiosks()
    kiosk.answer(12)
    path = kiosk.export()
    bad = path.with_name("hong.hlp")
    bad.write_bytes(path.read_bytes()[:-1])
    screens = ROOT / "build/screens"
    screens.mkdir(parents=True, exist_ok=True)
    browser.get(f"{office_address}/dang-nhap/")
    browser.add_cookie({"name": "sessionid", "value": client_of.cookies["sessionid"].value})
    browsing.show(browser, f"{office_address}/ki-ot/qua-buu-dien/", 400, 860)
    browser.find_element("css selector", "input[type=file]").send_keys(f"{path}\n{bad}")
    web.touched(browser, ".entry-buttons button")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 400
    for width in (400, 1280):
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        assert browser.execute_script(browsing.READABLE) == []
        browser.save_screenshot(str(screens / f"office-posted-{width}.png"))
