"""PROMISE: keeps every answer of one kiosk in one file, durable before it returns, until a receipt releases it; and the
counter's slips in a second one.

Sole owner of both files. Knows nothing of screens, networks or keys.
"""

from sync_agent.outbox.errors import DamagedStorage, OutboxError, StorageFailed, UnsafeStorage
from sync_agent.outbox.health import Health
from sync_agent.outbox.held_book import HeldBook
from sync_agent.outbox.salvage import Salvaged, rebuild, salvage
from sync_agent.outbox.slip_book import FILE_NAME as SLIPS_FILE_NAME
from sync_agent.outbox.slip_book import SlipBook, set_book_aside
from sync_agent.outbox.slip_rows import NewSlip, PrintState, Slip, SlipCounts
from sync_agent.outbox.store import FILE_NAME, TAKEN_OVER, Outbox

__all__ = [
    "FILE_NAME",
    "SLIPS_FILE_NAME",
    "TAKEN_OVER",
    "DamagedStorage",
    "Health",
    "HeldBook",
    "NewSlip",
    "Outbox",
    "OutboxError",
    "PrintState",
    "Salvaged",
    "Slip",
    "SlipBook",
    "SlipCounts",
    "StorageFailed",
    "UnsafeStorage",
    "rebuild",
    "salvage",
    "set_book_aside",
]
