"""A form as a JSON file, read into `survey.form` values. Refuses a bad file with file, place and reason.

The file is data: no text of it is ever formatted, evaluated or read as markup (law 9).
"""

import re
from collections.abc import Iterator

from survey import _node
from survey.canonical import digest, dumps, nfc
from survey.errors import BadFile, Problem
from survey.form import (
    AnswerHas,
    AnswerIs,
    AnyRatingAtMost,
    Condition,
    Facet,
    Factor,
    Form,
    FormRef,
    Kind,
    Level,
    Option,
    Question,
    Role,
    Scale,
    Section,
)

LONGEST_COMMENT = 500
DIGEST = re.compile(r"[0-9a-f]{64}")
MOST_QUESTIONS = 200


def read_form(data: bytes, source: str) -> Form:
    """The form in `data`; `source` is what messages call the file.

    Raises: BadFile with every problem of the file.
    """
    document = _node.load(data, source)
    problems: list[Problem] = []
    node = _node.Node(document, "", problems)
    scales = tuple(_scale(child) for child in node.children("scales"))
    factors = tuple(Factor(c.code("code"), c.texts("text"), c.flag("conditional")) for c in node.children("factors"))
    questions = tuple(_question(child, scales, factors) for child in node.children("questions"))
    form = Form(
        id=node.code("form"),
        version=node.code("version"),
        digest=digest(nfc(dumps(document)).encode("utf-8", "surrogatepass")),  # half characters are refused below
        title=node.texts("title"),
        intro=node.texts("intro"),
        thanks=node.texts("thanks"),
        scales=scales,
        factors=factors,
        questions=questions,
        sections=tuple(Section(c.code("code"), c.texts("text")) for c in node.children("sections", optional=True)),
        extends=_extends(node),
    )
    node.done()
    _check_whole(form, problems)
    if problems:
        raise BadFile(source, problems)
    return form


def _extends(node: _node.Node) -> FormRef | None:
    """The core form of a locally extended one; that it is whole and unchanged in it is judged where both are known."""
    if not node.has("extends"):
        return None
    child = node.child("extends")
    core = FormRef(child.code("form"), child.code("version"), child.string("digest"))
    if not DIGEST.fullmatch(core.digest):
        child.problem("digest", "is not a content digest (64 hexadecimal digits)")
    child.done()
    return core


def _scale(node: _node.Node) -> Scale:
    levels = tuple(Level(c.integer("value", 1, 10), c.texts("text")) for c in node.children("levels"))
    if [level.value for level in levels] != list(range(1, len(levels) + 1)) or len(levels) < 2:
        node.problem("levels", "values must run 1, 2, 3 … from the worst, at least two")
    satisfied_from = node.integer("satisfied_from", 1, max(len(levels), 1)) if node.has("satisfied_from") else None
    return Scale(node.code("id"), levels, satisfied_from, _not_applicable(node))


def _not_applicable(node: _node.Node) -> Option | None:
    if not node.has("not_applicable"):
        return None
    child = node.child("not_applicable")
    option = Option(child.code("code"), child.texts("text"))
    child.done()
    return option


def _question(node: _node.Node, scales: tuple[Scale, ...], factors: tuple[Factor, ...]) -> Question:
    kind = Kind(value) if (value := node.choice("type", tuple(Kind))) in tuple(Kind) else Kind.TEXT
    role = Role(value) if (value := node.choice("role", tuple(Role), "other")) in tuple(Role) else Role.OTHER
    facet = Facet(value) if (value := node.choice("facet", tuple(Facet), "")) in tuple(Facet) else Facet.NONE
    options = tuple(
        Option(c.code("code"), c.texts("text"), c.flag("signal")) for c in node.children("options", optional=True)
    )
    question = Question(
        code=node.code("code"),
        kind=kind,
        role=role,
        text=node.texts("text"),
        help=node.texts("help", optional=True),
        criterion=node.code("criterion", ""),
        factor=node.code("factor", ""),
        scale=_scale_of(node, kind, scales),
        options=options,
        required=node.flag("required"),
        prefill=node.code("prefill", ""),
        sensitive=node.flag("sensitive"),
        longest=node.integer("longest", 1, LONGEST_COMMENT, LONGEST_COMMENT),
        condition=_condition(node),
        section=node.code("section", ""),
        facet=facet,
    )
    _check_question(node, question, factors)
    return question


def _scale_of(node: _node.Node, kind: Kind, scales: tuple[Scale, ...]) -> Scale | None:
    name = node.code("scale", "")
    if kind is not Kind.SCALE:
        if name:
            node.problem("scale", "only a question of type scale has one")
        return None
    found = next((scale for scale in scales if scale.id == name), None)
    if found is None:
        node.problem("scale", f"no scale {name!r} in this form")
    return found


