"""A question slides in from the side it lies on, arrives in time, and nothing else moves."""

from dataclasses import replace

import pytest

from kiosk.comfort import Comfort
from kiosk.flow import Screen, State
from kiosk.ui import theme
from kiosk.ui.gallery import form, states, view
from kiosk.ui.motion import Slide, side_of
from kiosk.ui.view import Typing

FORM = form()


def shown(name: str):
    return view(FORM, "vi", *states(FORM)[name])


@pytest.mark.parametrize(
    ("before", "after", "side"),
    [
        ("01-invitation", "03-factor1", 1),
        ("03-factor1", "04-factor2", 1),
        ("04-factor2", "03-factor1", -1),
        ("02-overall", "01-invitation", -1),
        ("09-reasons", "11-comment-empty", 1),
        ("08-factor5", "13-thanks", 1),
        ("13-thanks", "01-invitation", 0),
        ("04-factor2", "14-idle-warning", 0),
        ("14-idle-warning", "04-factor2", 0),
        ("04-factor2", "15-paused", 0),
        ("09-reasons", "10-reasons-ticked", 0),
        ("11-comment-empty", "12-comment", 0),
        ("01-invitation", "18-comforts", 0),
    ],
)
def test_the_side_is_where_the_question_lies(before, after, side):
    assert side_of(shown(before), shown(after)) == side


def test_pages_of_a_list_lie_side_by_side_and_a_high_contrast_screen_stays_still():
    first = shown("09-reasons")
    assert side_of(first, replace(first, page=1)) == 1
    assert side_of(replace(first, page=1), first) == -1
    calm = view(FORM, "vi", State(Screen.QUESTION, "RG.HL2"), Typing(), Comfort(contrast=True))
    assert side_of(view(FORM, "vi", State(Screen.QUESTION, "RG.HL1"), Typing(), Comfort(contrast=True)), calm) == 0


def test_a_slide_slows_down_and_ends_in_its_place():
    slide = Slide(40)
    assert slide.offset(0.0) == 0
    slide.begin(1, 10.0)
    offsets = [slide.offset(10.0 + theme.SLIDE_S * part / 8) for part in range(9)]
    assert offsets[0] == 40
    assert offsets == sorted(offsets, reverse=True)
    assert offsets[-1] == 0
    assert not slide.moving
    slide.begin(-1, 20.0)
    assert slide.offset(20.01) < 0
    slide.begin(0, 20.02)
    assert slide.offset(20.03) == 0
    slide.begin(1, 30.0)
    assert slide.offset(29.0) == 0, "a clock that goes back leaves nothing hanging"
