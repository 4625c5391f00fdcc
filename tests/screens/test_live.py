"""The real kiosk on a virtual display, tapped by real X events, from finger to outbox."""

import signal
import time

import pytest

from survey.record import Channel, State

pytestmark = pytest.mark.display
RATINGS = {"RG.HL0": 2, "RG.HL1": 4, "RG.HL2": 3, "RG.HL3": 5, "RG.HL4": 1}


def test_a_whole_survey_is_read_back_equal(start_kiosk):
    citizen = start_kiosk()
    assert citizen.shown["screen"] == "invitation"
    citizen.answer("level:2", "question", "RG.HL1")
    citizen.answer("level:4", "question", "RG.HL2")
    citizen.answer("level:3", "question", "RG.HL3")
    citizen.answer("level:5", "question", "RG.HL4")
    citizen.answer("level:1", "question", "RG.PA")
    citizen.answer("option:CO", "question", "RG.HL5")
    citizen.answer("not_applicable", "question", "RG.LD")
    for target in ("option:LD06", "option:LD02", "more", "option:LD10", "back", "option:LD02", "more", "more"):
        citizen.answer(target, "question", "RG.LD")
    citizen.answer("next", "comment")
    for key in ("shift", "C", "h", "o", "w", "f", "space", "l", "a", "i", "backspace", "method", "u", "6"):
        citizen.answer(f"key:{key}", "comment")
    citizen.answer("send", "thanks")
    citizen.wait("invitation")
    assert citizen.end() == 0
    (record,) = citizen.records()
    expected = {**RATINGS, "RG.PA": "CO", "RG.HL5": "KAD", "RG.LD": ["LD06", "LD10"], "RG.YK": "Chờ lâu"}
    assert dict(record.submission.answers) == expected
    assert record.submission.state is State.COMPLETE
    assert record.submission.channel is Channel.SCREEN
    assert set(record.submission.flags) <= {"hammer", "fast"}  # a script taps faster than a person
    assert record.submission.duration_s <= 60


def test_a_telephone_number_is_pointed_out_and_the_citizen_decides(start_kiosk):
    """Mended or sent as it was, the record is the same kind of record: nothing tells that anything was pointed out."""
    citizen, sent = start_kiosk(), []
    for mended in (True, False):
        citizen.answer("level:5", "question", "RG.HL1")
        while citizen.shown["screen"] != "comment":
            citizen.answer("option:KHONG" if citizen.shown["question"] == "RG.PA" else "skip")
        citizen.answer("key:signs", "comment")
        for key in "0912345678":
            citizen.answer(f"key:{key}", "comment")
        citizen.answer("send", "review")
        if mended:
            citizen.answer("mend", "comment")
            for _ in range(2):  # nine digits would still look like an identity card
                citizen.answer("key:backspace", "comment")
            citizen.answer("send", "thanks")
        else:
            citizen.answer("send_anyway", "thanks")
        sent.append("09123456" if mended else "0912345678")
        citizen.answer("done", "invitation")
    assert citizen.end() == 0
    records = citizen.records()
    assert [dict(record.submission.answers)["RG.YK"] for record in records] == sent
    assert all(set(record.submission.flags) <= {"hammer", "rapid"} for record in records)


@pytest.mark.parametrize(
    ("size", "rotation"), [("600x1024", 0), ("1024x600", 90), ("1024x600", 180), ("1024x600", 270)]
)
def test_a_finger_hits_what_it_sees_upright_and_turned(start_kiosk, size, rotation):
    citizen = start_kiosk(size, rotation)
    citizen.answer("level:4", "question", "RG.HL1")
    citizen.answer("back", "question", "RG.HL0")
    citizen.answer("level:5", "question", "RG.HL1")
    citizen.answer("finish", "thanks")
    assert citizen.end() == 0
    (record,) = citizen.records()
    assert dict(record.submission.answers) == {"RG.HL0": 5}
    assert record.submission.state is State.PARTIAL


def test_kill_9_as_soon_as_the_next_question_is_lit_loses_nothing(start_kiosk):
    rounds = 5
    for round_ in range(rounds):
        citizen = start_kiosk(data=f"data{round_}")
        citizen.answer(f"level:{round_ + 1}", "question", "RG.HL1")
        if round_ % 2:
            citizen.answer("level:3", "question", "RG.HL2")
        citizen.end(signal.SIGKILL)
        store = citizen.outbox()
        (draft,) = store.drafts()
        store.close()
        expected = {"RG.HL0": round_ + 1} | ({"RG.HL1": 3} if round_ % 2 else {})
        assert dict(draft.answers) == expected
        citizen = start_kiosk(data=f"data{round_}")
        assert citizen.end() == 0
        (record,) = citizen.records()
        assert dict(record.submission.answers) == expected
        assert record.submission.flags == ("recovered",)
        assert record.submission.state is State.PARTIAL
    print(f"\n{rounds} kills -9 between two taps, 0 lost")


