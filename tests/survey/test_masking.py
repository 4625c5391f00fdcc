"""An attacker who knows how many answered in every row solves what a masked table shows for what it hides."""

import random
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.masking import INTERNAL_FLOOR, PUBLIC_FLOOR, Heap, Sight, nested, sight_of, sight_of_sum, sights

SEED = 20261122
Vector = dict[int, Fraction]


class Attacker:
    """Collects sums of unknown parts; `has(sum)`: whether a wanted sum follows from them, by elimination."""

    def __init__(self) -> None:
        self.basis: dict[int, Vector] = {}

    def learns(self, parts: Sequence[int]) -> None:
        left = self._left(dict.fromkeys(parts, Fraction(1)))
        if left:
            pivot = min(left)
            self.basis[pivot] = {key: value / left[pivot] for key, value in left.items()}

    def has(self, parts: Sequence[int]) -> bool:
        return not self._left(dict.fromkeys(parts, Fraction(1)))

    def _left(self, vector: Vector) -> Vector:
        while vector:
            pivot = next((key for key in sorted(vector) if key in self.basis), None)
            if pivot is None:
                return vector
            times = vector[pivot]
            for key, value in self.basis[pivot].items():
                vector[key] = vector.get(key, Fraction(0)) - times * value
                if not vector[key]:
                    del vector[key]
        return vector


def parts_of(place: int, heap: Heap, layers: str = "cf") -> list[int]:
    """The unknown parts of a row; those without answers are known to hold no satisfied one."""
    sizes = {"c": heap.clean, "f": heap.flagged}
    return [2 * place + (layer == "f") for layer in layers if sizes[layer]]


def attack(
    rows: Sequence[Heap], shown: Sequence[Sight], total: Sight, sums: Sequence[tuple[list[int], Sight]] = ()
) -> Attacker:
    """What is printed of the rows, of the total, and of further sums over rows."""
    attacker = Attacker()
    everything = list(range(len(rows)))
    printed = [*(([place], sight) for place, sight in enumerate(shown)), (everything, total), *sums]
    for places, sight in printed:
        if sight >= Sight.ALL:
            attacker.learns([part for place in places for part in parts_of(place, rows[place])])
        if sight is Sight.BOTH:
            attacker.learns([part for place in places for part in parts_of(place, rows[place], "c")])
    return attacker


def leaks(rows: Sequence[Heap], attacker: Attacker, floor: int) -> list[str]:
    """Every small heap, whole or one of its layers, whose satisfied count the attacker has."""
    found = []
    for place, row in enumerate(rows):
        for name, size, layers in (("n", row.n, "cf"), ("clean", row.clean, "c"), ("flagged", row.flagged, "f")):
            if 0 < size < floor and attacker.has(parts_of(place, row, layers)):
                found.append(f"row {place} {name} of {row}")
    return found


heaps = st.tuples(st.integers(0, 14), st.one_of(st.just(0), st.integers(0, 14))).map(lambda p: Heap(p[0] + p[1], p[0]))
floors = st.sampled_from([INTERNAL_FLOOR, PUBLIC_FLOOR])
tables = st.lists(heaps, min_size=1, max_size=6)
counted = {"tables": 0, "hidden": 0, "halves": 0}


@settings(max_examples=1000, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(tables, floors)
def check_tables(rows: list[Heap], floor: int) -> None:
    total = sum(rows, Heap(0, 0))
    sight = sight_of(total, floor)
    shown = sights(rows, floor, sight)
    target = sight_of_sum(shown[::2], shown[1::2], sight)  # a target over every second row
    sums = [(list(range(0, len(rows), 2)), target)]
    assert not leaks(rows, attack(rows, shown, sight, sums), floor), (rows, shown)
    counted["tables"] += 1
    counted["hidden"] += sum(each is Sight.NOTHING for each in shown)
    counted["halves"] += sum(each is Sight.ALL for each in shown)
    for row, each in zip(rows, shown, strict=True):
        assert each is Sight.NOTHING or not 0 < row.n < floor


@pytest.mark.slow
def test_an_attacker_who_solves_the_tables_finds_nothing_small() -> None:
    check_tables()
    assert counted["hidden"] > 500
    print(f"{counted['tables']} tables, {counted['hidden']} rows hidden, {counted['halves']} half hidden, 0 leaks")


@pytest.mark.parametrize("floor", [INTERNAL_FLOOR, PUBLIC_FLOOR])
def test_units_give_their_points_away_as_little_as_the_whole(floor: int) -> None:
    rng = random.Random(SEED)
    hidden = 0
    for number in range(600):
        rows = [(rng.randrange(1, 4), random_heap(rng)) for _ in range(rng.randint(2, 7))]
        groups: dict[int, Heap] = {}
        for key, heap in rows:
            groups[key] = groups.get(key, Heap(0, 0)) + heap
        only = [heap for _, heap in rows]
        whole = sight_of(sum(only, Heap(0, 0)), floor)
        seen, shown = nested(groups, rows, floor, whole)
        sums = [([p for p, (group, _) in enumerate(rows) if group == key], sight) for key, sight in seen.items()]
        attacker = attack(only, shown, whole, sums)
        assert not leaks(only, attacker, floor), (number, rows, seen, shown)
        for key, heap in groups.items():
            places = [p for p, (group, _) in enumerate(rows) if group == key]
            for size, layers in ((heap.n, "cf"), (heap.clean, "c"), (heap.flagged, "f")):
                parts = [part for place in places for part in parts_of(place, only[place], layers)]
                assert not (0 < size < floor and attacker.has(parts)), (number, key, layers, rows, seen, shown)
        hidden += sum(sight is Sight.NOTHING for sight in shown)
    print(f"seed {SEED}, floor {floor}: 600 nested tables, {hidden} points hidden, 0 leaks")


def random_heap(rng: random.Random) -> Heap:
    clean, flagged = rng.choice([0, 1, 3, 6, 9, 11, 20, 40]), rng.choice([0, 0, 0, 1, 4, 12])
    return Heap(clean + flagged, clean)


def test_a_round_without_anything_small_hides_nothing() -> None:
    rows = [Heap(40, 40), Heap(120, 108), Heap(0, 0)]
    assert sights(rows, PUBLIC_FLOOR) == [Sight.BOTH] * 3
    assert nested({"x": Heap(160, 148), "y": Heap(0, 0)}, [("x", rows[0]), ("x", rows[1]), ("y", rows[2])], 10) == (
        {"x": Sight.BOTH, "y": Sight.BOTH},
        [Sight.BOTH] * 3,
    )


def test_the_smallest_other_row_covers_for_a_small_one() -> None:
    assert sights([Heap(40, 40), Heap(4, 4), Heap(12, 12)], PUBLIC_FLOOR) == [Sight.BOTH, Sight.NOTHING, Sight.NOTHING]
    flagged = [Heap(40, 38), Heap(60, 60), Heap(90, 70)]
    assert sights(flagged, PUBLIC_FLOOR) == [Sight.ALL, Sight.BOTH, Sight.ALL]
    assert sight_of_sum([Sight.NOTHING], [Sight.BOTH, Sight.NOTHING], Sight.BOTH) is Sight.NOTHING
