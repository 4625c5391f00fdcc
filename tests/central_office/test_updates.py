"""The office's repository and rings: made, served, opened ring by ring, halted where kiosks fail, on both databases."""

import contextlib
import io
import json
from argparse import Namespace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from survey import wire
from survey.updates import METADATA, TARGETS, System, form_target, read_release
from sync_agent.delivery import Reply
from sync_agent.updates.trust import Trouble, TrustedRepository

COMPATIBLE = "hailong-amd64"
FIRST = "0.1.0"


class Place:
    """The repository of a settled office, with its keys, and ring by ring what is released."""

    def __init__(self, office: Any, directory: Path) -> None:
        from django.conf import settings

        from central_office.config import Config

        self.office, self.keys, self.directory = office, directory / "stick", directory
        self.config = Config(data_directory=settings.UPDATES_DIRECTORY.parent)

    def run(self, action: str, **arguments: Any) -> int:
        from central_office.commands import updates

        with contextlib.redirect_stdout(io.StringIO()):
            return getattr(updates, action)(Namespace(**arguments), self.config)

    def init(self) -> None:
        self.run("init", keys=self.keys, root_keys=3, threshold=2)

    def rings(self, *rings: dict[str, Any]) -> None:
        path = self.directory / "rings.toml"
        lines = [line for ring in rings for line in ["[[ring]]", *(f"{k} = {json.dumps(v)}" for k, v in ring.items())]]
        path.write_text("\n".join(lines))
        self.run("rings", file=path)

    def release(self, version: str, data: bytes = b"bundle", ring: str = "") -> Any:
        from central_office.updates.models import Release

        path = self.directory / f"{COMPATIBLE}-{version}.raucb"
        path.write_bytes(data)
        self.run("release", file=path, keys=self.keys, ring=ring)
        return Release.objects.get(version=version)

    def ring(self, name: str) -> Any:
        from central_office.updates.models import Ring

        return Ring.objects.get(name=name)

    def beat(self, device: Any, **system: Any) -> dict[str, Any]:
        told = System(compatible=COMPATIBLE, slot="A", version=FIRST, phase="idle", root=1)
        fields = told.fields() | system
        reply = self.office.door.post("/api/v1/heartbeats", device.heartbeat(system=fields), "application/json")
        assert reply.status == 200, reply.body
        return wire.read_message("time", reply.body, device.is_centre)


@pytest.fixture
def place(small_office: Any, tmp_path: Path, settings: Any) -> Place:
    return settled(small_office, tmp_path, settings)


@pytest.fixture
def each_place(office: Any, tmp_path: Path, settings: Any) -> Place:
    """On each database."""
    return settled(office, tmp_path, settings)


def settled(office: Any, tmp_path: Path, settings: Any) -> Place:
    settings.UPDATES_DIRECTORY = tmp_path / "office" / "updates"
    made = Place(office, tmp_path)
    made.init()
    return made


def shift(**ago: float) -> None:
    """What kiosks told, told so long ago."""
    from django.db.models import F

    from central_office.updates.models import KioskSystem

    KioskSystem.objects.update(since=F("since") - timedelta(**ago))


def test_a_kiosk_pins_the_root_and_follows_over_http(place: Place, tmp_path: Path) -> None:
    from django.test import Client
    from django.utils import timezone

    client = Client()
    place.run("forms", keys=place.keys)
    place.run("forms", keys=place.keys)  # nothing new: nothing signed
    device = place.office.device()
    told = place.beat(device, root=0)
    assert "root" not in place.beat(device)

    def get(path: str, most_bytes: int, span: tuple[int, int] | None = None) -> Reply:
        headers = {"Range": f"bytes={span[0]}-{span[1]}"} if span else {}
        reply = client.get(path, headers=headers)
        data = b"".join(reply.streaming_content) if reply.streaming else reply.content
        return Reply(reply.status_code, {k.lower(): v for k, v in reply.headers.items()}, data[: most_bytes + 1])

    kiosk = TrustedRepository(tmp_path / "trust", get, timezone.now)
    assert kiosk.pin(told["root"])
    assert kiosk.refresh() is Trouble.NONE
    target = kiosk.target(form_target(device.assignment.form.digest))
    assert target is not None
    path = f"{TARGETS}forms/{target.hashes['sha256']}.{device.assignment.form.digest}.json"
    whole = get(path, 10**6).body
    target.verify_length_and_hashes(whole)
    part = get(path, 10**6, (10, 19))
    assert (part.status, part.body, part.headers["content-range"]) == (206, whole[10:20], f"bytes 10-19/{len(whole)}")
    assert get(path, 10**6, (len(whole), len(whole) + 5)).status == 416
    names = ["lock", "1.root.json.bak", "..%2f..%2fcentre.key", "online-1.key", "99.root.json"]
    assert [client.get(METADATA + name).status_code for name in names] == [404] * len(names)
    assert client.get(f"{TARGETS}../online-1.key").status_code == 404


