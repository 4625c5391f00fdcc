"""Freezing and publishing on the command line. Knows folders; the rules are in `central_office.publication`."""

import sys
import time
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from central_office.commands import say
from central_office.commands.handing import Sums, handed_out
from central_office.config import Config
from central_office.keys import read_centre_key, sign_with
from central_office.people.audit import operator
from central_office.publication import checking, editing, freezing, members, packaging, recording
from central_office.publication.edition import Edition
from central_office.publication.figures import figures
from central_office.publication.files import write_folder
from central_office.publication.handing import hand_out
from central_office.publication.inputs import Inputs, read_inputs
from central_office.publication.manifest import read_manifest
from central_office.publication.models import Frozen, Publication, Where
from central_office.publication.recount import Member
from central_office.publication.site import site as site_files
from central_office.results.analysis import Analysis
from central_office.results.analysis_file import read_analysis
from central_office.rounds.models import PlanFile
from survey.identifier import quarter_of

TOLD_EVERY_S = 2.0


def freeze(arguments: Namespace, _config: Config) -> int:
    now = timezone.now()
    as_of = quarter_of(arguments.as_of) if arguments.as_of else now
    request = freezing.Request(arguments.plan, as_of, now, operator(), arguments.interim)
    _show(freezing.freeze(request, _told_figures, _sign))
    return 0


def _told_figures(plan_file: PlanFile, members: Iterable[Member], as_of: datetime, inputs: Inputs) -> Analysis:
    return figures(plan_file, _told(members), as_of, inputs)


def _told(walked: Iterable[Member]) -> Iterator[Member]:
    """The same; every two seconds a line says how many have passed, for a year's records take minutes."""
    due_s = time.monotonic() + TOLD_EVERY_S
    for count, member in enumerate(walked):
        if time.monotonic() >= due_s:
            sys.stderr.write(f"… {count:,} phiếu/records\n")
            due_s += TOLD_EVERY_S
        yield member


def frozen_list(_arguments: Namespace, _config: Config) -> int:
    for frozen in Frozen.objects.order_by("frozen_at"):
        _show(frozen)
    return 0


def frozen_write(arguments: Namespace, _config: Config) -> int:
    frozen = _frozen(arguments.version)
    _write_frozen("frozen write", frozen, freezing.kept_parts(frozen), arguments.out)
    return 0


def frozen_rebuild(arguments: Namespace, _config: Config) -> int:
    """Exit code 1 where anything differs."""
    frozen = _frozen(arguments.version)
    rebuilt = freezing.rebuild(frozen, _told_figures)
    _write_frozen("frozen rebuild", frozen, rebuilt.parts, arguments.out)
    for name in rebuilt.differing:
        say(f"Khác / differs: {name}")
    if rebuilt.without_bytes > rebuilt.withdrawn:
        say(f"Không còn dữ liệu gốc / bytes taken away: {rebuilt.without_bytes} phiếu/records")
    if rebuilt.withdrawn:
        say(f"Đã rút lại sau khi đóng băng / withdrawn since: {rebuilt.withdrawn} phiếu/records, bytes erased")
    files = len(read_manifest(bytes(frozen.manifest))["files"]) + 1
    say(f"Khác nhau / differing: {len(rebuilt.differing)} / {files}")
    return 1 if rebuilt.differing else 0


def frozen_check(arguments: Namespace, _config: Config) -> int:
    key = bytes.fromhex(arguments.key) if arguments.key else None
    faults = list(checking.check(arguments.folder, key))
    for fault in faults:
        say(f"SAI / wrong: {fault}")
    say(f"Khóa / key: {checking.own_key(arguments.folder).hex()}{'' if key else ' (của chính thư mục / its own)'}")
    say(f"Sai / wrong: {len(faults)}")
    return 1 if faults else 0


def frozen_accept(arguments: Namespace, _config: Config) -> int:
    entry = recording.Entry(arguments.day, arguments.council, arguments.note)
    recording.accept(_frozen(arguments.version), entry, operator(), timezone.now())
    return 0


def site(arguments: Namespace, _config: Config) -> int:
    frozen = _frozen(arguments.frozen)
    hand_out(frozen, "site", operator(), timezone.now())
    _write_site("site", editing.edition_of(frozen, _key()), arguments.out)
    return 0


def package(arguments: Namespace, _config: Config) -> int:
    frozen = _frozen(arguments.frozen)
    points = (
        frozenset(arguments.point) if arguments.point else packaging.points_under(arguments.unit, _last_day(frozen))
    )
    edition = editing.part_of(frozen, points, _key())
    hand_out(frozen, "package", operator(), timezone.now())
    _write_site("package", edition, arguments.out, points=sorted(points))
    return 0


def publish_add(arguments: Namespace, _config: Config) -> int:
    entry = recording.Entry(arguments.day, arguments.place, arguments.note, arguments.where)
    recording.publish(_frozen(arguments.frozen), entry, operator(), timezone.now())
    return 0


def publish_list(_arguments: Namespace, _config: Config) -> int:
    for each in Publication.objects.select_related("frozen").order_by("day", "pk"):
        say(f"{each.day:%d/%m/%Y}\t{Where(each.where).label}\t{each.place}\t{each.frozen.version}\t{each.by}")
    return 0


def _write_site(what: str, edition: Edition, directory: Path, **more: object) -> None:
    sums = Sums()
    count = write_folder(sums.through(site_files(edition, _sign)), directory)
    handed_out(what, edition.version, sums.of, **more)
    _say_written(count, directory)


def _write_frozen(what: str, frozen: Frozen, parts: Mapping[str, bytes], directory: Path) -> None:
    files = freezing.folder_files(frozen, parts, _key())
    sums = Sums()
    count = write_folder(sums.through(sorted(files.items())), directory)
    inputs = read_inputs(bytes(frozen.inputs))
    with (directory / freezing.RECORDS).open("wb") as file:
        file.writelines(_lines(members.of_inputs(inputs)))
    handed_out(what, frozen.version, sums.of)
    _say_written(count + 1, directory)


def _lines(found: Iterable[Member]) -> Iterable[bytes]:
    return (member.line for member in found)


def _show(frozen: Frozen) -> None:
    inputs = read_inputs(bytes(frozen.inputs))
    since = freezing.withdrawn_since(frozen.plan, inputs)
    late = members.count_of(frozen.plan) - (frozen.count - since)
    mark = "  tạm thời/interim" if frozen.interim else ""
    genuine = "đúng chữ ký/signed" if freezing.is_genuine(frozen, _key()) else "SAI CHỮ KÝ / NOT AS SIGNED"
    say(
        f"{frozen.version}{mark}  {timezone.localtime(frozen.as_of):%d/%m/%Y %H:%M}  {frozen.count} phiếu/records  "
        f"{genuine}  sau khi đóng băng / since: +{late}, rút lại/withdrawn {since}"
    )


def _say_written(count: int, directory: Path) -> None:
    say(f"Đã ghi / written: {count} tệp/files  {directory}")


def _last_day(frozen: Frozen) -> date:
    return read_analysis(bytes(frozen.analysis))[0].plan.last_day


def _frozen(version: str) -> Frozen:
    return Frozen.objects.get(version=version)


def _key() -> bytes:
    return bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key)


def _sign(message: bytes) -> bytes:
    return sign_with(read_centre_key(settings.CENTRE_KEY_PATH), message)
