"""PROMISE: keeps every answer of one kiosk in one file, durable before it returns, until a receipt releases it.

Sole owner of that file. Knows nothing of screens, networks or keys.
"""

from sync_agent.outbox.errors import DamagedStorage, OutboxError, StorageFailed, UnsafeStorage
from sync_agent.outbox.health import Health
from sync_agent.outbox.store import FILE_NAME, Outbox

__all__ = ["FILE_NAME", "DamagedStorage", "Health", "Outbox", "OutboxError", "StorageFailed", "UnsafeStorage"]
