"""The pages as bytes: what is shown of a question, and under which headers it is sent. Decides and stores nothing.

One reply is a whole page: its style is in it, nothing else is fetched, no script runs, no cookie is set.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from central_office.phone import stamp, walk
from central_office.phone.drafts import Held
from central_office.phone.entry import Entry, Turned, Why
from central_office.phone.faces import face
from central_office.phone.fields import Doubt
from central_office.phone.limits import LIMITS
from central_office.phone.words import DEFAULT, Phrase, Speech, chosen, languages_of, name_of
from survey.form import NO, YES, AnswerValue, Form, Kind, Question

STYLE = re.sub(r"\s+", " ", Path(__file__).with_name("phone.css").read_text("utf-8")).strip()
STYLE_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
STATUS: Mapping[Why, int] = {
    Why.NOT_A_CODE: 404,
    Why.WRONG_CHECK: 404,
    Why.UNKNOWN: 404,
    Why.LOST: 404,
    Why.USED: 410,
    Why.WITHDRAWN: 410,
    Why.VOID: 410,
    Why.EXPIRED: 410,
    Why.OVER: 410,
    Why.NOT_BEGUN: 403,
    Why.TOO_LARGE: 413,
    Why.TOO_MANY: 429,
    Why.ELSEWHERE: 409,
    Why.BUSY: 503,
    Why.BROKEN: 500,
}
MISTYPED = (Why.NOT_A_CODE, Why.WRONG_CHECK, Why.UNKNOWN, Why.LOST)
LOOKS = {"phone": "looks_phone", "identity": "looks_identity", "email": "looks_email"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a touch gives, or a box that it ticks. `face`: SVG, "" for none. `is_aside`: on no level."""

    value: int | str
    text: Phrase
    face: str
    is_chosen: bool
    is_aside: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody asks for a page: in which language, at which address."""

    asked: str
    path: str

    def speech(self, form: Form | None) -> Speech:
        return Speech(chosen(self.asked, form))


def linked(path: str, language: str) -> str:
    """The address of a page in this language; the language is nowhere but in addresses."""
    return path if language == DEFAULT else f"{path}?l={language}"


def question(
    entry: Entry,
    shown: Question,
    held: Held,
    manner: Manner,
    now: datetime,
    doubt: Doubt | None = None,
    *,
    resumed: bool = False,
) -> HttpResponse:
    """The page of one question; `doubt`: why the comment just sent has not been taken.

    `resumed`: somebody has opened the address anew, and goes on where the answer was left.
    """
    speech = manner.speech(entry.form)
    count, most = walk.place(entry.form, shown.code)
    earlier = walk.before(entry.form, held.answers, shown.code)
    value = held.answers.get(shown.code)
    is_last = walk.after(entry.form, held.answers, shown.code) is None
    is_first = earlier is None and not held.answers
    section = entry.form.section(shown.section)
    return _page(
        "phone/question.html",
        manner,
        entry.form,
        **_heading(entry),
        action=linked(address(entry, shown), speech.language),
        back=linked(address(entry, earlier), speech.language) if earlier else "",
        section=speech.of(section.text) if section else "",
        title=speech.of(shown.text),
        help=speech.of(shown.help),
        intro=speech.of(entry.form.intro) if is_first else "",
        place=speech.say("place", count=count, most=most),
        count=count,
        most=most,
        choices=choices(shown, value, speech),
        levels=len(shown.scale.levels) if shown.scale else 0,
        ticks=shown.kind is Kind.MULTI,
        writes=shown.kind is Kind.TEXT,
        is_last=is_last,
        is_answered=value is not None,
        has_answers=bool(held.answers),
        resumed=resumed and bool(held.answers),
        withdraw=linked(entry.withdraw, speech.language) if is_first and entry.token else "",
        stamp=stamp.write(entry.name, shown.code, now),
        **_comment(shown, value, doubt, speech),
    )


def thanks(manner: Manner, form: Form, withdraw: str = "") -> HttpResponse:
    """The same for everybody, whatever was rated. `withdraw`: where a slip's answer can be taken back."""
    speech = manner.speech(form)
    href = linked(withdraw, speech.language) if withdraw else ""
    return _page("phone/thanks.html", manner, form, title=speech.of(form.thanks), withdraw=href)


