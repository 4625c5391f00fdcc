"""What can keep a sheet from being printed, in words for the operator."""


class Unprintable(Exception):
    """A text, a form or a machine that no sheet can be made with."""

    code = "unprintable"

    def __init__(self, message: str, hint: str) -> None:
        self.hint = hint
        super().__init__(message)
