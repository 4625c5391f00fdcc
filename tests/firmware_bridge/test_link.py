import random

import pytest

from firmware_bridge.ages import AgeQuality, Anchors
from firmware_bridge.commands import MOST_SENDS, RESET, Outcome
from firmware_bridge.frames import (
    BURST,
    SELF_TEST,
    Ack,
    Command,
    Decoder,
    FromTerminal,
    Hello,
    HelloRequest,
    Mark,
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
from firmware_bridge.link import HostLink, Step
from firmware_bridge.states import TABLE, Action, Event, Refusal, State
from tests.firmware_bridge.document import tables

EPOCH, OTHER = 0xA1, 0xB2
WALL_MS = 1_790_000_123_456


def hello(
    epoch: int = EPOCH, protocol: int = 1, boot: int = 5, buttons: int = 5, now_ms: int = 1000, refused: int = 0
) -> bytes:
    return encode(Hello(protocol, 1, 0, 0, 1, buttons, epoch, boot, now_ms, 0, 0, 0, 2039, 1, refused))


def press(
    seq: int = 0, epoch: int = EPOCH, boot: int = 5, t_ms: int = 1000, what: int = 3, aux: int = 0, now_ms: int = 1040
) -> bytes:
    return encode(Press(epoch, seq, boot, t_ms, what, aux, now_ms))


def status(boot: int = 5, now_ms: int = 9000) -> bytes:
    return encode(Status(boot, now_ms, 0, 1, 0b10, 0, 2, 0, 0, 0, 0, 4980))


def totals(epoch: int = EPOCH, boot: int = 5, unacked: int = 0) -> bytes:
    return encode(Totals(epoch, boot, 9, unacked, 1, 0, 2, 4, 1, 1))


TOUCH, RESULT, MARK = encode(Touch(61_000, 2, 1)), encode(Result(1, 0)), encode(Mark(4, 5000, 1_988_888))


def said(step: Step) -> list[object]:
    return list(Decoder().feed(step.send))


@pytest.fixture
def link() -> HostLink:
    return HostLink(0.0, new_epoch=lambda: 0xCAFE, refractory_ms=900)


@pytest.fixture
def linked(link: HostLink) -> HostLink:
    assert link.step(1.0, hello()).send == encode(Welcome(1, EPOCH))
    return link


def test_nothing_is_said_before_a_terminal_spoke(link):
    rng = random.Random(7)
    spoke = b""
    for tenth in range(600):
        spoke += link.step(tenth / 10, rng.randbytes(20)).send
    assert spoke == b""
    assert link.state is State.SILENT
    assert link.bad_frames > 0


def test_a_port_is_called_silent_after_two_and_a_half_seconds_and_still_heard(link):
    link.step(2.4)
    assert link.state is State.LISTENING
    assert link.wake_at_s == 2.5
    link.step(2.5)
    assert link.state is State.SILENT
    assert link.wake_at_s == float("inf")
    assert link.step(400.0, hello()).send == encode(Welcome(1, EPOCH))
    assert link.state is State.LINKED


@pytest.mark.parametrize("heard", [press(), press(what=0xFF), status(), totals(), TOUCH, RESULT, MARK])
def test_a_terminal_that_believes_in_a_dead_host_is_asked_its_name_once_a_second(link, heard):
    assert link.step(0.1, heard) == Step(send=encode(HelloRequest()))
    assert link.step(1.0, heard) == Step()
    assert link.step(1.1, heard).send == encode(HelloRequest())
    assert link.step(1.2, hello()).send == encode(Welcome(1, EPOCH))


def test_a_press_is_handed_over_and_acknowledged_only_when_the_caller_says_so(linked):
    step = linked.step(1.5, press(seq=7))
    assert step.send == b""
    (arrival,) = step.presses
    assert arrival.source == "000000a1-00000007-0005-000003e8"
    assert (arrival.tally, arrival.buttons, arrival.burst, arrival.hits) == ("000000a1/3", (3,), False, 1)
    assert (arrival.age.ms, arrival.age.quality) == (40, AgeQuality.EXACT)
    later = [message for tenth in range(30) for message in said(linked.step(1.5 + tenth / 10))]
    assert later == [Ping(1)]
    assert linked.acknowledge(arrival.source) == encode(Ack(EPOCH, 7))


def test_a_repetition_has_the_same_source(linked):
    first, second = (linked.step(now, press(seq=7)).presses[0].source for now in (1.5, 1.9))
    assert first == second


def test_a_number_used_twice_by_the_terminal_is_two_presses(linked):
    a = linked.step(1.5, press(seq=7, boot=5)).presses[0].source
    b = linked.step(1.6, press(seq=7, boot=6)).presses[0].source
    assert a != b


def test_a_burst_names_all_its_buttons(linked):
    (arrival,) = linked.step(1.5, press(what=BURST | 0b10010, aux=9)).presses
    assert (arrival.buttons, arrival.burst, arrival.hits) == ((1, 4), True, 9)
    assert arrival.tally == "000000a1/burst"


@pytest.mark.parametrize("what", [5, 0x1F, 0x20, 0x40, 0xFF])
def test_a_press_of_no_known_kind_is_neither_taken_nor_acknowledged(linked, what):
    assert linked.step(1.5, press(what=what)).presses == ()
    assert linked.strange == 1


def test_a_press_of_another_epoch_is_not_taken(linked):
    assert linked.step(1.5, press(epoch=OTHER)) == Step(send=encode(HelloRequest()))
    assert linked.strange == 1
    assert linked.acknowledge("000000b2-00000000-0005-000003e8") == b""


def test_silent_after_eight_seconds(linked):
    heard = {tenth: said(step) for tenth in range(11, 100) if (step := linked.step(tenth / 10)).send}
    assert heard == {40: [Ping(1)], 70: [Ping(0)]}
    assert linked.state is State.SILENT
    assert linked.acknowledge("000000a1-00000000-0005-000003e8") == b""


def test_each_twentieth_ping_asks_for_totals_and_the_first_after_each_link_as_well(linked):
    pings = []
    for second in range(2, 200):
        pings += [m.want for m in said(linked.step(float(second), status())) if isinstance(m, Ping)]
    assert pings == ([1] + [0] * 19) * 3 + [1] + [0] * 5
    linked.step(200.5, hello(boot=6))
    assert said(linked.step(203.5, status(boot=6))) == [Ping(1)]


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
        pings += len(said(linked.step(now_s)))
    assert (now_s, pings) == (9.0, 2)


# Identity


def test_a_blank_terminal_gets_one_identity_however_often_it_asks(link):
    epochs = iter([0xCAFE, 0xBABE])
    link._new_epoch = lambda: next(epochs)
    for now_s in (0.5, 1.5, 2.5):
        assert link.step(now_s, hello(epoch=0)).send == encode(Provision(0, 0xCAFE, 900))
        assert link.state is State.LISTENING
    assert link.step(2.6, hello(epoch=0xCAFE)).send == encode(Welcome(1, 0xCAFE))
    assert link.box == 0xCAFE


REFUSED = {
    Refusal.PROTOCOL: hello(protocol=2),
    Refusal.BOX: hello(epoch=OTHER),
    Refusal.BUTTONS: hello(buttons=4),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_terminal_that_must_not_be_taken_is_named_and_not_spoken_to(why):
    link = HostLink(0.0, new_epoch=lambda: 0xCAFE, box=EPOCH, buttons=5)
    for now_s, heard in enumerate([REFUSED[why], press(), status(), totals(), MARK, REFUSED[why]]):
        assert link.step(float(now_s), heard) == Step()
        assert link.state is State.REFUSED
    assert link.refused is not None
    assert link.refused[0] is why
    assert link.command(SELF_TEST, 5) == b""
    assert link.acknowledge("000000a1-00000000-0005-000003e8") == b""
    assert link.step(7.0, hello()).send == encode(Welcome(1, EPOCH))
    assert link.refused is None


def test_a_refused_terminal_that_falls_silent_is_no_longer_reported(link):
    link.step(1.0, hello(protocol=9))
    link.step(link.wake_at_s)
    assert (link.state, link.refused) == (State.SILENT, None)


@pytest.mark.parametrize("heard", [hello(epoch=OTHER), hello(epoch=0)])
def test_the_first_box_met_is_bound_and_neither_another_nor_a_wiped_one_takes_its_place(linked, heard):
    assert linked.step(2.0, heard) == Step()
    assert linked.refused is not None
    assert linked.refused[0] is Refusal.BOX
    assert linked.hello is not None
    assert linked.hello.epoch == EPOCH


def test_a_blank_box_with_the_wrong_number_of_buttons_gets_no_identity():
    link = HostLink(0.0, new_epoch=lambda: 0xCAFE, buttons=3)
    assert link.step(0.5, hello(epoch=0, buttons=5)) == Step()
    assert link.step(1.5, hello(epoch=0, buttons=3)).send == encode(Provision(0, 0xCAFE, 1500))


@pytest.mark.parametrize("heard", [status(boot=6), totals(boot=6), totals(epoch=OTHER)])
def test_a_restart_that_was_missed_is_asked_about(linked, heard):
    assert linked.step(1.5, heard).send == encode(HelloRequest())
    assert linked.totals is linked.status is None
    assert linked.step(1.6, hello(boot=6)).send == encode(Welcome(1, EPOCH))
    assert linked.step(1.7, press(boot=6)).presses[0].age.ms == 40


def test_its_own_words_coming_back_prove_nobody(link):
    ours = [Welcome(1, EPOCH), Ack(EPOCH, 0), Ping(), Provision(0, 5, 5), HelloRequest(), Command(1, 1), TimeMark(1, 2)]
    for message in ours:
        assert link.step(2.4, encode(message)) == Step()
    link.step(2.5)
    assert link.state is State.SILENT


# Time


@pytest.fixture
def on_time() -> HostLink:
    return HostLink(0.0, new_epoch=lambda: 0xCAFE, wall_ms=lambda: WALL_MS)


def test_the_time_is_told_after_welcome_and_with_each_ping_for_totals(on_time):
    mark = TimeMark(WALL_MS // 900_000, WALL_MS % 900_000)
    assert said(on_time.step(1.0, hello())) == [Welcome(1, EPOCH), mark]
    assert said(on_time.step(4.0, status())) == [Ping(1), mark]
    assert said(on_time.step(7.0, status())) == [Ping(0)]


def test_a_clock_that_is_not_trusted_is_not_told_until_it_is():
    wall_ms: list[int | None] = [None]
    link = HostLink(0.0, new_epoch=lambda: 1, wall_ms=lambda: wall_ms[0])
    spoken = said(link.step(1.0, hello()))
    for second in range(2, 66):
        wall_ms[0] = WALL_MS if second > 30 else None
        spoken += said(link.step(float(second), status()))
    marks = [m for m in spoken if isinstance(m, TimeMark)]
    assert marks == [TimeMark(WALL_MS // 900_000, WALL_MS % 900_000)]


def test_an_earlier_boot_unheard_has_no_age_and_the_clock_may_wrap(linked):
    (arrival,) = linked.step(1.5, press(boot=4)).presses
    assert (arrival.age.ms, arrival.age.quality) == (None, AgeQuality.UNKNOWN)
    assert linked.step(1.6, press(seq=1, t_ms=2**32 - 10, now_ms=30)).presses[0].age.ms == 40


def test_an_earlier_boot_that_this_host_heard_is_anchored_even_by_another_link():
    anchors = Anchors()
    first = HostLink(0.0, new_epoch=lambda: 1, anchors=anchors)
    first.step(10.0, hello(now_ms=1000) + press(seq=1, t_ms=900))  # boot 5 began at 9.0
    second = HostLink(50.0, new_epoch=lambda: 1, anchors=anchors)
    second.step(60.0, hello(boot=6, now_ms=20))
    (arrival,) = second.step(60.0, press(seq=2, boot=5, t_ms=31_000)).presses
    assert (arrival.age.ms, arrival.age.quality) == (20_000, AgeQuality.ANCHORED)


def test_an_earlier_boot_that_some_host_told_the_time_is_marked(on_time):
    on_time.step(1.0, hello(boot=7))
    on_time.step(1.1, encode(Mark(4, 5000, WALL_MS // 900_000 - 4)))
    (arrival,) = on_time.step(1.2, press(boot=4, t_ms=65_000)).presses
    assert arrival.age.quality is AgeQuality.MARKED
    assert arrival.age.ms == WALL_MS % 900_000 + 4 * 900_000 - 60_000
    before = on_time.step(1.3, press(seq=1, boot=4, t_ms=2000)).presses[0]
    assert before.age.ms == WALL_MS % 900_000 + 4 * 900_000 + 3000


def test_a_mark_is_of_no_use_without_a_clock_here(linked):
    linked.step(1.1, MARK)
    assert linked.step(1.2, press(boot=4)).presses[0].age.quality is AgeQuality.UNKNOWN


# Totals


def test_totals_hold_until_any_press_comes(linked):
    linked.step(4.0, totals())
    assert linked.totals == Decoder().feed(totals())[0]
    linked.step(4.1, status())
    assert linked.totals is not None
    linked.step(4.2, press())
    assert linked.totals is None
    linked.step(4.3, press(seq=1) + totals())
    assert linked.totals is not None, "they came after the press"
    linked.step(4.4, hello(boot=6))
    assert linked.totals is None


# Commands


def test_a_command_is_answered_once_and_touches_are_passed_on(linked):
    assert Decoder().feed(linked.command(SELF_TEST, 30)) == [RESET, Command(1, SELF_TEST, 30)]
    step = linked.step(1.1, encode(Result(0, 1)) + encode(Result(1, 0)) + encode(Result(1, 0)) + TOUCH)
    assert step.outcomes == (Outcome(SELF_TEST, 0),)
    assert step.touches == (Touch(61_000, 2, 1),)
    assert Decoder().feed(linked.command(1, 8, 50)) == [Command(2, 1, 8, 50)]


def test_a_command_is_repeated_with_its_number_then_given_up(linked):
    linked.command(5, 3)
    spoken, outcomes = [], []
    for tenth in range(11, 60):
        step = linked.step(tenth / 10, status())
        spoken += [m for m in said(step) if isinstance(m, Command)]
        outcomes += step.outcomes
    assert spoken == [Command(1, 5, 3)] * (MOST_SENDS - 1)
    assert outcomes == [Outcome(5, None)]


def test_a_terminal_that_restarted_is_not_told_again_to_restart(linked):
    linked.command(4)
    step = linked.step(1.2, hello(boot=6))
    assert step.outcomes == (Outcome(4, None),)
    later = [m for tenth in range(13, 40) for m in said(linked.step(tenth / 10, status(boot=6)))]
    assert not [m for m in later if isinstance(m, Command)]


def test_the_number_of_a_command_comes_round_without_nought(linked):
    numbers = []
    for _ in range(300):
        numbers += [m.id for m in Decoder().feed(linked.command(2, 1))]
    assert numbers == [0, *range(1, 256), *range(1, 46)]


# The table


def test_every_state_has_a_way_to_a_link():
    assert all(TABLE[state, Event.HELLO] == (Action.WELCOME, State.LINKED) for state in State)


def test_the_states_of_the_document_are_those_of_the_table():
    written, here = set(), ""
    for state, _, to in tables()["States of the host", "state"]:
        here = state.partition(":")[0] or here
        written |= {(here, to)} if to else set()
    assert written == {(str(a), str(b)) for (a, _), (_, b) in TABLE.items() if a != b}


@pytest.mark.slow
def test_any_words_in_any_order_never_raise_and_only_the_linked_are_served():
    """Whole frames with random fields: the link's promises hold whatever a terminal, or a forger, says."""
    rng, steps, seed = random.Random(11), 20_000, 11
    link = HostLink(0.0, new_epoch=lambda: 0xCAFE, wall_ms=lambda: WALL_MS, box=EPOCH, buttons=5)
    states = dict.fromkeys(State, 0)
    now_s = 0.0
    for _ in range(steps):
        now_s += rng.choice([0.01] * 50 + [0.5, 9.0])
        step = link.step(now_s, b"".join(encode(any_word(rng)) for _ in range(rng.randrange(3))))
        states[link.state] += 1
        assert all(press.source.startswith(f"{EPOCH:08x}-") for press in step.presses)
        assert (link.state is State.REFUSED) == (link.refused is not None)
        assert not any(isinstance(m, Provision) for m in said(step)), "a bound point provisions nothing"
    seen = ", ".join(f"{count} {state}" for state, count in states.items())
    print(f"{steps} steps of whole frames with random fields, seed {seed}: {seen}")
    assert min(states.values()) > 0


def any_word(rng: random.Random) -> FromTerminal:
    epoch, boot = rng.choice([EPOCH, EPOCH, EPOCH, OTHER, 0]), rng.choice([5, 5, 6, 65535])
    protocol, buttons = rng.choice([1, 1, 1, 2]), rng.choice([5, 5, 4])
    words: list[FromTerminal] = [
        Hello(protocol, 1, 0, 0, 1, buttons, epoch, boot, rng.getrandbits(32), 0, 0, 0, 9, 1, 0),
        Press(epoch, rng.getrandbits(8), boot, rng.getrandbits(32), rng.randrange(256), 0, rng.getrandbits(32)),
        Status(boot, rng.getrandbits(32), 0, rng.getrandbits(16), 0, 0, 0, 0, 0, 0, 0, 0),
        Totals(epoch, boot, 0, 0, *[rng.getrandbits(32)] * 6),
        Mark(boot, rng.getrandbits(32), rng.getrandbits(32)),
        Result(rng.randrange(256), 0),
        Touch(rng.getrandbits(32), 2, 1),
    ]  # fmt: skip
    return rng.choice(words)
