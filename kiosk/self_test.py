"""Takes a test answer through a real outbox, in a folder of its own beside the kiosk's: it is never counted.

Draft, seal, close, open again, read back; then the kiosk's own outbox is looked at, as this version reads it. Run by
`hailong-update prove` in a new system before that is kept.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from kiosk.clock import read_boot, read_clock
from survey.assignment import FILE_NAME as ASSIGNMENT
from survey.assignment import read_assignment
from survey.errors import SurveyError
from survey.form import FormRef
from survey.identifier import RANDOM_BYTES, make_id, write_quarter
from survey.record import GENESIS, Channel, State, Submission, read_record
from sync_agent.outbox import FILE_NAME, Outbox, OutboxError

EX_OK, EX_SOFTWARE, EX_IOERR = 0, 70, 74  # sysexits.h
FOLDER_PREFIX = ".self-test-"


class SelfTestFailed(Exception):
    """A test answer did not come back as it was given."""

    code = "self_test"
    hint = "Do not keep this version."


def run_self_test(directory: Path) -> int:
    """Exit code for the command line; prints one JSON object."""
    try:
        told: dict[str, object] = {"ok": True, **self_test(directory)}
        code = EX_OK
    except (OSError, OutboxError) as error:
        told, code = {"ok": False, "why": f"{type(error).__name__}: {error}"[:300]}, EX_IOERR
    except (SelfTestFailed, SurveyError) as error:
        told, code = {"ok": False, "why": str(error)[:300]}, EX_SOFTWARE
    sys.stdout.write(json.dumps(told) + "\n")
    return code


def self_test(directory: Path) -> dict[str, object]:
    """What was found out. Raises: SelfTestFailed, OutboxError, OSError, SurveyError."""
    for left in directory.glob(FOLDER_PREFIX + "*"):  # of a test that the power ended
        shutil.rmtree(left, ignore_errors=True)
    aside = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX, dir=directory))
    try:
        answer = _answer(directory)
        _keep(answer, aside)
        _read_back(answer, aside)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return {"pending": _own_outbox(directory), "assigned": (directory / ASSIGNMENT).exists()}


def _answer(directory: Path) -> Submission:
    now = read_clock()
    form, plan, point, kiosk = FormRef("self-test", "1", "0" * 64), "self-test", "self-test", "self-test"
    if (path := directory / ASSIGNMENT).exists():
        held = read_assignment(path.read_bytes())
        form, plan, point, kiosk = held.form, held.plan, held.point, held.kiosk
    return Submission(
        id=make_id(now.wall, os.urandom(RANDOM_BYTES)),
        kiosk=kiosk,
        boot=read_boot(),
        quarter=write_quarter(now.wall),
        clock=now.clock,
        form=form,
        plan=plan,
        point=point,
        channel=Channel.SCREEN,
        state=State.PARTIAL,
        duration_s=1,
        flags=(),
        answers={"test": 5},
    )


def _keep(answer: Submission, aside: Path) -> None:
    with Outbox.open(aside / FILE_NAME) as outbox:
        outbox.save_draft(answer)
        if outbox.drafts() != [answer]:
            raise SelfTestFailed("the draft did not come back")
        outbox.finish(answer)


def _read_back(answer: Submission, aside: Path) -> None:
    with Outbox.open(aside / FILE_NAME) as outbox:
        waiting = outbox.pending()
    if len(waiting) != 1 or waiting[0].seq != 1:
        raise SelfTestFailed(f"{len(waiting)} sealed answers instead of one")
    record = read_record(waiting[0].raw)
    if record.prev != GENESIS or record.submission != answer or record.digest != waiting[0].digest:
        raise SelfTestFailed("the sealed answer is not the one given")


def _own_outbox(directory: Path) -> int:
    """How many answers wait in the kiosk's own outbox, which this version must be able to read and write."""
    path = directory / FILE_NAME
    if not path.exists():
        return 0
    with Outbox.open(path) as outbox:
        outbox.probe()
        return outbox.health().pending
