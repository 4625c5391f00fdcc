"""Text against its ground, on the pixels that a real window drew (WCAG 1.4.6: at least 7:1)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.ui.gallery import MODES
from kiosk.ui.screens import virtual_display

ROOT = Path(__file__).parents[2]


@pytest.mark.display
@pytest.mark.parametrize(
    ("size", "modes"), [("1024x600", tuple(MODES)), ("600x1024", ("plain",)), ("800x480", ("plain", "contrast"))]
)
def test_every_text_stands_out_seven_to_one(size, modes):
    with virtual_display(size) as environment:
        command = [sys.executable, str(Path(__file__).with_name("contrast_window.py")), size, *modes]
        environment = environment | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=170, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    measured = json.loads(done.stdout)
    print(f"{size}: {measured['texts']} texts on pixels, least contrast {measured['least']}:1 at {measured['where']}")
    assert measured["texts"] > 150 * len(modes)
    assert measured["least"] >= 7, measured["where"]