def test_who_walks_away_leaves_a_partial_answer(start_kiosk):
    citizen = start_kiosk(idle_s=5)
    citizen.answer("level:3", "question", "RG.HL1")
    citizen.wait("idle_warning")
    citizen.answer("stay", "question", "RG.HL1")
    citizen.wait("idle_warning")
    citizen.wait("invitation", timeout_s=25)
    assert citizen.end() == 0
    (record,) = citizen.records()
    assert dict(record.submission.answers) == {"RG.HL0": 3}
    assert record.submission.state is State.PARTIAL
    assert "thanks" not in {shown["screen"] for shown in citizen.history}


def test_the_screen_tells_nobody_how_the_citizen_rated(start_kiosk):
    """Threat 3: after each of the five ratings the next question and the thanks are the same, pixel for pixel."""
    citizen = start_kiosk(motion=False)
    after_rating, after_factor, thanks = set(), set(), set()
    for level in range(1, 6):
        citizen.answer(f"level:{level}", "question", "RG.HL1")
        after_rating.add(citizen.pixels())
        citizen.answer(f"level:{level}", "question", "RG.HL2")
        after_factor.add(citizen.pixels())
        citizen.answer("finish", "thanks")
        thanks.add(citizen.pixels())
        citizen.answer("done", "invitation")
    assert [len(after_rating), len(after_factor), len(thanks)] == [1, 1, 1]
    assert after_rating != after_factor != thanks
    print("\nscreens after a rating identical 5/5, 5/5, thanks 5/5")


def test_a_trembling_finger_gives_one_answer(start_kiosk):
    citizen = start_kiosk()
    level = next(t for t in citizen.shown["targets"] if t["id"] == "level:4")
    for _ in range(4):
        citizen.raw_touch(level["x"] + 40, level["y"] + 40)
    citizen.wait("question", "RG.HL1")
    with pytest.raises(AssertionError):
        citizen.wait(timeout_s=0.5)
    assert citizen.end() == 0


def test_only_the_left_button_is_a_finger(start_kiosk):
    citizen = start_kiosk()
    level = next(t for t in citizen.shown["targets"] if t["id"] == "level:4")
    for button in (2, 3, 4, 5, 8, 9):
        citizen.raw_touch(level["x"] + 40, level["y"] + 40, button)
    with pytest.raises(AssertionError):
        citizen.wait(timeout_s=0.5)
    citizen.answer("level:4", "question")


def test_an_unenrolled_kiosk_says_so_and_starts_when_it_is_enrolled(start_kiosk, enrol):
    citizen = start_kiosk(enrolled=False)
    assert citizen.shown["screen"] == "enrol_offer"
    enrol(citizen.data)
    citizen.wait("invitation")
    citizen.answer("level:4", "question")


def test_a_sick_disk_pauses_and_the_answer_survives_it(start_kiosk):
    """No answer is thanked while the disk refuses it; the kiosk goes on by itself with the very same tap."""
    import resource

    citizen = start_kiosk()
    citizen.answer("level:4", "question", "RG.HL1")
    resource.prlimit(citizen.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    citizen.answer("level:2", "paused")
    with pytest.raises(AssertionError):
        citizen.wait(timeout_s=1)
    resource.prlimit(citizen.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    citizen.wait("question", "RG.HL2")
    citizen.answer("finish", "thanks")
    assert citizen.end() == 0
    (record,) = citizen.records()
    assert dict(record.submission.answers) == {"RG.HL0": 4, "RG.HL1": 2}


def test_another_language_lasts_one_citizen(start_kiosk):
    citizen = start_kiosk()
    assert citizen.shown["language"] == "vi"
    assert citizen.answer("language:en", "invitation")["language"] == "en"
    assert citizen.answer("level:4", "question")["language"] == "en"
    assert citizen.answer("finish", "thanks")["language"] == "en"
    assert citizen.answer("done", "invitation")["language"] == "vi"
    assert citizen.end() == 0
    with citizen.outbox() as outbox:
        assert [(name.rpartition("/")[2], count) for name, count in outbox.tallies().items()] == [("en", 1)]


def test_sigterm_ends_in_order_and_at_once(start_kiosk):
    citizen = start_kiosk()
    began = time.monotonic()
    assert citizen.end() == 0
    assert time.monotonic() - began < 2
