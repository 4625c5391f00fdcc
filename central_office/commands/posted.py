"""`hailong-office import-post`: sealed files taken in on the command line, and one file of receipts for the kiosks."""

import os
from argparse import Namespace
from pathlib import Path

from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.people.audit import operator
from central_office.posted.importing import Outcome, read_capped, take
from central_office.posted.words import WHY
from survey.post import MOST_BYTES, write_receipts


def import_post(arguments: Namespace, _config: Config) -> int:
    """Exit 1 where a file was not taken."""
    actor = operator()
    outcomes = [_one(path, actor) for path in arguments.files]
    receipts = [receipt for outcome in outcomes for receipt in outcome.receipts]
    for each in outcomes:
        said = f"không nhận / refused ({each.why}): {WHY[each.why]}" if each.why else _counts(each)
        say(f"{each.file}: {said}")
    if receipts:
        _write_new(arguments.receipts, write_receipts(receipts))
        say(f"Biên nhận / receipts: {arguments.receipts}")
    return int(any(each.why for each in outcomes))


def _one(path: Path, actor: str) -> Outcome:
    return take(path.name, read_capped(path, MOST_BYTES), actor, timezone.now())


def _counts(each: Outcome) -> str:
    known = f"mới / new {each.accepted}, đã có / known {each.duplicate}"
    return f"{each.kiosk} {each.point}: {known}, giữ riêng / refused {each.refused}"


def _write_new(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