def test_slow_lines_leave_threads_for_answers(place: Place) -> None:
    from django.test import Client, RequestFactory

    from central_office.updates.serving import target

    release = place.release("0.2.0", b"bundle" * 9)
    name = f"systems/{release.sha256}.{COMPATIBLE}-0.2.0.raucb"

    def ask(span: str = "") -> Any:
        return target(RequestFactory().get("/", headers={"Range": span} if span else {}), name)

    slow = [ask("bytes=0-5"), ask()]
    late = ask("bytes=0-5")
    assert (late.status_code, late.headers["Retry-After"]) == (503, "30")
    for each in (*slow, *slow):
        each.close()  # twice frees no more than was held
    for span, status in (("bytes=0-5", 206), ("bytes=99-100", 416), ("", 200)) * 3:
        reply = Client().get(TARGETS + name, headers={"Range": span} if span else {})
        assert (reply.status_code, len(b"".join(reply)) > 0) == (status, True)


def test_a_release_goes_ring_by_ring(each_place: Place) -> None:
    from django.utils import timezone

    from central_office.updates.models import Ring
    from central_office.updates.releasing import NotOpened, open_ring, turn

    each_place.rings({"name": "thử", "percent": 40}, {"name": "mọi nơi", "automatic": True})
    kiosks = [each_place.office.device(seed=seed) for seed in range(1, 8)]
    assert [each_place.beat(device).get("update") for device in kiosks] == [None] * 7
    release = each_place.release("0.2.0", ring="thử")
    offered = {
        device.name: read_release(told["update"]) for device in kiosks if "update" in (told := each_place.beat(device))
    }
    assert 0 < len(offered) < 7
    assert {each.version for each in offered.values()} == {"0.2.0"}
    everywhere = Ring.objects.get(name="mọi nơi")
    with pytest.raises(NotOpened):
        open_ring(release, everywhere, "an", timezone.now())
    for device in kiosks:
        if device.name in offered:
            assert "update" not in each_place.beat(device, version="0.2.0", slot="B")
    turn(timezone.now())
    assert release.opening_set.count() == 1, "a day must pass"
    shift(hours=25)
    turn(timezone.now())
    assert release.opening_set.count() == 2
    assert all("update" in each_place.beat(device) for device in kiosks if device.name not in offered)
    print(f"7 kiosks: {len(offered)} in the first ring, the others a day later")


def test_failures_halt_a_release_and_are_told(each_place: Place) -> None:
    from django.utils import timezone

    from central_office.people.models import AuditLine
    from central_office.updates import releasing

    each_place.rings({"name": "mọi nơi"})
    kiosks = [each_place.office.device(seed=seed) for seed in range(1, 5)]
    for device in kiosks:
        each_place.beat(device)
    release = each_place.release("0.2.0", ring="mọi nơi")
    for device in kiosks[:2]:
        each_place.beat(device, version="0.2.0")
    releasing.turn(timezone.now())
    release.refresh_from_db()
    assert release.halted_at is None
    assert "update" not in each_place.beat(kiosks[2], failed="0.2.0", why="no_frames"), "it is not sent the same again"
    releasing.turn(timezone.now())
    release.refresh_from_db()
    assert "1 trên 3" in release.halted_why
    assert "update" not in each_place.beat(kiosks[3])
    assert AuditLine.objects.filter(action="release.halted").count() == 1
    assert not releasing.halt(release, "again", "an", timezone.now())
    release.refresh_from_db()
    releasing.resume(release, "an", timezone.now())
    releasing.turn(timezone.now())
    assert "update" in each_place.beat(kiosks[3]), "what a person has looked at stops it no more"
    assert "update" not in each_place.beat(kiosks[3], failed="0.2.0", why="no_frames")
    releasing.turn(timezone.now())
    release.refresh_from_db()
    assert "2 trên 4" in release.halted_why, "another failure does"
    releasing.resume(release, "an", timezone.now())
    newer = each_place.release("0.3.0", ring="mọi nơi")
    told = [read_release(each_place.beat(device)["update"]).version for device in kiosks]
    assert told == [newer.version] * 4, "the next one goes to all, those that failed too"


