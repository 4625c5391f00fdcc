"""A service menu over the strict store, a panel that keeps the port's contract, and a clock that is told to move."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardware.ports import Link, PanelStatus, Press
from kiosk.buttons import Desk
from kiosk.config import ServiceSettings
from kiosk.flow import Screen
from kiosk.misuse import History
from kiosk.moved import KeyDesk
from kiosk.service.build import REASONS
from kiosk.service.code import make_hash
from kiosk.service.flow import Act, Digit, Place, Role, Went
from kiosk.service.machine import Machine
from kiosk.service.service import Instruments, Service
from kiosk.service.status import Looker
from kiosk.stick import StickDesk
from survey.pause import read_reasons

STAFF, TECHNICIAN = "246802", "135791"


def kept() -> ServiceSettings:
    """What the configuration holds of the two codes."""
    return ServiceSettings(make_hash(STAFF, lambda n: bytes(n)), make_hash(TECHNICIAN, lambda n: bytes([1] * n)))


KEPT = kept()


@dataclass
class Panel:
    """Hands over every press until it is confirmed, and says how many wait."""

    waiting: list[Press] = field(default_factory=list)
    lamps: list[str] = field(default_factory=list)
    name: str = "buttons"

    def poll(self) -> Sequence[Press]:
        return list(self.waiting)

    def confirm(self, press: Press) -> None:
        self.lamps.append(press.source)
        self.waiting = [each for each in self.waiting if each.source != press.source]

    def status(self) -> PanelStatus:
        return PanelStatus(self.name, Link.UP, buttons=5, waiting=len(self.waiting))

    def close(self) -> None: ...


class Bench:
    """What the tests hold of one counter. `restart` is a power cut: memory is gone, the store stays."""

    def __init__(self, store: Any, clock: Any, standing: Any, randomness: Any, directory: Path) -> None:
        self.store, self.clock, self.standing, self.randomness = store, clock, standing, randomness
        self.directory, self.panel, self.screen = directory, Panel(), Screen.INVITATION
        self.settings, self.sounds = KEPT, 0
        self.asked, self.may_ask, self.news = 0, True, None
        self.moved, self.accepted = False, 0
        self.restart()

    def restart(self) -> None:
        self.desk = Desk(
            [self.panel], self.store, lambda: self.standing, self.clock, self.randomness, "0" * 16, 3, History()
        )
        looker = Looker(self.store, self.directory, lambda: self.standing, self.clock, Machine, "0.1.0")
        self.service = Service(
            self.settings,
            self.store,
            self.desk,
            looker,
            Instruments(
                sound=self._play,
                stick=StickDesk(lambda: self.news, self._ask),
                key=KeyDesk(lambda: self.moved, self._accept),
            ),
            read_reasons(REASONS.read_bytes()),
            self.clock,
            self.randomness,
        )
        self.service.start()
        self.turn()

    def _ask(self) -> bool:
        self.asked += 1
        return self.may_ask

    def _accept(self) -> bool:
        self.accepted += 1
        return self.may_ask

    def _play(self) -> None:
        self.sounds += 1

    def turn(self) -> None:
        self.desk.tick()
        self.service.tick(self.screen)

    def pass_s(self, seconds: float) -> None:
        self.clock.pass_s(seconds)
        self.turn()

    @property
    def place(self) -> Place:
        return self.service.showing().place if self.service.has_glass else Place.CLOSED

    def knock(self, order: str = "LRRL", rest_s: float = 2.0) -> bool:
        self.clock.pass_s(rest_s)
        for corner in order:
            self.clock.pass_s(0.4)
            self.service.watch(5.0 if corner == "L" else 210.0, 5.0, self.screen)
        opened = self.service.is_open
        self.turn()
        return opened

    def type(self, code: str) -> None:
        for digit in code:
            self.service.act(Digit(digit))
        self.service.act(Act.ENTERED)
        self.turn()

    def enter(self, role: Role = Role.TECHNICIAN, place: Place | None = None) -> None:
        assert self.knock()
        self.type(STAFF if role is Role.STAFF else TECHNICIAN)
        if place is not None:
            self.service.act(Went(place))
            self.turn()

    def press(self, number: int, button: int = 2, age_ms: int | None = 0) -> None:
        self.panel.waiting.append(Press("buttons", button, f"box/1/{number}", age_ms, tally=f"5eed1e57/{button}"))
