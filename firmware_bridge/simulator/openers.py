"""Who has a device file open: counts openings and closings as the kernel reports them (inotify). Knows no device.

Polling a pty for hang-up would miss a host that closes it and opens it again at once, and with it a pulse of DTR.
"""

import ctypes
import os
import struct
from pathlib import Path

_CLOSE_WRITE, _CLOSE_NOWRITE, _OPEN = 0x08, 0x10, 0x20
_EVENT = struct.Struct("iIII")
_BUFFER_BYTES = 65536


class Openers:
    """Watches `path` from now on, when nobody has it open. Raises: OSError."""

    def __init__(self, path: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._file = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._file < 0 or libc.inotify_add_watch(self._file, bytes(path), _OPEN | _CLOSE_WRITE | _CLOSE_NOWRITE) < 0:
            error = OSError(ctypes.get_errno(), "inotify")
            self.close()
            raise error
        self._count = 0

    def first_openings(self, is_open: bool) -> int:
        """How often since the last call the file went from open nowhere to open.

        `is_open`: whether it is open now; the kernel may report two like events in a row as one, and mislead the count.
        """
        openings = 0
        for mask in self._masks():
            openings += bool(mask & _OPEN and self._count == 0)
            self._count = max(0, self._count + (1 if mask & _OPEN else -1))
        self._count = self._count if is_open else 0
        return openings

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _masks(self) -> list[int]:
        try:
            data = os.read(self._file, _BUFFER_BYTES)
        except BlockingIOError:
            return []
        masks: list[int] = []
        while data:
            _, mask, _, name_bytes = _EVENT.unpack_from(data)
            masks.append(mask)
            data = data[_EVENT.size + name_bytes :]
        return masks
