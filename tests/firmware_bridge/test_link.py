import random

import pytest

from firmware_bridge.frames import (
    BURST,
    Ack,
    Decoder,
    Hello,
    HelloRequest,
    Ping,
    Press,
    Provision,
    Status,
    Welcome,
    encode,
)
from firmware_bridge.link import TABLE, Event, HostLink, State, Step

EPOCH, OTHER = 0xA1, 0xB2


def hello(epoch: int = EPOCH, protocol: int = 1, boot: int = 5) -> bytes:
    return encode(Hello(protocol, 0, 2, 0, 1, epoch, boot, 1000, 0, 0, 0, 75, 1, 0))


def press(seq: int = 0, epoch: int = EPOCH, boot: int = 5, what: int = 3, aux: int = 0) -> bytes:
    return encode(Press(epoch, seq, boot, 1000, what, aux, 1040))


def status(boot: int = 5) -> bytes:
    return encode(Status(boot, 9000, 0, 1, 0b10, 0, 2, 0, 0, 0, 0))


@pytest.fixture
def link() -> HostLink:
    return HostLink(0.0, new_epoch=lambda: 0xCAFE, refractory_ms=900)


@pytest.fixture
def linked(link: HostLink) -> HostLink:
    assert link.step(1.0, hello()).send == encode(Welcome(1, EPOCH))
    return link


def test_nothing_is_said_before_a_terminal_spoke(link):
    rng = random.Random(7)
    said = b""
    for tenth in range(600):
        said += link.step(tenth / 10, rng.randbytes(20)).send
    assert said == b""
    assert link.state is State.SILENT
    assert link.bad_frames > 0


def test_a_port_is_called_silent_after_two_and_a_half_seconds_and_still_heard(link):
    link.step(2.4)
    assert link.state is State.LISTENING
    assert link.wake_at_s == 2.5
    link.step(2.5)
    assert link.state is State.SILENT
    assert link.step(400.0, hello()).send == encode(Welcome(1, EPOCH))
    assert link.state is State.LINKED


@pytest.mark.parametrize("heard", [press(), status()])
def test_a_terminal_that_believes_in_a_dead_host_is_asked_its_name_once_a_second(link, heard):
    assert link.step(0.1, heard) == Step((), encode(HelloRequest()))
    assert link.step(1.0, heard) == Step()
    assert link.step(1.1, heard).send == encode(HelloRequest())
    assert link.step(1.2, hello()).send == encode(Welcome(1, EPOCH))


def test_a_press_is_handed_over_and_acknowledged_only_when_the_caller_says_so(linked):
    step = linked.step(1.5, press(seq=7))
    assert step.send == b""
    (arrival,) = step.presses
    assert arrival.source == "000000a1-00000007-0005-000003e8"
    assert (arrival.buttons, arrival.burst, arrival.hits, arrival.age_ms) == ((3,), False, 1, 40)
    assert all(linked.step(1.5 + tenth / 10).send in (b"", encode(Ping())) for tenth in range(30))
    assert linked.acknowledge(arrival.source) == encode(Ack(EPOCH, 7))


def test_a_repetition_has_the_same_source(linked):
    first, second = (linked.step(now, press(seq=7)).presses[0].source for now in (1.5, 1.9))
    assert first == second


def test_a_number_used_twice_by_the_terminal_is_two_presses(linked):
    a = linked.step(1.5, press(seq=7, boot=5)).presses[0].source
    b = linked.step(1.6, press(seq=7, boot=6)).presses[0].source
    assert a != b


def test_an_earlier_boot_has_no_age_and_the_clock_may_wrap(linked):
    assert linked.step(1.5, press(boot=4)).presses[0].age_ms is None
    wrapped = encode(Press(EPOCH, 1, 5, 2**32 - 10, 0, 0, 30))
    assert linked.step(1.6, wrapped).presses[0].age_ms == 40


