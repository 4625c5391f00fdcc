"""What can be wrong at the counter station: one class per decision of the caller, each with a `code` and a `hint`."""

from kiosk.errors import KioskError


class BadLists(KioskError):
    """Lists of fields, agencies and reasons that nobody could choose from; `problems` lists all of them."""

    code = "bad_lists"
    hint = "Compare the file with kiosk/station/lists.json."

    def __init__(self, source: str, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{source}: {problem}" for problem in problems))


class NotReady(KioskError):
    """No slip can be made now: `text` tells the officer why and what to do."""

    code = "not_ready"
    hint = "See the page."

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)
