"""The counter station process and its commands. Real objects are built here and nowhere else."""

import argparse
import contextlib
import getpass
import json
import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from waitress import create_server

from hardware.errors import HardwareError
from hardware.printer import open_printer
from hardware.scanner import open_scanner
from kiosk.clock import quality, since_boot_s, today
from kiosk.errors import KioskError
from kiosk.notify import Heart, Notify
from kiosk.service.code import make_hash
from kiosk.station import texts
from kiosk.station.app import Site, make_app
from kiosk.station.config import Config, read_config
from kiosk.station.desk import Desk, Means, is_torn
from kiosk.station.doors import MOST_BODY_BYTES, Wsgi
from kiosk.station.entrance import Entrance
from kiosk.station.late import count_late, late_dossiers
from kiosk.station.links import Links
from kiosk.station.lists import Lists, read_lists
from kiosk.station.pulse import Answer, keep_beating
from kiosk.station.standing import CounterFiles
from kiosk.station.views import late_period
from survey.events import log_to_stderr
from survey.record import Clock
from sync_agent.outbox import DamagedStorage, OutboxError, SlipBook

log = logging.getLogger(__name__)
DEFAULT_CONFIG = Path("/etc/hailong/station.toml")
BOOK_FILE = "slips.db"
THREADS = 6
HOUSE_S = 3600.0  # between two looks whether a day's links are over


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is one of sysexits.h. One of the borders where any exception is caught."""
    options = _parser().parse_args(arguments)
    log_to_stderr()
    os.umask(0o027)
    if options.make_staff_code:
        return _make_staff_code()
    try:
        config = read_config(options.config.read_bytes(), str(options.config))
        lists = read_lists(config.lists.read_bytes(), str(config.lists))
        if options.check_config:
            print(f"{options.config}: đúng.")
            return os.EX_OK
        if options.command == "set-book-aside":
            return _set_book_aside(config)
        with SlipBook.open(config.data_directory / BOOK_FILE) as book:
            command = {"late": _late, "prove": _prove}.get(options.command)
            return command(config, book, options) if command else _serve(config, lists, book)
    except (KioskError, HardwareError) as error:
        print(f"{error}\n{error.hint}", file=sys.stderr)
        return os.EX_CONFIG
    except DamagedStorage as error:
        print(f"{error}\nhailong-station set-book-aside", file=sys.stderr)
        return os.EX_UNAVAILABLE
    except OutboxError as error:
        print(f"{error}\n{error.hint}", file=sys.stderr)
        return os.EX_UNAVAILABLE
    except OSError as error:
        print(error, file=sys.stderr)
        return os.EX_CONFIG if options.check_config or error.filename == str(options.config) else os.EX_UNAVAILABLE
    except Exception:
        log.exception("process.failed")
        return os.EX_SOFTWARE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hailong-station", description="The counter's page: prints slips that invite to answer; sees no answer."
    )
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help=f"settings file ({DEFAULT_CONFIG})")
    parser.add_argument("--check-config", action="store_true", help="say what is wrong with the files, and stop")
    parser.add_argument(
        "--make-staff-code", action="store_true", help="ask for the staff code, print what the settings keep of it"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("serve", help="serve the page until asked to stop (the default)")
    commands.add_parser("late", help="results that came late: counts, and the dossiers still known").add_argument(
        "--json", action="store_true"
    )
    commands.add_parser("prove", help="check that links said to be destroyed are; exit 1 if not")
    commands.add_parser("set-book-aside", help="put a damaged book of slips aside, whole; a new one begins")
    return parser


def _serve(config: Config, lists: Lists, book: SlipBook) -> int:
    files = CounterFiles(config.data_directory, today)
    printer = open_printer(config.printer, torn=is_torn(book)) if config.printer else None
    links = Links(config.data_directory, book, secrets.token_bytes)
    desk = Desk(Means(book, links, files, printer, today, secrets.token_bytes, _is_sure))
    entrance = Entrance(config.staff_code, book, since_boot_s, secrets.token_bytes)
    scanner = open_scanner(config.scanner) if config.scanner else None
    common = (today, secrets.token_bytes, config.known_hosts, config.https)
    site = Site(desk, book, files, entrance, lists, *common, scanner)
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_house, args=(desk, stop), daemon=True)
    keeper.start()
    try:
        _listen(config, make_app(site), stop)
    finally:
        stop.set()
        keeper.join(timeout=10)
        for device in (printer, scanner):
            if device is not None:
                device.close()
    log.info("process.stopped")
    return os.EX_OK


def _is_sure() -> bool:
    return quality() is Clock.SYNCHRONISED


def _listen(config: Config, app: Wsgi, stop: threading.Event) -> None:
    """Serve until SIGTERM or SIGINT. Raises: OSError if the address is taken."""
    notify = Notify()
    server = create_server(
        app,
        host=config.host,
        port=config.port,
        threads=THREADS,
        ident=None,
        max_request_body_size=2 * MOST_BODY_BYTES,
        max_request_header_size=16 * 1024,
        clear_untrusted_proxy_headers=True,
    )

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    log.info("process.started", extra={"fields": {"listen": f"{config.host}:{server.effective_port}"}})
    heart = Heart(notify, Answer(config.host, int(server.effective_port), notify.period_s))
    threading.Thread(target=keep_beating, args=(heart, stop, since_boot_s), daemon=True).start()
    notify.ready()
    with contextlib.suppress(KeyboardInterrupt):  # one that comes before the server takes care of it
        server.run()
    notify.stopping()
    server.close()


def _keep_house(desk: Desk, stop: threading.Event) -> None:
    while True:
        try:
            desk.keep_house()
        except Exception:
            log.exception("station.keeping_failed")
        if stop.wait(HOUSE_S):
            return


def _late(config: Config, book: SlipBook, options: argparse.Namespace) -> int:
    links = Links(config.data_directory, book, secrets.token_bytes)
    rows = late_dossiers(book.late(), lambda slip: links.open(slip.note.day, slip.token))
    counts, days = count_late(rows), book.days()
    if options.json:
        of = [{**_fields(row), "notice": row.notice, "apology": row.apology} for row in rows]
        period = dict(zip(("from", "to"), days or (None, None), strict=True))
        numbers = {"late": counts.late, "no_notice": counts.no_notice, "no_apology": counts.no_apology}
        print(json.dumps({**period, **numbers, "dossiers": of}, ensure_ascii=False, default=str))
        return os.EX_OK
    for row in rows:
        said = (f"{texts.COL_NOTICE}: {texts.SAID[row.notice]}", f"{texts.COL_APOLOGY}: {texts.SAID[row.apology]}")
        print("  ".join((texts.day(row.day), row.dossier or texts.GONE, *said)))
    if days:
        print(late_period(days))
    numbers_said = zip(texts.LATE_COUNTED, (counts.late, counts.no_notice, counts.no_apology), strict=True)
    print(", ".join(f"{label}: {number}" for label, number in numbers_said))
    return os.EX_OK


def _fields(row: object) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("day", "dossier", "promised", "returned")}


def _prove(config: Config, book: SlipBook, _options: argparse.Namespace) -> int:
    faults, days, links, head = Links(config.data_directory, book, secrets.token_bytes).prove()
    for fault in faults:
        print(f"SAI: {fault}")
    print(texts.PROOF.format(days=days, links=links, head=head))
    return 1 if faults else os.EX_OK


def _set_book_aside(config: Config) -> int:
    from sync_agent.outbox import set_book_aside

    name = f"slips-{today():%Y%m%d}-{secrets.token_hex(2)}.aside"
    set_book_aside(config.data_directory / BOOK_FILE, name)
    print(texts.SET_ASIDE.format(name=name))
    return os.EX_OK


def _make_staff_code() -> int:
    """Asks twice; the code is neither shown nor kept."""
    try:
        code = getpass.getpass("Mã (6 đến 10 chữ số): ")
        if code != getpass.getpass("Nhắc lại: "):
            print("Hai lần nhập không giống nhau.", file=sys.stderr)
            return os.EX_DATAERR
        print(f'staff_code = "{make_hash(code, secrets.token_bytes)}"')
    except (ValueError, EOFError) as error:
        print(error, file=sys.stderr)
        return os.EX_DATAERR
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
