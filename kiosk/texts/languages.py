"""Which languages a kiosk can speak and which scripts they are written in: data of `languages.toml`, read once.

A language is a table there and a catalogue beside it; no code names one, but for Vietnamese, which every other falls
back to.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.errors import BadTexts

FILE = Path(__file__).with_name("languages.toml")


@dataclass(frozen=True, slots=True)
class Script:
    """`font`: a file, "" for Kivy's own. `blocks`: first and last character of each range that it draws.

    `leading`: least height of a line in parts of the letters' size. `spaced`: words end at spaces, and nowhere else.
    """

    code: str
    font: str
    package: str
    blocks: tuple[tuple[str, str], ...]
    leading: float
    spaced: bool


@dataclass(frozen=True, slots=True)
class Language:
    """`name`: what its speakers call it. `voice`: espeak-ng's, "" for none. `sample`: not checked by a translator."""

    code: str
    name: str
    script: str
    voice: str
    sample: bool


def read_languages(data: bytes, source: str) -> tuple[Mapping[str, Language], Mapping[str, Script]]:
    """Languages and scripts by code, in the order of the file. Raises: BadTexts."""
    try:
        document = tomllib.loads(data.decode("utf-8"))
        scripts = {code: _script(code, table) for code, table in document["script"].items()}
        languages = {code: Language(code, **table) for code, table in document["language"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadTexts(f"{source}: {type(error).__name__} {error}") from None
    for language in languages.values():
        if language.script not in scripts:
            raise BadTexts(f"{source}: {language.code} is written in {language.script}, which has no table")
        if not language.name.strip() or type(language.sample) is not bool:
            raise BadTexts(f"{source}: {language.code} has no name, or does not say whether it is a sample")
    return languages, scripts


def _script(code: str, table: Mapping[str, Any]) -> Script:
    blocks = tuple((chr(int(first, 16)), chr(int(last, 16))) for first, last in table["blocks"])
    return Script(code, **{**table, "blocks": blocks})


LANGUAGES, SCRIPTS = read_languages(FILE.read_bytes(), FILE.name)


def check_fonts(languages: Iterable[str]) -> None:
    """Raises: BadTexts if a font that one of `languages` is written with is not on this machine."""
    for code in languages:
        script = SCRIPTS[LANGUAGES[code].script]
        if script.font and not Path(script.font).is_file():
            raise BadTexts(f"{code}: {script.font} is missing; install the package {script.package}")
