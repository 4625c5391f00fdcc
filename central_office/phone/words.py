"""The words of the phone's pages in each language, and which text is in which language. Data of words.toml, read once.

Nothing in a text is an expression: places are filled by plain replacement (law 9).
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from survey.form import Form, Texts

DEFAULT = "vi"
WORDS: Mapping[str, Texts] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
_PLACE = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text on a page in `page_language`; marked where it is in another one, so that it is read out rightly."""

    text: str
    language: str
    page_language: str

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> SafeString:
        if self.language == self.page_language:
            return conditional_escape(self.text)
        return format_html('<span lang="{}">{}</span>', self.language, self.text)


@dataclass(frozen=True, slots=True)
class Speech:
    """Speaks one page's language; Vietnamese where a text has no translation (R-046)."""

    language: str

    def of(self, texts: Texts) -> Phrase:
        """A text of a form."""
        language = self.language if texts.get(self.language) else DEFAULT
        return Phrase(texts.get(language, ""), language, self.language)

    def say(self, name: str, **values: object) -> Phrase:
        """A word of ours, its places filled."""
        phrase = self.of(WORDS[name])
        filled = _PLACE.sub(lambda match: str(values.get(match[1], match[0])), phrase.text)
        return Phrase(filled, phrase.language, self.language)

    def __getitem__(self, name: str) -> Phrase:
        """For templates: `{{ say.back }}`."""
        return self.say(name)


def languages_of(form: Form | None) -> list[str]:
    """The languages in which a page can be asked for: the form's own, Vietnamese first; ours where there is no form."""
    found: Iterable[str] = form.title if form else WORDS["next"]
    return sorted(found, key=lambda language: (language != DEFAULT, language))


def chosen(asked: str, form: Form | None) -> str:
    return asked if asked in languages_of(form) else DEFAULT


def name_of(language: str) -> str:
    return WORDS["language"].get(language, language)
