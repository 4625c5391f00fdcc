"""Which texts the office may record: every one that is read out of a form, and of this kiosk's own words."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from hardware.streams import ENDINGS, recording_name
from kiosk.standing import Standing
from kiosk.texts import Words
from survey.form import Form, Question, Texts, text_in

_DRAWN_ONLY = frozenset(("shift", "signs", "letters", "comment_empty", "comment_full", "comment_count"))


def wanted(form: Form, standing: Standing | None, words: Mapping[str, Words]) -> Iterator[tuple[str, str]]:
    """File name and text of each recording, in the order of the form, each once, for every language in `words`.

    Texts with a number in them («1 trên 5») are left to the synthesiser.
    """
    seen = set()
    for language, own in words.items():
        texts = [*(text_in(texts, language) for texts in _texts(form, standing)), *_words(own)]
        for text in texts:
            name = recording_name(text, language)
            if text.strip() and name not in seen:
                seen.add(name)
                yield name, " ".join(text.split())


def listed(form: Form, standing: Standing | None, words: Mapping[str, Words], directory: Path | None) -> Iterator[str]:
    """One line per recording, parted by tabs: «có/yes» if it is in `directory`, the file's name, the text."""
    for name, text in wanted(form, standing, words):
        files = [(directory / name).with_suffix(ending) for ending in ENDINGS] if directory is not None else []
        yield f"{'có/yes' if any(map(Path.is_file, files)) else '-'}\t{name}\t{text}"


def _texts(form: Form, standing: Standing | None) -> Iterator[Texts]:
    if standing is not None:
        yield standing.assignment.office
        yield standing.assignment.point_name
    yield from (form.title, form.intro)
    yield from (section.text for section in form.sections)
    for question in form.questions:
        yield from _of_question(question)
    yield form.thanks


def _of_question(question: Question) -> Iterator[Texts]:
    yield from (question.text, question.help)
    if question.scale is not None:
        yield from (level.text for level in question.scale.levels)
        if question.scale.not_applicable is not None:
            yield question.scale.not_applicable.text
    yield from (option.text for option in question.options)


def _words(words: Words) -> Iterator[str]:
    return (text for name, text in words.items() if name not in _DRAWN_ONLY and "{" not in text)
