"""Whether a kiosk serves, as its office says in a signed reply, and the file by which the agent tells the kiosk.

An order counts only with a serial above the one held, so that no old reply, shown again by whoever sits in the line,
can stop a kiosk or start one. Knows no clock, file or network.
"""

from dataclasses import dataclass
from enum import StrEnum

from survey.canonical import LARGEST_INTEGER, Value, decode, encode
from survey.errors import BadMessage

FORMAT = 1
FILE_NAME = "service.json"
MOST_BYTES = 1024


class Service(StrEnum):
    SERVING = "serving"
    WAITING = "waiting"  # answers are kept here until the office has compared the kiosk's fingerprint
    STOPPED = "stopped"  # nobody is asked any more; what waits stays sealed


@dataclass(frozen=True, slots=True)
class Order:
    """`serial` only rises; 0 for a kiosk that was never told anything."""

    state: Service = Service.SERVING
    serial: int = 0

    def fields(self) -> dict[str, Value]:
        return {"state": str(self.state), "serial": self.serial}

    def encode(self) -> bytes:
        """The bytes of the file."""
        return encode({"v": FORMAT} | self.fields())


def read_order(value: Value) -> Order:
    """The order in a message. Raises: BadMessage."""
    if not isinstance(value, dict):
        raise BadMessage("a service order is an object")
    state, serial = value.get("state"), value.get("serial")
    if state not in set(Service) or type(serial) is not int or not 0 <= serial <= LARGEST_INTEGER:
        raise BadMessage("a service order has a state and a serial")
    return Order(Service(str(state)), serial)


def read_order_file(data: bytes) -> Order:
    """Raises: BadMessage; NotCanonical."""
    value = decode(data)
    if not isinstance(value, dict) or value.get("v") != FORMAT:
        raise BadMessage("no service order of this format")
    return read_order(value)
