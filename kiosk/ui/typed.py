"""What a key of the glass does to what stands in the comment's box: pure."""

from collections.abc import Hashable
from dataclasses import replace

from kiosk import keyboard
from kiosk.texts import DEFAULT
from kiosk.ui.view import Key, OtherMethod, Shift, Signs, Typing, View
from kiosk.vietnamese.word import Method


def begun(view: View, method: Method | None) -> Typing:
    """The box of the question on the screen, with the answer given to it before.

    `method`: how this citizen types already; a new one begins with Telex, or without marks in another language.
    """
    before = view.state.answers.get(view.state.question)
    first = Method.TELEX if view.language == DEFAULT else Method.PLAIN
    return Typing(keyboard.writing(before if isinstance(before, str) else ""), method or first)


def after(typing: Typing, event: Hashable, longest: int) -> Typing | None:
    """`typing` after a key; None for what is no key. `longest`: letters that the question takes.

    At the next way of typing, what stands in the box stays as it is seen.
    """
    match event:
        case Key(name):
            writing = keyboard.pressed(typing.writing, name, typing.method, longest)
            return replace(typing, writing=writing, shift=False)
        case Shift():
            return replace(typing, shift=not typing.shift)
        case Signs():
            return replace(typing, signs=not typing.signs)
        case OtherMethod():
            return replace(typing, method=keyboard.following(typing.method), writing=keyboard.writing(typing.text))
    return None
