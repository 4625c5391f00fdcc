"""The wiring diagram of a box with three, four or five buttons, drawn from `pins.toml`. Knows no file."""

from typing import Any

from firmware_bridge.technician.texts import Texts
from firmware_bridge.wiring.svg import EDGE, FAINT, INK, PAPER, Page, Point

Pins = dict[str, Any]

VI, EN = Texts("vi"), Texts("en")
FACES = {  # fill and mood, from the worst
    3: [("#e57a44", -0.7), ("#f2c94c", 0.0), ("#8bbf5a", 0.7)],
    4: [("#d64545", -1.0), ("#e57a44", -0.6), ("#8bbf5a", 0.6), ("#3d9a50", 1.0)],
    5: [("#d64545", -1.0), ("#e57a44", -0.6), ("#f2c94c", 0.0), ("#8bbf5a", 0.6), ("#3d9a50", 1.0)],
}
BOARD_X, BOARD_WIDTH, FIRST_PIN_Y, PITCH = 394.0, 190.0, 150.0, 36.0
RIGHT_X = BOARD_X + BOARD_WIDTH
CARDS_X, CARDS_Y, CARDS_HEIGHT = 790.0, 109.5, 585.0  # with five buttons two wires then run straight
ROWS = {3: (-18.0, 36.0), 4: (-28.0, 26.0), 5: (-18.0, 36.0)}  # lamp and switch, from the middle of their card
RESISTOR_X = CARDS_X - 70
LANE_X, LANE = 608.0, 9.0
WORDS_X = 232.0  # right edge of what is written beside the parts on the left
NOTES = (
    ("Mọi ký hiệu nối đất đều về chân GND (dây đen).", "All grounds join at GND (black wire)."),
    ("Dây công tắc trơn, dây đèn cùng màu có sọc trắng.", "Switch wires plain, lamp wires striped with white."),
    ("LED 5 V, tối đa 10 mA; đèn có sẵn điện trở thì bỏ 330 Ω.", "5 V LED, ≤ 10 mA; with its own resistor: no 330 Ω."),
    ("J1: tháo khi nạp phần mềm, lắp khi dùng.", "J1: open to flash, closed in use (no reset by DTR)."),
    (
        "SDA, SCL cần điện trở kéo lên 4,7–10 kΩ, thường có sẵn.",
        "SDA, SCL need 4.7–10 kΩ pull-ups, mostly on the module.",
    ),
    ("Có FRAM: 2.039 lượt bấm chờ được; không có: 67.", "With FRAM 2,039 presses can wait; without, 67."),
)


def diagram(pins: Pins, buttons: int) -> str:
    """The SVG for a box of `buttons` buttons."""
    page = Page(
        f"Hộp {buttons} nút bấm: sơ đồ đấu dây",
        f"Wiring of a {buttons}-button terminal: each button's switch and lamp, buzzer, straps, FRAM and reset "
        "capacitor on the pins of an Arduino Nano.",
    )
    _heading(page, buttons)
    _board(page, pins, buttons)
    _left_side(page, pins, buttons)
    _buttons(page, pins, buttons)
    _notes(page)
    _front(page, buttons)
    return str(page)


def pin_y(pins: Pins, name: str, side: str) -> float:
    names: list[str] = pins["board"][side]
    return FIRST_PIN_Y + PITCH * names.index(name)


def _heading(page: Page, buttons: int) -> None:
    page.text(36, 52, f"Hộp {buttons} nút bấm – sơ đồ đấu dây", 30, bold=True)
    page.text(36, 78, f"{buttons}-button terminal – wiring", 17, fill=FAINT)
    page.text(Page.WIDTH - 36, 52, "Hài Lòng", 24, bold=True, anchor="end")
    page.text(Page.WIDTH - 36, 74, "hailong-terminal", 14, fill=FAINT, anchor="end")
    page.line((36, 90), (Page.WIDTH - 36, 90), colour=EDGE, width=1.5)


def _board(page: Page, pins: Pins, buttons: int) -> None:
    board = pins["board"]
    height = PITCH * (len(board["left"]) - 1) + 60
    page.box(BOARD_X, FIRST_PIN_Y - 30, BOARD_WIDTH, height, fill="#e3eef0", edge=INK)
    page.box(BOARD_X + 71, FIRST_PIN_Y - 44, 48, 42, fill="#cfd6d9", edge=INK)
    middle = BOARD_X + BOARD_WIDTH / 2
    page.text(middle, FIRST_PIN_Y - 18, "USB", 13, bold=True, anchor="middle")
    page.pair(RIGHT_X + 8, 108, "Cáp USB tới kiosk, kẹp chặt", "USB cable to the kiosk, clamped", 12)
    page.text(middle, 366, board["name"], 13, bold=True, anchor="middle")
    for row, words in enumerate(board["chip"].split(" · ")):
        page.text(middle, 386 + row * 17, words, 12, fill=FAINT, anchor="middle")
    for name in board["left"]:
        _pin(page, BOARD_X, pin_y(pins, name, "left"), name, 1, used=name in _left_pins(pins))
    for name in board["right"]:
        _pin(page, RIGHT_X, pin_y(pins, name, "right"), name, -1, used=name in _button_pins(pins, buttons))


