"""Three keys and a voice over every scene, without a window: nothing is out of reach, nothing private is said aloud."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

import kiosk.ui  # noqa: F401  sets Kivy's environment before Kivy is imported
from hardware.streams import recording_name
from hardware.voice import Chime, Phrase, VoiceStatus
from kiosk.aids import Aids
from kiosk.comfort import Comfort
from kiosk.event import Answered, Event, Finished, Idled, RanOut, Toggled
from kiosk.flow import Screen, State, step
from kiosk.keyboard import TONES
from kiosk.keypad import PadKey
from kiosk.recordings import wanted
from kiosk.sounds import TAP, THANKS, WARNING, chimes
from kiosk.texts import read_words
from kiosk.ui import focus, speech, theme
from kiosk.ui.compose import compose
from kiosk.ui.gallery import SIZES, form, standing, states, view
from kiosk.ui.guide import FIRST_STEP, STEPS_DB, Guide
from kiosk.ui.page import Glass
from kiosk.ui.scene import Scene, Words
from kiosk.ui.typeset import Typesetter
from kiosk.ui.view import Typing, View
from survey.form import YES, AnswerHas, AnswerIs, AnyRatingAtMost

SEED = 3
WORDS = {language: read_words(language) for language in ("vi", "en")}
NEXT, PREVIOUS, CHOOSE = PadKey.NEXT, PadKey.PREVIOUS, PadKey.CHOOSE


class Ear:
    """Keeps what it is told to say; refuses what a speaker could not say."""

    def __init__(self, available: bool = True) -> None:
        self.available = available
        self.status = VoiceStatus.READY if available else VoiceStatus.NO_SPEAKER
        self.said: list[tuple[list[str], float]] = []
        self.phrases: list[Phrase] = []
        self.sounded: list[str] = []
        self.stops = 0
        self.speaking = False

    def say(self, phrases: Sequence[Phrase], gain_db: float = 0.0) -> None:
        assert gain_db <= 0
        for phrase in phrases:
            assert phrase.text.strip(), phrases
            assert phrase.language == "vi" or phrase.otherwise is not None, phrase
        self.phrases += phrases
        self.said.append(([phrase.text for phrase in phrases], gain_db))

    def chime(self, chime: Chime) -> None:
        assert chime.samples
        self.sounded.append(chime.name)

    def stop(self) -> None:
        self.stops += 1

    def close(self) -> None:
        self.stops += 1

    @property
    def last(self) -> list[str]:
        return self.said[-1][0]


class Desk:
    """A guide, and the scenes of a form as the counter would show them to it."""

    def __init__(self, typesetter: Typesetter, aloud: str = "headphones", ear: Ear | None = None, size="1024x600"):
        width, height = (int(part) for part in size.split("x"))
        self.glass, self.typesetter = Glass(width, height, SIZES[size]), typesetter
        self.ear = ear or Ear()
        self.guide = Guide(Aids(self.ear, chimes()), WORDS, aloud, 30, self.composed)
        self.form, self.at_s = form(), 100.0

    def composed(self, of: View) -> Scene:
        return compose(of, self.glass, self.typesetter)

    def show(self, state: State, language: str = "vi", typing: Typing | None = None, comfort: Comfort | None = None):
        shown = view(self.form, language, state, typing or Typing(), comfort or Comfort())
        self.guide.shown(shown, self.composed(shown))

    def strike(self, key: PadKey):
        self.at_s += 1
        return self.guide.pressed(key, self.at_s)

    def handle(self, state: State, event: Event) -> State:
        return step(self.form, state, event)[0]


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    from kiosk.ui.painter import measure

    return Typesetter(measure)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_target_of_every_screen_is_reached_told_and_chosen(size, language, typesetter):
    desk, targets, told = Desk(typesetter, size=size), 0, set()
    for name, (state, typing) in states(desk.form).items():
        desk.show(state, language, typing)
        if not desk.guide.awake:
            desk.strike(NEXT)
        wanted = {target.id for target in desk.guide._read.own.scene.targets}
        seen = [desk.guide.stop]
        while True:
            assert desk.strike(NEXT) is None
            if desk.guide.stop == focus.QUESTION:
                break
            seen.append(desk.guide.stop)
            assert desk.ear.last, (name, desk.guide.stop)
            told.update(desk.ear.last)
            target = focus.target_at(desk.guide._read.own.scene, desk.guide.stop)
            if target is not None:
                targets += 1
                assert desk.strike(CHOOSE) == target
        assert seen == [focus.QUESTION, *seen[1:-1], focus.VOLUME]
        assert set(seen[1:-1]) == wanted, name
        assert len(seen) == len(set(seen))
        for stop in reversed(seen):
            desk.strike(PREVIOUS)
            assert desk.guide.stop == stop, name
    print(f"\n{size} {language}: {targets} targets reached and chosen by three keys, {len(told)} different texts")


@pytest.mark.slow
def test_everything_that_is_said_is_in_the_list_of_recordings(typesetter):
    """But numbers, single letters, the names of the tones and of the ways of typing."""
    desk = Desk(typesetter, "speaker")
    for state, typing in states(desk.form).values():
        for language in ("vi", "en"):
            desk.show(state, language, typing)
            for _ in focus.stops(desk.guide._read.own.scene, audible=True):
                desk.strike(NEXT)
    listed = dict(wanted(desk.form, standing(desk.form), WORDS))
    missing = {
        phrase.text
        for phrase in desk.ear.phrases
        if recording_name(phrase.text, phrase.language) not in listed
        and len(phrase.text) > 1
        and not any(letter.isdigit() for letter in phrase.text)
    }
    assert missing <= {*TONES, "Telex", "VNI"}
    print(f"\n{len(listed)} recordings wanted in {len(WORDS)} languages; nothing else is said but letters and numbers")


def test_answers_come_first_and_the_keyboard_last(typesetter):
    """A comment is skipped by ear in a few strikes, not after forty keys."""
    desk = Desk(typesetter)
    for name, (state, typing) in states(desk.form).items():
        desk.show(state, typing=typing)
        scene = desk.guide._read.own.scene
        kinds = [
            (target.typing, not target.typing and not target.id.startswith(focus.ANSWERS))
            for target in (focus.target_at(scene, stop) for stop in stops(scene))
        ]
        assert kinds == sorted(kinds), name


def stops(scene: Scene) -> Sequence[str]:
    return focus.stops(scene, audible=False)[1:]


@pytest.mark.slow
def test_random_strikes_lead_through_every_screen(typesetter):
    """A form is finished by whoever strikes anything at all, and the focus is always somewhere."""
    rng, desk, seen = random.Random(SEED), Desk(typesetter), set()
    state = State(Screen.INVITATION)
    desk.show(state)
    strikes = finished = 0
    for strikes in range(1, 2001):  # noqa: B007
        target = desk.strike(rng.choice((NEXT, NEXT, PREVIOUS, CHOOSE)))
        scene = desk.guide._read.own.scene
        assert desk.guide.stop in focus.stops(scene, audible=True)
        assert (desk.guide.ring(119) is not None) == desk.guide.awake
        event = target.event if target is not None and not target.typing else None
        if event is not None and type(event).__module__ == "kiosk.event":
            following = desk.handle(state, event)
            finished += following.screen is Screen.THANKS
            if following != state:
                state = following
                desk.show(state, state.language or "vi")
        seen.add((state.screen, state.question))
        if rng.random() < 0.02 and state.screen is not Screen.INVITATION:
            state = desk.handle(state, RanOut() if state.screen is not Screen.QUESTION else Idled())
            desk.show(state, state.language or "vi")
    assert len({question for _, question in seen}) >= 8
    print(f"\nseed {SEED}: {strikes} random strikes, {len(seen)} screens met, {finished} forms finished")


def test_the_first_strike_only_wakes(typesetter):
    for key in PadKey:
        desk = Desk(typesetter)
        desk.show(State(Screen.INVITATION))
        assert desk.ear.said == []
        assert desk.guide.ring(119) is None
        assert desk.strike(key) is None
        assert desk.guide.ring(119) is not None
        assert desk.guide.stop == focus.QUESTION
        assert WORDS["vi"]["say_keys"] in desk.ear.last
        assert desk.form.question("RG.HL0").text["vi"] in desk.ear.last


def test_a_second_choose_on_a_new_question_answers_nothing(typesetter):
    desk = Desk(typesetter)
    state = State(Screen.INVITATION)
    desk.show(state)
    for key in (NEXT, NEXT, NEXT):
        desk.strike(key)
    target = desk.strike(CHOOSE)
    assert isinstance(target.event, Answered)
    desk.show(desk.handle(state, target.event))
    assert desk.strike(CHOOSE) is None
    assert desk.guide.stop == focus.QUESTION


@pytest.mark.parametrize("aloud", ["headphones", "speaker"])
def test_what_is_said_after_a_rating_is_the_same_for_every_rating(typesetter, aloud):
    """Law 6: neither the officer's ear nor a recording of the room tells how anyone rated."""
    heard = set()
    for level in range(1, 6):
        desk = Desk(typesetter, aloud)
        desk.show(State(Screen.INVITATION))
        desk.strike(NEXT)
        while desk.guide.stop != f"level:{level}":
            desk.strike(NEXT)
        desk.ear.said.clear()
        target = desk.strike(CHOOSE)
        desk.guide.tapped()
        state = desk.handle(State(Screen.INVITATION), target.event)
        desk.show(state)
        desk.show(desk.handle(state, Finished()))
        heard.add(repr((desk.ear.said, desk.ear.sounded)))
    assert len(heard) == 1
    print(f"\n{aloud}: what is heard after each of 5 ratings is the same")


