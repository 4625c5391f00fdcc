"""What whoever asks may take: plans, points, free text. A value; knows no token and no database."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holder:
    """`plans`, `points`: codes, None: all. `hidden`: plans that only a token that names them sees (R-112).
    `comments`: free text too, screened.
    """

    id: int
    name: str
    plans: frozenset[str] | None = None
    points: frozenset[str] | None = None
    comments: bool = False
    hidden: frozenset[str] = frozenset()

    def sees(self, plan: str) -> bool:
        return plan not in self.hidden if self.plans is None else plan in self.plans

    def holds(self, point: str) -> bool:
        return self.points is None or point in self.points
