"""The office's order to serve or to stop, as the agent keeps it for the kiosk. Knows no network."""

import logging
from pathlib import Path

from survey.canonical import Value
from survey.errors import SurveyError
from survey.service_order import FILE_NAME, MOST_BYTES, Order, read_order, read_order_file
from sync_agent.durable import write_durably

log = logging.getLogger(__name__)


class OrderFile:
    """`held`: the order that counts here. A file that cannot be read counts as none: the next order rises above it."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE_NAME
        self.held = held_in(directory)

    def take(self, told: Value) -> None:
        """Follow the order in `told`, a part of a verified message to this kiosk, if it is newer than the one held."""
        try:
            order = read_order(told)
            if order.serial <= self.held.serial:
                return
            write_durably(self._path, order.encode())
        except (SurveyError, OSError) as error:
            log.error("service.order_refused", extra={"fields": {"why": str(error)[:500]}})
            return
        self.held = order
        log.info("service.order_taken", extra={"fields": {"state": str(order.state), "serial": order.serial}})


def held_in(directory: Path) -> Order:
    try:
        with (directory / FILE_NAME).open("rb") as file:
            return read_order_file(file.read(MOST_BYTES))
    except FileNotFoundError:
        return Order()
    except (OSError, SurveyError) as error:
        log.error("service.order_refused", extra={"fields": {"why": str(error)[:500]}})
        return Order()
