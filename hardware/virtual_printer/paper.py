"""Paper under a head: rows of dots, sheets that were cut off, and the end of the roll. Knows no order."""

from hardware.ports import Picture

NEAR_END_ROWS = 1600  # 20 cm are left when the sensor of the near end sees it


class Paper:
    """`rows_left`: of the roll; None is a roll without an end."""

    def __init__(self, width_px: int, rows_left: int | None = None) -> None:
        self.width_px, self.rows_left = width_px, rows_left
        self.sheets: list[Picture] = []
        self._rows: list[bytes] = []
        self._wide = (width_px + 7) // 8

    @property
    def is_out(self) -> bool:
        return self.rows_left == 0

    @property
    def is_low(self) -> bool:
        return self.rows_left is not None and self.rows_left < NEAR_END_ROWS

    @property
    def hanging(self) -> Picture:
        """What stands under the head and was not cut off."""
        return Picture(self.width_px, b"".join(self._rows))

    @property
    def has_hanging_ink(self) -> bool:
        return any(map(any, self._rows))

    def print_row(self, dots: bytes, left_px: int) -> bool:
        """One row; `dots` as whole bytes. False, and nothing on it, when the paper is out. Dots beyond it are lost."""
        if self.is_out:
            return False
        if self.rows_left is not None:
            self.rows_left -= 1
        data = dots
        room_px = 8 * self._wide
        value = int.from_bytes(data) << room_px >> (8 * len(data) + left_px)
        value &= ((1 << self.width_px) - 1) << (room_px - self.width_px)
        self._rows.append(value.to_bytes(self._wide))
        return True

    def feed(self, rows: int) -> int:
        """Blank rows; how many came before the paper was out."""
        for done in range(rows):
            if not self.print_row(b"", 0):
                return done
        return rows

    def cut(self) -> Picture:
        """Cut off what hangs; it lies last in `sheets`."""
        self.sheets.append(self.hanging)
        self._rows = []
        return self.sheets[-1]

    def clear(self) -> None:
        """Tear off and throw away all."""
        self._rows = []
        self.sheets.clear()
