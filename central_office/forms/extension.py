"""Local additions: questions, sections and options after a core form's own. The core stays as it is, code by code, so
that its figures can be compared between agencies (R-043). Knows values and documents; no file, no page.
"""

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from central_office.forms.troubles import FormRefused, Trouble, told
from survey.errors import BadFile
from survey.form import Factor, Form, Kind, Question, Role, Scale, Section
from survey.form_file import read_form

LISTS = ("scales", "factors", "sections", "questions")
HEAD = ("title", "intro", "thanks")
KNOWN = {"form", "version", "prefix", "options", *LISTS, *HEAD}
Document = Mapping[str, Any]


def extend(core_text: str, addition: Document, source: str, prefix: str = "") -> dict[str, Any]:
    """The core form with the addition after it, as a document that names what it extends.

    `addition`: the added parts alone, or a whole form that has the core in it. Raises: FormRefused, BadFile.
    """
    core = read_form(core_text.encode(), "core")
    prefix = prefix or str(addition.get("prefix", ""))
    if is_whole(addition, core):
        document = {key: value for key, value in addition.items() if key != "prefix"}
        if not document.get("options"):
            document.pop("options", None)
    else:
        document = _joined(json.loads(core_text), addition, source)
    document["extends"] = {"form": core.id, "version": core.version, "digest": core.digest}
    try:
        extended = read_form(json.dumps(document, ensure_ascii=False).encode(), source)
    except BadFile as error:
        dropped = list(_dropped(core, [str(_part(q).get("code")) for q in _list(document.get("questions"))]))
        raise FormRefused(source, [*dropped, *told(error.problems)]) from None
    if found := [*wrong_prefix(core, extended, prefix), *wrong(core, extended)]:
        raise FormRefused(source, found)
    return document


def from_spreadsheet(data: bytes, source: str, core: Form) -> dict[str, Any]:
    """An addition written as a spreadsheet: lists that no row uses are options for the core question of that name.

    A whole form is held to everything that a whole form is held to. Raises: FormRefused.
    """
    from central_office.forms.xlsform_in import read_addition, read_xlsform  # half a second that few commands need

    part = read_addition(data, source)
    if is_whole(part.document, core):
        return {**read_xlsform(data, source, extends=True).document, "prefix": part.prefix}
    ratings = {q.code for q in core.questions if q.kind is Kind.SCALE and not q.prefill}
    found = []
    for chain in part.chains:
        if set(chain.named) != ratings | set(chain.own):
            vi = "Điều kiện theo mức phải nêu mọi câu đánh giá đứng trước, kể cả của phiếu gốc"
            found.append(Trouble(chain.place, vi, "all ratings before must be named, the core's too"))
    if found:
        raise FormRefused(source, found)
    return {**part.document, "prefix": part.prefix, "options": dict(part.spare_options)}


def is_whole(addition: Document, core: Form) -> bool:
    """Whether the file has questions of the core in it: then it is the extended form, to be judged as it stands."""
    codes = {_part(question).get("code") for question in _list(addition.get("questions"))}
    return any(question.code in codes for question in core.questions)


def _joined(document: dict[str, Any], addition: Document, source: str) -> dict[str, Any]:
    found = [Trouble(f"/{key}", "Mục không được biết; xin bỏ", "unknown field") for key in addition if key not in KNOWN]
    document = copy.deepcopy(document)
    document |= {key: addition[key] for key in ("form", "version", *HEAD) if addition.get(key)}
    for key in LISTS:
        if added := _list(addition.get(key)):
            document[key] = [*_list(document.get(key)), *_levelled(document, added)]
    for code, options in _part(addition.get("options")).items():
        question = next((q for q in document["questions"] if q["code"] == code and "options" in q), None)
        if question is None:
            vi = f"Phiếu gốc không có câu chọn «{code}» để thêm lựa chọn"
            found.append(Trouble(f"/options/{code}", vi, f"the core has no question {code!r} with options"))
        else:
            question["options"] = [*question["options"], *_list(options)]
    if found:
        raise FormRefused(source, found)
    return document


def _levelled(document: Document, added: Sequence[Any]) -> Iterator[Any]:
    """A level in a condition on one of the core's ratings is a number, however the spreadsheet had it."""
    ratings = {q["code"] for q in document["questions"] if q.get("type") == Kind.SCALE}
    for part in added:
        when = _part(_part(part).get("when"))
        if when.get("question") in ratings and str(when.get("is", "")).isdecimal():
            part = {**part, "when": {**when, "is": int(when["is"])}}
        yield part


