"""Writes down what became of a frozen round: the council's minutes, where it was published. Checks what is entered."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from central_office.people.audit import note
from central_office.publication.handing import TooNear, hand_out
from central_office.publication.models import Acceptance, Frozen, Publication, Where
from central_office.rounds import stages
from central_office.rounds.catalogue import Refusal
from survey.canonical import nfc

LONGEST_NAME, LONGEST_NOTE = 200, 4_000
EARLIEST = date(2000, 1, 1)


class NotRecorded(Exception):
    """Something entered that cannot be kept; the message says what, in Vietnamese."""

    code = "not_recorded"
    hint = "Sửa lại rồi ghi lần nữa. / Mend it and try again."


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person enters. `what`: the council, or the address, meeting, paper or asker; `where`: of models.Where,
    "" for minutes."""

    day: date
    what: str
    note: str
    where: str = ""


def accept(frozen: Frozen, entry: Entry, by: str, at: datetime) -> Acceptance:
    """Minutes of the council. Raises: NotRecorded."""
    day, what, text = _checked(entry, at)
    with transaction.atomic():
        made = Acceptance.objects.create(frozen=frozen, day=day, council=what, note=text, by=by, at=at)
        note(by, "frozen.accepted", frozen.version, {"day": day.isoformat(), "council": what})
    return made


def publish(frozen: Frozen, entry: Entry, by: str, at: datetime) -> Publication:
    """A line of the publication record. Raises: NotRecorded, also where the plan is not approved, or a version
    too near to this one was handed out. It is the plan's step to «published», if the round had ended."""
    if entry.where not in Where.values:
        raise NotRecorded("Chọn hình thức công bố.")
    day, what, text = _checked(entry, at)
    with transaction.atomic():
        _let_out(frozen, by, at)
        made = Publication.objects.create(
            frozen=frozen, day=day, where=entry.where, place=what, note=text, by=by, at=at
        )
        note(by, "round.published", frozen.version, {"day": day.isoformat(), "where": entry.where, "place": what})
    return made


def _let_out(frozen: Frozen, by: str, at: datetime) -> None:
    """The plan's row is locked before the log's head, as everywhere."""
    if not stages.is_approved(frozen.plan):
        raise NotRecorded("Kế hoạch của đợt này chưa được phê duyệt.")
    try:
        if not frozen.interim:
            stages.published(frozen.plan, by, at)
        hand_out(frozen, "published", by, at)
    except (TooNear, Refusal) as error:
        raise NotRecorded(str(error)) from None


def _checked(entry: Entry, at: datetime) -> tuple[date, str, str]:
    what, text = nfc(entry.what).strip(), nfc(entry.note).strip()
    if not what:
        raise NotRecorded("Ghi rõ nơi công bố hoặc tên hội đồng.")
    if len(what) > LONGEST_NAME or len(text) > LONGEST_NOTE:
        raise NotRecorded(f"Tên nơi tối đa {LONGEST_NAME} ký tự, ghi chú tối đa {LONGEST_NOTE} ký tự.")
    if not EARLIEST <= entry.day <= timezone.localdate(at):
        raise NotRecorded("Ngày phải là hôm nay hoặc trước hôm nay.")
    return entry.day, what, text
