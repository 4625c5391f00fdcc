"""The trusted repository, releases and rings on the command line. The rules are in `central_office.updates`."""

import re
import tempfile
import tomllib
from argparse import Namespace
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.people import audit
from central_office.people.audit import operator
from central_office.rounds.models import FormFile
from central_office.updates.models import Release, Ring
from central_office.updates.place import ONLINE, online_key, repository
from central_office.updates.releasing import halt as halt_release
from central_office.updates.releasing import open_ring
from central_office.updates.repository import RepositoryTrouble, sha256_of
from central_office.updates.rings import progress
from central_office.updates.signing import SeedSigner, make_key, read_key, read_keys
from survey.updates import form_target, system_target

NAMED = re.compile(r"(hailong-[a-z0-9]+)-(\d[\d.]*)\.raucb")


class WrongRings(Exception):
    """The file of rings is none."""

    code = "wrong_rings"
    hint = "See docs/updates.md for an example."


def init(arguments: Namespace, config: Config) -> int:
    folder, keys = config.updates_path, arguments.keys
    office, now = repository(folder), timezone.now()
    if office.exists:
        raise RepositoryTrouble("đã có kho / the repository exists")
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    roots, targets = _make(keys, "root", arguments.root_keys), _make(keys, "targets", 1)
    online = online_key(folder) if (folder / ONLINE).exists() else make_key(folder / ONLINE)
    office.begin(roots, arguments.threshold, targets, online, now)
    audit.note(operator(), "repository.made", "updates", {"root_keys": len(roots), "threshold": arguments.threshold})
    say(f"Đã tạo kho / made: {folder}")
    say(f"Khóa gốc và khóa phát hành nằm ở {keys}: rút USB, cất hai bản ở hai nơi / keep the keys off this machine")
    return 0


def forms(arguments: Namespace, config: Config) -> int:
    """Make every loaded form a target, by its digest."""
    office, now = repository(config.updates_path), timezone.now()
    known = office.names()
    new = [row for row in FormFile.objects.order_by("form", "version") if form_target(row.digest) not in known]
    with tempfile.TemporaryDirectory() as aside:
        files = {}
        for row in new:
            path = Path(aside) / row.digest
            path.write_bytes(row.text.encode("utf-8"))
            files[form_target(row.digest)] = (path, {"form": row.form, "version": row.version})
        if files:
            office.publish(files, read_keys(arguments.keys, "targets"), online_key(config.updates_path), now)
            audit.note(
                operator(), "forms.published", "updates", {"forms": [f"{row.form} {row.version}" for row in new]}
            )
    for row in new:
        say(f"{row.form} {row.version}")
    say(f"Đã ký {len(new)} phiếu, có sẵn {len(known)} / signed")
    return 0


def release(arguments: Namespace, config: Config) -> int:
    match, now = NAMED.fullmatch(arguments.file.name), timezone.now()
    if match is None:
        raise RepositoryTrouble(f"{arguments.file.name}: tên phải như hailong-amd64-2026.12.1.raucb")
    name, office = system_target(match[1], match[2]), repository(config.updates_path)
    if Release.objects.filter(target=name).exists():
        raise RepositoryTrouble(f"{match[2]} đã phát hành; bản khác phải mang số khác / this version was released")
    made = office.target(name) if office.exists else None
    if made is None:
        custom = {"compatible": match[1], "version": match[2]}
        keys, online = read_keys(arguments.keys, "targets"), online_key(config.updates_path)
        office.publish({name: (arguments.file, custom)}, keys, online, now)
        made = office.target(name)
    if made is None or made.hashes["sha256"] != sha256_of(arguments.file):  # one signed before a cut must be the same
        raise RepositoryTrouble(f"{name}: kho giữ một gói khác dưới tên này / the repository holds another bundle")
    with transaction.atomic():
        row = Release.objects.create(
            target=name,
            compatible=match[1],
            version=match[2],
            sha256=made.hashes["sha256"],
            size=made.length,
            published_at=now,
            published_by=operator(),
        )
        audit.note(operator(), "release.published", name, {"sha256": row.sha256})
    say(f"Đã phát hành / released: {match[2]} ({match[1]}), {row.size:,} byte")
    if arguments.ring:
        open_ring(row, Ring.objects.get(name=arguments.ring), operator(), now)
        say(f"Đã mở cho vòng / opened to: {arguments.ring}")
    return 0


