"""What counts as a press (PROTOCOL.md §5), one table for the terminal's sampled contacts and the kiosk's edges."""

import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.contacts import Contacts
from firmware_bridge.frames import BURST, BUTTONS
from hardware.debounce import Debouncer, Rules

REFRACTORY_MS, STABLE_MS = 1500, 8
Edges = list[tuple[int, int, bool]]  # (t_ms, button, closed), in order
Seen = list[tuple[int, tuple[int, ...], int, bool]]  # (t_ms of counting, buttons, hits, burst)


def by_samples(edges: Edges, until_ms: int) -> tuple[Seen, set[int]]:
    contacts, waiting, closed, seen = Contacts(REFRACTORY_MS), list(edges), 0, []
    for t_ms in range(until_ms):
        while waiting and waiting[0][0] <= t_ms:
            _, button, is_closed = waiting.pop(0)
            closed = closed | 1 << button if is_closed else closed & ~(1 << button)
        for hit in contacts.sample(t_ms, closed):
            mask = hit.what & ~BURST if hit.what >= BURST else 1 << hit.what
            buttons = tuple(b for b in range(BUTTONS) if mask >> b & 1)
            seen.append((hit.t_ms, buttons, hit.aux or 1, hit.what >= BURST))
    return seen, {b for b in range(BUTTONS) if contacts.stuck >> b & 1}


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


@pytest.mark.parametrize("rule", [by_samples, by_edges])
@pytest.mark.parametrize("name", VECTORS)
def test_vector(rule, name):
    edges, expected = VECTORS[name]
    assert rule(edges, 20_000)[0] == expected


@pytest.mark.parametrize("rule", [by_samples, by_edges])
def test_stuck_is_reported_after_15_seconds_until_released(rule):
    assert rule(wave(0, 100), 15_100)[1] == set()
    assert rule(wave(0, 100), 15_200)[1] == {0}
    assert rule(wave(0, 100, 15_300), 15_400)[1] == set()
    assert rule(wave(0, 0), 15_200)[1] == {0}, "closed from the start"


def test_500_hits_in_a_minute_are_one_press_and_one_burst():
    rng = random.Random(1)
    times = sorted(rng.sample(range(100, 60_000, 100), 500))
    for rule, most in ((by_samples, 255), (by_edges, 499)):
        seen, _ = rule(spikes(2, times, 40), 70_000)
        assert [(buttons, hits, burst) for _, buttons, hits, burst in seen] == [((2,), 1, False), ((2,), most, True)]


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
@settings(max_examples=200, deadline=None)
@given(fingers())
def test_samples_and_edges_agree_on_any_waveform(edges):
    until_ms = max((edge[0] for edge in edges), default=0) + REFRACTORY_MS + 2 * STABLE_MS
    assert by_samples(edges, until_ms) == by_edges(edges, until_ms)


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
