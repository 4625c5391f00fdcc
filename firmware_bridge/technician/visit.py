"""A port and an inspection joined: the loop under every technician's command. Knows no meaning of a frame."""

from collections.abc import Callable

from firmware_bridge.frames import FromTerminal
from firmware_bridge.technician.inspection import Inspection
from firmware_bridge.technician.port import Port, PortError

TURN_S = 0.05
LEAVE_S = 3.0


class Visit:
    """Keeps one box company through `port`. `clock`: seconds, steady. Raises PortError when the port is lost."""

    def __init__(self, port: Port, clock: Callable[[], float]) -> None:
        self.port = port
        self.clock = clock
        self.box = Inspection(clock())

    def turn(self, timeout_s: float = TURN_S) -> list[FromTerminal]:
        """What the box said within `timeout_s`; whatever is due is sent."""
        data = self.port.read(timeout_s)
        out, heard = self.box.step(self.clock(), data)
        self.port.write(out)
        return heard

    def until(self, truth: Callable[[], object], timeout_s: float) -> bool:
        """Turn until `truth()`, for `timeout_s` at most; whether it came true."""
        deadline_s = self.clock() + timeout_s
        while not truth():
            if self.clock() >= deadline_s:
                return False
            self.turn()
        return True

    def leave(self) -> bool:
        """End the self-test; whether the box said so. A lost port only makes it False: the box ends it by itself."""
        self.box.test(False)
        try:
            return self.box.linked and self.until(lambda: self.box.idle, LEAVE_S) and self.box.test_answer == 0
        except PortError:
            return False
