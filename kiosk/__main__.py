"""The kiosk process: builds the real objects, runs them, and ends in order. The only place that knows them all."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hardware.ports import ButtonPanel
from hardware.voice import Voice
from kiosk.aids import open_aids
from kiosk.buttons import Desk, PanelProof
from kiosk.clock import read_boot, read_clock, since_boot_s, today, trusted_wall_ms
from kiosk.config import Config, read_config
from kiosk.counter_book import CounterBook
from kiosk.errors import KioskError, WrongInputs
from kiosk.keypad import PadKey, PinKeys, pin_panel
from kiosk.misuse import History
from kiosk.notify import Heart, Notify
from kiosk.options import read_options
from kiosk.report import LineReport, NoReport
from kiosk.session import Session
from kiosk.slips import ScanDesk, SetupFile, Slips
from kiosk.standing import StandingFiles
from kiosk.stick import open_desk
from kiosk.store import Reopening, outbox_in
from kiosk.texts import Words, read_words
from kiosk.texts.languages import check_fonts
from survey.events import log_to_stderr
from survey.slip_setup import BEFORE_FILE_NAME
from sync_agent.outbox import OutboxError

if TYPE_CHECKING:
    from hardware.panels import PanelSettings
    from kiosk.service.service import Service

log = logging.getLogger("kiosk")
EX_OK, EX_USAGE, EX_DATAERR, EX_UNAVAILABLE, EX_SOFTWARE, EX_CONFIG = 0, 64, 65, 69, 70, 78  # sysexits.h
LONGEST_SLEEP_S = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 in order, 2, 64 usage, 65 a bad form, 69 no display or device, 70 unforeseen, 78 configuration."""
    options = read_options(arguments)
    if options.make_service_code:
        return _make_service_code()
    log_to_stderr()
    try:
        config = read_config(options.config.read_bytes(), str(options.config))
        words = {language: read_words(language) for language in config.languages}
        if config.screen.on:
            check_fonts(config.languages)
    except (OSError, KioskError) as error:
        print(error, file=sys.stderr)
        return EX_CONFIG
    if options.check_config:
        print(f"{options.config}: in order")
        return EX_OK
    if options.list_recordings:
        return _list_recordings(config, words, options.list_recordings)
    if options.self_test:
        from kiosk.self_test import run_self_test  # no other start needs it

        return run_self_test(config.data_directory)
    if options.accept_box:
        return _accept_box(config, options.accept_box)
    try:
        Kiosk(config).run(words, options.report)
    except OSError as error:
        _failed(error, "unavailable", "Is a display attached, and may this user open it and the data directory?")
        return EX_UNAVAILABLE
    except WrongInputs as error:
        _failed(error, error.code, error.hint)
        print(f"{options.config}: screen.input: {error}", file=sys.stderr)
        return EX_CONFIG
    except Exception as error:  # noqa: BLE001  main is one of the four borders
        _failed(error, getattr(error, "code", "unforeseen"), getattr(error, "hint", "Report this line."))
        return EX_SOFTWARE
    log.info("process.stopped")
    return EX_OK


