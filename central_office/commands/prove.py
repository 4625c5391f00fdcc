"""Proof and hand-over on the command line: `verify` and `export`."""

import time
from argparse import Namespace

from django.conf import settings
from django.utils import timezone

from central_office.commands import say
from central_office.commands.handing import handed_out
from central_office.config import Config
from central_office.intake import verify as proof
from central_office.intake.proof_kept import Outcome, keep_outcome
from central_office.keys import read_centre_key
from central_office.people import audit_check
from central_office.results import notices
from central_office.results.export import export as write_files

MOST_SHOWN = 100


def verify(_arguments: Namespace, config: Config) -> int:
    """Exit code 1, and every place, when something differs from what the kept bytes say."""
    key = bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key)
    summary, faults = proof.Summary(), 0
    for fault in proof.verify(key, summary):
        faults += 1
        if faults <= MOST_SHOWN:
            say(str(fault))
    log = audit_check.Chain()
    for broken in audit_check.check(key, log):
        faults += 1
        say(str(broken))
    for note in (*summary.notes, *_outdated()):
        say(f"Ghi chú / note: {note}")
    checked = f"{summary.records} phiếu/records, {summary.batches} lô/batches, {summary.tallies} số đếm/tallies"
    if summary.withdrawn:
        checked += f", {summary.withdrawn} phiếu đã rút lại/withdrawn"
    checked += f", {log.lines} dòng nhật ký/audit lines"
    say(f"Đã kiểm tra / checked: {checked}; sai khác / differences: {faults}")
    keep_outcome(config.data_directory, Outcome(int(time.time()), faults, summary.records))
    return 1 if faults else 0


def _outdated() -> list[str]:
    """Figures told to citizens that a later publication has changed: no fault of the data, but to be set anew."""
    wrong = [notice for notice, right in notices.checked("", timezone.now()) if not right]
    return [
        f"{notice.plan} {notice.point}: citizens are told a figure that is no longer its round's" for notice in wrong
    ]


def export(arguments: Namespace, _config: Config) -> int:
    """Without `--no-raw` the answers' own bytes too, comments as they were typed: for the office's archive."""
    sums = write_files(arguments.plan, arguments.directory, timezone.now(), raw=not arguments.no_raw)
    handed_out("export", arguments.plan, sums, raw=int(not arguments.no_raw))
    for name, digest in sums.items():
        say(f"{digest}  {arguments.directory / name}")
    return 0