def _pin(page: Page, x: float, y: float, name: str, way: int, *, used: bool) -> None:
    page.add("circle", cx=x, cy=y, r=5.0, fill=PAPER, stroke=INK if used else EDGE, stroke_width=2.0)
    anchor = "start" if way > 0 else "end"
    page.text(x + 12 * way, y + 5, name, 13.5, anchor=anchor, bold=used, fill=INK if used else FAINT)


def _left_pins(pins: Pins) -> set[str]:
    parts = [pins["link"], pins["buzzer"], pins["reset"], *pins["memory"].values(), *pins["strap"].values()]
    return {"GND", *(part["pin"] for part in parts)}


def _button_pins(pins: Pins, buttons: int) -> set[str]:
    return {button[part]["pin"] for button in pins["button"][:buttons] for part in ("switch", "lamp")}


def _left_side(page: Page, pins: Pins, buttons: int) -> None:
    _link(page, pins)
    _buzzer(page, pins)
    for count in (4, 3):
        _strap(page, pins, count, closed=buttons == count)
    _memory(page, pins)
    _reset(page, pins)
    y = pin_y(pins, "GND", "left")
    page.line((BOARD_X - 5, y), (BOARD_X - 40, y))
    page.ground(BOARD_X - 40, y, -1)
    page.pair(BOARD_X - 68, y + 3, "GND chung", "common ground", 13, anchor="end")


def _link(page: Page, pins: Pins) -> None:
    y = pin_y(pins, pins["link"]["pin"], "left")
    page.line((BOARD_X - 5, y), (BOARD_X - 26, y), colour=FAINT, width=1.5)
    page.pair(BOARD_X - 34, y, "Đèn nối kiosk, sẵn trên bo mạch", "link lamp, on the board itself", 13, anchor="end")


def _buzzer(page: Page, pins: Pins) -> None:
    buzzer = pins["buzzer"]
    y = pin_y(pins, buzzer["pin"], "left")
    page.wire([(BOARD_X - 5, y), (296, y)], buzzer["wire"]["colour"])
    page.add("circle", cx=280.0, cy=y, r=15.0, fill=PAPER, stroke=INK, stroke_width=2.0)
    page.add("circle", cx=280.0, cy=y, r=3.0, fill=INK)
    page.text(302, y - 8, "+", 15, bold=True)
    page.ground(265, y, -1)
    page.pair(WORDS_X, y, "Còi chủ động 5 V", "active buzzer, 20 mA at most", 13, anchor="end")


def _strap(page: Page, pins: Pins, count: int, *, closed: bool) -> None:
    y = pin_y(pins, pins["strap"][str(count)]["pin"], "left")
    page.line((BOARD_X - 5, y), (316, y))
    page.jumper(320, y, closed=closed)
    page.line((286, y), (265, y))
    page.ground(265, y, -1)
    state = ("nối", "closed") if closed else ("để hở", "open")
    page.pair(WORDS_X, y, f"Chọn {count} nút: {state[0]}", f"strap for {count} buttons: {state[1]}", 13, anchor="end")


def _memory(page: Page, pins: Pins) -> None:
    memory = pins["memory"]
    top, edge = 378.0, 236.0
    page.box(36, top, edge - 36, 158)
    page.pair(50, top + 26, "Thanh nhớ FRAM", "FRAM module, 32 KB", 14)
    lines = ("MB85RC256V hoặc", "FM24W256, I²C 0x50", "A0 A1 A2 WP: GND", "tụ 100 nF sát VCC")
    for row, words in enumerate(lines):
        page.text(50, top + 74 + row * 20, words, 12)
    ends = {"SDA": 402.0, "SCL": 438.0, "VCC": 474.0}
    for name, y in ends.items():
        start = pin_y(pins, memory[name]["pin"], "left")
        lane = 330.0
        points: list[Point] = [(BOARD_X - 5, start), (edge + 5, start)]
        if start != y:
            points = [(BOARD_X - 5, start), (lane, start), (lane, y), (edge + 5, y)]
        page.wire(points, memory[name]["wire"]["colour"])
    page.ground(edge + 5, 510, 1)
    for name, y in {**ends, "GND": 510.0}.items():
        page.add("circle", cx=edge, cy=y, r=5.0, fill=PAPER, stroke=INK, stroke_width=2.0)
        page.text(edge - 12, y + 5, name, 12, anchor="end", bold=True)
        if name in memory:
            page.text(256, y - 8, memory[name]["wire"]["vi"], 12)


def _reset(page: Page, pins: Pins) -> None:
    reset = pins["reset"]
    y = pin_y(pins, reset["pin"], "left")
    page.wire([(BOARD_X - 5, y), (350, y)], reset["wire"]["colour"])
    page.jumper(350, y, closed=True)
    page.text(333, y - 14, "J1", 13, bold=True, anchor="middle")
    page.line((316, y), (288, y))
    page.capacitor(288, y)
    page.line((278, y), (265, y))
    page.ground(265, y, -1)
    page.pair(WORDS_X, y - 2, "Tụ hóa 10 µF, 16 V", "electrolytic, between RST and GND", 13, anchor="end")


