"""An error of ours in the panel's thread is told, and costs a pause, not the box."""

import logging
import os
import pty
import time
import tty
from pathlib import Path

import pytest

from hardware.panels import PanelKind, PanelSettings, open_panel
from hardware.ports import Link, Reason
from hardware.serial_panel import SerialPanel

PATIENCE_S = 30.0


@pytest.mark.slow
def test_the_panel_is_opened_anew(monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    end, other = pty.openpty()
    tty.setraw(other)
    serve, seen, failures = SerialPanel._serve, [], [RuntimeError("a bug"), ValueError("another")]

    def fail_twice(panel, port):
        if failures:
            raise failures.pop()
        serve(panel, port)

    monkeypatch.setattr(SerialPanel, "_serve", fail_twice)
    panel = open_panel(PanelSettings(PanelKind.SERIAL, device=Path(os.ttyname(other))), boot_id="0123456789abcdef")
    try:
        give_up_s = time.monotonic() + PATIENCE_S
        while panel.status().link is not Link.SILENT:
            assert time.monotonic() < give_up_s
            seen.append(panel.status())
            time.sleep(0.005)
    finally:
        panel.close()
        os.close(end)
        os.close(other)
    broken = [status for status in seen if status.reason is Reason.BROKEN]
    assert broken
    assert all(status.down_since_s is not None for status in broken)
    assert [record.message for record in caplog.records].count("panel.failed") == 2