def test_a_loudspeaker_never_says_what_was_chosen_or_written(typesetter):
    secret = "Mật khẩu 0912345678"
    for aloud, expected in (("speaker", False), ("headphones", True)):
        desk = Desk(typesetter, aloud)
        all_states = states(desk.form)
        reasons = all_states["09-reasons"][0]
        desk.show(reasons)
        desk.strike(NEXT)
        desk.strike(NEXT)
        target = desk.strike(CHOOSE)
        assert isinstance(target.event, Toggled)
        ticked = desk.handle(reasons, target.event)
        desk.show(ticked)
        desk.show(reasons)
        desk.show(ticked)
        desk.strike(NEXT)
        desk.strike(PREVIOUS)
        comment, _ = all_states["12-comment"]
        from kiosk.keyboard import writing

        typing = Typing(writing(secret))
        desk.show(comment, typing=typing)
        desk.show(replace(comment, screen=Screen.REVIEW), typing=typing)
        said = [text for texts, _ in desk.ear.said for text in texts]
        assert (WORDS["vi"]["say_ticked"] in said) is expected
        assert (WORDS["vi"]["say_unticked"] in said) is expected
        assert (secret in said) is expected


def conditioned(desk: Desk, condition) -> State:
    """A question that is put only under `condition`, as it opens."""
    questions = tuple(replace(q, condition=condition) if q.code == "RG.HL1" else q for q in desk.form.questions)
    desk.form = replace(desk.form, questions=questions)
    return State(Screen.QUESTION, "RG.HL1", {"RG.HL0": 2})


