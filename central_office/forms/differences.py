"""What changed between two versions of a form, in sentences. Compares values; knows no page and no file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from central_office.forms.words import KINDS, ROLES, when
from survey.form import Form, Option, Question, Scale, Texts, text_in

HEADS = {"title": "Tên phiếu", "intro": "Lời mở đầu", "thanks": "Lời cảm ơn"}


def differences(old: Form, new: Form) -> list[str]:
    """One sentence for each change; none for the same content."""
    return [*_head(old, new), *_scales(old, new), *_named_parts(old, new), *_questions(old, new)]


def _head(old: Form, new: Form) -> Iterator[str]:
    for key, name in HEADS.items():
        yield from _texts(name, getattr(old, key), getattr(new, key))
    if old.extends != new.extends:
        core = f"{new.extends.id} {new.extends.version}" if new.extends else "không có"
        yield f"Phiếu gốc: nay là {core}."


def _texts(name: str, old: Texts, new: Texts) -> Iterator[str]:
    for language in sorted({*old, *new}, key=lambda tag: (tag != "vi", tag)):
        before, after = old.get(language, ""), new.get(language, "")
        tag = "" if language == "vi" else f" ({language})"
        if before and after and before != after:
            yield f"{name}{tag}: «{before}» → «{after}»."
        elif before != after:
            yield f"{name}{tag}: thêm «{after}»." if after else f"{name}{tag}: bỏ «{before}»."


def _scales(old: Form, new: Form) -> Iterator[str]:
    before, after = {scale.id: scale for scale in old.scales}, {scale.id: scale for scale in new.scales}
    yield from _came_and_went("Thang đo", {k: k for k in before}, {k: k for k in after})
    for name in [name for name in before if name in after]:
        yield from _scale(f"Thang đo {name}", before[name], after[name])


def _scale(name: str, old: Scale, new: Scale) -> Iterator[str]:
    if len(old.levels) != len(new.levels):
        yield f"{name}: {len(old.levels)} mức → {len(new.levels)} mức."
    for before, after in zip(old.levels, new.levels, strict=False):
        yield from _texts(f"{name}, mức {before.value}", before.text, after.text)
    if old.satisfied_from != new.satisfied_from:
        yield f"{name}: tính là hài lòng từ mức {old.satisfied_from or '–'} → {new.satisfied_from or '–'}."
    if old.not_applicable != new.not_applicable:
        yield f"{name}: lựa chọn «không áp dụng» thay đổi."


def _named_parts(old: Form, new: Form) -> Iterator[str]:
    for name, before, after in (("Yếu tố", old.factors, new.factors), ("Phần", old.sections, new.sections)):
        was, now = {part.code: part for part in before}, {part.code: part for part in after}
        labels = [{code: text_in(part.text, "vi") for code, part in parts.items()} for parts in (was, now)]
        yield from _came_and_went(name, *labels)
        for code in [code for code in was if code in now]:
            yield from _texts(f"{name} {code}", was[code].text, now[code].text)
    conditional = {factor.code: factor.conditional for factor in old.factors}
    for factor in new.factors:
        if conditional.get(factor.code, factor.conditional) != factor.conditional:
            yield f"Yếu tố {factor.code}: {'nay chỉ hỏi một số người' if factor.conditional else 'nay hỏi mọi người'}."


def _came_and_went(name: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    yield from (f"{name} {code}: bỏ{_quoted(text, code)}." for code, text in old.items() if code not in new)
    yield from (f"{name} {code}: thêm{_quoted(text, code)}." for code, text in new.items() if code not in old)


def _quoted(text: str, code: str) -> str:
    return "" if text == code else f" «{text}»"


def _questions(old: Form, new: Form) -> Iterator[str]:
    before, after = {q.code: q for q in old.questions}, {q.code: q for q in new.questions}
    labels = [{code: text_in(q.text, "vi") for code, q in found.items()} for found in (before, after)]
    yield from _came_and_went("Câu", *labels)
    shared = [code for code in before if code in after]
    moved = _moved(shared, [code for code in after if code in before])
    for code in shared:
        if code in moved:
            yield f"Câu {code}: đổi vị trí."
        yield from _question(f"Câu {code}", old, before[code], new, after[code])


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest codes that must move for one order to become the other."""
    places = {code: place for place, code in enumerate(new)}
    best: list[tuple[int, list[str]]] = []  # the longest run that stays in order, ending at each code
    for code in old:
        runs = [run for last, run in best if last < places[code]]
        best.append((places[code], [*max(runs, key=len, default=[]), code]))
    kept = max((run for _, run in best), key=len, default=[])
    return set(old) - set(kept)


def _question(name: str, old_form: Form, old: Question, new_form: Form, new: Question) -> Iterator[str]:
    yield from _texts(f"{name}, câu hỏi", old.text, new.text)
    yield from _texts(f"{name}, chú thích", old.help, new.help)
    scales = old.scale.id if old.scale else "", new.scale.id if new.scale else ""
    plain: Sequence[tuple[str, Any, Any]] = (
        ("loại", KINDS[old.kind], KINDS[new.kind]),
        ("thang đo", *scales),
        ("vai trò", ROLES[old.role], ROLES[new.role]),
        ("yếu tố", old.factor, new.factor),
        ("tiêu chí", old.criterion, new.criterion),
        ("nội dung", old.facet.value, new.facet.value),
        ("phần", old.section, new.section),
        ("người trả lời thay", old.prefill, new.prefill),
        ("bắt buộc", _yes(old.required), _yes(new.required)),
        ("nhạy cảm", _yes(old.sensitive), _yes(new.sensitive)),
        ("số ký tự", old.longest, new.longest),
        ("điều kiện", when(old_form, old.condition) or "luôn hỏi", when(new_form, new.condition) or "luôn hỏi"),
    )
    yield from (f"{name}, {part}: {was or '–'} → {now or '–'}." for part, was, now in plain if was != now)
    yield from _options(name, old.options, new.options)


def _options(name: str, old: Sequence[Option], new: Sequence[Option]) -> Iterator[str]:
    before, after = {o.code: o for o in old}, {o.code: o for o in new}
    labels = [{code: text_in(o.text, "vi") for code, o in found.items()} for found in (before, after)]
    yield from _came_and_went(f"{name}, lựa chọn", *labels)
    shared = [code for code in before if code in after]
    for code in shared:
        yield from _texts(f"{name}, lựa chọn {code}", before[code].text, after[code].text)
        if before[code].signal != after[code].signal:
            yield f"{name}, lựa chọn {code}: {'nay là' if after[code].signal else 'thôi là'} dấu hiệu cần xem ngay."
    if shared != [code for code in after if code in before]:
        yield f"{name}: các lựa chọn đổi thứ tự."


def _yes(value: bool) -> str:
    return "có" if value else "không"
