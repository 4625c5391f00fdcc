"""What the pages show, as plain values: slips, fields, counts and the printer, in words. Knows no HTTP, no template."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hardware.ports import PRINTS, Outcome, Printed, PrinterStatus
from kiosk.station import texts
from kiosk.station.late import LateDossier, count_late
from kiosk.station.links import Link
from kiosk.station.lists import Lists
from kiosk.station.wish import FACT, LONGEST_DOSSIER, Wish, choices_of, hint_of
from survey.form import Question
from sync_agent.outbox import PrintState, Slip, SlipCounts

TAIL = 5  # letters of a code that the page shows: enough to find the slip, no use to answer with
DAY_LETTERS = 10
_TONES = {
    PrintState.PRINTED: "good",
    PrintState.ISSUED: "bad",
    PrintState.UNSURE: "warn",
    PrintState.VOID: "plain",
}
_TITLES = {
    PrintState.PRINTED: texts.PRINTED_TITLE,
    PrintState.ISSUED: texts.ISSUED_TITLE,
    PrintState.UNSURE: texts.UNSURE_TITLE,
    PrintState.VOID: texts.VOID_TITLE,
}
_ACTIONS = {
    PrintState.PRINTED: (("in-lai", texts.AGAIN, ""),),
    PrintState.ISSUED: (("in-tiep", texts.GO_ON, "main"),),
    PrintState.UNSURE: (("da-ra", texts.CONFIRM, "main"), ("in-tiep", texts.NOT_OUT, "")),
    PrintState.VOID: (),
}
_ACTIONS_TORN = (("da-ra", texts.CONFIRM, "main"), ("in-lai", texts.NOT_OUT, ""))
_WARNS = (PrinterStatus.PAPER_LOW, PrinterStatus.UNASKED)


@dataclass(frozen=True, slots=True)
class SlipView:
    """`seen`: the state, for the buttons to send back. `actions`: path, label and kind of each button. `tail`: the last
    letters of the code, "" when it is gone."""

    n: int
    tail: str
    dossier: str
    seen: str
    state: str
    tone: str
    title: str
    text: str
    actions: tuple[tuple[str, str, str], ...]
    may_void: bool
    reprints: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class PrinterView:
    name: str
    todo: str
    tone: str
    sign: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of the dossier's form. `kind`: text, day, select or radio. `most`: letters."""

    name: str
    label: str
    kind: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    note: str = ""
    problem: str = ""
    most: int = DAY_LETTERS


def view_slip(slip: Slip, link: Link | None, printed: Printed | None, lists: Lists, is_last: bool = False) -> SlipView:
    tail = link.letters[-TAIL:] if link is not None else ""
    torn = _is_torn(slip, printed, link)
    asked = PrintState.UNSURE if torn else slip.state
    actions = _ACTIONS_TORN if torn else _ACTIONS[slip.state]
    return SlipView(
        n=slip.n,
        tail=tail,
        dossier=link.dossier if link is not None else "",
        seen=str(slip.state),
        state=_state(slip, lists),
        tone="warn" if _is_refused(slip, printed) else _TONES[asked],
        title=_TITLES[asked].format(tail=tail),
        text=texts.UNSURE_TEXT if torn else _text(slip, printed, link),
        actions=actions if link is not None else (),
        may_void=slip.state is not PrintState.VOID,
        reprints=slip.reprints,
        is_last=is_last,
    )


def view_printer(status: PrinterStatus) -> PrinterView:
    name, todo = texts.PRINTER[str(status)]
    tone = "warn" if status in _WARNS else "good" if status in PRINTS else "bad"
    return PrinterView(name, todo, tone, {"good": "✓", "warn": "!", "bad": "✕"}[tone])


def view_counts(counts: SlipCounts) -> list[tuple[str, int]]:
    shown = list(zip(texts.COUNTED, (counts.printed, counts.reprints, counts.void), strict=True))
    unsettled = counts.issued + counts.unsure
    return [*shown, (texts.UNSETTLED, unsettled)] if unsettled else shown