@pytest.mark.parametrize("by_keys", [False, True])
@pytest.mark.parametrize(
    ("condition", "tells"),
    [
        (None, False),
        (AnyRatingAtMost(2), True),
        (AnswerIs("RG.HL0", 2), True),
        (AnswerHas("RG.HL0", "2"), True),
        (AnswerIs("RG.PA", YES), False),
    ],
)
def test_a_loudspeaker_is_silent_where_the_screen_itself_tells(typesetter, condition, tells, by_keys):
    for aloud, silent in (("speaker", tells), ("headphones", False)):
        desk = Desk(typesetter, aloud)
        state, comfort = conditioned(desk, condition), Comfort(aloud=not by_keys)
        desk.show(State(Screen.INVITATION), comfort=comfort)
        if by_keys:
            desk.strike(NEXT)
        desk.ear.said.clear()
        stops = desk.ear.stops
        desk.show(state, comfort=comfort)
        for key in (NEXT, PREVIOUS, PREVIOUS, CHOOSE) if by_keys else ():  # an answer, the question, the volume
            desk.strike(key)
        assert (desk.ear.said == []) is silent, aloud
        assert not silent or desk.ear.stops > stops  # what was being read before goes no further
        desk.show(State(Screen.THANKS), comfort=comfort)
        assert desk.ear.said


def test_a_loudspeaker_does_not_tell_what_a_comment_seems_to_hold(typesetter):
    from kiosk.keyboard import writing

    for aloud, silent in (("speaker", True), ("headphones", False)):
        desk = Desk(typesetter, aloud)
        comment, _ = states(desk.form)["12-comment"]
        typing = Typing(writing("Gọi 0912345678"))
        desk.show(comment, typing=typing)
        desk.strike(NEXT)
        desk.ear.said.clear()
        desk.show(replace(comment, screen=Screen.REVIEW), typing=typing)
        for key in (NEXT, NEXT, PREVIOUS):
            desk.strike(key)
        assert (desk.ear.said == []) is silent


def test_the_first_stop_of_the_warning_is_to_stay(typesetter):
    for size in SIZES:
        desk = Desk(typesetter, size=size)
        desk.show(State(Screen.IDLE_WARNING, behind=State(Screen.QUESTION, "RG.HL1", {"RG.HL0": 2})))
        desk.strike(NEXT)
        desk.strike(NEXT)
        assert desk.guide.stop == "stay"


