"""What a batch's lines say, line by line: readable and allowed, or refused with a code. Pure: knows no database.

Refusal codes: malformed, wrong_kiosk, wrong_sequence, unknown_plan, unknown_point, wrong_point, unknown_form,
invalid_answer. A line that cannot be read still has its number, from its place in the batch.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from central_office.intake.lines import CellKey, Counted, Line, RefusedLine, day_of
from central_office.intake.pieces import Context, Pieces
from survey.canonical import digest
from survey.errors import SurveyError
from survey.form import AnswerValue, Form, FormRef, Kind, Question, Role
from survey.form_file import allows
from survey.plan import Plan
from survey.record import Record, read_record
from survey.wire import BatchHead

MOST_REMEMBERED = 5_000


@dataclass(slots=True)
class Judge:
    """What the office knows when it reads one kiosk's batches; remembers its verdicts, for answers repeat themselves.

    `forms` by digest; `places`: the (plan, point) pairs at which the kiosk has stood.
    """

    kiosk: str
    plans: Mapping[str, Plan]
    forms: Mapping[str, Form]
    places: frozenset[tuple[str, str]]
    _pieces: Pieces = field(default_factory=Pieces)
    _contexts: dict[tuple[str, str, FormRef], str] = field(default_factory=dict)
    _cells: dict[tuple[Context, date], CellKey] = field(default_factory=dict)
    _quarters: dict[tuple[Context, str], CellKey] = field(default_factory=dict)
    _who: dict[str, tuple[str, str]] = field(default_factory=dict)

    def read(self, seq: int, raw: bytes) -> Line | RefusedLine:
        """Line number `seq` of the batch."""
        quick = self._pieces.read(seq, raw)
        if quick is None:
            return self.read_whole(seq, raw)
        name, sha, prev, quarter, context, counted = quick
        who = self._person(context.form, counted)
        return Line(seq, name, sha, prev, quarter, raw, self._cell(context, quarter), counted, "", *who)

    def read_whole(self, seq: int, raw: bytes) -> Line | RefusedLine:
        """The same by `survey.record.read_record`, learning how allowed answers are spelt."""
        try:
            record = read_record(raw)
        except SurveyError as error:
            return RefusedLine(seq, digest(raw), raw, "malformed", str(error))
        if code := self._refusal(seq, record):
            return RefusedLine(seq, record.digest, raw, code, "")
        said = record.submission
        counted: dict[str, Counted] = {}
        for question, value in said.answers.items():
            pairs = self._answer(said.form.digest, question, value)
            if pairs is None:
                return RefusedLine(seq, record.digest, raw, "invalid_answer", question)
            counted[question] = pairs
        flags = " ".join(said.flags)
        place = (said.plan, said.form.digest, said.point)
        context = Context(*place, str(said.channel), str(said.state), flags, said.agency, bool(said.slip))
        self._pieces.learn(raw, context, said.answers, counted)
        flat = tuple(pair for pairs in counted.values() for pair in pairs)
        cell = self._cell(context, said.quarter)
        who = self._person(said.form.digest, flat)
        return Line(seq, said.id, record.digest, record.prev, said.quarter, raw, cell, flat, said.slip, *who)

    def _person(self, form: str, counted: Counted) -> tuple[str, str]:
        """Field of the procedure and kind of respondent, "" where the answer does not say."""
        asked = self._who.get(form)
        if asked is None:
            roles = (self.forms[form].of_role(role) for role in (Role.FIELD, Role.RESPONDENT))
            field_asked, respondent_asked = (question.code if question else "" for question in roles)
            asked = self._who[form] = (field_asked, respondent_asked)
        given = dict(counted)
        return given.get(asked[0], ""), given.get(asked[1], "")

    def _refusal(self, seq: int, record: Record) -> str:
        said = record.submission
        if record.seq != seq:
            return "wrong_sequence"
        if said.kiosk != self.kiosk:
            return "wrong_kiosk"
        key = (said.plan, said.point, said.form)
        verdict = self._contexts.get(key)
        if verdict is None:
            verdict = self._judge_context(*key)
            if len(self._contexts) < MOST_REMEMBERED:
                self._contexts[key] = verdict
        return verdict

    def _judge_context(self, plan: str, point: str, form: FormRef) -> str:
        if plan not in self.plans:
            return "unknown_plan"
        if self.plans[plan].allocation(point) is None:
            return "unknown_point"
        if (plan, point) not in self.places:
            return "wrong_point"
        known = self.forms.get(form.digest)
        return "" if known is not None and known.ref == form else "unknown_form"

    def _answer(self, form: str, code: str, value: AnswerValue) -> Counted | None:
        """What the answer adds to the tallies; None if the form does not allow it."""
        question = self.forms[form].question(code)
        return pairs_of(question, value) if question is not None and allows(question, value) else None

    def _cell(self, context: Context, quarter: str) -> CellKey:
        """The one cell object of this context and the quarter's day."""
        cell = self._quarters.get((context, quarter))
        if cell is None:
            if len(self._quarters) > MOST_REMEMBERED:
                self._quarters.clear()
                self._cells.clear()
            day = day_of(quarter)
            cell = self._cells.get((context, day))
            if cell is None:
                plan, form, point, channel, state, flags, agency, by_slip = context
                in_window = self.plans[plan].holds(day)
                key = CellKey(plan, form, point, channel, state, day, flags, in_window, agency, "", by_slip)
                cell = self._cells[context, day] = key
            self._quarters[context, quarter] = cell
        return cell


def pairs_of(question: Question, value: AnswerValue) -> Counted:
    """What an allowed answer adds to the tallies; free text adds nothing."""
    if question.kind is Kind.TEXT:
        return ()
    values = value if isinstance(value, list) else [value]
    return tuple((question.code, str(each)) for each in values)


def numbers(head: BatchHead, raws: Sequence[bytes]) -> list[int]:
    """The sequence number of each line: what the line claims if that can be, else the lowest its place allows; the
    last line's is the head's `last`."""
    if head.last - head.first + 1 == len(raws):
        return list(range(head.first, head.last + 1))
    taken, last = [], head.first - 1
    for position, raw in enumerate(raws):
        highest = head.last - (len(raws) - position - 1)
        claimed = _claimed(raw) if highest < head.last else head.last  # the head names the last line's number
        last = claimed if last < claimed <= highest else last + 1
        taken.append(last)
    return taken


def _claimed(raw: bytes) -> int:
    try:
        value = json.loads(raw)
        seq = value["seq"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return 0
    return seq if type(seq) is int else 0
