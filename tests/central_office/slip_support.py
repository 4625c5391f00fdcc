"""What the tests of slips share: a plan in the days that codes can say, codes, answers with them, what counts."""

import random
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

PLAN, POINT, OTHER = "krong-no-2026", "kn-huyen", "kn-nam-da"
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 7, 11, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
QUARTER = "2026-11-20T09:00+07:00"


def add_plan() -> None:
    from central_office.rounds.catalogue import clone_plan

    clone_plan("krong-no-2023", PLAN, date(2026, 11, 1), date(2026, 12, 15), NOW)


def codes(count: int = 1, last_day: date = TODAY + timedelta(days=15), point: str = POINT) -> Any:
    from central_office.slips.codes import office_codes

    return office_codes(PLAN, point, count, last_day)


def token(code: Any) -> str:
    from central_office.slips.keys import key_of
    from survey.invitation import token_of

    return token_of(code, key_of(code.number))


class Answers:
    """Answers as the phone hands them over, each another."""

    def __init__(self, helper: Any, seed: int = 99) -> None:
        from central_office.slips.virtual import BOOT, KIOSK
        from survey.assignment import Assignment
        from survey.record import Channel

        self.device = helper.Device(random.Random(seed))
        names = {"vi": "Điểm"}
        self.device.assignment = Assignment(KIOSK, PLAN, POINT, names, names, helper.form().ref)
        self.fixed = {"channel": Channel.QR, "quarter": QUARTER, "boot": BOOT}

    def one(self, **changes: Any) -> Any:
        return self.device.submission(**self.fixed | changes)


def answers_by_reason() -> dict[str, int]:
    """How many answers are tallied, "" for those that count."""
    from django.db.models import Sum

    from central_office.intake.models import Cell

    rows = Cell.objects.values_list("why").annotate(total=Sum("count")).order_by()
    return {why: total for why, total in rows if total}


def verified() -> tuple[list[str], Any]:
    """Every fault that verify finds, and its summary."""
    from django.conf import settings

    from central_office.intake.verify import Summary, verify
    from central_office.keys import read_centre_key

    summary = Summary()
    key = bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key)
    return [str(fault) for fault in verify(key, summary)], summary


def sign(message: bytes) -> bytes:
    from django.conf import settings

    from central_office.keys import read_centre_key, sign_with

    return sign_with(read_centre_key(settings.CENTRE_KEY_PATH), message)
