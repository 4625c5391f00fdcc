"""What counts as a press (PROTOCOL.md §5): one table for the program of the box and for the edges of the kiosk."""

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.frames import BUTTONS
from hardware.debounce import Debouncer, Rules
from tests.contracts.real_box import Edges, RealBox

REFRACTORY_MS, STABLE_MS = 1500, 8
STATUS_MS, START_MS = 3100, 5000  # a box is asked each three seconds; when it starts it must be linked first
WAVEFORMS, SEED = 15, 20_260_714
MOST_HITS = 255  # that a record can say
Seen = list[tuple[int, tuple[int, ...], int, bool]]  # (t_ms of counting, buttons, hits, burst)


@pytest.fixture(scope="module")
def box() -> Iterator[RealBox]:
    box = RealBox(REFRACTORY_MS)
    box.start()
    yield box
    box.close()


@pytest.fixture(params=["box", "edges"])
def rule(request: pytest.FixtureRequest) -> Callable[[Edges, int], tuple[Seen, set[int]]]:
    if request.param == "edges":
        return by_edges
    box: RealBox = request.getfixturevalue("box")
    return lambda edges, until_ms: by_box(box, edges, until_ms)


def by_box(box: RealBox, edges: Edges, until_ms: int) -> tuple[Seen, set[int]]:
    """The box's own clock began long ago: its times are moved so that the first hit is where `edges` has it."""
    at_start = [button for t_ms, button, closed in edges if t_ms == 0 and closed]
    before = set(box.arrivals)
    if at_start:
        box.board.power_off()
        for button in at_start:
            box.board.down(button)
        box.board.power_on()
    started_us = box.board.now_us
    box.move([edge for edge in edges if edge[0] > 0])
    box.run_us(started_us + until_ms * 1000 - box.board.now_us)
    mask = box.link.status.stuck if box.link.status else 0
    for button in range(BUTTONS):
        box.board.up(button)
    box.run_us((REFRACTORY_MS + 500) * 1000)  # quiet again, for the next one
    new = [box.arrivals[source] for source in box.arrivals if source not in before]
    seen = [(t_ms, arrival.buttons, arrival.hits, arrival.burst) for t_ms, arrival in new]
    return moved_to(seen, by_edges(edges, until_ms)[0]), {b for b in range(BUTTONS) if mask >> b & 1}


def moved_to(seen: Seen, expected: Seen) -> Seen:
    if not seen or not expected:
        return seen
    by_ms = expected[0][0] - seen[0][0]
    return [(t_ms + by_ms, *rest) for t_ms, *rest in seen]


