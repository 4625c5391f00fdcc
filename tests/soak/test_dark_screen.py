"""The screen at rest on the real display: dim, it still takes an answer; dark, the first touch only lights it."""

import json

import pytest

from tests.soak.rig import HEIGHT, WIDTH, Rig, kiosk, wait_for

pytestmark = pytest.mark.display


def brightness(rig: Rig) -> float:
    """Mean of all subpixels on the display."""
    pixels = rig.citizen._grab()
    return sum(pixels[::4]) / (WIDTH * HEIGHT)


def test_a_dim_screen_is_shaded_and_takes_the_answer_at_the_first_touch():
    with kiosk(settings='dim_after_s = 1\nbacklight = "/nonexistent"', idle_s=600) as rig:
        full = brightness(rig)
        wait_for(lambda: brightness(rig) < 0.5 * full, "shade")
        assert 0.25 * full < brightness(rig) < 0.45 * full
        rig.citizen.answer("level:4", "question", "RG.HL1")
        wait_for(lambda: brightness(rig) > 0.8 * full, "light")
        assert rig.citizen.end() == 0


def test_on_a_dark_screen_the_first_touch_lights_and_the_second_answers():
    with kiosk(options=["--closed"], settings='backlight = "/nonexistent"', idle_s=600) as rig:
        wait_for(lambda: brightness(rig) == 0, "darkness")
        rig.citizen.tap("level:4")
        wait_for(lambda: brightness(rig) > 100, "light")
        assert len(rig.citizen.history) == 1, "no answer came of it"
        rig.citizen.answer("level:2", "question", "RG.HL1")
        rig.citizen.answer("finish", "thanks")
        assert rig.citizen.end() == 0
        (record,) = rig.citizen.records()
        assert dict(record.submission.answers) == {"RG.HL0": 2}


def test_a_lamp_is_dimmed_in_the_place_of_a_shade_and_lit_at_the_end(tmp_path):
    lamp = tmp_path / "lamps" / "10-0045"
    lamp.mkdir(parents=True)
    (lamp / "max_brightness").write_text("200\n")
    (lamp / "brightness").write_text("3\n")  # as a process that was killed left it
    with kiosk(settings=f'dim_after_s = 1\nbacklight = "{lamp.parent}"', idle_s=600, directory=tmp_path) as rig:
        assert (lamp / "brightness").read_text() == "200"
        full = brightness(rig)
        wait_for(lambda: (lamp / "brightness").read_text() == "70", "dim lamp")
        assert brightness(rig) == full, "no shade over a lamp"
        rig.citizen.answer("level:4", "question", "RG.HL1")
        wait_for(lambda: (lamp / "brightness").read_text() == "200", "full lamp")
        assert rig.citizen.end() == 0
    assert json.loads(rig.log.read_text().splitlines()[-1])["event"] == "process.stopped"
