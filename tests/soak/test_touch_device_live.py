"""A kiosk that reads its touch screen itself: pulled and plugged in while citizens answer (bytes through a FIFO)."""

import json
import os
from pathlib import Path

import pytest

from hardware.touch_device import ABS, EVENT, MT_ID, MT_SLOT, MT_X, MT_Y, SYN
from tests.soak.rig import Rig, kiosk, records_of, wait_for

pytestmark = pytest.mark.display


def touch(handle: int, rig: Rig, target: str) -> None:
    """A finger comes down on a target of the lit screen, and is lifted."""
    found = next(t for t in rig.citizen.shown["targets"] if t["id"] == target)
    x, y = int(found["x"] + found["w"] / 2), int(found["y"] + found["h"] / 2)
    events = [
        (ABS, MT_SLOT, 0),
        (ABS, MT_ID, 5),
        (ABS, MT_X, x),
        (ABS, MT_Y, y),
        (SYN, 0, 0),
        (ABS, MT_ID, -1),
        (SYN, 0, 0),
    ]
    os.write(handle, b"".join(EVENT.pack(0, 0, *event) for event in events))


def events(log: Path) -> list[str]:
    lines = (json.loads(line) for line in log.read_text().splitlines())
    return [line["event"] for line in lines if line["event"].startswith(("touch.", "input."))]


def test_an_answer_outlives_a_touch_screen_that_was_pulled(tmp_path):
    device = tmp_path / "touch"
    os.mkfifo(device)
    handle = os.open(device, os.O_RDWR)
    with kiosk(options=["--axes"], settings=f'input = "mtdev"\ndevice = "{device}"', directory=tmp_path) as rig:
        wait_for(lambda: "touch.found" in events(rig.log), "device")
        rig.citizen.raw_touch(500, 300)  # X's own pointer is not the source: it does nothing
        touch(handle, rig, "level:4")
        assert rig.citizen.wait("question")["question"] == "RG.HL1"
        device.unlink()
        os.close(handle)
        wait_for(lambda: events(rig.log)[-1] == "touch.lost", "word of the loss")
        os.mkfifo(device)
        handle = os.open(device, os.O_RDWR)
        wait_for(lambda: events(rig.log)[-1] == "touch.found", "word of the return")
        touch(handle, rig, "level:2")
        assert rig.citizen.wait("question")["question"] == "RG.HL2"
        touch(handle, rig, "finish")
        rig.citizen.wait("thanks")
        assert [shown["screen"] for shown in rig.citizen.history] == ["invitation", "question", "question", "thanks"]
        assert sorted(events(rig.log)) == ["input.opened", "touch.found", "touch.found", "touch.lost"]
        assert rig.citizen.end() == 0
        (record,) = records_of(rig.citizen.data)
        assert dict(record.submission.answers) == {"RG.HL0": 4, "RG.HL1": 2}
    os.close(handle)


def test_a_kiosk_starts_before_its_touch_screen_is_there(tmp_path):
    device = tmp_path / "touch"
    with kiosk(options=["--axes"], settings=f'input = "mtdev"\ndevice = "{device}"', directory=tmp_path) as rig:
        wait_for(lambda: "touch.lost" in events(rig.log), "word of the absence")
        os.mkfifo(device)
        handle = os.open(device, os.O_RDWR)
        wait_for(lambda: "touch.found" in events(rig.log), "device")
        touch(handle, rig, "level:4")
        rig.citizen.wait("question")
        os.close(handle)
