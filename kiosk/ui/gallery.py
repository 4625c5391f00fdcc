"""Every screen that a citizen may meet, by name, as values: for pictures and measures. No window here."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from kiosk import texts
from kiosk.comfort import PLAIN, Comfort
from kiosk.event import Answered, Event, Finished, Idled, Skipped, SlipRefused, SlipShown, Toggled
from kiosk.flow import Screen, State, step
from kiosk.keyboard import writing
from kiosk.scanning import Refusal, Slip
from kiosk.standing import Standing
from kiosk.ui.view import Typing, View
from kiosk.vietnamese.word import Method
from survey.assignment import Assignment
from survey.form import Form, Kind
from survey.form_file import read_form
from survey.notice import Notice, Result

SIZES = {  # pixels and pixels per inch: 10, 10, 7 and twice 15.6 inches
    "1024x600": 119,
    "600x1024": 119,
    "800x480": 133,
    "1920x1080": 141,
    "1080x1920": 141,
}
MODES = {
    "plain": Comfort(),
    "large": Comfort(large=True),
    "contrast": Comfort(contrast=True),
    "low": Comfort(low=True),
}
FORM = Path(__file__).parents[2] / "survey" / "data" / "forms" / "rut-gon-mot-cua.json"
WHOLE_FORM = FORM.with_name("soc-trang-day-du.json")
NOTICE = Notice(
    plan="krong-no-2023",
    point="kn-huyen",
    period={"vi": "Năm 2025", "en": "In 2025"},
    result=Result(892, 1204, {"vi": "Kết quả khảo sát năm 2025", "en": "Survey of 2025"}, "krong-no-2022"),
    done=(
        {"vi": "Mở thêm quầy số 4", "en": "Opened counter 4"},
        {"vi": "Bớt một lần đi lại khi làm hồ sơ đất đai", "en": "One visit fewer for land registration"},
        {"vi": "Thêm 12 ghế ngồi chờ và nước uống", "en": "Twelve more seats and drinking water"},
    ),
    first_day=date(2026, 1, 1),
    last_day=date(2026, 12, 31),
)
COMMENT = "Cán bộ hướng dẫn tận tình, nhưng tôi phải chờ khá lâu vì chỉ có một quầy làm việc."
PERSONAL = "Xin gọi lại cho tôi, số 0912 345 678 hoặc thư nguyen.van@example.vn."


def form() -> Form:
    """The reduced one-stop form."""
    return read_form(FORM.read_bytes(), FORM.name)


def whole_form() -> Form:
    """The whole Sóc Trăng questionnaire."""
    return read_form(WHOLE_FORM.read_bytes(), WHOLE_FORM.name)


def standing(of: Form) -> Standing:
    """A counter of the Krông Nô plan."""
    names = {
        "vi": "Bộ phận Tiếp nhận và Trả kết quả · Quầy số 3",
        "en": "Reception and Results · Counter 3",
    }
    office = {"vi": "UBND huyện Krông Nô", "en": "People’s Committee of Krông Nô District"}
    return Standing(Assignment("ki-os-03", "krong-no-2023", "kn-huyen", names, office, of.ref), of, NOTICE)


def walk(of: Form, *events: Event) -> State:
    """The state after `events`, from the invitation."""
    state = State(Screen.INVITATION)
    for event in events:
        state = step(of, state, event)[0]
    return state


def states(of: Form) -> dict[str, tuple[State, Typing]]:
    """Every screen of the reduced form by name, in the order a citizen meets them."""
    low = [Answered("RG.HL0", 2)] + [Answered(f"RG.HL{n}", 3) for n in range(1, 5)]
    petition = [*low, Answered("RG.PA", "CO")]
    reasons = [*petition, Answered("RG.HL5", 2)]
    ticked = [*reasons, *(Toggled("RG.LD", code) for code in ("LD02", "LD06", "LD09"))]
    comment = walk(of, *ticked, Skipped())
    paused = State(Screen.PAUSED, behind=State(Screen.INVITATION))
    plain = {
        "01-invitation": State(Screen.INVITATION),
        "01-invitation-slip": State(Screen.INVITATION),
        "02-overall": State(Screen.QUESTION, "RG.HL0", {"RG.HL0": 2}),
        **{f"0{n + 2}-factor{n}": walk(of, *low[:n]) for n in range(1, 5)},
        "07-yes-no": walk(of, *low),
        "08-factor5": walk(of, *petition),
        "09-reasons": walk(of, *reasons),
        "10-reasons-ticked": walk(of, *ticked),
        "11-comment-empty": comment,
        "12-review": replace(comment, screen=Screen.REVIEW),
        "13-thanks": walk(of, Answered("RG.HL0", 5), Finished()),
        "14-idle-warning": walk(of, *low, Idled()),
        "15-paused": paused,
        "16-unassigned": State(Screen.UNASSIGNED),
        "17-about": State(Screen.ABOUT),
        "18-comforts": State(Screen.COMFORTS),
        "19-slip-first": walk(of, SlipShown(Slip("0" * 32))),
        **{f"20-slip-refused-{why}": walk(of, SlipRefused(why)) for why in Refusal},
    }
    found = {name: (state, Typing()) for name, state in plain.items()}
    found["12-comment"] = (comment, Typing(writing(COMMENT)))
    found["12-comment-full"] = (comment, Typing(writing((f"{COMMENT} " * 9)[:500])))
    found["12-comment-vni"] = (comment, Typing(writing(COMMENT[:6]), Method.VNI))
    found["12-comment-signs"] = (comment, Typing(writing(COMMENT[:21]), Method.PLAIN, signs=True))
    found["12-review"] = (found["12-review"][0], Typing(writing(PERSONAL)))
    return dict(sorted(found.items()))


def whole_states(of: Form) -> dict[str, tuple[State, Typing]]:
    """The start and every question of the whole questionnaire, as it stands between other answers."""
    overall = of.overall.code if of.overall else ""
    found = {"30-start": State(Screen.INVITATION)}
    for number, question in enumerate((q for q in of.questions if not q.prefill), start=31):
        screen = Screen.COMMENT if question.kind is Kind.TEXT else Screen.QUESTION
        found[f"{number}-{question.code}"] = State(screen, question.code, {overall: 3})
    return {name: (state, Typing()) for name, state in found.items()}


def gallery() -> Iterator[tuple[str, Form, State, Typing]]:
    """(name, form, state, typing) of every screen that a citizen may meet."""
    for of, found in ((form(), states), (whole_form(), whole_states)):
        for name, (state, typing) in found(of).items():
            yield name, of, state, typing


def view(
    of: Form, language: str, state: State, typing: Typing, comfort: Comfort = PLAIN, *, slips: bool = False
) -> View:
    """One state as the window would be given it. `slips`: a scanner waits for them."""
    where = None if state.screen is Screen.UNASSIGNED else standing(of)
    words = texts.read_words(language)
    state = replace(state, language=language, comfort=comfort)
    return View(
        state, where, language, ("vi", "en"), words, of, typing, seconds_left=17, speaks=True, takes_slips=slips
    )
