"""What one citizen asked for, to see, reach or hear the screen better. For this sitting only, and never stored."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comfort:
    """`large`: letters. `contrast`: black on white. `low`: within a seated person's reach. `aloud`: read out."""

    large: bool = False
    contrast: bool = False
    low: bool = False
    aloud: bool = False
