"""The shipped form and plan, and a way to make submissions, for the tests of the vocabulary."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey.form import Form
from survey.form_file import read_form
from survey.plan import Plan
from survey.plan_file import read_plan
from survey.record import Channel, Clock, State, Submission

DATA = Path(__file__).parents[2] / "survey" / "data"


@pytest.fixture(scope="session")
def reduced_form() -> Form:
    return read_form((DATA / "forms/rut-gon-mot-cua.json").read_bytes(), "rut-gon-mot-cua.json")


@pytest.fixture(scope="session")
def whole_form() -> Form:
    return read_form((DATA / "forms/soc-trang-day-du.json").read_bytes(), "soc-trang-day-du.json")


@pytest.fixture(scope="session")
def krong_no() -> Plan:
    return read_plan((DATA / "plans/krong-no-2023.json").read_bytes(), "krong-no-2023.json")


@pytest.fixture
def submission(reduced_form: Form) -> Callable[..., Submission]:
    def make(**changes: Any) -> Submission:
        values: dict[str, Any] = {
            "id": "01a200df-d9c0-7c22-bb1b-69ab356ec281",
            "kiosk": "k-0123456789ab",
            "boot": "00ff00ff00ff00ff",
            "quarter": "2023-09-01T08:15+07:00",
            "clock": Clock.SYNCHRONISED,
            "form": reduced_form.ref,
            "plan": "krong-no-2023",
            "point": "kn-huyen",
            "channel": Channel.SCREEN,
            "state": State.COMPLETE,
            "duration_s": 31,
            "flags": (),
            "answers": {"RG.HL0": 4, "RG.YK": "Cảm ơn chị Hòa"},
        }
        return Submission(**(values | changes))

    return make
