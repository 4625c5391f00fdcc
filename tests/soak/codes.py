"""Hostile codes, from the scanner's bytes to the session: none raises, none starts or touches a form that it must not.

Run: python -m tests.soak.codes [--codes N] [--seed N]. One session stands at the invitation, another is in the middle
of an answer; every code is shown to both. A few codes are good, so that the door is known to open.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from hardware.code_frames import LONGEST_CODE, CodeFrames
from hardware.hid_keys import _PLAIN, _SHIFTED, KEY, HidKeys
from kiosk.clock import Moment
from kiosk.config import Timeouts
from kiosk.event import Answered, RanOut, WentBack
from kiosk.flow import Screen
from kiosk.misuse import History
from kiosk.scanning import no_facts
from kiosk.session import Session
from kiosk.slips import REPEAT_S, Slips
from kiosk.ui.gallery import form, standing
from survey.enrolment import ALPHABET
from survey.invitation import LETTERS, Code, _check, make_code, slip_url, token_of, unit_url
from survey.record import Clock, Submission
from survey.slip_setup import SlipSetup

NUMBER, KEY_BYTES, OTHER_KEY = 77, bytes(range(32)), bytes(range(1, 33))
URL, DAY = "https://phieu.example.vn", datetime(2026, 11, 22, 9, tzinfo=UTC)
CONTROLS = "".join(map(chr, [*range(10), 11, 12, *range(14, 32), 127, 0x85, 0x2028, 0x200B, 0x202E, 0xFEFF]))
STRANGE = (
    "javascript:alert(1)", "file:///etc/passwd", "WIFI:T:WPA;S:x;P:y;;", "BEGIN:VCARD\tN:x", "tel:0912345678",
    "079201001234|Nguyễn Văn A|01012000|Nam", "${jndi:ldap://x}", "' OR 1=1 --", "%00%0a", "[color=f00]x[/color]",
    "../../../../P/", "HTTPS://PHIEU.EXAMPLE.VN/P/", "HTTPS://PHIEU.EXAMPLE.VN/U/", "00020101021238570010A000000727",
)  # fmt: skip


@dataclass
class Outcome:
    codes: int
    seed: int
    seconds: float = 0.0
    longest: int = 0
    good: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        told = ", ".join(f"{name} {count}" for name, count in sorted(self.verdicts.items()))
        return (
            f"{self.codes} codes shown, seed {self.seed}, up to {self.longest} bytes, {self.seconds:.0f} s:"
            f" 0 raised, {len(self.wrong)} wrong; {self.good} good ones started; {told}"
        )


class Memory:
    """A store that holds the slips that were used before, and nothing of a sitting that is never finished."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def holds(self, source: str) -> bool:
        return source in self.used

    def save_draft(self, submission: Submission) -> None:
        assert not submission.slip

    def drafts(self) -> list[Submission]:
        return []


class Maker:
    """Draws codes; each with whether a form may start for it."""

    def __init__(self, rng: random.Random, store: Memory) -> None:
        self._rng, self._store = rng, store
        self._kinds: Sequence[tuple[int, Callable[[], bytes], bool]] = (
            (12, self._bytes, False),
            (12, self._letters, False),
            (6, lambda: rng.choice(STRANGE).encode(), False),
            (6, self._strange_url, False),
            (18, self._one_wrong_letter, False),
            (8, self._changed_places, False),
            (8, self._other_point, False),
            (10, self._forged, False),
            (5, self._over, False),
            (5, self._used, False),
            (6, self._around, False),
            (2, self._good, True),
        )

    def draw(self) -> tuple[bytes, bool]:
        _, kind, may_start = self._rng.choices(self._kinds, [weight for weight, _, _ in self._kinds])[0]
        return kind(), may_start

    def genuine(self, days: int = 9, number: int = NUMBER, key: bytes = KEY_BYTES) -> Code:
        return make_code(number, (DAY + timedelta(days=days)).date(), self._rng.randbytes(4), key)

    def _length(self) -> int:
        if self._rng.random() < 0.02:
            return 10_240
        return self._rng.choice((0, 1, 5, 19, 20, 21, 60, LONGEST_CODE - 1, LONGEST_CODE, LONGEST_CODE + 1))

    def _bytes(self) -> bytes:
        return self._rng.randbytes(self._length()).translate(None, b"\r\n")

    def _letters(self) -> bytes:
        rng = self._rng
        pool = rng.choice(
            (ALPHABET, ALPHABET.lower() + "-", CONTROLS, "áàảãạđưỵ₫", "0123456789", "\U0001f600\ufffd𝟘Ａ", "ſıß")
        )
        text = "".join(rng.choices(pool, k=self._length()))
        return text.encode(rng.choice(("utf-8", "utf-16", "utf-32", "utf-8-sig", "cp1258")), "ignore").translate(
            None, b"\r\n"
        )

    def _strange_url(self) -> bytes:
        code = self.genuine().letters
        where = self._rng.choice(("/U/", "/p/../U/", "/Q/", "/P/x/", "?c=", "#", "/P/%20", "//", "\\P\\"))
        return f"{self._rng.choice((URL.upper(), 'http://evil', 'P:', ''))}{where}{code}".encode() + b"Z"

    def _one_wrong_letter(self) -> bytes:
        letters, place = self.genuine().letters, self._rng.randrange(LETTERS)
        other = self._rng.choice([letter for letter in ALPHABET if letter != letters[place]])
        return self._dressed(letters[:place] + other + letters[place + 1 :])

    def _changed_places(self) -> bytes:
        letters = list(self.genuine().letters)
        one, other = self._rng.sample(range(LETTERS), 2)
        if letters[one] == letters[other]:
            return b"the same letters"
        letters[one], letters[other] = letters[other], letters[one]
        return self._dressed("".join(letters))

    def _other_point(self) -> bytes:
        number = self._rng.choice([each for each in (0, 1, 76, 78, 2**20 - 1) if each != NUMBER])
        return self._dressed(self.genuine(number=number, key=self._rng.choice((KEY_BYTES, OTHER_KEY))).letters)

    def _forged(self) -> bytes:
        """Made with another key; or a good one of which a letter of the nonce or the proof was changed, and the check
        letter made to fit."""
        if self._rng.random() < 0.5:
            return self._dressed(self.genuine(key=OTHER_KEY).letters)
        letters, place = self.genuine().letters[:-1], self._rng.randrange(7, LETTERS - 1)
        other = self._rng.choice([letter for letter in ALPHABET if letter != letters[place]])
        letters = letters[:place] + other + letters[place + 1 :]
        return self._dressed(letters + _check(letters))

    def _over(self) -> bytes:
        return self._dressed(self.genuine(days=-self._rng.randint(1, 300)).letters)

    def _used(self) -> bytes:
        code = self.genuine()
        self._store.used.add(f"slip/{token_of(code, KEY_BYTES)}")
        return self._dressed(code.letters)

    def _around(self) -> bytes:
        code, more = self.genuine().letters, "".join(self._rng.choices(ALPHABET, k=self._rng.randint(1, 30)))
        return self._rng.choice(
            (code + more, more + code, code * 2, code[:-1], code[1:], unit_url(URL, NUMBER))
        ).encode()

    def _good(self) -> bytes:
        code = self.genuine()
        shown = (
            slip_url(URL, code),
            slip_url(URL, code).lower(),
            code.text,
            code.text.replace("0", "o"),
            f"\t{code.letters} ",
        )
        return self._rng.choice(shown).encode()

    def _dressed(self, letters: str) -> bytes:
        return self._rng.choice((slip_url(URL, Code(letters)), letters, letters.lower(), Code(letters).text)).encode()