def _buttons(page: Page, pins: Pins, buttons: int) -> None:
    pitch = CARDS_HEIGHT / buttons
    for index in range(buttons):
        _card(page, pins, index, buttons, CARDS_Y + pitch * (buttons - 1 - index), pitch)
    lamps = [pins["button"][index]["lamp"]["pin"] for index in range(buttons)]
    switches = [pins["button"][index]["switch"]["pin"] for index in range(buttons)]
    # Fewest crossings: switches left of lamps; of those that go down the lower one takes the lane to the left.
    lanes = [*_lane_order(pins, switches, _ends(buttons, 1)), *_lane_order(pins, lamps, _ends(buttons, 0))]
    for lane, (pin, index, row) in enumerate((p, i, int(p in lamps)) for p, i in lanes):
        _button_wire(page, pins, index, pin, LANE_X + LANE * lane, striped=bool(row), buttons=buttons)


def _ends(buttons: int, row: int) -> list[float]:
    """Where the lamp (row 0) or switch (row 1) of each button is."""
    pitch = CARDS_HEIGHT / buttons
    return [CARDS_Y + pitch * (buttons - 1 - index) + pitch / 2 + ROWS[buttons][row] for index in range(buttons)]


def _lane_order(pins: Pins, names: list[str], ends: list[float]) -> list[tuple[str, int]]:
    starts = [pin_y(pins, name, "right") for name in names]
    down = [i for i in range(len(names)) if ends[i] >= starts[i]]
    up = [i for i in range(len(names)) if ends[i] < starts[i]]
    order = sorted(up, key=lambda i: starts[i]) + sorted(down, key=lambda i: -starts[i])
    return [(names[i], i) for i in order]


def _button_wire(page: Page, pins: Pins, index: int, pin: str, lane: float, *, striped: bool, buttons: int) -> None:
    start = pin_y(pins, pin, "right")
    end = _ends(buttons, 0 if striped else 1)[index]
    stop = RESISTOR_X if striped else CARDS_X + 18
    page.wire(
        [(RIGHT_X + 5, start), (lane, start), (lane, end), (stop, end)],
        pins["button"][index]["wire"]["colour"],
        striped=striped,
    )
    page.text(RESISTOR_X - 5, end - 9, pin, 12, bold=True, anchor="end")


def _card(page: Page, pins: Pins, index: int, buttons: int, top: float, pitch: float) -> None:
    page.box(CARDS_X, top + 4, Page.WIDTH - 36 - CARDS_X, pitch - 8)
    lamp_y, switch_y = (_ends(buttons, row)[index] for row in (0, 1))
    wire = pins["button"][index]["wire"]
    page.line((RESISTOR_X + 54, lamp_y), (CARDS_X + 18, lamp_y))
    page.resistor(RESISTOR_X, lamp_y, "330 Ω")
    page.lamp(CARDS_X + 18, lamp_y)
    page.ground(CARDS_X + 48, lamp_y)
    page.switch(CARDS_X + 18, switch_y)
    page.ground(CARDS_X + 48, switch_y)
    page.text(CARDS_X + 14, lamp_y - 24, f"Đèn: sọc {wire['vi']}", 11.5)
    page.text(CARDS_X + 14, switch_y - 23, f"Công tắc: {wire['vi']}", 11.5)
    fill, mood = FACES[buttons][index]
    middle = top + pitch / 2
    page.face(946, middle, 32 + 5 * (5 - buttons), fill, mood)
    name = f"button_{index + 1}_of_{buttons}"
    page.text(1002, middle - 16, str(index + 1), 20, bold=True)
    page.text(1002, middle + 4, VI(name), 13.5, bold=True)
    page.text(1002, middle + 21, EN(name), 11.5, fill=FAINT)


def _notes(page: Page) -> None:
    page.text(36, 716, "Ghi chú", 14, bold=True)
    page.text(434, 716, "Notes", 12, fill=FAINT)
    for row, (vi, en) in enumerate(NOTES):
        y = 735 + row * 16
        page.text(36, y, str(row + 1), 12, bold=True)
        page.text(50, y, vi, 11.5)
        page.text(434, y, en, 10.5, fill=FAINT)


def _front(page: Page, buttons: int) -> None:
    page.text(CARDS_X, 716, "Mặt trước, người dân nhìn thấy", 13, bold=True)
    page.text(CARDS_X, 731, "front, as the citizen sees it", 11, fill=FAINT)
    page.box(CARDS_X, 742, Page.WIDTH - 36 - CARDS_X, 62, fill=PAPER, edge=INK)
    step = (Page.WIDTH - 36 - CARDS_X) / buttons
    for index, (fill, mood) in enumerate(FACES[buttons]):
        x = CARDS_X + step * (index + 0.5)
        page.face(x + 9, 773, 21, fill, mood)
        page.text(x - 17, 779, str(index + 1), 16, bold=True, anchor="end")
