"""Presses become answers: recorded, then confirmed; once each; and without Kivy."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from hardware.ports import Link, PanelStatus, Press
from kiosk.buttons import Desk
from kiosk.misuse import History
from kiosk.store import outbox_in
from survey.record import Channel, Clock, State, read_record
from sync_agent.outbox import Outbox

ROOT = Path(__file__).parents[2]


@dataclass
class Panel:
    """Hands over every press until it is confirmed, as the contract of hardware/ports says."""

    waiting: list[Press] = field(default_factory=list)
    lamps: list[str] = field(default_factory=list)
    name: str = "panel"
    forgets: bool = True
    buttons: int = 5
    polled: int = 0

    def poll(self) -> Sequence[Press]:
        self.polled += 1
        return list(self.waiting)

    def confirm(self, press: Press) -> None:
        self.lamps.append(press.source)
        if self.forgets:
            self.waiting.remove(press)

    def status(self) -> PanelStatus:
        return PanelStatus(self.name, Link.UP, buttons=self.buttons)

    def close(self) -> None: ...


def press(n: int, button: int = 4, age_ms: int | None = 0, flags: tuple[str, ...] = ()) -> Press:
    return Press("panel", button, f"panel/1/{n}", age_ms, flags)


@pytest.fixture
def open_desk(standing, clock, randomness):
    def opened(panel, store, where=lambda: standing) -> Desk:
        return Desk([panel], store, where, clock, randomness, "0" * 16, 3, History())

    return opened


def test_a_press_is_a_complete_answer(open_desk, store, clock):
    panel = Panel([press(1, button=0, age_ms=1000 * 60 * 20)])
    assert open_desk(panel, store).tick() == 1
    (done,) = store.finished
    assert dict(done.answers) == {"RG.HL0": 1}
    assert (done.channel, done.state, done.duration_s) == (Channel.BUTTON, State.COMPLETE, 0)
    assert done.quarter == "2023-09-01T08:00+07:00"  # when it was pressed, not when it was heard
    assert panel.lamps == ["panel/1/1"]


def test_a_press_handed_over_twice_counts_once(open_desk, store):
    panel = Panel([press(1)], forgets=False)
    desk = open_desk(panel, store)
    assert [desk.tick(), desk.tick(), desk.tick()] == [1, 0, 0]
    assert len(store.finished) == 1
    assert panel.lamps == ["panel/1/1"] * 3


def test_no_lamp_before_the_disk(open_desk, store, clock):
    panel = Panel([press(1), press(2)])
    store.failing = True
    desk = open_desk(panel, store)
    assert desk.tick() == 0
    assert panel.lamps == []
    store.failing = False
    assert desk.tick() == 0, "retries wait"
    clock.pass_s(3)
    assert desk.tick() == 2
    assert panel.lamps == ["panel/1/1", "panel/1/2"]


def test_a_sick_disk_keeps_no_panel_from_being_heard(standing, store, clock, randomness):
    """A panel that is not polled looks dead to the watchdog, and its presses would go with the restart."""
    panels = [Panel([press(1)], name="one"), Panel([], name="two")]
    desk = Desk(panels, store, lambda: standing, clock, randomness, "0" * 16, 60, History())
    store.failing = True
    for _ in range(5):
        assert desk.tick() == 0
        clock.pass_s(1)
    assert [panel.polled for panel in panels] == [5, 5]
    assert desk.deadline_s() < clock().at_s + 1


def test_without_a_form_a_press_stays_with_its_panel(open_desk, store):
    panel = Panel([press(1)])
    assert open_desk(panel, store, lambda: None).tick() == 0
    assert (panel.lamps, len(panel.waiting)) == ([], 1)


def test_a_button_that_means_nothing_lights_no_lamp_and_stops_no_other(open_desk, store):
    panel = Panel([press(1, button=7), press(2, button=2)])
    assert open_desk(panel, store).tick() == 1
    assert panel.lamps == ["panel/1/2"]


@pytest.mark.parametrize(("buttons", "question"), [(5, "RG.HL0"), (4, "RG.HL0B4"), (3, "RG.HL0B3")])
def test_a_box_answers_on_a_scale_of_its_own_length(open_desk, store, buttons, question):
    panel = Panel([press(1, button=2)], buttons=buttons)
    assert open_desk(panel, store).tick() == 1
    assert [dict(done.answers) for done in store.finished] == [{question: 3}]


@pytest.mark.parametrize("buttons", [0, 2, 6])
def test_a_box_whose_scale_the_form_has_not_is_not_mixed_in(open_desk, store, buttons):
    panel = Panel([press(1, button=1)], buttons=buttons)
    assert open_desk(panel, store).tick() == 0
    assert (panel.lamps, len(panel.waiting)) == ([], 1)


def test_what_the_box_counts_the_disk_counts_too(open_desk, store):
    panel = Panel([replace(press(n), tally=f"5eed1e57/{n % 2}") for n in range(5)] * 2, forgets=False)
    open_desk(panel, store).tick()
    assert store.tallies() == {"5eed1e57/0": 3, "5eed1e57/1": 2}


def test_flags_of_panel_and_kiosk(open_desk, store, clock):
    panel = Panel([press(1), press(2, flags=("burst", "Not A Flag"))])
    desk = open_desk(panel, store)
    desk.tick()
    panel.waiting = [press(3, age_ms=None)]
    clock.pass_s(2)
    desk.tick()
    assert [done.flags for done in store.finished] == [(), ("burst", "rapid"), ("rapid",)]
    assert store.finished[2].clock is Clock.UNCERTAIN


def test_on_the_real_outbox(open_desk, tmp_path):
    panel = Panel([press(n, n % 5) for n in range(50)] * 2, forgets=False)
    store = outbox_in(tmp_path)
    assert open_desk(panel, store).tick() == 50
    store.close()
    outbox = Outbox.open(tmp_path / "outbox.db")
    levels = [read_record(sealed.raw).submission.answers["RG.HL0"] for sealed in outbox.pending()]
    outbox.close()
    assert levels == [n % 5 + 1 for n in range(50)]


WITHOUT_KIVY = """
import sys, threading, time
from kiosk import __main__ as main
from pathlib import Path
from kiosk.config import read_config
config = read_config(Path(sys.argv[1]).read_bytes(), "x")
kiosk = main.Kiosk(config)
threading.Timer(1.0, kiosk.stop).start()
kiosk.run({}, None)
print([name for name in sys.modules if name.split(".")[0] == "kivy" or name.startswith("kiosk.ui")])
"""


@pytest.mark.slow
def test_a_kiosk_of_buttons_only_never_imports_kivy(tmp_path):
    config = tmp_path / "kiosk.toml"
    config.write_text(
        f'data_directory = "{tmp_path}"\n[screen]\non = false\n[[panel]]\nkind = "gpio-simulated"\n'
        f'button_pins = [5, 6, 13, 19, 26]\nlamp_pins = []\ncontrol_socket = "{tmp_path}/buttons.sock"\n'
    )
    command = [sys.executable, "-c", WITHOUT_KIVY, str(config)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.strip() == "[]", result.stdout
