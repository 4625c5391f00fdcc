"""The trusted repository under attack: who has the line, or the office's server, gives a kiosk nothing of their own."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central_office.updates.repository import Repository, RepositoryTrouble
from central_office.updates.signing import SeedSigner, make_key, read_keys
from survey.assignment import Assignment
from survey.form import FormRef
from survey.form_file import read_form
from survey.offer import Offer
from survey.updates import METADATA, TARGETS, Release, form_target, system_target
from sync_agent import enrolment
from sync_agent.delivery import Reply
from sync_agent.standing import StandingFile
from sync_agent.updates.bundle import SLICE_BYTES, BundleFetch
from sync_agent.updates.clock import SignedClock
from sync_agent.updates.keeper import UpdateKeeper
from sync_agent.updates.trust import Trouble, TrustedRepository

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FORM, DIGEST = b'{"a": "form"}', "ab" * 32
VERSION, COMPATIBLE = "2026.12.1", "hailong-amd64"
Spoil = Callable[[str, bytes], bytes]


def keys(folder: Path, role: str, count: int) -> list[SeedSigner]:
    folder.mkdir(exist_ok=True)
    return [make_key(folder / f"{role}-{number}.key") for number in range(1, count + 1)]


class Forger(Repository):
    """Writes what the office's own repository refuses to write."""

    def _check(self, made: object) -> None:
        pass


@dataclass
class Office:
    """A repository with one form and one system, its keys, and who sits on the line between it and a kiosk."""

    folder: Path
    now: datetime = NOW
    spoil: Spoil = lambda _path, data: data
    down: bool = False
    got: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.repository = Repository(self.folder / "repository")
        self.roots, self.signers = keys(self.folder / "k", "root", 2), keys(self.folder / "k", "targets", 1)
        self.online = keys(self.folder / "k", "online", 1)[0]
        self.repository.begin(self.roots, 2, self.signers, self.online, self.now)
        self.publish(form_target(DIGEST), FORM)

    def publish(self, name: str, data: bytes, custom: dict[str, str] | None = None) -> None:
        path = self.folder / "made"
        path.write_bytes(data)
        self.repository.publish({name: (path, custom or {})}, self.signers, self.online, self.now)

    def publish_system(self, data: bytes, version: str = VERSION) -> str:
        name = system_target(COMPATIBLE, version)
        self.publish(name, data, {"compatible": COMPATIBLE, "version": version})
        return name

    def get(self, path: str, most_bytes: int, span: tuple[int, int] | None = None) -> Reply:
        self.got.append(path)
        if self.down:
            return Reply(0, {}, b"ConnectionError")
        base = self.repository.metadata if path.startswith(METADATA) else self.repository.targets
        try:
            data = self.spoil(path, (base / path.removeprefix(METADATA).removeprefix(TARGETS)).read_bytes())
        except OSError:
            return Reply(404, {}, b"")
        if span is None:
            return Reply(200, {}, data[: most_bytes + 1])
        first, last = span[0], min(span[1], len(data) - 1)
        return Reply(206, {"content-range": f"bytes {first}-{last}/{len(data)}"}, data[first : last + 1])


@pytest.fixture
def office(tmp_path: Path) -> Office:
    (tmp_path / "office").mkdir()
    return Office(tmp_path / "office")


@pytest.fixture
def kiosk(office: Office, tmp_path: Path) -> TrustedRepository:
    trusted = TrustedRepository(tmp_path / "trust", office.get, lambda: office.now)
    assert trusted.pin(office.repository.root_text())
    assert trusted.refresh() is Trouble.NONE
    return trusted


def test_a_form_is_found_by_its_digest_and_nothing_else(kiosk: TrustedRepository) -> None:
    target = kiosk.target(form_target(DIGEST))
    assert target is not None
    target.verify_length_and_hashes(FORM)
    assert kiosk.target(form_target("cd" * 32)) is None


