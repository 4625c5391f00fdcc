"""Every row of the table of verdicts, and what a slip brings to the form."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.scanning import Issued, Refusal, Slip, judge, no_facts, sound, without_slip
from survey.enrolment import ALPHABET
from survey.invitation import make_code, slip_url, token_of, unit_url
from survey.slip_setup import SlipSetup

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
DAY = date(2026, 11, 22)
URL = "https://phieu.example.vn"


@pytest.fixture
def setup(standing) -> SlipSetup:
    assignment = standing.assignment
    return SlipSetup(assignment.plan, assignment.point, standing.form.ref, 77, KEY, URL, 15, 30)


@pytest.fixture
def code():
    return make_code(77, DAY, b"\x01\x02\x03\x04", KEY)


@pytest.fixture
def verdict(standing, setup):
    """`verdict(text, …)`: at this point, on the code's last day, unless said otherwise."""

    def of(text, *, standing=standing, setup=setup, today=DAY, used=(), issued=no_facts):
        return judge(text, standing, setup, today, lambda source: source in used, issued)

    return of


def test_a_slip_of_this_point_is_taken_as_it_was_printed_or_typed(verdict, code):
    slip = Slip(token_of(code, KEY))
    for shown in (slip_url(URL, code), code.letters, code.text, code.text.lower(), f" {slip_url(URL, code)}?x=1#y "):
        assert verdict(shown) == slip
    assert slip.source == f"slip/{slip.token}"


def test_what_is_no_slip_of_ours(verdict, code):
    for shown in ("", "https://example.com/", "079201001234|Nguyễn Văn A", unit_url(URL, 77), code.letters[:-1]):
        assert verdict(shown) is Refusal.NOT_OURS


def test_every_single_wrong_letter_is_told(verdict, code):
    count = 0
    for place, right in enumerate(code.letters):
        for letter in ALPHABET:
            if letter != right:
                count += 1
                shown = code.letters[:place] + letter + code.letters[place + 1 :]
                assert verdict(shown) is Refusal.WRONG_CHECK
    print(f"\n{count} slips with one wrong letter: all refused as such")


def test_a_counter_that_was_told_nothing_takes_no_slip(verdict, code, setup, standing, other_version):
    others = (None, replace(setup, plan="lao-cai-2023"), replace(setup, point="kn-xa"))
    for other in others:
        assert verdict(code.letters, setup=other) is Refusal.NO_SETUP
    assert verdict(code.letters, standing=replace(standing, form=other_version)) is Refusal.NO_SETUP
    assert verdict("https://example.com/", setup=None) is Refusal.NOT_OURS


def test_another_point_and_a_forgery(verdict, setup):
    assert verdict(make_code(78, DAY, b"\x01\x02\x03\x04", OTHER_KEY).letters) is Refusal.OTHER_POINT
    assert verdict(make_code(77, DAY, b"\x01\x02\x03\x04", OTHER_KEY).letters) is Refusal.FORGED


def test_used_void_and_over(verdict, code):
    source = Slip(token_of(code, KEY)).source
    late = DAY + timedelta(days=1)
    assert verdict(code.letters, used=(source,)) is Refusal.USED
    assert verdict(code.letters, issued=lambda _token: Issued({}, is_void=True)) is Refusal.VOID
    assert verdict(code.letters, today=late) is Refusal.EXPIRED
    assert verdict(code.letters, today=late, used=(source,)) is Refusal.USED, "what happened first is told"
    assert verdict(code.letters, today=None) == Slip(token_of(code, KEY)), "a clock that is a guess ends no slip"


def test_the_counter_s_facts_come_along_as_far_as_the_form_takes_them(verdict, code):
    facts = {"RG.DT": "CN", "RG.LV": "dat-dai", "RG.HL0": 5, "nope": "x"}
    taken = verdict(code.letters, issued=lambda _token: Issued(facts, "so-tnmt"))
    assert (taken.agency, dict(taken.facts)) == ("so-tnmt", {"RG.DT": "CN", "RG.LV": "dat-dai"})
    wrong = {"RG.DT": "XX", "RG.LV": "Họ và tên, 0912345678"}
    taken = verdict(code.letters, issued=lambda _token: Issued(wrong, "Sở TN&MT"))
    assert (taken.agency, dict(taken.facts)) == ("", {}), "no dossier can put words into a record"


def test_the_facts_are_asked_by_token_never_by_code(verdict, code):
    asked = []
    verdict(code.letters, issued=lambda token: asked.append(token))
    assert asked == [token_of(code, KEY)]
    assert code.letters not in repr(verdict(code.letters))


def test_facts_of_the_form_s_own_kind_only(form):
    assert sound(form, {"RG.DT": "TC", "RG.PA": "CO"}) == {"RG.DT": "TC"}


def test_without_its_slip_an_answer_keeps_what_the_citizen_said(form, standing, clock, randomness):
    from kiosk.answer import begin, submission

    slip = Slip("a" * 32, "so-tnmt", {"RG.DT": "TC"})
    begun = begin(clock(), randomness)
    draft = submission(standing, "0" * 16, begun, {**slip.facts, "RG.HL0": 4}, clock.at_s, slip=slip)
    assert (draft.slip, draft.agency) == (slip.token, "so-tnmt")
    alone = without_slip(draft, form)
    assert (alone.slip, alone.agency, dict(alone.answers)) == ("", "", {"RG.HL0": 4})