def _condition(node: _node.Node) -> Condition | None:
    if not node.has("when"):
        return None
    child = node.child("when")
    condition: Condition
    if child.has("any_rating_at_most"):
        condition = AnyRatingAtMost(child.integer("any_rating_at_most", 1, 10))
    elif child.has("has"):
        condition = AnswerHas(child.code("question"), child.code("has"))
    else:
        is_level = type(child.value.get("is")) is int
        condition = AnswerIs(child.code("question"), child.integer("is", 1, 10) if is_level else child.code("is"))
    child.done()
    return condition


def _check_question(node: _node.Node, question: Question, factors: tuple[Factor, ...]) -> None:
    chooses = question.kind in (Kind.SINGLE, Kind.MULTI)
    if chooses and not question.options and not question.prefill:
        node.problem("options", "a question of this type needs options")
    if not chooses and question.options:
        node.problem("options", "only single and multi have options")
    codes = [option.code for option in question.options]
    if len(set(codes)) != len(codes):
        node.problem("options", "two options share a code")
    if question.role is Role.FACTOR and question.factor not in [factor.code for factor in factors]:
        node.problem("factor", f"no factor {question.factor!r} in this form")
    if question.role in (Role.FIELD, Role.RESPONDENT) and question.kind is not Kind.SINGLE:
        node.problem("role", "figures are broken down by a question of type single")
    in_index = question.role in (Role.OVERALL, Role.FACTOR)
    if in_index and (question.scale is None or question.scale.satisfied_from is None):
        node.problem("scale", "the index needs a scale with satisfied_from")


def _check_whole(form: Form, problems: list[Problem]) -> None:
    seen: dict[str, Question] = {}
    if len(form.questions) > MOST_QUESTIONS:
        problems.append(Problem("/questions", f"more than {MOST_QUESTIONS}"))
    for position, question in enumerate(form.questions):
        place = f"/questions/{position}"
        if question.code in seen:
            problems.append(Problem(f"{place}/code", f"{question.code!r} is used twice"))
        if reason := _wrong_condition(question.condition, seen):
            problems.append(Problem(f"{place}/when", reason))
        seen[question.code] = question
    problems.extend(_wrong_sections(form))
    for role in (Role.OVERALL, Role.FIELD, Role.RESPONDENT):
        if sum(question.role is role for question in form.questions) > 1:
            problems.append(Problem("/questions", f"more than one question has the role {role}"))
    lists = {"scales": [s.id for s in form.scales], "factors": [f.code for f in form.factors]}
    for name, codes in (lists | {"sections": [s.code for s in form.sections]}).items():
        if len(set(codes)) != len(codes):
            problems.append(Problem(f"/{name}", "a code is used twice"))


def _wrong_sections(form: Form) -> Iterator[Problem]:
    """A section is one stretch of what is asked: a citizen who leaves it does not come upon it again."""
    known, left, here = {section.code for section in form.sections}, set[str](), ""
    for position, question in enumerate(form.questions):
        place = f"/questions/{position}/section"
        if question.section and question.section not in known:
            yield Problem(place, f"no section {question.section!r} in this form")
        if question.prefill or question.section == here:
            continue
        if question.section and question.section in left:
            yield Problem(place, f"section {question.section!r} was left before")
        left.add(here)
        here = question.section


def _wrong_condition(condition: Condition | None, earlier: dict[str, Question]) -> str:
    """Why a condition can never be met; empty when it can. It may look only at questions that stand before it."""
    if condition is None or isinstance(condition, AnyRatingAtMost):
        return ""
    question = earlier.get(condition.question)
    if question is None:
        return f"no question {condition.question!r} stands before this one"
    if isinstance(condition, AnswerHas):
        return "" if condition.code in [o.code for o in question.options] else f"no option {condition.code!r} there"
    if not allows(question, condition.value):
        return f"{condition.value!r} is no answer to {condition.question!r}"
    return ""


def allows(question: Question, value: object) -> bool:
    """Whether `value` is an answer that `question` takes (shape and vocabulary, not its condition)."""
    if question.kind is Kind.SCALE:
        return question.scale is not None and question.scale.holds(value)
    if question.kind is Kind.YES_NO:
        return value in ("CO", "KHONG")
    if question.kind is Kind.SINGLE:
        if not question.options:  # prefilled from outside: a code of somebody's list, never free text
            return isinstance(value, str) and _node.CODE.fullmatch(value) is not None
        return isinstance(value, str) and value in [o.code for o in question.options]
    if question.kind is Kind.MULTI:
        codes = [o.code for o in question.options]
        return isinstance(value, list) and bool(value) and value == [code for code in codes if code in value]
    return isinstance(value, str) and 0 < len(value) <= question.longest
