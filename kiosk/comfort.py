"""What one citizen asked of the screen for this sitting: larger, plainer, lower, aloud. Never stored, never sent."""

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Comfort:
    """`large`: larger text. `contrast`: black, white and yellow. `low`: every control in the lower half.

    `aloud`: questions and answers are read out.
    """

    large: bool = False
    contrast: bool = False
    low: bool = False
    aloud: bool = False

    def toggled(self, name: str) -> "Comfort":
        """With `name` turned over; a name that is none changes nothing."""
        return replace(self, **{name: not getattr(self, name)}) if name in NAMES else self


NAMES = tuple(field.name for field in fields(Comfort))
PLAIN = Comfort()
