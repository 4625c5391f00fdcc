"""Serves the office with gunicorn in this process. Knows options and the port; no page, no record."""

import gc
import logging
from argparse import Namespace
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from central_office.commands import say, start_django
from central_office.config import Config
from central_office.keys import read_centre_key
from survey.events import log_to_stderr

log = logging.getLogger(__name__)


class JsonLog(Logger):  # type: ignore[misc]
    """Gunicorn's words go into the process's own JSON lines; no access log (an address and a minute name a person)."""

    def setup(self, _cfg: Any) -> None:
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.setLevel(logging.WARNING)

    def access(self, *_arguments: object) -> None:
        return


class Office(BaseApplication):  # type: ignore[misc]
    """Gunicorn without its command line."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from central_office.wsgi import application

        return application


def serve(arguments: Namespace, config: Config) -> int:
    start_django(arguments.config)
    read_centre_key(config.centre_key_path)  # fail now, not at the first batch
    _check_ready()
    log_to_stderr()
    host, port = config.address
    port = port if arguments.port is None else arguments.port
    Office(_options(f"{host}:{port}", arguments, config)).run()
    return 0


def _check_ready() -> None:
    """Refuse to count new answers into tables that an upgrade has not finished. Raises: NotReady."""
    from django.db import connections

    from central_office.commands.ready import check_ready

    check_ready()
    connections.close_all()  # a worker must not inherit it


def _options(bind: str, arguments: Namespace, config: Config) -> dict[str, Any]:
    return {
        "bind": bind,
        "worker_class": "gthread",  # keeps connections open: a kiosk's TLS handshake costs more than its answers
        "workers": arguments.workers or config.workers,
        "threads": arguments.threads or config.threads,
        "keepalive": 75,
        "timeout": 60,
        "graceful_timeout": 20,
        "logger_class": JsonLog,
        "control_socket_disable": True,
        "when_ready": _ready,
        "post_worker_init": _settle,
        "proc_name": "hailong-office",
    }


def _settle(_worker: Any) -> None:
    """Everything loaded so far stays: the collector need not walk it while batches come in (a third of their time)."""
    from central_office import ticks

    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    ticks.start()


def _ready(arbiter: Any) -> None:
    """Says where the office listens, once it does; with port 0 only now known."""
    host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
    host = f"[{host}]" if ":" in host else host
    say(f"Hài Lòng: http://{host}:{port}/")
    log.info("process.started", extra={"fields": {"listen": f"{host}:{port}"}})
