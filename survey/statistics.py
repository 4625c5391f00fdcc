"""How far a share of answers can be trusted: Wilson's interval and the design effect of clusters. From integers only.

Every figure here is a fraction until it is rounded once, so the printed digits are the same on every machine. Knows no
form and no plan; what the clusters are (the points of a plan) is the caller's.

Sources: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212; R. G. Newcombe, Stat. Med. 17 (1998) 857-872, method 3;
the linearised variance of a ratio: W. G. Cochran, Sampling Techniques, 3rd ed. (1977), 3.12 and 11.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from survey.index import Share, round_half_up

Z = Fraction("1.959964")  # the normal's 97.5 % point: limits of 95 %
ONE = Fraction(1)
LARGEST = 10**20  # roots are taken of integers of twice as many digits: far below the printed one


@dataclass(frozen=True, slots=True)
class Effect:
    """How many times larger the variance of a share is than that of as many answers drawn one by one.

    `value`: exact; None where it cannot be told: fewer than two clusters, or everybody answered alike. `clusters`:
    how many had answers.
    """

    value: Fraction | None
    clusters: int

    @property
    def used(self) -> Fraction:
        """What an interval is widened by: never less than 1, so clusters can only make it wider."""
        return max(ONE, self.value) if self.value is not None else ONE

    @property
    def thousandths(self) -> int:
        """`used` in thousandths, rounded half up."""
        return round_half_up(self.used * 1000)


SIMPLE = Effect(None, 0)  # answers drawn one by one


def design_effect(clusters: Iterable[Share]) -> Effect:
    """The effect of clusters on the share of all their answers, p = sum(y) / sum(n).

    Variance of the ratio y / n between m clusters, linearised: m / (m - 1) * sum((y_i - p n_i)^2) / n^2, taken as drawn
    with replacement (no finite correction: the plans do not say how many points they could have had); divided by
    p (1 - p) / n, the variance of n single answers.
    """
    found = [cluster for cluster in clusters if cluster.n]
    whole = sum(found, Share(0, 0))
    p, m = whole.fraction, len(found)
    if p is None or m < 2 or p in (0, 1):
        return Effect(None, m)
    squares = sum((cluster.satisfied * whole.n - whole.satisfied * cluster.n) ** 2 for cluster in found)
    variance = Fraction(m, m - 1) * Fraction(squares, whole.n**4)
    return Effect(variance / (p * (1 - p) / whole.n), m)


def wilson(share: Share, effect: Effect = SIMPLE) -> tuple[int, int] | None:
    """Limits of 95 % in hundredths of a percent, rounded half up; None when nobody answered.

    Wilson's score interval without correction of continuity, from n / effect answers.
    """
    p = share.fraction
    if p is None:
        return None
    n = share.n / effect.used
    middle, half = _middle_and_half(p, n)
    low = max(Fraction(0), middle - half) if share.satisfied else Fraction(0)
    high = min(ONE, middle + half) if share.satisfied < share.n else ONE
    return round_half_up(low * 10_000), round_half_up(high * 10_000)


def difference(
    earlier: Share, later: Share, effects: tuple[Effect, Effect] = (SIMPLE, SIMPLE)
) -> tuple[int, int] | None:
    """Limits of 95 % of `later` minus `earlier`, in hundredths of a point; None when either has no answers.

    Newcombe's hybrid of the two Wilson intervals (Stat. Med. 17 (1998) 873-890, method 10), each with its effect: two
    rounds ask different people.
    """
    first, second = earlier.fraction, later.fraction
    if first is None or second is None:
        return None
    (low1, high1), (low2, high2) = (_limits(s, e) for s, e in zip((earlier, later), effects, strict=True))
    gap = second - first
    down = _root((second - low2) ** 2 + (high1 - first) ** 2)
    up = _root((high2 - second) ** 2 + (first - low1) ** 2)
    return _signed(max(-ONE, gap - down)), _signed(min(ONE, gap + up))


def gap(earlier: Share, later: Share) -> int | None:
    """`later` minus `earlier` in hundredths of a point, from the exact shares, rounded once."""
    first, second = earlier.fraction, later.fraction
    return None if first is None or second is None else _signed(second - first)


def _limits(share: Share, effect: Effect) -> tuple[Fraction, Fraction]:
    p = share.fraction or Fraction(0)
    middle, half = _middle_and_half(p, share.n / effect.used)
    return max(Fraction(0), middle - half), min(ONE, middle + half)


def _middle_and_half(p: Fraction, n: Fraction) -> tuple[Fraction, Fraction]:
    widened = 1 + Z * Z / n
    middle = (p + Z * Z / (2 * n)) / widened
    half = Z / widened * _root(p * (1 - p) / n + Z * Z / (4 * n * n))
    return middle, half


def _root(value: Fraction) -> Fraction:
    """The square root, to 20 digits behind the point."""
    return Fraction(isqrt(value.numerator * LARGEST**2 // value.denominator), LARGEST)


def _signed(value: Fraction) -> int:
    """In hundredths of a point; halves away from zero, so that exchanging the rounds exchanges only the sign."""
    size = round_half_up(abs(value) * 10_000)
    return size if value >= 0 else -size
