"""The status tells how the machine is, never what or when anybody answered; odd files are no news."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.card import Faults
from kiosk.service.flow import Act, Place, Role, Went
from kiosk.service.machine import Machine, read_machine
from kiosk.service.status import COUNTS_S, NOTE, Counted, Status, heard_in, read_counted, rows
from kiosk.texts import read_words
from survey.panel_state import Condition, Trouble, write_note
from survey.record import Clock

WORDS = read_words("vi")


def texts(bench) -> str:
    status = bench.service.showing().status
    return "\n".join(f"{row.label}: {row.text}" for row in rows(status, WORDS, "vi"))


def look(bench) -> str:
    """What staff see who open the menu now."""
    bench.enter(Role.STAFF, Place.STATUS)
    seen = texts(bench)
    bench.service.act(Act.BACK)
    bench.service.act(Act.BACK)
    return seen


def until_full_quarter(bench) -> None:
    """The loop is woken for it."""
    bench.clock.pass_s(bench.service.deadline_s() - bench.clock.at_s)
    bench.turn()


def test_counts_stand_still_for_a_quarter_of_an_hour_whoever_asks(bench):
    until_full_quarter(bench)
    bench.enter(Role.STAFF, Place.STATUS)
    before = texts(bench)
    assert "Phiếu chờ gửi: 0" in before
    bench.press(1)
    bench.turn()
    assert len(bench.store.finished) == 1
    for _ in range(3):
        bench.service.act(Act.BACK)
        bench.service.act(Went(Place.STATUS))
        bench.pass_s(20)
        assert texts(bench) == before
    bench.pass_s(60)  # closed by now
    until_full_quarter(bench)
    assert "Phiếu chờ gửi: 1 (lúc 08:45 01/09/2023)" in look(bench)


@pytest.mark.slow
def test_pulling_the_plug_takes_no_count(bench):
    """Before and after one citizen, staff would learn whether that one answered."""
    until_full_quarter(bench)
    before = look(bench)
    assert "Phiếu chờ gửi: 0 (lúc 08:30 01/09/2023)" in before
    for number in range(3):
        bench.press(number + 1)
        bench.turn()
        bench.restart()
        assert look(bench) == before
    assert len(bench.store.finished) == 3
    until_full_quarter(bench)
    assert "Phiếu chờ gửi: 3 (lúc 08:45 01/09/2023)" in look(bench)


def test_a_clock_that_is_set_takes_no_count_nor_does_one_that_nobody_sets_begin_with_one(bench):
    until_full_quarter(bench)
    before = look(bench)
    bench.press(1)
    bench.turn()
    bench.restart()
    bench.clock.wall += timedelta(hours=2)
    bench.turn()
    assert look(bench) == before
    bench.clock.clock = Clock.UNCERTAIN
    bench.restart()
    until_full_quarter(bench)
    assert bench.service._looker.look().counted.waiting == 0
    until_full_quarter(bench)
    assert bench.service._looker.look().counted.waiting == 1


@pytest.mark.slow
def test_a_count_that_comes_late_is_left_out_and_one_that_fails_shows_nothing(bench):
    assert "Phiếu chờ gửi: –" in look(bench)
    bench.pass_s(COUNTS_S - 100)
    assert "Phiếu chờ gửi: –" in look(bench)
    until_full_quarter(bench)
    assert "Phiếu chờ gửi: 0" in look(bench)
    bench.store.failing = True
    until_full_quarter(bench)
    status = bench.service._looker.look()
    assert (status.counted, status.readable) == (None, False)
    bench.store.failing = False
    until_full_quarter(bench)
    assert "Phiếu chờ gửi: 0" in look(bench)


def test_a_damaged_note_is_no_count(bench):
    until_full_quarter(bench)
    kept = bench.store.notes()[NOTE]
    assert read_counted(kept) == bench.service._looker.look().counted
    for odd in ("", "{", "[]", "1", "{}", kept.replace(":30", ":31"), kept.replace('"waiting": 0', '"waiting": "x"')):
        assert read_counted(odd) is None


@pytest.mark.slow
def test_what_was_answered_changes_nothing_that_is_shown(new_bench):
    shown = set()
    for button in range(5):
        bench = new_bench()
        bench.press(1, button)
        bench.turn()
        until_full_quarter(bench)
        bench.enter(place=Place.STATUS)
        shown.add(texts(bench))
    assert len(shown) == 1


def test_every_line_has_words_and_what_needs_a_person_is_marked(standing):
    panels = (Condition("cửa vào", Trouble.STUCK), Condition("cửa ra"))
    status = Status(
        standing,
        "0.1.0",
        Counted("2023-09-01T08:15+07:00", 7, "2023-08-31T16:45+07:00", 5_000_000),
        "2023-09-01T08:00+07:00",
        Clock.UNCERTAIN,
        panels,
        Machine(85, True),
        card=Faults(("[sound] on: sai", "b", "c"), 4),
    )
    found = rows(status, WORDS, "vi")
    bad = {row.label: row.text for row in found if not row.well}
    assert bad == {
        "Đĩa còn trống": "5 MB",
        "Đồng hồ": "chưa chắc",
        "Nhiệt độ máy": "85 °C",
        "Nguồn điện": "đã bị yếu",
        "Tệp hailong.toml": "[sound] on: sai … và 6 chỗ khác.",
        "Hộp nút cửa vào": "nút bị kẹt",
    }
    good = {row.label: row.text for row in found if row.well}
    assert good["Phiếu chờ gửi"] == "7 (lúc 08:15 01/09/2023)"
    assert good["Phiếu chờ lâu nhất"] == "16:45 31/08/2023"
    assert good["Liên lạc với cơ quan khảo sát"] == "08:00 01/09/2023"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_trouble_of_a_panel_has_words(language):
    words = read_words(language)
    assert all(words[f"trouble_{trouble or 'none'}"] for trouble in Trouble)


def test_panels_are_told_as_the_office_is_told(bench):
    bench.store.put_note(*write_note(Condition("nut", Trouble.ABSENT)))
    bench.enter(Role.STAFF, Place.STATUS)
    assert "Hộp nút nut: mất kết nối" in texts(bench)
    bench.store.failing = True
    bench.service.act(Act.BACK)
    bench.service.act(Went(Place.STATUS))
    assert "Hộp nút" not in texts(bench)


def test_the_last_word_of_the_office_is_a_quarter_hour(tmp_path):
    path, wall = tmp_path / "contact.json", datetime(2023, 9, 1, 9, 30, tzinfo=UTC)
    assert heard_in(path, wall) == ""
    at = datetime(2023, 9, 1, 9, 14, 59, tzinfo=UTC).timestamp()
    path.write_text(json.dumps({"last_receipt_s": at - 5000, "last_heard_s": at}))
    assert heard_in(path, wall) == "2023-09-01T09:00+00:00"
    path.write_text(json.dumps({"last_receipt_s": at}))
    assert heard_in(path, wall + timedelta(1)) == "2023-09-01T09:00+00:00"
    for odd in ("", "[]", "{", '{"last_heard_s": "x"}', '{"last_heard_s": 1e400}', '{"last_heard_s": null}', "1"):
        path.write_text(odd)
        assert heard_in(path, wall) == ""


def test_the_pi_tells_temperature_and_supply_or_nothing(tmp_path):
    assert read_machine(tmp_path) == Machine(None, None)
    zone, supply, other = (
        tmp_path / part for part in ("class/thermal/thermal_zone0", "class/hwmon/hwmon1", "class/hwmon/hwmon0")
    )
    for directory in (zone, supply, other):
        directory.mkdir(parents=True)
    (zone / "temp").write_text("54321\n")
    (other / "name").write_text("cpu_thermal\n")
    (other / "in0_lcrit_alarm").write_text("1\n")
    (supply / "name").write_text("rpi_volt\n")
    assert read_machine(tmp_path) == Machine(54, None)
    for told, low in (("0\n", False), ("1\n", True), ("odd", None)):
        (supply / "in0_lcrit_alarm").write_text(told)
        assert read_machine(tmp_path).supply_low is low
