"""What can be wrong with survey data: one class per decision of the caller, each with a stable `code` and a `hint`."""

from dataclasses import dataclass


class SurveyError(ValueError):
    """Root of this package's errors."""

    code = "survey"
    hint = "See the message."


class NotCanonical(SurveyError):
    """Bytes or values outside the one canonical form: refuse them, never repair them."""

    code = "not_canonical"
    hint = "Only integers, strings, lists and objects in sorted, compact, NFC JSON travel."


class BadRecord(SurveyError):
    """Canonical bytes that are not a record."""

    code = "bad_record"
    hint = "Keep the bytes aside and report the kiosk that sealed them."


class BadAnswer(SurveyError):
    """An answer that its form does not allow."""

    code = "bad_answer"
    hint = "Compare the answer with the form version named in the record."


class BadMessage(SurveyError):
    """A batch, receipt or enrolment message that cannot be read."""

    code = "bad_message"
    hint = "Check that both ends run a supported version; a proxy may have altered the reply."


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a data file: `place` is a JSON pointer (RFC 6901), `reason` a sentence."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place or '/'}: {self.reason}"


class BadFile(SurveyError):
    """A form or plan file with at least one problem; all of them are listed at once."""

    code = "bad_file"
    hint = "Mend each place named; the file is not used until all are gone."

    def __init__(self, source: str, problems: list[Problem]) -> None:
        self.source = source
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{source}: {problem}" for problem in problems))
