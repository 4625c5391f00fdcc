"""Every screen of the service menu by name, with what stands on it at its fullest: for pictures and measures."""

from dataclasses import replace

from hardware.ports import PrinterStatus
from kiosk.service.flow import Place, Role
from kiosk.service.machine import Machine
from kiosk.service.service import Showing
from kiosk.service.status import Counted, Status
from kiosk.standing import Standing
from kiosk.stick import StickNews, StickResult
from kiosk.ui.enrolling_states import MANY
from survey.panel_state import Condition, Trouble
from survey.pause import read_reasons
from survey.record import Clock

PANELS = (Condition("buttons", Trouble.STUCK, "5eed1e57", "1.0.0", 5), Condition("cửa ra", box="5eed1e58", buttons=3))
PRESSED = (("buttons", 0, 1), ("buttons", 1, 12), ("buttons", 4, 2), ("cửa ra", 2, 1))

COPYING = StickNews(False, "update", 42, (StickResult("receipts", "done", 96), StickResult("export", "done", 312)))
DONE = StickNews(True, "export", -1, (StickResult("receipts", "done", 96), StickResult("export", "done", 312, 4)))
WRONG = StickNews(
    True, "update", -1, (StickResult("export", "not_same", 312), StickResult("provision", "several", 209))
)


def service_states(standing: Standing, reasons: bytes) -> dict[str, Showing]:
    """`reasons`: the file of the reasons for a pause. Every name sorts after those of the survey's own screens."""
    status = Status(
        standing,
        "0.1.0",
        Counted("2026-09-01T08:15+07:00", 128, "2026-08-31T16:45+07:00", 41_000_000),
        "2026-09-01T08:00+07:00",
        Clock.UNCERTAIN,
        PANELS,
        Machine(83, True),
    )
    refused = replace(status, standing=None, panels=(), card=MANY)
    base = Showing(Place.MENU, Role.TECHNICIAN, reasons=read_reasons(reasons))
    near, far = ((12.4, 11.0), (180.0, 14.0)), ((205.0, 12.0), (205.0, 116.0), (12.0, 116.0), (12.0, 12.0))
    return {
        "20-service-pad": replace(base, place=Place.PAD, digits=6),
        "20-service-pad-wrong": replace(base, place=Place.PAD, wrong=True),
        "20-service-pad-locked": replace(base, place=Place.PAD, seconds_left=3600),
        "21-service-menu": replace(base, failed=True),
        "21-service-menu-staff": replace(base, role=Role.STAFF),
        "21-service-menu-paused": replace(base, halted="fault"),
        "22-service-status-1": replace(base, place=Place.STATUS, status=status),
        "22-service-status-2": replace(base, place=Place.STATUS, status=status, page=1),
        "22-service-status-card": replace(base, place=Place.STATUS, status=refused, page=1),
        "23-service-touch": replace(base, place=Place.TOUCH, hits=near),
        "23-service-touch-done": replace(base, place=Place.TOUCH_DONE, hits=far),
        "24-service-buttons-wait": replace(base, place=Place.BUTTONS),
        "24-service-buttons-none": replace(base, place=Place.BUTTONS, ready=True),
        "24-service-buttons": replace(base, place=Place.BUTTONS, ready=True, pressed=PRESSED),
        "25-service-sound": replace(base, place=Place.SOUND, has_sound=True),
        "25-service-sound-none": replace(base, place=Place.SOUND),
        "26-service-printer": replace(base, place=Place.PRINTER, printer=PrinterStatus.NONE),
        "26-service-usb": replace(base, place=Place.USB),
        "26-service-usb-not-asked": replace(base, place=Place.USB, failed=True),
        "26-service-usb-copying": replace(base, place=Place.USB, stick=COPYING),
        "26-service-usb-done": replace(base, place=Place.USB, stick=DONE),
        "26-service-usb-unassigned": replace(base, place=Place.USB, role=None, stick=DONE),
        "26-service-usb-wrong": replace(base, place=Place.USB, stick=WRONG),
        "21-service-menu-moved": replace(base, moved=True),
        "26-service-machine": replace(base, place=Place.MACHINE, moved=True),
        "26-service-machine-asked": replace(base, place=Place.MACHINE, moved=True, asked=True),
        "26-service-machine-failed": replace(base, place=Place.MACHINE, moved=True, failed=True),
        "27-service-reasons": replace(base, place=Place.REASONS, failed=True),
        "27-service-reasons-note": replace(base, place=Place.REASONS),
        "28-service-cleaning": replace(base, place=Place.CLEANING, seconds_left=42),
        "29-service-halted": replace(base, place=Place.HALTED, halted="closed"),
    }