def test_the_root_is_pinned_once(office: Office, kiosk: TrustedRepository, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert not kiosk.pin(Office(tmp_path / "other").repository.root_text())
    fresh = TrustedRepository(tmp_path / "fresh", office.get, lambda: office.now)
    wrong = ["", "{}", "null", 7, office.repository.root_text().replace('"version":1', '"version":2')]
    assert [fresh.pin(told) for told in wrong] == [False] * len(wrong)
    assert fresh.refresh() is Trouble.STORE, "nothing is followed where nothing is trusted"
    again = TrustedRepository(tmp_path / "trust", office.get, lambda: office.now)
    assert (again.root, again.refresh()) == (1, Trouble.NONE)


def test_rolling_back_is_refused(office: Office, kiosk: TrustedRepository, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(office.repository.metadata, old)
    office.publish(form_target("cd" * 32), b"newer")
    assert kiosk.refresh() is Trouble.NONE
    refused = 0
    for name in ("timestamp.json", "all"):
        office.spoil = lambda path, data, name=name: (  # type: ignore[misc]
            (old / path.removeprefix(METADATA)).read_bytes() if name in ("all", path.removeprefix(METADATA)) else data
        )
        assert kiosk.refresh() is Trouble.ROLLBACK
        assert kiosk.target(form_target(DIGEST)) is None, "nothing is believed while somebody plays old states"
        refused += 1
    again = TrustedRepository(tmp_path / "trust", office.get, lambda: office.now)
    assert again.refresh() is Trouble.ROLLBACK, "also after a restart"
    print(f"{refused + 1} old states refused")


@pytest.mark.slow
def test_freezing_is_noticed_by_signed_time(office: Office, kiosk: TrustedRepository) -> None:
    kept = {path.name: path.read_bytes() for path in office.repository.metadata.iterdir()}
    office.spoil = lambda path, _data: kept[path.removeprefix(METADATA)]
    office.now = NOW + timedelta(days=6, hours=23)
    assert kiosk.refresh() is Trouble.NONE
    office.now = NOW + timedelta(days=7, minutes=1)
    assert kiosk.refresh() is Trouble.EXPIRED
    assert kiosk.target(form_target(DIGEST)) is None
    office.down = True
    assert kiosk.refresh() is Trouble.EXPIRED, "holding it up altogether is freezing too"
    office.down, office.spoil = False, lambda _path, data: data
    assert office.repository.renew(office.online, office.now)
    assert kiosk.refresh() is Trouble.NONE
    assert not office.repository.renew(office.online, office.now), "once a day is enough"


@pytest.mark.slow
def test_states_are_not_mixed_and_foreign_keys_sign_nothing(office: Office, kiosk: TrustedRepository) -> None:
    strangers = keys(office.folder / "strangers", "targets", 1)
    forged: list[tuple[list[SeedSigner], SeedSigner, Trouble]] = [
        (strangers, office.online, Trouble.SIGNATURE),  # who holds the office's server has the online key
        (office.signers, strangers[0], Trouble.SIGNATURE),
        ([office.online], office.online, Trouble.SIGNATURE),
    ]
    true, refused = office.repository, 0
    for number, (signers, online, expected) in enumerate(forged):
        copy = office.folder / f"forged-{number}"
        shutil.copytree(office.folder / "repository", copy)
        office.repository = Forger(copy)
        (office.folder / "made").write_bytes(b"evil")
        office.repository.publish({form_target("ee" * 32): (office.folder / "made", {})}, signers, online, office.now)
        assert kiosk.refresh() is expected, number
        assert kiosk.target(form_target("ee" * 32)) is None
        refused += 1
    office.repository = true
    office.publish(form_target("cd" * 32), b"next")
    before = (true.metadata / "2.targets.json").read_bytes()
    office.spoil = lambda path, data: before if path.endswith("3.targets.json") else data
    assert kiosk.refresh() is Trouble.ROLLBACK
    office.spoil = lambda path, data: data[:-20] if path.endswith("3.targets.json") else data
    assert kiosk.refresh() is Trouble.UNREADABLE
    office.spoil = lambda _path, data: data
    assert kiosk.refresh() is Trouble.NONE
    print(f"{refused + 2} forged or mixed states refused, the true one taken after them")


def test_endless_data_is_cut(office: Office, kiosk: TrustedRepository) -> None:
    office.publish(form_target("cd" * 32), b"next")
    for name in ("timestamp.json", "3.snapshot.json", "3.targets.json", "2.root.json"):
        office.spoil = lambda path, data, name=name: data + b" " * 2_000_000 if path.endswith(name) else data  # type: ignore[misc]
        if name == "2.root.json":
            (office.repository.metadata / name).write_bytes(b"{}")
        assert kiosk.refresh() is Trouble.TOO_LARGE, name


@pytest.mark.slow
def test_every_key_changes_and_only_with_enough_of_the_old(office: Office, kiosk: TrustedRepository) -> None:
    folder, held = office.folder / "new", office.repository
    roots, (online,), signers = keys(folder, "root", 2), keys(folder, "online", 1), keys(folder, "targets", 1)
    before = {path.name: path.read_bytes() for path in held.metadata.iterdir()}
    with pytest.raises(RepositoryTrouble, match="1/2 keys"):
        held.replace_keys(roots, office.roots[:1], 2, signers, online, office.now)
    assert {path.name: path.read_bytes() for path in held.metadata.iterdir()} == before, "else no kiosk follows again"
    forged = Forger(shutil.copytree(office.folder / "repository", office.folder / "forged"))
    assert forged.replace_keys(roots, office.roots[:1], 2, signers, online, office.now) == 2
    office.repository = forged
    assert kiosk.refresh() is Trouble.SIGNATURE, "one of two old keys is not enough"
    office.repository = held
    assert held.replace_keys(roots, office.roots, 2, signers, online, office.now) == 2
    assert (kiosk.refresh(), kiosk.root) == (Trouble.NONE, 2)
    for lost in ((office.signers, online), (signers, office.online)):
        with pytest.raises(RepositoryTrouble):
            held.publish({form_target("cd" * 32): (office.folder / "made", {})}, *lost, office.now)
    office.signers, office.online = signers, online
    office.publish(form_target("cd" * 32), b"next")
    assert kiosk.refresh() is Trouble.NONE
    assert kiosk.target(form_target(DIGEST)) is not None, "what was signed by the old key is signed anew"
    assert len(read_keys(folder, "root")) == 2


class Keeping:
    """A kiosk's keeper with a clock of its own."""

    def __init__(self, office: Office, directory: Path) -> None:
        self.at_s, self.office, self.folder = 0.0, office, directory / "updates"
        self.state = directory / "state.json"
        self.state.write_text(f'{{"compatible": "{COMPATIBLE}", "version": "2026.11.1", "slot": "A", "phase": "idle"}}')
        self.signed = SignedClock(directory, lambda: 0.0, lambda: self.at_s, lambda: "uncertain")
        self.repository = TrustedRepository(directory / "trust", office.get, self.signed.now)
        self.bundles = BundleFetch(self.folder, office.get)
        self.keeper = UpdateKeeper(self.repository, self.bundles, self.signed, self.state, lambda: self.at_s)

    def hear(self, release: Release | None = None) -> None:
        told: dict[str, object] = {"now": (NOW + timedelta(seconds=self.at_s)).strftime("%Y-%m-%dT%H:%M:%SZ")}
        told |= {"root": self.office.repository.root_text()} | ({"update": release.fields()} if release else {})
        self.keeper.heard(told)  # type: ignore[arg-type]

    def turns(self, count: int) -> None:
        for _ in range(count):
            self.keeper.turn()
            self.at_s += 400


@pytest.fixture
def keeping(office: Office, tmp_path: Path) -> Keeping:
    return Keeping(office, tmp_path)


@pytest.mark.slow
def test_a_bundle_comes_in_slices_over_a_line_that_breaks(office: Office, keeping: Keeping) -> None:
    bundle = bytes(range(256)) * (3 * SLICE_BYTES // 256) + b"end"
    release = Release(office.publish_system(bundle), VERSION)
    keeping.hear(release)
    keeping.turns(3)
    office.down = True
    keeping.turns(2)
    office.down = False
    held = sum(path.stat().st_size for path in keeping.folder.glob("*.part"))
    assert 0 < held < len(bundle)
    assert not (keeping.folder / "ready.json").exists()
    asked = len([path for path in office.got if TARGETS in path])
    keeping.turns(8)
    assert (keeping.folder / "ready.json").exists()
    [kept] = keeping.folder.glob("*.raucb")
    assert kept.read_bytes() == bundle
    assert len([path for path in office.got if TARGETS in path]) - asked <= 3, "what was there is not asked for again"
    told = keeping.keeper.told()
    assert isinstance(told, dict)
    assert (told["percent"], told["root"], told["version"]) == (100, 1, "2026.11.1")
    office.publish_system(b"next", "2026.12.2")
    keeping.hear(Release(system_target(COMPATIBLE, "2026.12.2"), "2026.12.2"))
    keeping.turns(3)
    assert [path.read_bytes() for path in keeping.folder.glob("*.raucb")] == [b"next"], "the old one made room"


def test_bytes_that_are_not_the_signed_ones_are_thrown_away(office: Office, keeping: Keeping) -> None:
    name = office.publish_system(b"true" * 1000)
    office.spoil = lambda path, data: b"evil" * 1000 if TARGETS in path else data
    keeping.hear(Release(name, VERSION))
    keeping.turns(6)
    assert not list(keeping.folder.glob("*.raucb"))
    assert not (keeping.folder / "ready.json").exists()
    assert not list(keeping.folder.glob("*.part"))


@pytest.mark.slow
def test_the_servers_word_alone_gives_no_system(office: Office, keeping: Keeping) -> None:
    office.publish(system_target("hailong-arm64", VERSION), b"x", {"compatible": "hailong-arm64", "version": VERSION})
    office.publish(system_target(COMPATIBLE, "1.0"), b"x", {"compatible": COMPATIBLE, "version": "1.0"})
    office.publish(system_target(COMPATIBLE, "3.0"), b"x")
    for release in (
        Release(system_target(COMPATIBLE, "9.9"), "9.9"),
        Release(system_target("hailong-arm64", VERSION), VERSION),
        Release(system_target(COMPATIBLE, "1.0"), "9.9"),
        Release(system_target(COMPATIBLE, "3.0"), "3.0"),
    ):
        keeping.hear(release)
        keeping.turns(4)
    assert not [path for path in office.got if TARGETS in path]


def test_a_form_must_be_a_target_where_a_repository_is_trusted(office: Office, keeping: Keeping) -> None:
    assert keeping.keeper.trusts_form("ee" * 32, b"any"), "a kiosk without a repository takes the centre's word"
    keeping.hear()
    assert keeping.keeper.trusts_form(DIGEST, FORM)
    assert not keeping.keeper.trusts_form(DIGEST, FORM + b" ")
    assert not keeping.keeper.trusts_form("ee" * 32, b"any")
    office.publish(form_target("ee" * 32), b"any")
    assert keeping.keeper.trusts_form("ee" * 32, b"any"), "the repository is followed when it is asked"
    keeping.at_s += 8 * 86_400
    keeping.hear()
    assert not keeping.keeper.trusts_form("cd" * 32, b"other")
    assert keeping.repository.trouble is Trouble.EXPIRED


def test_an_offer_of_a_form_that_is_no_target_waits(office: Office, keeping: Keeping, tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "survey/data/forms/rut-gon-mot-cua.json").read_bytes()
    form = read_form(text, "form")
    held = Assignment("k-1", "plan", "point", {"vi": "Quầy"}, {"vi": "Sở"}, FormRef("old", "1", "00" * 32))
    offer = Offer(replace(held, form=form.ref, serial=1), text.decode(), ("vi",)).fields()
    standing = StandingFile(tmp_path, held, keeping.keeper.trusts_form)
    keeping.hear()
    assert not standing.take(offer)
    told = standing.asks()
    assert isinstance(told, dict)
    assert (told["why"], told["refused"]) == ("untrusted", 1)
    office.publish(form_target(form.ref.digest), text)
    standing.try_again()
    assert standing.take(offer)
    assert standing.held.form == form.ref
    renamed = Offer(replace(standing.held, point_name={"vi": "Quầy 2"}, serial=2), text.decode(), ("vi",)).fields()
    office.down = True
    assert standing.take(renamed), "what is asked already needs no new trust"


@pytest.mark.slow
def test_a_new_enrolment_trusts_anew(office: Office, kiosk: TrustedRepository, tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "survey/data/forms/rut-gon-mot-cua.json").read_bytes()
    given = Assignment("k-1", "plan", "point", {"vi": "Quầy"}, {"vi": "Sở"}, read_form(text, "form").ref)
    enrolment.keep(enrolment.Enrolment(b"k" * 32, given, text), tmp_path)
    (tmp_path / "other").mkdir()
    other = Office(tmp_path / "other")
    again = TrustedRepository(tmp_path / "trust", other.get, lambda: other.now)
    assert again.root == 0
    assert again.pin(other.repository.root_text())
    assert again.refresh() is Trouble.NONE


def test_signed_time_never_goes_back_and_outlives_a_restart(tmp_path: Path) -> None:
    at_s, quality = [0.0], ["uncertain"]

    def clock() -> SignedClock:
        return SignedClock(tmp_path, lambda: 5.0, lambda: at_s[0], lambda: quality[0])

    first = clock()
    assert first.now() == datetime.fromtimestamp(5, UTC)
    first.heard("2026-11-22T09:00:00Z")
    at_s[0] = 60.0
    assert first.now() == NOW + timedelta(minutes=1)
    for told in ("2026-11-22T08:59:00Z", "yesterday", None, 7):
        first.heard(told)
    assert first.now() == NOW + timedelta(minutes=1)
    assert clock().now() == NOW
    quality[0] = "synchronised"
    assert first.now() == datetime.fromtimestamp(5, UTC)


def test_nothing_on_the_disk_or_the_line_stops_the_agent(office: Office, keeping: Keeping) -> None:
    keeping.hear(Release(office.publish_system(b"x" * 100), VERSION))
    keeping.folder.write_text("a file where a folder should be")
    keeping.state.write_text("[]")
    keeping.turns(5)
    for update in ({}, [], {"v": 1, "target": "../../etc", "version": "1"}, {"v": 2, "target": "x", "version": "1"}):
        keeping.keeper.heard({"now": 5, "root": [], "update": update})  # type: ignore[dict-item]
        keeping.turns(1)
    assert keeping.keeper.told()
