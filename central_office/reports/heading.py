"""Who speaks at the head and foot of a report, from the plan: the State's layout (NĐ 30/2020/NĐ-CP) or the Party's.

No date is taken from a clock: a day of signing is handed in, or left open to be written by hand.
"""

from dataclasses import dataclass
from datetime import date

from survey.plan import Plan
from survey.plan_parts import LINES, HeadingKind, ReadingState

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
TITLE = "BÁO CÁO"
RECEIVERS = "Nơi nhận:"
OPEN = "…………"
SIGNER = "heading/signer"  # where a plan marks how surely the name was read


@dataclass(frozen=True, slots=True)
class Letterhead:
    """`upper`, `body`, `signer_title`: lines; `motto`: empty on a Party body's paper; `signer`: empty to be written."""

    party: bool
    upper: tuple[str, ...]
    body: tuple[str, ...]
    right: str
    motto: str
    number: str
    dateline: str
    receivers: tuple[str, ...]
    signer_title: tuple[str, ...]
    signer: str


def letterhead(plan: Plan, signed_on: date | None) -> Letterhead:
    """From the plan's heading; a plan without a body in it speaks for its issuer."""
    said = plan.heading
    party = said.kind is HeadingKind.PARTY
    return Letterhead(
        party=party,
        upper=lines(said.upper),
        body=lines(said.body or plan.issuer),
        right=PARTY if party else STATE,
        motto="" if party else MOTTO,
        number="Số:        -BC/……" if party else "Số:        /BC-……",
        dateline=_dateline(said.place, signed_on),
        receivers=_receivers(" ".join(lines(said.upper))),
        signer_title=lines(said.signer_title),
        signer=said.signer if _is_certain(plan, SIGNER) else "",
    )


def _is_certain(plan: Plan, place: str) -> bool:
    """A name that could not be read for certain is printed under nobody's signature."""
    return all(mark.place != place or mark.state is ReadingState.CERTAIN for mark in plan.readings)


def lines(text: str) -> tuple[str, ...]:
    """A plan parts the lines of a name by LINES."""
    return tuple(line.strip().upper() for line in text.split(LINES) if line.strip())


def _dateline(place: str, signed_on: date | None) -> str:
    """`Krông Nô, ngày 17 tháng 10 năm 2023`; all of it open until someone signs: a report may be of the year after."""
    if signed_on is None:
        return f"{place or OPEN}, ngày      tháng      năm ……"
    month = f"{signed_on.month:02d}" if signed_on.month < 3 else str(signed_on.month)
    return f"{place or OPEN}, ngày {signed_on.day:02d} tháng {month} năm {signed_on.year}"


def _receivers(upper: str) -> tuple[str, ...]:
    return (f"- {upper or OPEN};", "- Các đơn vị được khảo sát;", "- Lưu: VT.")
