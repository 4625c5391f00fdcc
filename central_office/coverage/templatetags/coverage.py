"""How coverage is written: 70,0 % · 12/6 · 10–30."""

from datetime import date

from django import template

from central_office.coverage import words
from survey.coverage import Band, Verdict, percent

register = template.Library()


@register.filter
def share(tenths: int | None) -> str:
    """`700` tenths as `70,0 %`; an en dash for none."""
    return percent(tenths) if tenths is None else f"{percent(tenths)} %"


@register.filter
def short(day: date) -> str:
    """`12/6`: no zeros, as it is said."""
    return f"{day.day}/{day.month}"


@register.filter
def limits(band: Band | None) -> str:
    return "–" if band is None else f"{band.least}–{band.most}"


@register.filter
def sign(verdict: Verdict | None) -> words.Sign:
    return words.sign(verdict)


@register.filter
def source(code: str) -> str:
    return words.SOURCES[code]


@register.filter
def sources(codes: frozenset[str]) -> str:
    return words.sources(codes)
