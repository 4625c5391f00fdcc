"""The C side as ctypes sees it: functions, structures, constants of board.h, and nothing more."""

import ctypes
from ctypes import POINTER, Structure, c_bool, c_char, c_char_p, c_double, c_int, c_int64, c_size_t, c_void_p
from ctypes import c_uint8 as u8
from ctypes import c_uint16 as u16
from ctypes import c_uint32 as u32
from ctypes import c_uint64 as u64
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from firmware_bridge.simulator import build

BUTTONS = 5
EEPROM_SIZE = 1024
FRAM_SIZE = 32 * 1024


class Store(Structure):
    """`struct store`, mapped: what the chips hold and what the citizen saw."""

    _fields_: ClassVar = [
        ("magic", c_char * 8),
        ("eeprom", u8 * EEPROM_SIZE),
        ("fram", u8 * FRAM_SIZE),
        ("eeprom_erases", u32 * EEPROM_SIZE),
        ("eeprom_writes", u32 * EEPROM_SIZE),
        ("fram_writes", u32 * FRAM_SIZE),
        ("lamp_rises", u32 * BUTTONS),
        ("buzzer_starts", u32),
    ]


class NativeEvent(Structure):
    """`struct event`."""

    _fields_: ClassVar = [("cycle", u64), ("kind", u8), ("what", u8), ("detail", u16)]


_BYTES = c_char_p
_BOARD = c_void_p
_FUNCTIONS: dict[str, tuple[type | None, list[type]]] = {
    "new": (_BOARD, [_BYTES, c_size_t, c_char_p, u32]),
    "free": (None, [_BOARD]),
    "error": (c_char_p, []),
    "run_until": (c_int, [_BOARD, u64]),
    "cycle": (u64, [_BOARD]),
    "set_clock_ppm": (None, [_BOARD, c_double]),
    "set_power": (None, [_BOARD, c_bool]),
    "set_supply": (None, [_BOARD, u32]),
    "set_bandgap": (None, [_BOARD, u32]),
    "alive": (c_bool, [_BOARD]),
    "reset": (None, [_BOARD, u64]),
    "set_start": (None, [_BOARD, u32]),
    "die_at": (None, [_BOARD, u64]),
    "die_after_press": (None, [_BOARD, c_int64]),
    "contact": (c_bool, [_BOARD, c_int, c_bool, u64, u64]),
    "set_straps": (None, [_BOARD, u8]),
    "shown": (u8, [_BOARD]),
    "held": (u8, [_BOARD]),
    "send": (c_size_t, [_BOARD, _BYTES, c_size_t]),
    "receive": (c_size_t, [_BOARD, _BYTES, c_size_t]),
    "drop_line": (None, [_BOARD]),
    "set_host_baud": (None, [_BOARD, u32]),
    "events": (c_size_t, [_BOARD, POINTER(NativeEvent), c_size_t]),
    "figure": (u64, [_BOARD, c_int]),
    "store": (POINTER(Store), [_BOARD]),
    "store_size": (c_size_t, []),
    "wear_out": (None, [_BOARD, u16, u8]),
    "set_fram": (None, [_BOARD, c_int, u32]),
}


class Native:
    """The functions `board_*` of one library, typed. Raises: OSError when the library is of another board.h."""

    def __init__(self, path: Path) -> None:
        library = ctypes.CDLL(str(path), use_errno=True)
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, f"board_{name}")
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)
        if self.store_size() != ctypes.sizeof(Store):
            raise OSError(f"{path} was built from another board.h")

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


@cache
def native() -> Native:
    """The library of these sources, built if need be. Raises: build.NotBuilt, OSError."""
    return Native(build.library())