class Kiosk:
    """The real objects of one counter, and the flag that ends them."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.store: Reopening = outbox_in(config.data_directory)
        self.standing = StandingFiles(config.data_directory, today)
        self.boot = read_boot()
        self.book = CounterBook(config.data_directory)
        before = SetupFile(config.data_directory, BEFORE_FILE_NAME)
        self.slips = Slips(SetupFile(config.data_directory).read, self.book, before.read)
        self.scans = ScanDesk()
        self._history = History(config.open)
        self._panels: list[ButtonPanel] = []
        self._pins: PinKeys | None = None
        self._stop = threading.Event()
        self._woken: Callable[[], None] = lambda: None
        self.desk = Desk(
            self._panels,
            self.store,
            self.standing.read,
            read_clock,
            os.urandom,
            self.boot,
            config.timeouts.retry_s,
            self._history,
        )

    def run(self, words: Mapping[str, Words], report: Path | None) -> None:
        """Until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        fields = {"screen": self.config.screen.on, "panels": len(self.config.panels)}
        log.info("process.started", extra={"fields": fields})
        notify = Notify()
        try:
            if self.config.screen.on:
                self._run_screen(words, report, notify)
            else:
                self._run_buttons(notify)
        finally:
            notify.stopping()
            if self._pins is not None:
                self._pins.close()
            self.desk.close()
            self.scans.close()
            self.book.close()
            self.store.close()

    def stop(self) -> None:
        self._stop.set()
        self._woken()

    def session(self) -> Session:
        """The screen's conversation over this kiosk's store."""
        return Session(
            self.store,
            self.standing.read,
            read_clock,
            os.urandom,
            self.boot,
            self.config.timeouts,
            self._history,
            self.config.language,
            self.slips,
        )

    def _run_screen(self, words: Mapping[str, Words], report: Path | None, notify: Notify) -> None:
        from kiosk.enrolling import Enrolling
        from kiosk.ui.counter import Counter  # a kiosk of buttons only never imports Kivy

        shown = LineReport(report) if report else NoReport()
        aids = open_aids(self.config.voice, self.config.sound, self._struck if self.config.keypad.pins else None)
        service = self._service(aids.voice)
        enrolling = Enrolling(
            self.config.data_directory, self.standing.is_stopped, read_clock, os.urandom, lambda: self.scans.is_up
        )
        parts = (shown, aids, service, self.scans, enrolling, open_desk())
        counter = Counter(self.session(), self.desk, words, self.config, read_clock, *parts)
        self._woken = counter.window.wake
        try:
            counter.run(lambda: not self._stop.is_set(), lambda: self._ready(notify), notify)
        finally:
            aids.voice.close()

    def _struck(self) -> Sequence[PadKey]:
        return self._pins.struck(since_boot_s()) if self._pins is not None else ()

    def _service(self, voice: Voice) -> "Service | None":
        """The menu behind the codes; without a code there is none, and nobody to end a pause."""
        if not self.config.service.exists:
            self._lift_pause()
            return None
        from kiosk.service.build import build_service  # a kiosk without the menu starts sooner

        return build_service(self.config, self.store, self.desk, self.standing.read, read_clock, os.urandom, voice)

    def _lift_pause(self) -> None:
        try:
            if any(name.startswith("pause/") for name in self.store.notes()):
                from kiosk.service.pausing import lift

                lift(self.store, read_clock)
        except OutboxError as error:  # the session says so on the screen; the next start tries again
            log.warning("service.note_failed", extra={"fields": {"code": error.code}})

    def _run_buttons(self, notify: Notify) -> None:
        wake = threading.Event()
        self._woken = wake.set
        session = self.session()
        self._lift_pause()
        session.start()  # drafts that a screen left open are finished here too
        self._ready(notify)
        heart = Heart(notify, PanelProof(self._panels))
        while not self._stop.is_set():
            session.tick()
            self.desk.tick()
            heart.turn(read_clock().at_s)
            desk_s = self.desk.deadline_s() or session.deadline_s()
            deadline_s = min(desk_s, session.deadline_s(), heart.deadline_s())
            wake.wait(min(max(deadline_s - read_clock().at_s, 0), LONGEST_SLEEP_S))
            wake.clear()

    def _ready(self, notify: Notify) -> None:
        """Panels are opened after the first frame: a citizen sees the screen a tenth of a second sooner."""
        if self.config.panels:
            self.desk.watch = self._open_panels
        keypad = pin_panel(self.config.keypad)
        if keypad is not None:
            self._pins = PinKeys(self._open_panel(keypad), self.config.keypad.repeat_s)
        if self.config.scanner is not None:
            from hardware.scanner import open_scanner

            self.scans.scanner = open_scanner(self.config.scanner, clock=since_boot_s, on_ready=lambda: self._woken())
        notify.ready()

    def _open_panels(self) -> None:
        """Which box belongs here stands in the outbox: while that cannot be read no box is spoken to."""
        from kiosk.panels import Watch, bound  # a kiosk without panels starts sooner

        try:
            panels = [bound(settings, self.store) for settings in self.config.panels]
        except OutboxError:
            return  # the screen, or the journal, says so; the desk calls again
        self._panels += [self._open_panel(settings) for settings in panels]
        self.desk.watch = Watch(self._panels, self.store, since_boot_s).tick

    def _open_panel(self, settings: "PanelSettings") -> ButtonPanel:
        from hardware.panels import open_panel

        return open_panel(
            settings,
            boot_id=self.boot,
            clock=since_boot_s,
            wall_ms=trusted_wall_ms,
            on_ready=lambda: self._woken(),
        )


def _accept_box(config: Config, panel: str) -> int:
    if panel not in [settings.name for settings in config.panels]:
        print(f"Không có hộp nút tên {panel!r} trong tệp cấu hình / no panel of this name", file=sys.stderr)
        return EX_CONFIG
    from kiosk.panels import forget_box

    store = outbox_in(config.data_directory)
    try:
        forget_box(panel, store)
    except OutboxError as error:
        _failed(error, error.code, error.hint)
        return EX_UNAVAILABLE
    finally:
        store.close()
    print(f"Hộp nút gặp đầu tiên ở {panel!r} từ lần khởi động tới thuộc điểm này. Hãy khởi động lại hailong-kiosk.")
    print("The first box met there from the next start on belongs to this point. Restart hailong-kiosk.")
    return EX_OK


def _make_service_code() -> int:
    """Asks for a code twice, unseen, and prints the line of the configuration. It stands on no command line."""
    from getpass import getpass

    from kiosk.service.code import make_hash

    code = getpass("Mã phục vụ, 6 đến 10 chữ số / service code, 6 to 10 digits: ")
    if code != getpass("Nhập lại / once more: "):
        print("Hai lần nhập không giống nhau / not the same twice", file=sys.stderr)
        return EX_USAGE
    try:
        kept = make_hash(code, os.urandom)
    except ValueError as error:
        print(error, file=sys.stderr)
        return EX_USAGE
    print(f'[service]\ntechnician_code = "{kept}"  # hoặc / or: staff_code')
    return EX_OK


def _list_recordings(config: Config, words: Mapping[str, Words], path: Path) -> int:
    from kiosk.recordings import listed
    from survey.errors import SurveyError
    from survey.form_file import read_form

    try:
        form = read_form(path.read_bytes(), path.name)
    except (OSError, SurveyError) as error:
        print(error, file=sys.stderr)
        return EX_DATAERR
    standing = StandingFiles(config.data_directory, lambda: read_clock().wall.date()).read()
    for line in listed(form, standing, words, config.voice.recordings):
        print(line)
    return EX_OK


def _failed(error: Exception, code: str, hint: str) -> None:
    log.error("process.failed", extra={"fields": {"code": code, "hint": hint, "reason": str(error)}}, exc_info=error)


if __name__ == "__main__":
    sys.exit(main())