def rotate(arguments: Namespace, config: Config) -> int:
    """New keys of every role, let in by enough of the old root's: what a thief took, stick or server, signs no more."""
    office, now = repository(config.updates_path), timezone.now()
    arguments.new_keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    old = read_keys(arguments.keys, "root")
    roots, targets = _make(arguments.new_keys, "root", arguments.root_keys), _make(arguments.new_keys, "targets", 1)
    aside = config.updates_path / f"{ONLINE}.new"  # one that is left from a run cut off may be what the root names
    online = read_key(aside) if aside.exists() else make_key(aside)
    version = office.replace_keys(roots, old, arguments.threshold, targets, online, now)
    aside.replace(config.updates_path / ONLINE)
    audit.note(operator(), "repository.rotated", "updates", {"root": version})
    say(f"Khóa gốc bản {version} / root version {version}; khóa mới ở {arguments.new_keys}")
    return 0


def rings(arguments: Namespace, _config: Config) -> int:
    if arguments.file is not None:
        _load_rings(arguments.file)
    for ring in Ring.objects.order_by("order"):
        where, way = ", ".join(ring.units) or "mọi nơi / anywhere", "  tự mở / automatic" if ring.automatic else ""
        say(f"{ring.order:>3}  {ring.name:<16} {ring.percent:>3} %  {where}{way}")
    return 0


def open(arguments: Namespace, _config: Config) -> int:
    for row in _named(arguments.version):
        open_ring(row, Ring.objects.get(name=arguments.ring), operator(), timezone.now(), arguments.anyway)
        say(f"Đã mở / opened: {row.version} ({row.compatible}) → {arguments.ring}")
    return 0


def halt(arguments: Namespace, _config: Config) -> int:
    for row in _named(arguments.version):
        halt_release(row, arguments.why, operator(), timezone.now())
        say(f"Đã dừng / halted: {row.version} ({row.compatible})")
    return 0


def status(_arguments: Namespace, _config: Config) -> int:
    now = timezone.now()
    for row in Release.objects.order_by("-published_at"):
        say(f"{row.version} ({row.compatible}){': dừng, ' + row.halted_why if row.halted_at else ''}")
        for each in progress(row, now):
            state = "mở / open" if each.opening else "chưa mở / closed"
            counts = f"{each.took} đã nhận, {each.proved} chạy tốt, {each.failed} hỏng, trên {each.members}"
            say(f"  {each.ring.name:<16} {state:<16} {counts}")
    return 0


def _named(version: str) -> list[Release]:
    """A version's releases, one for each kind of machine. Raises: Release.DoesNotExist."""
    found = list(Release.objects.filter(version=version))
    if not found:
        raise Release.DoesNotExist(f"không có bản {version} / no release {version}")
    return found


def _make(folder: Path, role: str, count: int) -> list[SeedSigner]:
    return [make_key(folder / f"{role}-{number}.key") for number in range(1, count + 1)]


def _load_rings(path: Path) -> None:
    try:
        told = tomllib.loads(path.read_text("utf-8"))["ring"]
        made = [
            Ring(
                name=str(each["name"]),
                order=number,
                units=[str(unit) for unit in each.get("units", [])],
                percent=int(each.get("percent", 100)),
                automatic=bool(each.get("automatic", False)),
            )
            for number, each in enumerate(told, 1)
        ]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise WrongRings(f"{path}: {error!r}") from None
    if not all(1 <= ring.percent <= 100 and 0 < len(ring.name) <= 40 for ring in made):
        raise WrongRings(f"{path}: percent is 1 to 100, name 1 to 40 letters")
    with transaction.atomic():
        Ring.objects.exclude(name__in=[ring.name for ring in made]).delete()
        for held in Ring.objects.all():  # out of the way of the new order
            Ring.objects.filter(pk=held.pk).update(order=-1000 - held.order)
        for ring in made:
            ring.save()
        audit.note(operator(), "rings.loaded", "updates", {"rings": [ring.name for ring in made]})
