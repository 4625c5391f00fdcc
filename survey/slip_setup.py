"""What a counter needs to make and judge slips: given by the office, read by kiosk and counter station from one file.

The file lies beside the assignment as `slips.json`, readable by its owner only: it holds the point's key.
"""

from dataclasses import dataclass

from survey.canonical import Value, decode, encode
from survey.errors import BadMessage, NotCanonical
from survey.form import FormRef
from survey.invitation import KEY_BYTES, MOST_NUMBER
from survey.record import HEX64
from survey.wire import checked_code

FORMAT = 1
FILE_NAME = "slips.json"
BEFORE_FILE_NAME = "slips-before.json"  # of the form asked before: its slips are still in citizens' hands
LONGEST_URL = 60
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class SlipSetup:
    """`number`: of plan, point and form together, as a code says it. `key`: 32 bytes, the point's.

    `url`: where the office is reached from outside, "" if it is not. `valid_days`: how long a slip may be used after
    the day of its issue. `keep_days`: how long the counter keeps the link from a slip to its dossier.
    """

    plan: str
    point: str
    form: FormRef
    number: int
    key: bytes
    url: str
    valid_days: int
    keep_days: int

    def encode(self) -> bytes:
        return encode(self.fields())

    def fields(self) -> dict[str, Value]:
        return {
            "v": FORMAT,
            "plan": self.plan,
            "point": self.point,
            "form": {"id": self.form.id, "version": self.form.version, "digest": self.form.digest},
            "number": self.number,
            "key": self.key.hex(),
            "url": self.url,
            "valid_days": self.valid_days,
            "keep_days": self.keep_days,
        }


def read_slip_setup(data: bytes) -> SlipSetup:
    """Inverse of `SlipSetup.encode`. Raises: BadMessage."""
    try:
        value = decode(data)
    except NotCanonical as error:
        raise BadMessage(str(error)) from None
    names = {"v", "plan", "point", "form", "number", "key", "url", "valid_days", "keep_days"}
    if not isinstance(value, dict) or value.keys() != names or value["v"] != FORMAT:
        raise BadMessage("no slip setup of version 1")
    form, key, url = value["form"], value["key"], value["url"]
    if not isinstance(form, dict) or form.keys() != {"id", "version", "digest"}:
        raise BadMessage("the slip setup names no form")
    if not isinstance(form["digest"], str) or not HEX64.fullmatch(form["digest"]):
        raise BadMessage("the form's digest is none")
    if not isinstance(key, str) or not HEX64.fullmatch(key):
        raise BadMessage(f"a key is {KEY_BYTES} bytes in hexadecimal")
    if not isinstance(url, str) or len(url) > LONGEST_URL or not url.isascii() or not (url + "x").isprintable():
        raise BadMessage("the address is none")
    return SlipSetup(
        plan=checked_code(value["plan"]),
        point=checked_code(value["point"]),
        form=FormRef(checked_code(form["id"]), checked_code(form["version"]), form["digest"]),
        number=_whole(value["number"], 0, MOST_NUMBER),
        key=bytes.fromhex(key),
        url=url,
        valid_days=_whole(value["valid_days"], 0, MOST_DAYS),
        keep_days=_whole(value["keep_days"], 0, MOST_DAYS),
    )


def _whole(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise BadMessage(f"a number is outside {least} to {most}")
    return value