def by_edges(edges: Edges, until_ms: int) -> tuple[Seen, set[int]]:
    at_start = [any(t == 0 and b == button and c for t, b, c in edges) for button in range(BUTTONS)]
    debouncer = Debouncer(0, at_start, Rules(STABLE_MS * 1000, REFRACTORY_MS * 1000))
    hits = []
    for t_ms, button, closed in edges:
        if t_ms > 0:
            hits += debouncer.edge(t_ms * 1000, button, closed)
    hits += debouncer.advance(until_ms * 1000)
    # The eighth equal sample is taken 7 ms after the first; an edge is 8 ms old when its level counts.
    return [(h.t_us // 1000 - 1, h.buttons, h.hits, h.burst) for h in hits], set(debouncer.stuck(until_ms * 1000))


def wave(button: int, *times_ms: int) -> Edges:
    """Closed at the first time, open at the second, and so on."""
    return [(t_ms, button, n % 2 == 0) for n, t_ms in enumerate(times_ms)]


def spikes(button: int, times: Iterable[int], width_ms: int) -> Edges:
    return [edge for t_ms in times for edge in wave(button, t_ms, t_ms + width_ms)]


BOUNCING = (100, 101, 102, 104, 105, 300, 302, 303, 305, 307)
VECTORS: dict[str, tuple[Edges, Seen]] = {
    "nothing": ([], []),
    "a clean press": (wave(3, 100, 200), [(107, (3,), 1, False)]),
    "a press of exactly eight milliseconds": (wave(3, 100, 108), [(107, (3,), 1, False)]),
    "seven milliseconds are a glitch": (wave(3, 100, 107), []),
    "500 glitches of 1 ms": (spikes(0, range(100, 10_100, 20), 1), []),
    "500 glitches of 7 ms": (spikes(0, range(100, 10_100, 20), 7), []),
    "bounce at both ends": (wave(1, *BOUNCING), [(112, (1,), 1, False)]),
    "a dip of 7 ms while held": (wave(1, 100, 300, 307, 500), [(107, (1,), 1, False)]),
    "a long hold": (wave(2, 100, 14_000), [(107, (2,), 1, False)]),
    "two presses, quiet between": (
        wave(2, 100, 200, 1800, 1900), [(107, (2,), 1, False), (1807, (2,), 1, False)]
    ),
    "the refractory time ends at its end": (
        wave(2, 100, 200, 1600, 1700), [(107, (2,), 1, False), (1607, (2,), 1, False)]
    ),
    "one millisecond early is a burst": (
        wave(2, 100, 200, 1599, 1700), [(107, (2,), 1, False), (1606, (2,), 1, True)]
    ),
    "two buttons at once: the lower first": (
        sorted(wave(1, 100, 200) + wave(4, 100, 200)), [(107, (1,), 1, False), (107, (4,), 1, True)]
    ),
    "two buttons 15 ms apart": (
        sorted(wave(4, 100, 200) + wave(1, 115, 200)), [(107, (4,), 1, False), (122, (1,), 1, True)]
    ),
    "all five, wiped with a hand": (
        sorted(e for b in range(5) for e in wave(b, 100 + 30 * b, 180 + 30 * b)),
        [(107, (0,), 1, False), (137, (1, 2, 3, 4), 4, True)],
    ),
    "hammering extends the burst, then it is over": (
        wave(0, *range(100, 5100, 100)) + wave(0, 8000, 8100),
        [(107, (0,), 1, False), (307, (0,), 24, True), (8007, (0,), 1, False)],
    ),
    "closed at the start": (wave(3, 0, 500, 3000, 3100), [(3007, (3,), 1, False)]),
    "stuck on one, others work": (
        sorted(wave(0, 100) + wave(3, 16_000, 16_100)), [(107, (0,), 1, False), (16_007, (3,), 1, False)]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VECTORS)
def test_vector(rule, name):
    edges, expected = VECTORS[name]
    last_ms = max((t_ms for t_ms, *_ in edges), default=0)
    assert rule(edges, last_ms + REFRACTORY_MS + 500)[0] == expected


def test_stuck_is_reported_after_15_seconds_until_released(rule):
    assert rule(wave(3, 100), 15_000)[1] == set()
    assert rule(wave(3, 100), 15_200 + STATUS_MS)[1] == {3}
    assert rule(wave(3, 100, 15_300 + STATUS_MS), 15_400 + 2 * STATUS_MS)[1] == set()
    assert rule(wave(3, 0), 15_200 + START_MS)[1] == {3}, "closed from the start"


def test_500_hits_in_a_minute_are_one_press_and_one_burst(rule):
    rng = random.Random(1)
    times = sorted(rng.sample(range(100, 60_000, 100), 500))
    seen, _ = rule(spikes(2, times, 40), 70_000)
    assert [(buttons, min(hits, MOST_HITS), burst) for _, buttons, hits, burst in seen] == [
        ((2,), 1, False),
        ((2,), MOST_HITS, True),
    ]


@st.composite
def fingers(draw: st.DrawFn) -> Edges:
    edges: Edges = []
    for button in range(BUTTONS):
        t_ms, closed = 0, False
        for pause_ms in draw(st.lists(st.integers(1, 25) | st.integers(26, 2500), max_size=12)):
            t_ms, closed = t_ms + pause_ms, not closed
            edges.append((t_ms, button, closed))
    return sorted(edges)


@pytest.mark.slow
def test_box_and_edges_agree_on_any_waveform(box):
    rng, hits = random.Random(SEED), 0
    for n in range(WAVEFORMS):
        edges = sorted(edge for button in range(BUTTONS) for edge in any_wave(rng, button))
        until_ms = max((t_ms for t_ms, *_ in edges), default=0) + REFRACTORY_MS + 2 * STABLE_MS
        seen, expected = by_box(box, edges, until_ms)[0], by_edges(edges, until_ms)[0]
        assert seen == [(t, buttons, min(h, MOST_HITS), burst) for t, buttons, h, burst in expected], f"number {n}"
        hits += sum(h for *_, h, _ in expected)
    print(f"{WAVEFORMS} random waveforms on five contacts, seed {SEED}: {hits} hits, box and kiosk agree")
    assert hits > WAVEFORMS


def any_wave(rng: random.Random, button: int) -> Edges:
    pauses = [rng.choice([rng.randint(1, 25), rng.randint(26, 2500)]) for _ in range(rng.randrange(9))]
    return wave(button, *accumulate(pauses))


@given(fingers(), st.lists(st.integers(0, 40_000), max_size=8))
def test_when_the_caller_looks_changes_nothing(edges, looks):
    """However often, early or late `advance` is called, in order with the edges, the same presses come out."""
    debouncer = Debouncer(0, [False] * BUTTONS, Rules())
    hits = []
    for t_ms, button, closed in sorted([*edges, *((t, -1, False) for t in looks)]):
        t_us = t_ms * 1000
        hits += debouncer.advance(t_us) if button < 0 else debouncer.edge(t_us, button, closed)
    hits += debouncer.advance(100_000_000)
    assert [(h.t_us // 1000 - 1, h.buttons, h.hits, h.burst) for h in hits] == by_edges(edges, 100_000)[0]


@given(st.lists(st.tuples(st.integers(-5000, 5_000_000), st.integers(0, 4), st.booleans())))
def test_edges_late_repeated_or_out_of_order_are_taken(edges):
    debouncer = Debouncer(0, [False] * BUTTONS, Rules())
    hits = [hit for t_us, button, closed in edges for hit in debouncer.edge(t_us, button, closed)]
    hits += debouncer.advance(100_000_000)
    assert sum(hit.hits for hit in hits) <= sum(closed for _, _, closed in edges)
    assert all(hit.burst or len(hit.buttons) == 1 for hit in hits)
