"""What ends a command of the agent. A network that is down is no error: it is an outcome (see delivery)."""

from survey.enrolment_file import Why


class AgentError(Exception):
    """Root of this package's errors; `hint` tells a technician what to do."""

    code = "agent"
    hint = "See the message."


class NotEnrolled(AgentError):
    """This kiosk has no key, centre or assignment yet."""

    code = "not_enrolled"
    hint = "Ask the office for an enrolment code and run: hailong-agent enrol CODE"


class EnrolmentRefused(AgentError):
    """The office did not accept the code, or something in between is not the office."""

    code = "enrolment_refused"
    hint = "Check the code, its 15 minutes and the network, then ask the office for a new code."

    def __init__(self, message: str, why: Why = Why.OFFICE) -> None:
        self.why = why
        super().__init__(message)


class BadKeyFile(AgentError):
    """A key file that is missing, unreadable or of the wrong length."""

    code = "bad_key_file"
    hint = "Do not make a new key by hand: ask the office to enrol this kiosk again."


class NotAdopted(AgentError):
    """The old data was not taken over; nothing of it was changed."""

    code = "not_adopted"
    hint = "See docs/operations/04-thay-may.md."