class Door:
    """Both sessions, and the way into them: bytes of a line or keys of a keyboard."""

    def __init__(self, rng: random.Random, store: Memory) -> None:
        self._rng, self.at_s = rng, 0.0
        self._frames, self._keys = CodeFrames(), HidKeys()
        at = standing(form())
        setup = SlipSetup(at.assignment.plan, at.assignment.point, at.form.ref, NUMBER, KEY_BYTES, URL, 15, 30)
        slips = Slips(lambda: setup, no_facts)

        def session() -> Session:
            args = (store, lambda: at, self._now, rng.randbytes, "0" * 16, Timeouts(), History())
            one = Session(*args, slips=slips)  # type: ignore[arg-type]
            one.start()
            return one

        self.resting, self.asking = session(), session()
        self.asking.handle(Answered("RG.HL0", 2))
        self.before = self.asking.state

    def show(self, code: bytes) -> list[str]:
        """The texts that were read of it."""
        if len(code) <= 600 and code.isascii() and self._rng.random() < 0.2:
            code = b"".join(self._keys.feed(*event) for letter in code.decode() for event in _typed(letter))
            read = self._frames.feed(code)
        else:
            cut = self._rng.randint(0, len(code))
            read = self._frames.feed(code[:cut]) + self._frames.feed(code[cut:])
        return [
            text or "" for text in read + (self._frames.feed(b"\r") if self._rng.random() < 0.7 else self._frames.end())
        ]

    def scanned(self, text: str) -> tuple[bool, str]:
        """Whether a form started, and what became of it; the sessions are then as before."""
        self.at_s += REPEAT_S
        for session in (self.resting, self.asking):
            session.scanned(text)
        state = self.resting.state
        self.resting.handle(WentBack() if state.screen is Screen.QUESTION else RanOut())
        if self.asking.state.screen is Screen.SLIP_REFUSED:
            self.asking.handle(RanOut())
        return state.screen is Screen.QUESTION, str(state.refusal or state.screen)

    def _now(self) -> Moment:
        return Moment(DAY + timedelta(seconds=self.at_s % 1000), self.at_s, Clock.SYNCHRONISED)


@lru_cache(maxsize=256)
def _typed(letter: str) -> list[tuple[int, int, int]]:
    for shift, written in ((False, _PLAIN), (True, _SHIFTED)):
        code = next((code for code, each in written.items() if each == letter), 0)
        if code:
            stroke = [(KEY, code, 1), (KEY, code, 0)]
            return [(KEY, 42, 1), *stroke, (KEY, 42, 0)] if shift else stroke
    return []


def run(codes: int, seed: int) -> Outcome:
    rng, outcome = random.Random(seed), Outcome(codes, seed)
    store = Memory()
    maker, door = Maker(rng, store), Door(rng, store)
    began_s = time.monotonic()
    for number in range(codes):
        code, may_start = maker.draw()
        outcome.longest = max(outcome.longest, len(code))
        results = [door.scanned(text) for text in door.show(code)]
        started = any(started for started, _ in results)
        outcome.good += may_start and started
        outcome.verdicts.update(verdict for _, verdict in results)
        touched = door.asking.state != door.before or door.resting.state.screen is not Screen.INVITATION
        if started != may_start or touched:
            outcome.wrong.append(f"code {number}: {code[:80]!r}")
    outcome.seconds = time.monotonic() - began_s
    return outcome


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--codes", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    outcome = run(options.codes, options.seed)
    print(outcome.line())
    print(f"wrong: {'; '.join(outcome.wrong[:20]) or 'nothing'}")
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
