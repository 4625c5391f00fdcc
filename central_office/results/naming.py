"""What the rows of a breakdown are called, and in which order they stand. Pure; what is unknown is called so."""

from collections.abc import Iterable, Mapping

from central_office.results.analysis import By
from central_office.results.breaking import NOBODY_KNOWS
from central_office.results.piles import Piles
from survey.form import Form, Role, text_in
from survey.plan import Plan

CHANNELS = {"screen": "Màn hình cảm ứng", "button": "Nút bấm", "qr": "Quét mã QR", "paper": "Phiếu giấy"}
UNKNOWN = {
    By.AGENCY: "Chưa rõ cơ quan giải quyết",
    By.FIELD: "Chưa rõ lĩnh vực",
    By.RESPONDENT: "Chưa rõ đối tượng",
}


def point_names(plan: Plan, points: frozenset[str] | None, piles: Piles) -> dict[str, str]:
    """As the plan lists them; a point that answers came from and the plan no longer names stands last."""
    named = {a.point.code: text_in(a.point.name, "vi") for a in plan.allocations}
    mine = {code: name for code, name in named.items() if points is None or code in points}
    return mine | {code: code for code in piles.codes(By.POINT) if code not in named}


def other_names(plan: Plan, form: Form, piles: Piles, agencies: Mapping[str, str]) -> dict[By, dict[str, str]]:
    fields = {each.code: text_in(each.text, "vi") for each in plan.fields} | _options(form, Role.FIELD)
    months = {code: f"Tháng {code[5:]}/{code[:4]}" for code in piles.codes(By.MONTH)}
    return {
        By.AGENCY: _found(By.AGENCY, piles, agencies),
        By.FIELD: _found(By.FIELD, piles, fields),
        By.RESPONDENT: _found(By.RESPONDENT, piles, _options(form, Role.RESPONDENT)),
        By.CHANNEL: CHANNELS | {code: code for code in piles.codes(By.CHANNEL) if code not in CHANNELS},
        By.MONTH: months,
    }


def _found(by: By, piles: Piles, names: Mapping[str, str]) -> dict[str, str]:
    """Those that answers came of, in the order of `names`, then by code, the unknown last."""
    codes = [code for code in piles.codes(by) if code != NOBODY_KNOWS]
    order = {code: place for place, code in enumerate(names)}
    known = {code: names.get(code, code) for code in _ordered(codes, order)}
    return known | ({NOBODY_KNOWS: UNKNOWN[by]} if NOBODY_KNOWS in piles.codes(by) else {})


def _ordered(codes: Iterable[str], order: Mapping[str, int]) -> list[str]:
    return sorted(codes, key=lambda code: (order.get(code, len(order)), code))


def _options(form: Form, role: Role) -> dict[str, str]:
    question = form.of_role(role)
    return {option.code: text_in(option.text, "vi") for option in question.options} if question else {}