def view_fields(
    questions: Sequence[Question],
    lists: Lists,
    typed: Mapping[str, str],
    wish: Wish,
    problems: Mapping[str, str],
    today: date,
) -> list[FieldView]:
    """The form as it was typed, or as it begins: the own agency, returned today."""

    def field(name: str, kind: str, value: str, choices: Iterable[tuple[str, str]] = (), **more: object) -> FieldView:
        label = str(more.pop("label", "")) or texts.LABELS[name]
        problem = problems.get(name, "")
        note = problem or str(more.pop("note", ""))
        most = LONGEST_DOSSIER if kind == "text" else DAY_LETTERS
        return FieldView(name, label, kind, typed.get(name, value), tuple(choices), note, problem, most)

    nothing = ("", texts.NOT_CHOSEN)
    facts = [
        field(
            *(FACT + question.code, "select", ""),
            [nothing, *choices_of(question, lists).items()],
            label=question.text.get("vi", question.code).rstrip(": "),
        )
        for question in questions
    ]
    return [
        field("dossier", "text", "", note=hint_of(wish.dossier)),
        *facts,
        field("agency", "select", lists.own_agency, [nothing, *lists.agencies.items()]),
        field("promised", "day", ""),
        field("returned", "day", texts.day(today), note=_lateness(wish)),
        field("notice", "radio", "", texts.YES_NO),
        field("apology", "radio", "", texts.YES_NO),
    ]


def view_late(dossiers: Sequence[LateDossier]) -> tuple[list[tuple[str, int]], list[tuple[str, ...]]]:
    """The counts with their names, and a row of five texts for each, the newest first."""
    counts = count_late(dossiers)
    rows: list[tuple[str, ...]] = [
        (
            *(row.dossier or texts.GONE, _day(row.promised), _day(row.returned)),
            *(texts.SAID[row.notice], texts.SAID[row.apology]),
        )
        for row in reversed(dossiers)
    ]
    return list(zip(texts.LATE_COUNTED, (counts.late, counts.no_notice, counts.no_apology), strict=True)), rows


def late_period(days: tuple[date, date] | None) -> str:
    """Of which days the counts are; "" for a book without slips."""
    return texts.LATE_PERIOD.format(first=texts.day(days[0]), last=texts.day(days[1])) if days else ""


def _state(slip: Slip, lists: Lists) -> str:
    state = texts.STATES[str(slip.state)]
    if slip.state is PrintState.VOID and slip.reason:
        return texts.VOID_BECAUSE.format(state=state, reason=lists.void_reasons.get(slip.reason, slip.reason))
    return texts.REPRINTED.format(state=state, count=slip.reprints) if slip.reprints else state


def _is_torn(slip: Slip, printed: Printed | None, link: Link | None) -> bool:
    """One more print of a slip that is on paper may hang in the printer."""
    ended = printed is not None and printed.outcome is Outcome.UNKNOWN
    return ended and slip.state is PrintState.PRINTED and link is not None


def _is_refused(slip: Slip, printed: Printed | None) -> bool:
    """One more print was asked for and did not begin."""
    return slip.state is PrintState.PRINTED and printed is not None and printed.outcome is Outcome.NOT_STARTED


def _text(slip: Slip, printed: Printed | None, link: Link | None) -> str:
    if link is None and slip.state is not PrintState.VOID:
        return texts.NO_LINK
    why = ". ".join(filter(None, texts.PRINTER[str(printed.status)])).rstrip(".") if printed is not None else ""
    if slip.state is PrintState.ISSUED:
        return f"{why}. {texts.ISSUED_TEXT}" if why else texts.ISSUED_TEXT
    if slip.state is PrintState.UNSURE:
        return texts.UNSURE_TEXT
    if _is_refused(slip, printed):
        return texts.REPRINT_FAILED.format(why=why)
    if slip.state is PrintState.PRINTED and printed is not None and printed.outcome is Outcome.SENT:
        return texts.SENT_TEXT
    return texts.PRINTED_TEXT if slip.state is PrintState.PRINTED else ""


def _lateness(wish: Wish) -> str:
    if wish.promised is None or wish.returned is None:
        return ""
    return texts.LATE_NOW.format(days=(wish.returned - wish.promised).days) if wish.late else texts.ON_TIME


def _day(shown: date | None) -> str:
    return "–" if shown is None else texts.day(shown)
