"""What a printer's answers mean: bytes to sensors, sensors to a status. Knows no port and no clock.

The bits are those of DLE EOT 1 to 4 and GS r 1 in the makers' manuals; a real-time answer has bits 1 and 4 set and bits
0 and 7 clear, an answer in order has bits 4 and 7 clear, and a block runs from its head to a NUL.
"""

from collections.abc import Mapping

from hardware.ports import PrinterStatus

NAME_HEAD, PROCESS_HEAD = 0x5F, 0x37
_LONGEST_BLOCK = 80


class Answers:
    """Sorts what was heard. Each list is emptied by who reads it."""

    def __init__(self) -> None:
        self.at_once: list[int] = []
        self.in_order: list[int] = []
        self.blocks: list[bytes] = []
        self._block: bytearray | None = None

    def hear(self, data: bytes) -> None:
        for byte in data:
            if self._block is not None:
                self._go_on(byte)
            elif byte in (NAME_HEAD, PROCESS_HEAD):
                self._block = bytearray([byte])
            elif byte & 0x93 == 0x12:
                self.at_once.append(byte)
            elif byte & 0x90 == 0:
                self.in_order.append(byte)

    def forget(self) -> None:
        self.at_once.clear()
        self.in_order.clear()
        self.blocks.clear()
        self._block = None

    def _go_on(self, byte: int) -> None:
        assert self._block is not None
        if byte == 0 or len(self._block) == _LONGEST_BLOCK:
            self.blocks.append(bytes(self._block))
            self._block = None
        else:
            self._block.append(byte)


def status_of(sensors: Mapping[int, int]) -> PrinterStatus:
    """`sensors`: answers to DLE EOT by its number; those that did not come are taken for «nothing wrong»."""
    if 1 not in sensors and 2 not in sensors:
        return PrinterStatus.SILENT
    state, cause, error, paper = (sensors.get(number, 0) for number in (1, 2, 3, 4))
    if cause & 0x04:
        return PrinterStatus.COVER_OPEN
    if cause & 0x20 or paper & 0x60:
        return PrinterStatus.NO_PAPER
    if cause & 0x40 or error & 0x68:
        return PrinterStatus.FAULT
    if state & 0x08 or cause & 0x08:
        return PrinterStatus.OFFLINE
    return PrinterStatus.PAPER_LOW if paper & 0x0C else PrinterStatus.READY


def status_in_order(answer: int) -> PrinterStatus:
    """What the answer to GS r 1 says of the paper."""
    if answer & 0x0C:
        return PrinterStatus.NO_PAPER
    return PrinterStatus.PAPER_LOW if answer & 0x03 else PrinterStatus.READY
