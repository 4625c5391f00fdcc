"""avrdude understood: its words as versions 6.3 and 7.1 say them, its absence, and a bootloader that is silent."""

import os
import random
from pathlib import Path

import pytest

from firmware_bridge.__main__ import main
from firmware_bridge.technician import avrdude, flash
from firmware_bridge.technician.avrdude import Outcome, Reader

GOOD = b"""
avrdude: AVR device initialized and ready to accept instructions

Reading | ################################################## | 100% 0.00s

avrdude: Device signature = 0x1e950f (probably m328p)
avrdude: writing flash (5674 bytes):

Writing | ################################################## | 100% 0.67s

avrdude: 5674 bytes of flash written

Reading | ################################################## | 100% 0.64s

avrdude: 5674 bytes of flash verified
"""


def test_progress_is_told_in_any_portions_and_only_grows():
    rng = random.Random(9)
    for _ in range(50):
        told: list[tuple[str, float]] = []
        reader = Reader(lambda phase, share, told=told: told.append((phase, share)))
        rest = GOOD
        while rest:
            size = rng.randrange(1, 60)
            reader.feed(rest[:size])
            rest = rest[size:]
        shares = [("writing", "verifying").index(phase) + share for phase, share in told]
        assert shares == sorted(shares)
        assert told[-1] == ("verifying", 1.0)
        assert ("writing", 1.0) in told
        assert reader.ending(0).outcome is Outcome.DONE
    print("avrdude: 50 ways to cut its words, seed 9")


@pytest.mark.parametrize(
    ("words", "outcome", "detail"),
    [
        ("avrdude: stk500_getsync() attempt 10 of 10: not in sync: resp=0x00\n", Outcome.NO_ANSWER, "not in sync"),
        ("avrdude error: programmer is not responding\navrdude done.  Thank you.\n", Outcome.NO_ANSWER, "responding"),
        ("avrdude: Expected signature for ATmega328P is 1E 95 0F\n", Outcome.WRONG_CHIP, "1E 95 0F"),
        ("avrdude: verification error, first mismatch at byte 0x0012\n 0x0c != 0xff\n", Outcome.MISMATCH, "0x0012"),
        (
            "avrdude warning: verification mismatch\n        device 0xff != input 0x05 at addr 0x0123 (error)\n",
            Outcome.MISMATCH,
            "0x0123",
        ),
        ("avrdude error: something new\n\navrdude done.  Thank you.\n", Outcome.FAILED, "something new"),
        ("", Outcome.FAILED, ""),
    ],
)
def test_a_failure_is_understood(words, outcome, detail):
    reader = Reader(lambda *_: None)
    reader.feed(words.encode())
    ending = reader.ending(1)
    assert ending.outcome is outcome
    assert detail in ending.detail


def test_a_bootloader_that_does_not_answer_is_not_called_for_ever(tmp_path):
    fake = tmp_path / "avrdude"
    lines = "".join(f"echo 'avrdude warning: attempt {n} of 10: not in sync: resp=0x00' >&2\n" for n in (1, 2))
    fake.write_text(f"#!/bin/sh\n{lines}exec sleep 600\n")
    fake.chmod(0o755)
    ending = avrdude.write_flash(str(fake), Path("/dev/null"), 115200, flash.SHIPPED, lambda *_: None)
    assert ending.outcome is Outcome.NO_ANSWER


def test_a_missing_avrdude_names_its_package(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "/nowhere")
    assert main(["flash", "--device", "/dev/none", "--language", "en"]) == os.EX_UNAVAILABLE
    assert "apt-get install avrdude" in capsys.readouterr().err