def test_a_pause_by_hand_is_told_with_its_reason(typesetter):
    desk = Desk(typesetter)
    desk.show(State(Screen.INVITATION))
    desk.strike(NEXT)
    reason = {"vi": "Máy hỏng"}
    halted = replace(view(desk.form, "en", State(Screen.PAUSED), Typing()), halted=reason)
    desk.guide.shown(halted, desk.composed(halted))
    words = WORDS["en"]
    assert desk.ear.last[:2] == [words["paused_title"], words["service_halted_note"]]
    assert reason["vi"] in desk.ear.last[2]


def test_read_aloud_without_keys_tells_the_answers_too(typesetter):
    desk = Desk(typesetter, "speaker")
    state = desk.handle(State(Screen.INVITATION), Answered("RG.HL0", 2))
    desk.show(state)
    assert desk.ear.said == []
    desk.show(state, comfort=Comfort(aloud=True))
    assert desk.ear.last[0] == desk.form.question("RG.HL1").text["vi"]
    assert desk.ear.last[-5:] == [level.text["vi"] for level in desk.form.question("RG.HL1").scale.levels]
    assert desk.guide.ring(119) is None
    stops = desk.ear.stops
    desk.show(state)
    assert desk.ear.stops == stops + 1


def test_without_a_voice_the_keys_go_on(typesetter):
    for ear, aloud in ((Ear(available=False), "headphones"), (Ear(), "off")):
        desk = Desk(typesetter, aloud, ear)
        desk.show(State(Screen.INVITATION))
        desk.strike(NEXT)
        seen = {desk.guide.stop}
        while desk.strike(NEXT) is None and desk.guide.stop not in seen:
            seen.add(desk.guide.stop)
        assert focus.VOLUME not in seen
        assert "level:5" in seen
        assert aloud != "off" or ear.said == []


def test_the_volume_goes_round_over_18_db_and_is_as_before_for_the_next(typesetter):
    desk = Desk(typesetter)
    desk.show(State(Screen.INVITATION))
    desk.strike(NEXT)
    desk.strike(PREVIOUS)
    assert desk.guide.stop == focus.VOLUME
    heard = []
    for _ in STEPS_DB:
        assert desk.strike(CHOOSE) is None
        heard.append(desk.ear.said[-1][1])
    assert sorted(heard) == list(STEPS_DB)
    assert max(heard) - min(heard) >= 18
    assert min(heard) + 12 in heard
    desk.strike(CHOOSE)
    desk.show(State(Screen.THANKS))
    desk.show(State(Screen.INVITATION))
    desk.strike(NEXT)
    assert desk.ear.said[-1][1] == STEPS_DB[FIRST_STEP]
    print(f"\nvolume in steps of {sorted(heard)} dB")


def test_the_next_citizen_finds_it_asleep(typesetter):
    for last in (State(Screen.THANKS), State(Screen.IDLE_WARNING, behind=State(Screen.INVITATION))):
        desk = Desk(typesetter)
        desk.show(last)
        desk.strike(NEXT)
        assert desk.guide.awake
        desk.show(State(Screen.INVITATION))
        assert not desk.guide.awake
    desk.strike(NEXT)
    desk.guide.tick(desk.at_s + 29)
    assert desk.guide.awake
    desk.guide.tick(desk.at_s + 30)
    assert not desk.guide.awake
    desk.strike(NEXT)
    desk.ear.speaking = True  # a long question is still being read out
    desk.guide.tick(desk.at_s + 40)
    desk.ear.speaking = False
    desk.guide.tick(desk.at_s + 69)
    assert desk.guide.awake
    desk.guide.tick(desk.at_s + 70)
    assert not desk.guide.awake
    desk.strike(NEXT)
    desk.guide.touched()
    assert not desk.guide.awake


def test_going_back_to_the_invitation_does_not_end_it(typesetter):
    desk = Desk(typesetter)
    desk.show(State(Screen.QUESTION, "RG.HL0"))
    desk.strike(NEXT)
    desk.show(State(Screen.INVITATION))
    assert desk.guide.awake