def test_an_older_release_halts_too_and_kiosks_that_were_replaced_do_not_count(place: Place) -> None:
    from django.utils import timezone

    from central_office.fleet.models import Kiosk
    from central_office.updates import releasing

    place.rings({"name": "thử", "percent": 1}, {"name": "mọi nơi"})
    device = place.office.device(seed=1)
    place.beat(device)
    old = place.release("0.2.0", ring="thử")
    releasing.open_ring(old, place.ring("mọi nơi"), "an", timezone.now(), anyway=True)
    place.release("0.3.0", ring="thử")
    place.beat(device, failed="0.2.0", why="no_frames")
    Kiosk.objects.filter(kiosk=device.name).update(retired_at=timezone.now())
    releasing.turn(timezone.now())
    old.refresh_from_db()
    assert old.halted_at is None, "it was replaced"
    Kiosk.objects.filter(kiosk=device.name).update(retired_at=None)
    releasing.turn(timezone.now())
    old.refresh_from_db()
    assert old.halted_at is not None, "the newest is for another ring"


def test_a_release_cut_off_after_its_signature_is_finished_by_the_same_bundle_alone(place: Place) -> None:
    from central_office.updates.models import Release
    from central_office.updates.repository import RepositoryTrouble

    place.release("0.2.0", b"bundle")
    with pytest.raises(RepositoryTrouble, match="released"):
        place.release("0.2.0", b"bundle")
    Release.objects.all().delete()  # as a cut of the power between the signature and the row leaves it
    with pytest.raises(RepositoryTrouble, match="another"):
        place.release("0.2.0", b"other")
    assert place.release("0.2.0", b"bundle").size == len(b"bundle")


def test_a_lost_online_key_lets_no_failing_release_go_on(place: Place) -> None:
    from django.conf import settings
    from django.utils import timezone

    from central_office.updates import ticks
    from central_office.updates.signing import BadKey

    place.rings({"name": "mọi nơi"})
    release = place.release("0.2.0", ring="mọi nơi")
    place.beat(place.office.device(), failed="0.2.0", why="no_frames")
    (settings.UPDATES_DIRECTORY / "online-1.key").unlink()
    with pytest.raises(BadKey):
        ticks.turn(timezone.now())
    release.refresh_from_db()
    assert release.halted_at is not None


def test_the_timestamp_is_signed_anew_each_day_by_one_process(place: Place) -> None:
    from django.conf import settings
    from django.utils import timezone

    from central_office.updates import ticks
    from central_office.updates.place import repository

    now, held = timezone.now(), repository(settings.UPDATES_DIRECTORY)
    first = held.timestamp().version
    ticks.turn(now)
    assert held.timestamp().version == first
    for days in (2, 2, 4):
        ticks.turn(now + timedelta(days=days))
    assert held.timestamp().version == first + 2
    assert held.timestamp().expires > now + timedelta(days=10)


def test_what_a_kiosk_tells_wrongly_stops_no_heartbeat(place: Place) -> None:
    device = place.office.device()
    wrong: list[dict[str, Any]] = [{"v": 2}, {"version": 7}, {"root": -1}, {"why": "a b"}, {"slot": "x" * 99}]
    for system in wrong:
        assert "update" not in place.beat(device, **system)
    place.run("rotate", keys=place.keys, new_keys=place.directory / "stick2", root_keys=3, threshold=2)
    assert '"version":2' in str(place.beat(device, root=0)["root"])


def test_the_page_shows_rings_and_takes_a_click(place: Place) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    from central_office.updates.models import Opening

    client = Client()

    place.rings({"name": "thử", "percent": 50}, {"name": "mọi nơi"})
    release = place.release("0.2.0", ring="thử")
    place.beat(place.office.device(), trouble="expired")
    admin = User.objects.create_superuser("an", password="x")
    client.force_login(admin)
    page = client.get("/ki-ot/ban-cap-nhat/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "0.2.0" in text
    assert "quá hạn" in text
    assert "không thuộc vòng nào" not in text
    address = "/ki-ot/ban-cap-nhat/doi/"
    assert client.post(address, {"target": release.target, "open": "mọi nơi"}).status_code == 422
    assert client.post(address, {"target": release.target, "open": "mọi nơi", "anyway": "1"}).status_code == 302
    assert Opening.objects.get(ring="mọi nơi").opened_by == "an"
    assert client.post(address, {"target": "systems/none.raucb", "halt": "1"}).status_code == 404
    assert client.post(address, {"target": release.target, "halt": "1", "why": "thử dừng"}).status_code == 302
    assert "thử dừng" in client.get("/ki-ot/ban-cap-nhat/").content.decode()
    place.rings({"name": "thử", "units": ["thu:none"]})
    assert "1 ki-ốt không thuộc vòng nào" in client.get("/ki-ot/ban-cap-nhat/").content.decode()
    client.force_login(User.objects.create_user("binh", password="x"))
    assert client.get("/ki-ot/ban-cap-nhat/").status_code == 403
    assert client.post(address, {"target": release.target, "halt": "1"}).status_code == 403
