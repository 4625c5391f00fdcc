"""The firmware's frame reader and the host's take the same of a bad line, and invent nothing."""

import os
import random

from firmware_bridge.frames import Decoder, HelloRequest, encode
from tests.terminal import frame_noise
from tests.terminal.parsers import Compared, compare, terminal_takes, try_many, try_sanitized

SEED = int(os.environ.get("SEED", "1"))
FRAMES = 200_000
SANITIZED = 20_000


def test_both_readers_take_the_same_and_nothing_that_was_not_sent() -> None:
    found = try_many(SEED, FRAMES)
    print(f"{found.line()}, seed {SEED}")
    assert (found.false, found.disagreements) == (0, 0), found.first
    assert found.taken_by_terminal > FRAMES // 20
    assert found.taken_by_host > FRAMES // 10


def test_the_firmwares_reader_under_the_sanitizers() -> None:
    taken, dropped = try_sanitized(SEED, SANITIZED)
    print(f"{SANITIZED:,} frames under AddressSanitizer and UBSan: {taken:,} taken, {dropped:,} dropped, no finding")
    assert taken > 0
    assert dropped > SANITIZED // 2


def test_an_undamaged_line_is_taken_whole_by_both() -> None:
    dice, whole = random.Random(SEED), Compared()
    for _ in range(200):
        line, sent, untouched = frame_noise.batch(dice, 50)
        assert compare(line, sent).taken_by_host >= untouched
        whole.add(compare(line, sent))
    assert whole.false == 0


def test_the_comparison_sees_a_frame_that_nobody_sent() -> None:
    line = encode(HelloRequest())
    assert terminal_takes(line) == ([b"\x86"], 0)
    assert compare(line, {b"\x86"}).false == 0
    assert compare(line, set()).false == 2  # taken by both readers, sent by nobody


def test_the_comparison_sees_readers_that_differ(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    line = encode(HelloRequest()) * 3
    monkeypatch.setattr(Decoder, "feed", lambda self, data: [HelloRequest()] * 2)
    assert compare(line, {b"\x86"}).disagreements == 1
