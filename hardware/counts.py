"""The cross-check of a box with the disk, for whoever keeps the disk. Owns nothing; knows no panel."""

from firmware_bridge.counts import (
    KINDS,
    BoxCount,
    Comparison,
    Difference,
    Hindrance,
    Verdict,
    compare,
    find_baseline,
)

__all__ = ["KINDS", "BoxCount", "Comparison", "Difference", "Hindrance", "Verdict", "compare", "find_baseline"]
