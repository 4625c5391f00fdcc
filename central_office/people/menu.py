"""The office's menu: which pages stand in it, in which order, and who sees them."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from central_office.people.access import Right, held_back, may


class Entry(NamedTuple):
    """`page`: the word by which a template says that it is this one; `view`: name of its address."""

    page: str
    view: str
    label: str
    right: Right


MENU = (
    Entry("plans", "plans", "Kế hoạch", Right.SEE_COUNTS),
    Entry("watching", "watching", "Theo dõi", Right.SEE_COUNTS),
    Entry("results", "results", "Kết quả", Right.SEE_FIGURES),
    Entry("reports", "reports", "Báo cáo", Right.SEE_FIGURES),
    Entry("coverage", "coverage", "Độ phủ", Right.SEE_COUNTS),
    Entry("kiosks", "kiosks", "Ki-ốt", Right.SEE_KIOSKS),
    Entry("publication", "frozen", "Công bố", Right.PUBLISH),
    Entry("forms", "forms", "Mẫu phiếu", Right.SEE_FIGURES),
    Entry("units", "units", "Đơn vị", Right.SEE_COUNTS),
    Entry("feeds", "feeds", "Nguồn dữ liệu", Right.TAKE_FEED),
    Entry("people", "people", "Người dùng", Right.MANAGE_PEOPLE),
    Entry("audit", "audit", "Nhật ký", Right.SEE_AUDIT),
)


def menu(request: HttpRequest) -> dict[str, list[Entry]]:
    """Django's context processor. Empty for who must do something else first."""
    if not request.user.is_authenticated or held_back(request):
        return {"menu": []}
    return {"menu": [entry for entry in MENU if may(request.user, entry.right)]}


def home_of(user: object) -> str:
    """The address at which a person begins: the results, else the first page of the menu that is theirs, or one's own
    page."""
    own = [entry.view for entry in MENU if may(user, entry.right)]
    first = "results" if "results" in own else (own or ["account"])[0]
    return reverse(first)