def wrong(core: Form, extended: Form) -> Iterator[Trouble]:
    """Where an extended form does not leave its core as it is."""
    if (core.id, core.version) == (extended.id, extended.version):
        yield Trouble("/form", "Phiếu mở rộng phải có mã riêng", "an extended form has an id of its own")
    codes = [question.code for question in extended.questions]
    yield from _dropped(core, codes)
    kept = [question.code for question in core.questions if question.code in codes]
    if codes[: len(kept)] != kept:
        vi = "Các câu của phiếu gốc phải giữ nguyên thứ tự và đứng trước các câu thêm"
        yield Trouble("/questions", vi, "the core's questions keep their order and stand before what is added")
    yield from _parts("scales", core.scales, extended.scales)
    yield from _parts("factors", core.factors, extended.factors)
    yield from _parts("sections", core.sections, extended.sections)
    for position, question in enumerate(extended.questions):
        place, own = f"/questions/{position}", core.question(question.code)
        yield from _altered(own, question, place) if own else _added(core, question, place)


def _dropped(core: Form, codes: Sequence[str]) -> Iterator[Trouble]:
    for question in core.questions:
        if question.code not in codes:
            vi = f"Câu «{question.code}» của phiếu gốc bị bỏ; xin giữ nguyên"
            yield Trouble("/questions", vi, f"the core's question {question.code!r} is dropped; keep it")


def _parts(name: str, core: Sequence[Scale | Factor | Section], extended: Sequence[Any]) -> Iterator[Trouble]:
    if list(core) != list(extended[: len(core)]):
        vi = "Thang đo, yếu tố và phần của phiếu gốc phải giữ nguyên, phần thêm đứng sau"
        yield Trouble(f"/{name}", vi, f"the core's {name} stay as they are, in their order, what is added after them")


def _altered(core: Question, question: Question, place: str) -> Iterator[Trouble]:
    if replace(question, options=core.options) != core:
        changed = [name for name in Question.__slots__ if getattr(core, name) != getattr(question, name)]
        names = ", ".join(name for name in changed if name != "options")
        vi = f"Câu «{core.code}» của phiếu gốc bị sửa ({names}); xin giữ nguyên"
        yield Trouble(place, vi, f"the core's question {core.code!r} is altered ({names}); keep it as it is")
    if question.options[: len(core.options)] != core.options:
        vi = f"Các lựa chọn gốc của câu «{core.code}» phải giữ nguyên, lựa chọn thêm đứng sau"
        yield Trouble(f"{place}/options", vi, f"the core's options of {core.code!r} stay; add others after them")


def _added(core: Form, question: Question, place: str) -> Iterator[Trouble]:
    """What is added must not flow into a figure of the core's."""
    if question.role is Role.OVERALL:
        vi = "Câu thêm không được là câu chung của chỉ số"
        yield Trouble(f"{place}/role", vi, "an added question cannot be the overall one")
    if question.role is Role.FACTOR and question.factor in {factor.code for factor in core.factors}:
        vi = f"Câu thêm không được tính vào yếu tố gốc «{question.factor}»; xin dùng vai trò criterion hoặc yếu tố thêm"
        en = f"an added question cannot count for the core's factor {question.factor!r}; make it a criterion"
        yield Trouble(f"{place}/role", vi, en)
    if question.prefill.startswith("box") and question.prefill in {q.prefill for q in core.questions}:
        vi = "Phiếu gốc đã có câu cho hộp nút này"
        yield Trouble(f"{place}/prefill", vi, "the core has a question for this box of buttons")


def wrong_prefix(core: Form, extended: Form, prefix: str) -> Iterator[Trouble]:
    """Added codes begin with the agency's prefix, which no code of the core does."""
    if not prefix.isalnum() or not prefix.isascii():
        vi = "Thiếu tiền tố của cơ quan (chữ không dấu và số): ghi ở prefix, cột hailong_prefix hoặc --prefix"
        yield Trouble("/prefix", vi, "the agency's prefix (letters and digits) is missing: prefix or hailong_prefix")
        return
    begin, own = f"{prefix}.", set(_codes(core, core))
    if any(code.startswith(begin) for _, code in own):
        vi = f"Phiếu gốc đã dùng mã bắt đầu bằng «{begin}»; xin chọn tiền tố khác"
        yield Trouble("/prefix", vi, f"codes of the core begin with {begin!r}; choose another prefix")
    for kind, code in _codes(extended, core):
        if (kind, code) not in own and not code.startswith(begin):
            vi = f"Mã thêm «{code}» phải bắt đầu bằng «{begin}»"
            yield Trouble(f"/{kind}", vi, f"the added code {code!r} must begin with {begin!r}")


def _codes(form: Form, core: Form) -> Iterator[tuple[str, str]]:
    """Every code, with its place. Of options only those of the core's questions: an added one's are its own affair."""
    yield from (("scales", scale.id) for scale in form.scales)
    yield from (("factors", factor.code) for factor in form.factors)
    yield from (("sections", section.code) for section in form.sections)
    yield from (("questions", question.code) for question in form.questions)
    for question in form.questions:
        if core.question(question.code):
            yield from ((f"options/{question.code}", option.code) for option in question.options)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _part(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
