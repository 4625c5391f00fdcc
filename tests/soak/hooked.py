"""The real kiosk with an ear: a test pushes SDL events that no virtual device can make, or breaks one thing in it.

Run: python tests/soak/hooked.py EAR [--two-inputs] [--axes] [--closed] [--rounds FILE] KIOSK-OPTIONS…
EAR is a FIFO; its lines are for `obey`.
"""

import ctypes
import faulthandler
import json
import signal
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from kiosk import __main__ as kiosk
from kiosk.clock import read_clock
from kiosk.session import Session


def listen(ear: Path) -> None:
    with ear.open(encoding="ascii") as lines:
        for line in lines:
            obey(*line.split())


def obey(command: str, *words: str) -> None:
    match command:
        case "push":  # the bytes of an SDL_Event
            from kiosk.ui.inlet import loaded_sdl

            data = bytes.fromhex(words[0]).ljust(128, b"\0")
            loaded_sdl().SDL_PushEvent(ctypes.create_string_buffer(data, 128))
        case "modules":  # what has been imported, into a file
            Path(words[0]).write_text(json.dumps(sorted(sys.modules)), encoding="utf-8")
        case "stop-drawing":
            from kivy.base import EventLoop

            EventLoop.quit = True
        case "stop-reading":
            from kiosk.ui.inlet import Inlet

            Inlet.take = lambda self: []
        case "stall":
            Session.tick = lambda self: threading.Event().wait()


def count_rounds(path: Path) -> None:
    """How often SDL's queue was read to its end, in a file: a storm that does not wait only fills the cable."""
    from kiosk.ui.inlet import Inlet

    take, counted = Inlet.take, path.open("wb", buffering=0)

    def counting(self):
        arrivals = take(self)
        counted.write(b".")
        return arrivals

    Inlet.take = counting


def add_a_provider() -> None:
    """As a configuration of Kivy's, or a careless change of ours, would."""
    from kiosk.ui import window

    opened = window._open

    def with_mouse(settings):
        from kivy.input.providers.mouse import MouseMotionEventProvider

        found, loop = opened(settings)
        loop.add_input_provider(MouseMotionEventProvider("mouse", ""))
        return found, loop

    window._open = with_mouse


def give_axes() -> None:
    """Of a FIFO in the place of a touch screen nobody can ask the axes: they are those of the rig's display."""
    from hardware import touch_device

    touch_device.read_axes = lambda _handle: touch_device.Axes((0, 1023), (0, 599), slots=True)


def close_the_office() -> None:
    """It is closed, whatever the hour of the test; and dark sooner than in a minute."""
    from kiosk import dimming

    dimming.is_closed = lambda *_: True
    dimming.Clock = type("Any", (), {"SYNCHRONISED": read_clock().clock})
    dimming.DARK_AFTER_S = 2.0


if __name__ == "__main__":
    faulthandler.register(signal.SIGUSR1)  # where it stands, into its log
    arguments = sys.argv[2:]
    threading.Thread(target=listen, args=(Path(sys.argv[1]),), daemon=True).start()
    if "--rounds" in arguments:
        count_rounds(Path(arguments.pop(arguments.index("--rounds") + 1)))
        arguments.remove("--rounds")
    if "--two-inputs" in arguments:
        arguments.remove("--two-inputs")
        add_a_provider()
    if "--axes" in arguments:
        arguments.remove("--axes")
        give_axes()
    if "--closed" in arguments:
        arguments.remove("--closed")
        close_the_office()
    sys.exit(kiosk.main(arguments))
