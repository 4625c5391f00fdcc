"""What a technician's commands say and send to a box, in virtual time."""

import itertools
import random

from firmware_bridge.commands import RESET
from firmware_bridge.frames import (
    Ack,
    Command,
    Decoder,
    Hello,
    HelloRequest,
    Ping,
    Press,
    Provision,
    Result,
    Status,
    TimeMark,
    Totals,
    Touch,
    Welcome,
    encode,
)
from firmware_bridge.technician.inspection import MOST_TRIES, TEST_S, Inspection, Operation
from firmware_bridge.technician.monitor import Story
from firmware_bridge.technician.texts import Texts

EPOCH = 0x5EED1E57
HELLO = Hello(1, 1, 0, 0, 1, 5, EPOCH, 3, 1234, 1, 7, 2, 67, 1, 0)
BLANK = Hello(1, 1, 0, 0, 1, 5, 0, 1, 500, 1, 0, 0, 67, 0, 0)
STATUS = Status(3, 5000, 2, 1, 0, 0, 0, 0, 0, 0, 0, 4980)
PRESS = Press(EPOCH, 7, 3, 2000, 3, 0, 2010)


def said(data: bytes) -> list[object]:
    return Decoder().feed(data)


class Talk:
    """An inspection and the box that it hears, in virtual seconds."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.box = Inspection(self.now_s)
        self.sent: list[object] = []

    def hear(self, *messages: object, after_s: float = 0.1) -> list[object]:
        self.now_s += after_s
        out, _ = self.box.step(self.now_s, b"".join(encode(message) for message in messages))
        self.sent += said(out)
        return said(out)


def test_nothing_is_sent_before_a_whole_frame_of_a_terminal_has_come():
    rng = random.Random(5)
    talk = Talk()
    talk.box.test(True)
    talk.box.command(Operation.IDENTIFY, 5)
    for _ in range(2000):
        talk.now_s += 0.05
        out, _ = talk.box.step(talk.now_s, rng.randbytes(20) if rng.random() < 0.5 else encode(HELLO)[:-9])
        assert out == b""
    assert talk.hear(Welcome(1, EPOCH)) == [], "another host's frame is no terminal's"
    print("inspection: silent through 2,000 portions of noise, seed 5")


def test_it_greets_and_asks_but_never_takes_or_gives():
    talk = Talk()
    assert talk.hear(HELLO)[:2] == [Welcome(1, EPOCH), RESET]
    for _ in range(400):
        talk.hear(PRESS, STATUS, Totals(EPOCH, 3, 9, 2, 1, 0, 2, 4, 1, 1))
    assert {type(message) for message in talk.sent} == {Welcome, Command, Ping}
    talk = Talk()
    for _ in range(50):
        talk.hear(BLANK, after_s=1.0)
    assert not any(isinstance(message, Provision | Ack | TimeMark) for message in talk.sent), "a blank box stays blank"
    assert talk.sent[0] == Welcome(1, 0)


def test_a_box_that_believes_in_another_host_is_asked_to_introduce_itself_once_a_second():
    talk = Talk()
    for _ in range(50):
        talk.hear(PRESS)
    assert set(map(type, talk.sent)) == {HelloRequest}
    assert len(talk.sent) == 5


def test_a_box_of_another_protocol_is_told_nothing():
    talk = Talk()
    strange = Hello(9, *(getattr(HELLO, name) for name in Hello.__slots__[1:]))
    assert talk.hear(strange, PRESS, STATUS) == []
    assert talk.box.foreign == 9


def test_the_self_test_is_renewed_in_time_and_ended():
    talk = Talk()
    talk.box.test(True)
    talk.hear(HELLO)
    starts = []
    for _ in range(600):
        commands = [m for m in talk.hear(STATUS) if isinstance(m, Command) and m.operation == Operation.SELF_TEST]
        starts += [talk.now_s for command in commands if command.a]
        talk.hear(*(Result(command.id, 0) for command in commands), after_s=0.0)
    gaps = [later - sooner for sooner, later in itertools.pairwise(starts)]
    assert len(starts) > 10
    assert max(gaps) < TEST_S / 2, "two renewals may be lost on the line"
    talk.box.test(False)
    last = [m for m in talk.hear() if isinstance(m, Command)]
    assert [(command.operation, command.a) for command in last] == [(Operation.SELF_TEST, 0)]
    talk.hear(Result(last[0].id, 0))
    assert talk.box.idle
    assert talk.box.test_answer == 0


def test_a_command_is_repeated_under_its_number_until_answered_or_given_up():
    talk = Talk()
    talk.hear(HELLO)
    number = talk.box.command(Operation.IDENTIFY, 5)
    sent = [m for _ in range(50) for m in talk.hear(STATUS) if isinstance(m, Command)]
    assert len(sent) > 5
    assert set(sent) == {Command(number, Operation.IDENTIFY, 5)}
    talk.hear(Result(number, 1))
    assert talk.box.results[number] == 1
    deaf = talk.box.command(Operation.BUZZER, 9)
    sent = [m for _ in range(200) for m in talk.hear(STATUS) if isinstance(m, Command)]
    assert len(sent) == MOST_TRIES
    assert talk.box.results[deaf] is None


def test_what_is_told_is_told_once_and_never_what_a_citizen_pressed():
    story = Story(Texts("vi"))
    lines = list(
        story.lines([HELLO, STATUS, PRESS, Status(*[*(getattr(STATUS, n) for n in Status.__slots__[:-1]), 4990])])
    )
    assert lines[0] == "Hộp 5eed1e57 · phần mềm 1.0.0 · 5 nút · khởi động lần 3 (cấp nguồn)"
    assert lines[1].startswith("Nguồn 5,00 V · nút kẹt: không")
    assert lines[2] == "Trong hộp còn 2 lượt bấm của người dân chờ kiosk nhận. Để nguyên, không lấy ra."
    assert len(lines) == 3
    touches = list(story.lines([Touch(61000, 3, 1), Touch(61120, 3, 0)]))
    assert touches == ["▼ Nút 4 – Hài lòng", "▲ Nút 4 – Hài lòng (giữ 120 ms)"]
    assert list(Story(Texts("en")).lines([BLANK]))[1].startswith("A blank box")


def test_the_language_is_chosen_or_both_are_given():
    assert Texts(None, {"LANG": "en_GB.UTF-8"})("passed") == "PASS"
    assert Texts(None, {"LANG": "C"})("passed") == "ĐẠT"
    assert Texts("en").error("no_answer") == "The box does not answer"
    assert Texts(None, {}).error("no_answer") == "Hộp không trả lời (The box does not answer)"