def test_a_burst_names_all_its_buttons(linked):
    (arrival,) = linked.step(1.5, press(what=BURST | 0b10010, aux=9)).presses
    assert (arrival.buttons, arrival.burst, arrival.hits) == ((1, 4), True, 9)


@pytest.mark.parametrize("what", [5, 0x1F, 0x20, 0x40, 0xFF])
def test_a_press_of_no_known_kind_is_neither_taken_nor_acknowledged(linked, what):
    assert linked.step(1.5, press(what=what)).presses == ()
    assert linked.strange == 1


def test_a_press_of_another_epoch_is_not_taken_until_its_terminal_said_hello(linked):
    assert linked.step(1.5, press(epoch=OTHER)) == Step((), encode(HelloRequest()))
    linked.step(1.6, hello(OTHER))
    (arrival,) = linked.step(1.7, press(epoch=OTHER)).presses
    assert linked.acknowledge(arrival.source) == encode(Ack(OTHER, 0))
    assert linked.acknowledge("000000a1-00000000-0005-000003e8") == b"", "the terminal that is gone"


def test_pings_each_three_seconds_and_silent_after_eight(linked):
    sent = {tenth: step.send for tenth in range(11, 100) if (step := linked.step(tenth / 10)).send}
    assert sent == {40: encode(Ping()), 70: encode(Ping())}
    assert linked.state is State.SILENT
    assert linked.acknowledge("000000a1-00000000-0005-000003e8") == b""


def test_answers_keep_it_linked(linked):
    for second in range(2, 60):
        linked.step(float(second), status() if second % 3 == 0 else b"")
    assert linked.state is State.LINKED
    assert linked.status is not None
    assert linked.status.refused == 2


def test_wake_at_is_never_later_than_what_is_due(linked):
    now_s, pings = 1.0, 0
    while linked.state is State.LINKED:
        now_s = linked.wake_at_s
        pings += linked.step(now_s).send == encode(Ping())
    assert (now_s, pings) == (9.0, 2)


def test_a_blank_terminal_gets_an_identity_and_the_refractory_time(link):
    assert link.step(0.5, hello(epoch=0)).send == encode(Provision(0, 0xCAFE, 900))
    assert link.state is State.LISTENING
    assert link.step(0.6, hello(epoch=0xCAFE)).send == encode(Welcome(1, 0xCAFE))


def test_another_protocol_is_refused_until_it_is_changed(link):
    assert link.step(0.5, hello(protocol=2)) == Step()
    assert link.state is State.REFUSED
    assert link.step(0.6, press()) == Step()
    assert link.step(0.7, hello()).send == encode(Welcome(1, EPOCH))


def test_a_restart_that_was_missed_is_asked_about(linked):
    assert linked.step(1.5, status(boot=6)).send == encode(HelloRequest())
    assert linked.step(1.6, hello(boot=6)).send == encode(Welcome(1, EPOCH))
    assert linked.step(1.7, press(boot=6)).presses[0].age_ms == 40


def test_its_own_words_coming_back_change_nothing(link):
    for message in (Welcome(1, EPOCH), Ack(EPOCH, 0), Ping(), Provision(0, 5, 5), HelloRequest()):
        assert link.step(0.1, encode(message)) == Step()
    assert link.state is State.LISTENING


def test_every_state_has_a_way_to_a_link():
    assert all(TABLE[state, Event.HELLO][1] is State.LINKED for state in State)


def test_the_conversation_of_the_document(couple, tables):
    """Terminal and host, each fed with what the other says, say exactly what PROTOCOL.md prints."""
    from firmware_bridge.simulator import Finger

    rows = [(int(ms), who, bytes.fromhex(raw)) for ms, who, raw, _ in tables["8. A conversation"]]
    couple.fingers += [Finger(3, 2000, 2120, 0), Finger(1, 2300, 2400, 0)]
    couple.run(5200)
    assert couple.said == rows
    kinds = [type(Decoder().feed(raw)[0]) for _, _, raw in rows]
    assert kinds == [Hello, Provision, Hello, Welcome, Press, Ack, Ping, Status, Press, Ack]
