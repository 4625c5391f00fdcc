"""The office's menu: which pages stand in it, in which order, and who sees them."""

from typing import NamedTuple

from django.http import HttpRequest

from central_office.people.access import Right, may


class Entry(NamedTuple):
    """`page`: the word by which a template says that it is this one; `view`: name of its address."""

    page: str
    view: str
    label: str
    right: Right


MENU = (
    Entry("watching", "watching", "Theo dõi", Right.SEE_COUNTS),
    Entry("results", "results", "Kết quả", Right.SEE_FIGURES),
    Entry("coverage", "coverage", "Độ phủ", Right.SEE_COUNTS),
    Entry("kiosks", "kiosks", "Ki-ốt", Right.SEE_KIOSKS),
    Entry("units", "units", "Đơn vị", Right.SEE_COUNTS),
)


def menu(request: HttpRequest) -> dict[str, list[Entry]]:
    """Django's context processor."""
    return {"menu": [entry for entry in MENU if may(request.user, entry.right)]}
