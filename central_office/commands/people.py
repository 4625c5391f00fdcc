"""People and the log on the command line. The rules are in `people.accounts`, the proof in `people.audit_check`."""

from argparse import Namespace

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.keys import read_centre_key
from central_office.people import accounts, second_factor
from central_office.people import audit_check as proof
from central_office.people.audit import operator
from central_office.people.models import AuditLine
from central_office.people.words import assignments_in_words

MOST_SHOWN = 100


def user_add(arguments: Namespace, _config: Config) -> int:
    _, password = accounts.add_with_role(
        operator(), arguments.name, arguments.full_name, arguments.role, _place(arguments)
    )
    say(f"Đã thêm tài khoản / account made: {arguments.name}")
    return _say_password(password)


def user_list(_arguments: Namespace, _config: Config) -> int:
    for user in User.objects.order_by("username"):
        seen = f"{timezone.localtime(user.last_login):%d/%m/%Y %H:%M}" if user.last_login else "–"
        state = "đang dùng / active" if user.is_active else "đã khóa / off"
        factor = "hai lớp / 2FA" if second_factor.has(user) else "một lớp / password only"
        say(f"{user.get_username()}  {user.first_name}  {state}, {factor}, {seen}")
        if user.is_superuser:
            say("    quản trị viên đầu tiên: mọi quyền / first administrator: every right")
        for number, role, where in assignments_in_words(user):
            say(f"    {number}: {role}, {where}")
    return 0


def user_reset(arguments: Namespace, _config: Config) -> int:
    password = accounts.reset(operator(), accounts.find(arguments.name), with_second_factor=arguments.second_factor)
    return _say_password(password)


def user_assign(arguments: Namespace, _config: Config) -> int:
    accounts.assign(operator(), accounts.find(arguments.name), arguments.role, _place(arguments))
    return _say_roles(arguments.name)


def user_unassign(arguments: Namespace, _config: Config) -> int:
    accounts.unassign(operator(), accounts.find(arguments.name), arguments.number)
    return _say_roles(arguments.name)


def user_deactivate(arguments: Namespace, _config: Config) -> int:
    accounts.set_active(operator(), accounts.find(arguments.name), active=False)
    say(f"Đã khóa / switched off: {arguments.name}")
    return 0


def user_activate(arguments: Namespace, _config: Config) -> int:
    accounts.set_active(operator(), accounts.find(arguments.name), active=True)
    say(f"Đã mở lại / switched on: {arguments.name}")
    return 0


def audit_list(arguments: Namespace, _config: Config) -> int:
    lines = AuditLine.objects.order_by("-number")
    if arguments.actor:
        lines = lines.filter(actor=arguments.actor)
    if arguments.of_action:
        lines = lines.filter(action=arguments.of_action)
    for line in reversed(lines[: max(0, arguments.last)]):
        detail = proof.said(line).get("detail") or ""
        at = timezone.localtime(line.at)
        who = line.actor or "–"
        say(f"{line.number}  {at:%Y-%m-%d %H:%M:%S}  {who}  {line.action}  {line.target}  {detail}".rstrip())
    return 0


def audit_check(arguments: Namespace, _config: Config) -> int:
    """Exit code 1, and every place, when a line was changed, removed or moved."""
    key = bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key)
    chain, faults = proof.Chain(), 0
    for fault in proof.check(key, chain, arguments.known):
        faults += 1
        if faults <= MOST_SHOWN:
            say(str(fault))
    say(f"Đã kiểm tra / checked: {chain.lines} dòng/lines; sai khác / differences: {faults}")
    say(f"Dòng cuối, nên chép lại / last line, worth writing down: {chain.number}:{chain.digest}")
    return 1 if faults else 0


def _place(arguments: Namespace) -> accounts.Place:
    return accounts.Place(arguments.plan, arguments.unit, tuple(arguments.point))


def _say_roles(name: str) -> int:
    for number, role, where in assignments_in_words(accounts.find(name)):
        say(f"{number}: {role}, {where}")
    return 0


def _say_password(password: str) -> int:
    days = accounts.ONE_TIME_GOOD_FOR.days
    say(f"Mật khẩu dùng một lần, hết hạn sau {days} ngày / one-time password, good for {days} days: {password}")
    return 0
