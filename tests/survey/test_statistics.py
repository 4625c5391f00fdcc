"""Wilson's interval and the design effect beside published figures, and beside the package `svy`."""

import random
from fractions import Fraction

import pytest

from survey.index import Share
from survey.statistics import Effect, design_effect, difference, gap, wilson

# Newcombe, Stat. Med. 17 (1998) 857-872, table I, method 3.
NEWCOMBE = [((81, 263), (2553, 3662)), ((15, 148), (624, 1605)), ((0, 20), (0, 1611)), ((1, 29), (61, 1718))]
# Weil's litters in Rao and Scott, Biometrics 48 (1992) 577-585, table 1: how many of each litter lived; their effects.
CONTROL = "13/13 12/12 9/9 9/9 8/8 8/8 12/13 11/12 9/10 9/10 8/9 11/13 4/5 5/7 7/10 7/10"
TREATED = "12/12 11/11 10/10 9/9 10/11 9/10 9/10 8/9 8/9 4/5 7/9 4/7 5/10 3/6 3/10 0/7"
SEEDS = range(20, 26)


def shares(text: str) -> list[Share]:
    return [Share(*map(int, part.split("/"))) for part in text.split()]


@pytest.mark.parametrize(("counts", "limits"), NEWCOMBE)
def test_wilson_gives_the_published_limits(counts: tuple[int, int], limits: tuple[int, int]) -> None:
    assert wilson(Share(*counts)) == limits


def test_the_interval_mirrors_and_never_leaves_the_scale() -> None:
    assert wilson(Share(0, 0)) is None
    for n in (1, 2, 7, 40, 1000):
        for satisfied in range(0, n + 1, max(1, n // 7)):
            limits, mirrored = wilson(Share(satisfied, n)), wilson(Share(n - satisfied, n))
            assert limits
            assert mirrored
            assert (10_000 - limits[1], 10_000 - limits[0]) == pytest.approx(mirrored, abs=1)
            share = Share(satisfied, n).hundredths
            assert share is not None
            assert 0 <= limits[0] <= share <= limits[1] <= 10_000


@pytest.mark.parametrize(("litters", "published"), [(CONTROL, "1.232495"), (TREATED, "3.952861")])
def test_the_design_effect_is_rao_and_scotts(litters: str, published: str) -> None:
    effect = design_effect(shares(litters))
    assert effect.value is not None
    assert f"{float(effect.value):.6f}" == published
    assert effect.clusters == 16


def test_clusters_that_tell_nothing_leave_the_interval_as_it_is() -> None:
    assert design_effect([Share(3, 9)]) == Effect(None, 1)
    assert design_effect([Share(0, 9), Share(0, 4)]) == Effect(None, 2)
    assert design_effect([Share(9, 9), Share(4, 4), Share(0, 0)]) == Effect(None, 2)
    alike = design_effect([Share(5, 10)] * 4)
    assert (alike.value, alike.used, alike.thousandths) == (Fraction(0), Fraction(1), 1000)
    assert wilson(Share(20, 40), alike) == wilson(Share(20, 40))
    wide, narrow = wilson(Share(20, 40), Effect(Fraction(4), 4)), wilson(Share(5, 10))
    assert wide == narrow


def test_the_difference_of_two_rounds_is_newcombes() -> None:
    """56/70 and 48/80: method 10 of Newcombe, Stat. Med. 17 (1998) 873-890, table II."""
    assert difference(Share(48, 80), Share(56, 70)) == (524, 3339)
    assert difference(Share(56, 70), Share(48, 80)) == (-3339, -524)
    assert gap(Share(48, 80), Share(56, 70)) == 2000
    assert gap(Share(0, 0), Share(56, 70)) is None
    assert difference(Share(0, 0), Share(1, 2)) is None


@pytest.mark.slow
def test_svy_finds_the_same_variance_between_clusters() -> None:
    """Its reference is p(1-p)/(n-1) where ours is p(1-p)/n, so its effect is ours times (n-1)/n."""
    pl, svy = pytest.importorskip("polars"), pytest.importorskip("svy")
    largest = 0.0
    for seed in SEEDS:
        rng = random.Random(seed)
        clusters, rows = [], []
        for number in range(rng.randint(3, 30)):
            n, p = rng.randint(1, 60), rng.random()
            given = [int(rng.random() < p) for _ in range(n)]
            clusters.append(Share(sum(given), n))
            rows += [(f"{number}", answer, 1.0) for answer in given]
        frame = pl.DataFrame(rows, schema=["point", "y", "weight"], orient="row")
        found = svy.Sample(frame, svy.Design(psu="point", wgt="weight")).estimation.prop("y", deff="wr")
        theirs = next(each.deff for each in found.estimates if each.y_level == 1)
        ours = design_effect(clusters).value
        assert ours is not None
        largest = max(largest, abs(float(ours * (len(rows) - 1) / len(rows)) - theirs) / theirs)
    print(f"seeds {SEEDS.start}-{SEEDS.stop - 1}: largest relative difference from svy {largest:.1e}")
    assert largest < 1e-9
