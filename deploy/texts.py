"""`python -m deploy.texts`: brings every catalogue of the kiosk up to its list of words, and compiles it.

What was translated stays; where the Vietnamese changed, the old translation is marked fuzzy, which no screen shows.
Needs Babel, which no kiosk has.
"""

import argparse
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

DIRECTORY = Path(__file__).parents[1] / "kiosk" / "texts"
LIST, DOMAIN, SOURCE = "kiosk.pot", "kiosk", "vi"


def updated(listed: Catalog, old: Catalog, language: str) -> Catalog:
    """`old` with exactly the words of `listed`, in their order. Vietnamese, being the list itself, is filled in."""
    new = Catalog(
        language,
        header_comment=old.header_comment,
        project="hailong",
        version="1",
        msgid_bugs_address="docs/languages.md",
        creation_date=listed.creation_date,
        revision_date=old.revision_date,
        last_translator=old.last_translator,
        language_team=old.language_team,
        fuzzy=False,
    )
    before = {message.context: message for message in old if message.id}
    for word in listed:
        if word.id:
            found = before.get(word.context)
            text = word.id if language == SOURCE else (found.string if found else "")
            stale = found is not None and bool(found.string) and (found.id != word.id or found.fuzzy)
            new.add(
                word.id,
                text,
                context=word.context,
                auto_comments=word.auto_comments,
                user_comments=found.user_comments if found else (),
                flags=("fuzzy",) if stale and language != SOURCE else (),
            )
    return new


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as a machine reads it; fuzzy and empty entries are left out."""
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def read(path: Path, language: str | None = None) -> Catalog:
    """A .po or .pot file. Raises: OSError; PoFileError for what is none."""
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes each .po and .mo, and says how much of each language is translated."""
    parser = argparse.ArgumentParser(prog="python -m deploy.texts", description=__doc__)
    parser.add_argument("--directory", type=Path, default=DIRECTORY, help="holds kiosk.pot and a folder a language")
    directory = parser.parse_args(arguments).directory
    listed = read(directory / LIST)
    for path in sorted(directory.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        language = path.parts[-3]
        catalog = updated(listed, read(path, language), language)
        with path.open("wb") as file:
            write_po(file, catalog, width=120)
        path.with_suffix(".mo").write_bytes(compiled(catalog))
        words = [message for message in catalog if message.id]
        done = sum(1 for message in words if message.string and not message.fuzzy)
        sys.stdout.write(f"{language}: {done} of {len(words)} words\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
