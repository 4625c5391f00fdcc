"""A sick box is told after twenty seconds and once; its counts are compared with the disk; it belongs to its point."""

import json
import logging
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from hardware.counts import BoxCount, Hindrance
from hardware.panels import PanelKind, PanelSettings
from hardware.ports import Fault, Link, PanelStatus, Reason
from kiosk.panels import ALARM_S, LOOK_S, STEADY_S, Watch, bound, forget_box
from survey.panel_state import CONDITION, COUNTS, Counts, Trouble, notes_of, read_conditions, read_counts

UP = PanelStatus("nut", Link.UP, box="5eed1e57", firmware="1.0.0", buttons=5)
SETTINGS = PanelSettings(PanelKind.SERIAL, "nut", device=Path("/dev/none"))


@dataclass
class Panel:
    now: PanelStatus = UP
    name: str = "nut"

    def status(self) -> PanelStatus:
        return self.now


@dataclass
class Stand:
    panel: Panel
    watch: Watch
    clock: object
    store: object

    def tick(self, seconds: float = LOOK_S) -> None:
        self.clock.pass_s(seconds)
        self.watch.tick()

    def live(self, seconds: float) -> None:
        for _ in range(int(seconds / LOOK_S)):
            self.tick()

    def trouble(self) -> Trouble:
        (told,) = read_conditions(notes_of(self.store.kept_notes, CONDITION))
        return told.trouble

    def counts(self) -> Counts:
        (told,) = read_counts(notes_of(self.store.kept_notes, COUNTS))
        return told


@pytest.fixture
def stand(store, clock):
    panel = Panel()
    return Stand(panel, Watch([panel], store, lambda: clock.at_s), clock, store)


def down(stand, reason):
    since_s = stand.clock.at_s
    stand.panel.now = replace(UP, link=Link.ABSENT, reason=reason, down_since_s=since_s)


@pytest.mark.parametrize(
    ("reason", "trouble"),
    [(Reason.ABSENT, Trouble.ABSENT), (Reason.BUSY, Trouble.ABSENT), (Reason.SILENT, Trouble.SILENT),
     (Reason.OTHER_BOX, Trouble.OTHER_BOX), (Reason.OTHER_BUTTONS, Trouble.OTHER_BUTTONS),
     (Reason.BROKEN, Trouble.ABSENT)],
)  # fmt: skip
def test_down_for_twenty_seconds_is_an_alarm_told_once(stand, caplog, reason, trouble):
    caplog.set_level(logging.INFO)
    stand.tick()
    down(stand, reason)
    stand.live(ALARM_S - 1)
    assert stand.trouble() is Trouble.NONE
    stand.live(5)
    assert stand.trouble() is trouble
    stand.panel.now = UP
    stand.live(STEADY_S - 1)
    assert stand.trouble() is trouble
    stand.live(2)
    assert stand.trouble() is Trouble.NONE
    assert [r.message for r in caplog.records if r.message != "panel.box_bound"] == ["panel.alarm", "panel.recovered"]


def test_a_loose_plug_is_an_alarm_although_it_never_stays_out_for_long(stand):
    stand.tick()
    for _ in range(5):
        down(stand, Reason.ABSENT)
        stand.live(5)
        stand.panel.now = UP
        stand.live(10)
    assert stand.trouble() is Trouble.ABSENT


def test_a_loop_that_stood_still_blames_no_panel(stand):
    stand.tick()
    down(stand, Reason.ABSENT)
    stand.tick(3600)
    assert stand.trouble() is Trouble.NONE


def test_a_panel_that_is_gone_from_the_file_is_forgotten(stand, store):
    store.kept_notes = {"panel/old": "{}", "counts/old": "{}", "box/old": "00000001", "panel/nut": "{}"}
    stand.tick()
    assert {name for name in store.kept_notes if name.endswith("/old")} == {"box/old"}


def test_a_restart_of_the_kiosk_is_neither_alarm_nor_recovery(stand, store, clock):
    stand.tick()
    down(stand, Reason.ABSENT)
    stand.live(ALARM_S + 1)
    assert stand.trouble() is Trouble.ABSENT
    before = dict(store.kept_notes)
    fresh = Panel(PanelStatus("nut", Link.ABSENT, reason=Reason.ABSENT, down_since_s=clock.at_s))
    Watch([fresh], store, lambda: clock.at_s).tick()
    assert store.kept_notes == before


@pytest.mark.parametrize(
    ("change", "trouble"),
    [({"stuck": (2,)}, Trouble.STUCK), ({"faults": (Fault.STORE,)}, Trouble.STORE),
     ({"faults": (Fault.DEEP_LOST, Fault.FULL)}, Trouble.FULL), ({"faults": (Fault.SUPPLY_LOW,)}, Trouble.SUPPLY),
     ({"faults": (Fault.TESTING,)}, Trouble.NONE)],
)  # fmt: skip
def test_an_ill_box_that_is_up_is_told_at_once(stand, change, trouble):
    stand.panel.now = replace(UP, **change)
    stand.tick()
    assert stand.trouble() is trouble