def told(turned: Turned, manner: Manner, *, wait_s: int = 0, withdraw: str = "", entered: str = "") -> HttpResponse:
    """A page that says why nothing is asked. `entered`: what was typed, to be mended."""
    minutes = -(-wait_s // 60)
    response = message(
        turned.why.value,
        manner,
        turned.form,
        status=STATUS[turned.why],
        typed=turned.why in MISTYPED,
        count=minutes,
        days=LIMITS.waits_days,
        withdraw=withdraw,
        entered=entered,
    )
    if wait_s:
        response["Retry-After"] = str(wait_s)
    return response


def message(
    name: str,
    manner: Manner,
    form: Form | None,
    *,
    status: int = 200,
    withdraw: str = "",
    typed: bool = False,
    entered: str = "",
    **values: object,
) -> HttpResponse:
    """A page of a title and a sentence of words.toml. `typed`: with the box for a code, `entered` in it."""
    speech = manner.speech(form)
    return _page(
        "phone/told.html",
        manner,
        form,
        status=status,
        title=speech.say(f"{name}_title"),
        text=speech.say(name, **values),
        typed=typed,
        entered=entered,
        action=linked("/P/", speech.language),
        withdraw=linked(withdraw, speech.language) if withdraw else "",
    )


def typing(manner: Manner) -> HttpResponse:
    """The page with the box for a code."""
    speech = manner.speech(None)
    return _page(
        "phone/typed.html", manner, None, title=speech.say("typed_title"), action=linked("/P/", speech.language)
    )


def withdrawing(manner: Manner, form: Form | None, path: str) -> HttpResponse:
    """Asks once more before an answer is erased."""
    speech = manner.speech(form)
    action = linked(f"{path}/rut-lai", speech.language)
    return _page(
        "phone/withdraw.html",
        manner,
        form,
        title=speech.say("withdraw_ask"),
        action=action,
        keep=linked(path, speech.language),
    )


def address(entry: Entry, shown: Question) -> str:
    return f"{entry.path}/cau/{shown.code}"


def choices(shown: Question, value: "AnswerValue | None", speech: Speech) -> list[Choice]:
    """What can be touched, in the form's order; what was chosen before is marked."""
    picked = value if isinstance(value, list) else [value]
    if shown.kind is Kind.YES_NO:
        return [Choice(code, speech[name], "", code in picked) for code, name in ((YES, "yes"), (NO, "no"))]
    if shown.scale is None:
        return [Choice(option.code, speech.of(option.text), "", option.code in picked) for option in shown.options]
    levels = len(shown.scale.levels)
    found = [
        Choice(level.value, speech.of(level.text), face(level.value, levels), level.value in picked)
        for level in shown.scale.levels
    ]
    if shown.scale.not_applicable is not None:
        other = shown.scale.not_applicable
        found.append(Choice(other.code, speech.of(other.text), "", other.code in picked, is_aside=True))
    return found


def _comment(shown: Question, value: "AnswerValue | None", doubt: Doubt | None, speech: Speech) -> dict[str, Any]:
    if shown.kind is not Kind.TEXT:
        return {}
    findings = doubt.findings if doubt else ()
    too_long = speech.say("too_long", count=len(doubt.text), most=shown.longest) if doubt and doubt.too_long else ""
    return {
        "written": doubt.text if doubt else value or "",
        "longest": shown.longest,
        "warning": speech.say("no_personal", most=shown.longest),
        "too_long": too_long,
        "findings": [(finding.text, speech[LOOKS[finding.kind.value]]) for finding in findings],
    }


def _heading(entry: Entry) -> dict[str, Any]:
    return {"office": entry.plan.issuer, "point": entry.point_name}


def _page(template: str, manner: Manner, form: Form | None, *, status: int = 200, **values: Any) -> HttpResponse:
    speech = manner.speech(form)
    others = [
        (language, name_of(language), linked(manner.path, language))
        for language in languages_of(form)
        if language != speech.language
    ]
    style = mark_safe(STYLE)  # noqa: S308 - our own file
    context = {"say": speech, "language": speech.language, "languages": others, "style": style} | values
    return HttpResponse(render_to_string(template, context), status=status, headers=dict(HEADERS))
