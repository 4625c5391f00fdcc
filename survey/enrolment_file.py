"""What kiosk, first boot and agent say to each other about an enrolment, as two small files in the data directory.

The wish carries the office's code from whoever has it to the agent, which alone speaks to the office; the outcome says
how that went, for the screen. Knows no clock, file or network.
"""

from dataclasses import dataclass
from enum import StrEnum

from survey.canonical import Value, decode, encode
from survey.errors import BadMessage, NotCanonical

FORMAT = 1
WISH_FILE = "enrol-wish.json"
OUTCOME_FILE = "enrol-outcome.json"
MOST_BYTES = 4096
LONGEST = 200


class Step(StrEnum):
    ASKING = "asking"
    REFUSED = "refused"
    ENROLLED = "enrolled"


class Why(StrEnum):
    """Why an enrolment did not come about. One value per advice to the technician."""

    NO_CODE = "no_code"  # cannot be a code
    WRONG = "wrong"
    EXPIRED = "expired"
    USED = "used"
    CANCELLED = "cancelled"
    TOO_MANY = "too_many"
    NO_LINE = "no_line"
    TLS = "tls"
    CLOCK = "clock"
    STRANGER = "stranger"  # whoever answered does not know the code: a captive portal, another office
    OFFICE = "office"  # the office failed
    STORE = "store"  # this machine's own disk


LASTING = frozenset({Why.NO_LINE, Why.TLS, Why.CLOCK, Why.STRANGER, Why.OFFICE, Why.TOO_MANY, Why.STORE})
"""What may pass by itself: a prepared code is tried again."""


@dataclass(frozen=True, slots=True)
class Wish:
    """`id`: by which its outcome is known. `prepared`: no technician waits; try until the office has spoken."""

    id: str
    code: str
    prepared: bool = False

    def encode(self) -> bytes:
        return encode({"v": FORMAT, "id": self.id, "code": self.code, "prepared": int(self.prepared)})


@dataclass(frozen=True, slots=True)
class Outcome:
    """`wish`: the id of what it answers. `own`, `centre`: fingerprints, once enrolled."""

    wish: str
    step: Step
    why: Why | None = None
    kiosk: str = ""
    point: str = ""
    own: str = ""
    centre: str = ""

    def encode(self) -> bytes:
        texts = {"wish": self.wish, "kiosk": self.kiosk, "point": self.point, "own": self.own, "centre": self.centre}
        return encode(texts | {"v": FORMAT, "step": str(self.step), "why": str(self.why or "")})


def read_wish(data: bytes) -> Wish:
    """Raises: BadMessage."""
    value = _fields(data, {"id", "code"})
    return Wish(str(value["id"]), str(value["code"]), value.get("prepared") == 1)


def read_outcome(data: bytes) -> Outcome:
    """Raises: BadMessage."""
    value = _fields(data, {"wish", "step", "why", "kiosk", "point", "own", "centre"})
    if value["step"] not in set(Step) or value["why"] not in {"", *Why}:
        raise BadMessage("no outcome that is known")
    why = Why(str(value["why"])) if value["why"] else None
    texts = {name: str(value[name]) for name in ("wish", "kiosk", "point", "own", "centre")}
    return Outcome(step=Step(str(value["step"])), why=why, **texts)


def _fields(data: bytes, texts: set[str]) -> dict[str, Value]:
    try:
        value = decode(data[: MOST_BYTES + 1])
    except NotCanonical as error:
        raise BadMessage(str(error)) from None
    if not isinstance(value, dict) or value.get("v") != FORMAT:
        raise BadMessage("no file of this format")
    for name in texts:
        text = value.get(name)
        if not isinstance(text, str) or len(text) > LONGEST:
            raise BadMessage(f"{name} is no short text")
    return value