def test_a_second_that_passes_is_not_read_out(typesetter):
    desk = Desk(typesetter)
    warning = State(Screen.IDLE_WARNING, behind=State(Screen.QUESTION, "RG.HL1", {"RG.HL0": 2}))
    desk.show(State(Screen.QUESTION, "RG.HL1", {"RG.HL0": 2}))
    desk.strike(NEXT)
    desk.show(warning)
    desk.strike(NEXT)
    said, stop = len(desk.ear.said), desk.guide.stop
    shown = replace(view(desk.form, "vi", warning, Typing()), seconds_left=11)
    desk.guide.shown(shown, desk.composed(shown))
    assert (len(desk.ear.said), desk.guide.stop) == (said, stop)


def test_typing_by_keys_stays_on_the_key(typesetter):
    desk = Desk(typesetter)
    comment, _ = states(desk.form)["11-comment-empty"]
    desk.show(comment, typing=Typing())
    desk.strike(NEXT)
    while desk.guide.stop != "key:a":
        desk.strike(NEXT)
    place = focus.stops(desk.guide._read.own.scene, audible=True).index("key:a")
    desk.show(comment, typing=Typing(shift=True))
    assert desk.guide.stop == "key:A"
    assert focus.stops(desk.guide._read.own.scene, audible=True).index("key:A") == place


def test_sounds_are_those_of_the_screen_and_never_of_the_answer(typesetter):
    desk = Desk(typesetter)
    state = State(Screen.QUESTION, "RG.HL1", {"RG.HL0": 2})
    desk.show(state)
    desk.show(State(Screen.IDLE_WARNING, behind=state))
    desk.show(state)
    desk.show(State(Screen.THANKS))
    desk.guide.tapped()
    assert desk.ear.sounded == [WARNING, THANKS, TAP]


def test_an_answer_is_read_out_whole_however_it_is_drawn(typesetter):
    desk = Desk(typesetter, size="800x480")
    long = "Mở rộng các hình thức thông tin để người dân biết đến cơ quan, nơi nộp hồ sơ và nhận kết quả " * 4
    question = desk.form.question("RG.LD")
    options = tuple(replace(option, text={"vi": long.strip()}) for option in question.options)
    questions = tuple(replace(q, options=options) if q.code == "RG.LD" else q for q in desk.form.questions)
    desk.form = replace(desk.form, questions=questions)
    desk.show(State(Screen.QUESTION, "RG.LD", {"RG.HL0": 2}))
    desk.strike(NEXT)
    desk.strike(NEXT)
    assert long.strip() in desk.ear.last
    drawn = [item for item in desk.guide._read.own.scene.items if isinstance(item, Words)]
    assert any(item.cut for item in drawn)


def test_another_language_is_read_in_it_and_what_only_vietnamese_has_in_vietnamese(typesetter):
    desk = Desk(typesetter)
    question = desk.form.question("RG.HL1")
    state = State(Screen.QUESTION, "RG.HL1", {"RG.HL0": 2})
    half = replace(question, text={"vi": question.text["vi"]})
    questions = tuple(half if each.code == "RG.HL1" else each for each in desk.form.questions)
    shown = view(replace(desk.form, questions=questions), "en", state, Typing())
    phrases = speech.opened(speech.Reading(shown, desk.composed(shown), WORDS, desk.composed), private=False)
    assert [phrase.language for phrase in phrases] == ["vi", "en"]
    assert phrases[1].otherwise.text == question.help["vi"]


@pytest.mark.parametrize("size", SIZES)
def test_the_ring_is_seen_on_any_ground(size, typesetter):
    """WCAG 2.2 SC 2.4.13 and 1.4.11: a band of 3 mm, and of its two colours one always stands out by 3:1."""
    grounds = [(r, g, b) for r in range(0, 256, 17) for g in range(0, 256, 17) for b in range(0, 256, 17)]
    worst = min(max(theme.contrast(focus.DARK, ground), theme.contrast(focus.LIGHT, ground)) for ground in grounds)
    assert worst >= 3
    desk, rings = Desk(typesetter, size=size), 0
    for state, typing in states(desk.form).values():
        desk.show(state, typing=typing)
        scene = desk.guide._read.own.scene
        for stop in focus.stops(scene, audible=True):
            ring = focus.ring(scene, stop, desk.glass.dpi)
            assert ring.width * 25.4 / desk.glass.dpi == pytest.approx(3)
            assert ring.rect.x >= 0
            assert ring.rect.y >= 0
            assert ring.rect.right <= scene.size[0] + 0.5
            assert ring.rect.bottom <= scene.size[1] + 0.5
            rings += 1
    print(
        f"\n{size}: {rings} rings of 3 mm inside the glass; contrast at least {worst:.1f}:1 on {len(grounds)} colours"
    )