def test_a_voltage_that_moves_is_no_news(stand, store):
    stand.panel.now = replace(UP, faults=(Fault.SUPPLY_LOW,), supply_mv=4310)
    stand.tick()
    written = store.log.count("put_note")
    stand.panel.now = replace(stand.panel.now, supply_mv=4290)
    stand.tick()
    assert store.log.count("put_note") == written


def counted(*made: int, fresh: bool = False, hindrance: Hindrance = Hindrance.NONE) -> PanelStatus:
    return replace(UP, count=BoxCount("5eed1e57", made, fresh, hindrance))


def test_a_box_with_a_past_is_compared_from_the_first_quiet_moment_on(stand, store, caplog):
    store.kept_tallies = {"5eed1e57/0": 1, "ffffffff/0": 99}
    stand.panel.now = counted(11, 0, 0, 0, 5, 2, hindrance=Hindrance.UNACKED)
    stand.tick()
    assert not notes_of(store.kept_notes, COUNTS)
    stand.panel.now = counted(11, 0, 0, 0, 5, 2)
    stand.tick()
    assert stand.counts() == Counts("nut", told=1, held=1, refused=0, differ=False)
    store.kept_tallies |= {"5eed1e57/0": 2, "5eed1e57/burst": 1}
    stand.panel.now = counted(12, 0, 0, 0, 5, 3)
    stand.tick()
    assert stand.counts() == Counts("nut", told=3, held=3, refused=0, differ=False)
    caplog.set_level(logging.INFO)
    stand.panel.now = counted(12, 0, 1, 0, 5, 3)  # one that the disk does not have
    stand.tick()
    assert stand.counts() == Counts("nut", told=4, held=3, refused=0, differ=True)
    assert [r.message for r in caplog.records] == ["panel.counts_differ"]


def test_one_press_turned_into_another_shows_although_the_sums_agree(stand, store):
    store.kept_tallies = {"5eed1e57/4": 1}
    stand.panel.now = counted(1, 0, 0, 0, 0, 0, fresh=True)
    stand.tick()
    assert stand.counts() == Counts("nut", told=1, held=1, refused=0, differ=True)


def test_a_box_named_here_has_no_past_whatever_waits_in_it(stand, store):
    stand.panel.now = counted(3, 0, 0, 0, 0, 0, fresh=True, hindrance=Hindrance.UNACKED)
    stand.tick()
    stand.panel.now = counted(3, 0, 0, 0, 0, 0)  # the program started again and knows no longer that it named it
    stand.tick()
    assert stand.counts().differ


def test_a_sick_disk_only_delays(stand, store):
    store.failing = True
    stand.tick()
    stand.panel.now = replace(UP, stuck=(1,))
    stand.tick()
    store.failing = False
    stand.tick()
    assert stand.trouble() is Trouble.STUCK
    assert store.kept_notes["box/nut"] == "5eed1e57"


def test_one_box_at_two_panels_is_told_at_both(store, clock):
    panels = [Panel(replace(UP, panel=name), name) for name in ("a", "b", "c")]
    panels[2].now = replace(panels[2].now, box="00000002")
    watch = Watch(panels, store, lambda: clock.at_s)
    watch.tick()
    told = read_conditions(notes_of(store.kept_notes, CONDITION))
    assert [each.trouble for each in told] == [Trouble.OTHER_BOX, Trouble.OTHER_BOX, Trouble.NONE]


def test_a_damaged_note_is_written_anew(stand, store):
    store.kept_notes["panel/nut"] = "{"
    stand.tick()
    assert json.loads(store.kept_notes["panel/nut"])["box"] == "5eed1e57"


def test_the_first_box_belongs_here_until_somebody_says_otherwise(stand, store):
    assert bound(SETTINGS, store).box == ""
    stand.tick()
    assert bound(SETTINGS, store).box == "5eed1e57"
    assert bound(replace(SETTINGS, box="00000001"), store).box == "00000001"
    assert bound(PanelSettings(PanelKind.GPIO, "nut", button_pins=(5,)), store).box == ""
    forget_box("nut", store)
    assert bound(SETTINGS, store).box == ""


def test_an_accepted_box_is_compared_anew(stand, store):
    stand.panel.now = counted(1, 0, 0, 0, 0, 0, fresh=True)
    stand.tick()
    assert stand.counts().differ
    forget_box("nut", store)
    again = Stand(stand.panel, Watch([stand.panel], store, lambda: stand.clock.at_s), stand.clock, store)
    again.panel.now = counted(1, 0, 0, 0, 0, 0)
    again.tick()
    assert again.counts() == Counts("nut", told=0, held=0, refused=0, differ=False)
