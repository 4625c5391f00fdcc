"""What `hailong-terminal` says to a technician, in Vietnamese and English, from `texts.toml`. Knows no box."""

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("vi", "en")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every text: key → language → wording."""
    found: dict[str, dict[str, str]] = tomllib.loads((files(__package__) / "texts.toml").read_text("utf-8"))
    return found


class Texts:
    """Texts in one language. `language` None: Vietnamese, or English where LANG says so; errors then come in both."""

    def __init__(self, language: str | None = None, environment: Mapping[str, str] = os.environ) -> None:
        self._chosen = language is not None
        self.language = language or ("en" if environment.get("LANG", "").startswith("en_") else "vi")

    def __call__(self, key: str, **values: object) -> str:
        return catalogue()[key][self.language].format(**values)

    def error(self, key: str, **values: object) -> str:
        """One line: in the language asked for, else Vietnamese with English in parentheses."""
        if self._chosen:
            return self(key, **values)
        text = catalogue()[key]
        return f"{text['vi'].format(**values)} ({text['en'].format(**values)})"

    def button(self, index: int, buttons: int) -> str:
        """What is on the button, "Nút 1 – Rất không hài lòng"; its number alone on a box of an unheard-of size."""
        name = f"button_{index + 1}_of_{buttons}"
        meaning = f" – {self(name)}" if name in catalogue() else ""
        return self("button", number=index + 1) + meaning
