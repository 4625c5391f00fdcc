"""Slips on the command line: withdrawal by the holder of a code, and the daily letting go of what is due."""

from argparse import Namespace

from django.conf import settings
from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.keys import read_centre_key, sign_with
from central_office.slips.forget import forget_due
from central_office.slips.withdrawal import Outcome, withdraw
from survey.invitation import BadCode, read_code

SAID = {
    Outcome.DONE: "Đã rút lại phiếu; câu trả lời đã bị xóa / withdrawn, the answer is erased",
    Outcome.NOT_USED: "Chưa có câu trả lời; từ nay mã không dùng được / no answer yet, the code is worth nothing now",
    Outcome.ALREADY: "Phiếu này đã được rút lại trước đó / withdrawn before",
    Outcome.TOO_LATE: "Đã quá thời hạn 15 ngày / more than 15 days have passed",
    Outcome.UNKNOWN: "Mã không phải do cơ quan cấp / no counter of this office made this code",
}
WRONG = "Mã không đúng; kiểm tra lại từng nhóm / not a code, compare it group by group"


def withdraw_code(arguments: Namespace, _config: Config) -> int:
    """Exit code 1 when nothing was withdrawn now."""
    try:
        outcome = withdraw(read_code(arguments.code), timezone.now())
    except BadCode:
        say(WRONG)
        return 1
    say(SAID[outcome])
    return 0 if outcome in (Outcome.DONE, Outcome.NOT_USED) else 1


def forget(_arguments: Namespace, _config: Config) -> int:
    def sign(message: bytes) -> bytes:
        return sign_with(read_centre_key(settings.CENTRE_KEY_PATH), message)

    gone = forget_due(timezone.now(), sign)
    say(f"Đã xóa dòng tra từ phiếu mời ra câu trả lời / rows that led to records deleted: {gone.links}")
    for point in gone.keys:
        say(f"Đã hủy khóa phiếu mời / slip key destroyed: {point}")
    return 0
