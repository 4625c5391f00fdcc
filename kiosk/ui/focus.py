"""Where three keys stand on a scene and where they go next; what is read out there. Pure: no voice, no window.

The first stop is the question itself, so that a key struck twice by mistake repeats it and answers nothing; then its
answers, the buttons, and the screen's keyboard last, so that a comment is skipped in a few steps.
"""

from kiosk.ui.scene import Rect, Ring, Scene, Target, Words
from kiosk.ui.theme import Colour

QUESTION, VOLUME = "", "volume"  # the stops that are no target
RING_MM = 3.0
DARK: Colour = (17, 36, 52)
LIGHT: Colour = (255, 255, 255)
ANSWERS = ("level", "option")  # kinds of targets that are told by their place among their like


def stops(scene: Scene, *, audible: bool) -> tuple[str, ...]:
    """All stops in order; the volume only where there is a voice."""
    told = [target.id for target in answers(scene)]
    keys = [target.id for target in scene.targets if target.typing]
    buttons = [target.id for target in scene.targets if target.id not in {*told, *keys}]
    return (QUESTION, *told, *buttons, *keys, *([VOLUME] if audible else []))


def moved(among: tuple[str, ...], stop: str, by: int) -> str:
    """The stop `by` places on, round and round."""
    return among[(_index(among, stop) + by) % len(among)]


def kept(before: tuple[str, ...], stop: str, now: tuple[str, ...]) -> str:
    """Where the focus stays when a scene is drawn anew: the same stop, or the place of one that is gone (a to A)."""
    return stop if stop in now else now[min(_index(before, stop), len(now) - 1)]


def target_at(scene: Scene, stop: str) -> Target | None:
    return next((target for target in scene.targets if target.id == stop), None)


def answers(scene: Scene) -> tuple[Target, ...]:
    """The targets that answer the question, as opposed to those that lead away from it."""
    return tuple(target for target in scene.targets if _kind(target) in ANSWERS)


def place(scene: Scene, target: Target) -> tuple[int, int] | None:
    """Which of how many answers it is; None for a button or a key."""
    among = [each.id for each in answers(scene)]
    return (among.index(target.id) + 1, len(among)) if target.id in among else None


def label(scene: Scene, target: Target) -> str:
    """What is read out for it: what it says of itself, or else the words drawn on it."""
    if target.say:
        return target.say
    drawn = [item for item in scene.items if isinstance(item, Words) and target.rect.holds(*_middle(item.box))]
    return " ".join(" ".join(item.lines) for item in sorted(drawn, key=lambda item: (item.box.y, item.box.x)))


def told(scene: Scene) -> tuple[str, ...]:
    """The words that lie on no target, from the top: what a screen says that nobody wrote a text for."""
    words = (item for item in scene.items if isinstance(item, Words))
    drawn = [item for item in words if not any(target.rect.holds(*_middle(item.box)) for target in scene.targets)]
    return tuple(" ".join(item.lines) for item in sorted(drawn, key=lambda item: (item.box.y, item.box.x)))


def ring(scene: Scene, stop: str, dpi: int) -> Ring:
    """Around the target, half of it outside where the glass goes on; around the whole screen for the other stops."""
    w, h = scene.size
    width = RING_MM * dpi / 25.4
    target = target_at(scene, stop)
    if target is None:
        return Ring(Rect(0, 0, w, h), width, DARK, LIGHT)
    outer = target.rect.inset(-width / 2)
    x, y = max(outer.x, 0), max(outer.y, 0)
    return Ring(Rect(x, y, min(outer.right, w) - x, min(outer.bottom, h) - y), width, DARK, LIGHT)


def _index(among: tuple[str, ...], stop: str) -> int:
    return among.index(stop) if stop in among else 0


def _kind(target: Target) -> str:
    return target.id.partition(":")[0]


def _middle(box: Rect) -> tuple[float, float]:
    return box.x + box.w / 2, box.y + box.h / 2
