"""A face for each level of a scale, drawn small as SVG. The shape tells the level; the tint only repeats it."""

from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

TINTS = ("#e99e87", "#f0bc81", "#f0d98c", "#bed496", "#8cc496")  # worst to best, as on the kiosk's screen
LAUGHS = 0.9


@lru_cache(maxsize=64)
def face(level: int, levels: int) -> SafeString:
    """The face of `level`, from 1, the worst, on a scale of `levels`."""
    mood = (level - 1) / max(levels - 1, 1)
    return format_html(
        '<svg class="face" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true" focusable="false">'
        '<circle cx="24" cy="24" r="22" fill="{}" stroke="#112434" stroke-width="2"/>'
        '<g fill="{}" stroke="#112434" stroke-width="3" stroke-linecap="round"><path fill="none" d="{}"/>'
        '<path d="{}"/></g></svg>',
        TINTS[round(mood * (len(TINTS) - 1))],
        "#112434" if mood > LAUGHS else "none",
        _eyes(mood),
        _mouth(mood),
    )


def _eyes(mood: float) -> str:
    """With brows below the middle: drawn down at the worst, worried above it."""
    if mood > LAUGHS:
        return "M12 20q4-5 8 0M28 20q4-5 8 0"
    brows = "M11 11l8 4M37 11l-8 4" if mood < 0.1 else "M11 15l7-3M37 15l-7-3" if mood < 0.4 else ""
    return f"M16 18v3M32 18v3{brows}"


def _mouth(mood: float) -> str:
    if mood > LAUGHS:
        return "M13 28h22q-2 10-11 10t-11-10z"
    bend = (mood - 0.5) * 24
    ends, middle = 33 - bend / 3, 33 + bend
    return f"M14 {ends:.1f}Q24 {middle:.1f} 34 {ends:.1f}"
