"""What can be wrong at one counter's kiosk. Knows no screen and no store; each error carries a `code` and a `hint`."""


class KioskError(Exception):
    """Root of this package's errors."""

    code = "kiosk"
    hint = "See the message."


class BadConfig(KioskError):
    """A configuration file with at least one problem; `problems` lists all of them."""

    code = "bad_config"
    hint = "Mend every line named; `hailong-kiosk --check-config` tells when all are gone."

    def __init__(self, source: str, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{source}: {problem}" for problem in problems))


class BadTexts(KioskError):
    """A language, its words or its font that cannot be used."""

    code = "bad_texts"
    hint = "docs/languages.md says what belongs to a language; `make texts` brings its catalogue up to date."


class WrongInputs(KioskError):
    """Touches would be read from more than one source, or from none. One tap would make two answers, or none."""

    code = "wrong_inputs"
    hint = "Exactly one source may report touches: [screen] input, and no provider of Kivy's beside it."

    def __init__(self, sources: list[str]) -> None:
        self.sources = tuple(sources)
        super().__init__(f"{len(sources)} sources of touches instead of 1: {', '.join(sources) or 'none'}")
