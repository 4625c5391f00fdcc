"""The shipped program says the same in two simulators that share no code."""

import pytest

from firmware_bridge.frames import Hello, Mark, Press, Result, Status, Totals
from tests.terminal.builds import program
from tests.terminal.second import in_avr8js, in_simavr, missing

pytestmark = pytest.mark.slow

WORDS = {Hello: 3, Status: 5, Totals: 2, Press: 5, Result: 2, Mark: 1}  # HELLO: blank, named, asked for


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_simavr_and_avr8js_hear_the_same() -> None:
    here, sent = in_simavr(program())
    there = in_avr8js(program(), sent)
    assert {kind: sum(isinstance(m, kind) for m in here.frames) for kind in WORDS} == WORDS
    assert here.lit[:3] == [0, 3, 4]
    assert there.frames == here.frames
    assert there.lit == here.lit
    print(
        f"{len(here.frames)} frames, {len(here.lit)} lamps: equal in simavr and avr8js, {len(sent)} words of the host"
    )
