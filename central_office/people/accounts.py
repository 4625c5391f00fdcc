"""Accounts: made, given roles, reset, switched off and on again; never deleted, for the log names them. Knows no page.

Each change is one transaction with its line in the log, and takes the log's lock first: two changes of one account wait
for each other instead of for ever. `actor`: who does it.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from central_office.people import audit, second_factor
from central_office.people.grants import grants_of
from central_office.people.models import Assignment, Person, RoleChange
from central_office.people.passwords import one_time_password
from central_office.people.rights import Right
from central_office.people.roles import ADMINISTRATOR, roles
from central_office.rounds.models import PlanFile
from survey.canonical import nfc

ONE_TIME_GOOD_FOR = timedelta(days=3)
MOST_POINTS = 1000
MOST_LETTERS = 150
NAME = re.compile(r"[A-Za-z][A-Za-z0-9.-]{2,39}")
POINT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
UNIT = re.compile(r"[A-Za-z0-9._-]{1,40}:[A-Za-z0-9._-]{1,39}")


class Refusal(Exception):
    """A change that the office does not make; `str` says why in Vietnamese."""

    code = "people"

    def __init__(self, message: str, hint: str = "Xem: hailong-office user list.") -> None:
        self.hint = hint
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role holds, as in `models.Assignment`."""

    plan: str = ""
    unit: str = ""
    points: tuple[str, ...] = ()


def find(name: str) -> User:
    """Raises: Refusal if there is no such account."""
    user = User.objects.filter(username=nfc(name)).first()
    if user is None:
        raise Refusal(f"Không có tài khoản «{name}».")
    return user


def add(actor: str, name: str, full_name: str = "") -> tuple[User, str]:
    """A new account without a role, and its one-time password. Raises: Refusal for a name that cannot be."""
    name, full_name = nfc(name.strip()), nfc(full_name.strip())
    if not NAME.fullmatch(name):
        raise Refusal(
            "Tên đăng nhập gồm 3–40 chữ cái không dấu, chữ số, dấu chấm hoặc gạch ngang; bắt đầu bằng chữ cái."
        )
    if len(full_name) > MOST_LETTERS:
        raise Refusal(f"Họ tên dài hơn {MOST_LETTERS} ký tự.")
    with transaction.atomic():
        audit.alone()
        if User.objects.filter(username__iexact=name).exists():
            raise Refusal(f"Đã có tài khoản «{name}».")
        user = User(username=name, first_name=full_name)
        password = _one_time(user)
        audit.note(actor, "person.added", name, {"full_name": full_name})
    return user, password


def add_with_role(actor: str, name: str, full_name: str, role: str, place: Place) -> tuple[User, str]:
    """The same with its first role (none if ""): both or neither. Raises: Refusal."""
    with transaction.atomic():
        user, password = add(actor, name, full_name)
        if role:
            assign(actor, user, role, place)
    return user, password


def assign(actor: str, user: User, role: str, place: Place) -> None:
    """Give a role; the same again changes nothing. Raises: Refusal."""
    _check(role, place)
    fields: dict[str, Any] = {
        "role": role,
        "plan": place.plan,
        "unit": place.unit,
        "points": sorted(set(place.points)),
    }
    with transaction.atomic():
        audit.alone()
        if Assignment.objects.filter(user=user, **fields).exists():
            return
        Assignment.objects.create(user=user, since=timezone.now(), **fields)
        audit.note(actor, "person.assigned", user.get_username(), fields)


def unassign(actor: str, user: User, number: int) -> None:
    """Take a role away. Raises: Refusal if nobody could manage people then, or the person has no such role."""
    with transaction.atomic():
        audit.alone()
        found = Assignment.objects.filter(user=user, pk=number).first()
        if found is None:
            raise Refusal("Không có phân công này.")
        fields = {"role": found.role, "plan": found.plan, "unit": found.unit, "points": found.points}
        found.delete()
        _keep_an_administrator()
        audit.note(actor, "person.unassigned", user.get_username(), fields)


def reset(actor: str, user: User, with_second_factor: bool = False) -> str:
    """A new one-time password; every session of the person ends. Takes the second factor away too if asked to."""
    with transaction.atomic():
        audit.alone()
        password = _one_time(user)
        removed = with_second_factor and second_factor.remove(user)
        end_sessions(user)
        audit.note(actor, "person.reset", user.get_username(), {"second_factor_removed": int(removed)})
    return password


def set_active(actor: str, user: User, active: bool) -> None:
    """Switch an account off or on. Raises: Refusal if nobody could manage people then."""
    with transaction.atomic():
        audit.alone()
        if not User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
            return
        user.is_active = active
        if not active:
            end_sessions(user)
            _keep_an_administrator()
        audit.note(actor, "person.activated" if active else "person.deactivated", user.get_username())


def password_changed(user: User) -> None:
    """The person has set a password of their own."""
    with transaction.atomic():
        audit.alone()
        Person.objects.filter(user=user).update(must_change=False, one_time_until=None)
        audit.note(user.get_username(), "person.password_changed", user.get_username())


def set_rights(actor: str, role: str, rights: frozenset[Right]) -> None:
    """Change what a role may do. Raises: Refusal if the administrators' role would no longer manage people."""
    if role == ADMINISTRATOR and Right.MANAGE_PEOPLE not in rights:
        raise Refusal("Vai trò Quản trị phải giữ quyền quản lý người dùng.")
    with transaction.atomic():
        audit.alone()
        before = roles()[role].rights
        if before == rights:
            return
        RoleChange.objects.update_or_create(code=role, defaults={"rights": sorted(rights)})
        _keep_an_administrator()
        changes = {"given": sorted(rights - before), "taken": sorted(before - rights)}
        audit.note(actor, "role.changed", role, {key: [str(right) for right in each] for key, each in changes.items()})


def end_sessions(user: User, keep: str = "") -> None:
    """End the person's sessions, but for the one with the key `keep`."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=keep):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def one_time_expired(user: User) -> bool:
    return Person.objects.filter(user=user, must_change=True, one_time_until__lte=timezone.now()).exists()


def must_change(user: User) -> bool:
    return Person.objects.filter(user=user, must_change=True).exists()


def _one_time(user: User) -> str:
    password = one_time_password()
    user.set_password(password)
    user.save()
    until = timezone.now() + ONE_TIME_GOOD_FOR
    Person.objects.update_or_create(user=user, defaults={"must_change": True, "one_time_until": until})
    return password


def _check(role: str, place: Place) -> None:
    if not role:
        raise Refusal("Xin chọn một vai trò.", f"Các vai trò: {', '.join(roles())}.")
    if role not in roles():
        raise Refusal(f"Không có vai trò «{role}».", f"Các vai trò: {', '.join(roles())}.")
    if place.plan and not PlanFile.objects.filter(plan=place.plan).exists():
        raise Refusal(f"Không có kế hoạch «{place.plan}».", "Xem: hailong-office plan list.")
    if place.unit and not UNIT.fullmatch(place.unit):
        raise Refusal("Đơn vị ghi dạng DANHMỤC:MÃ, ví dụ hanh-chinh:12345.")
    wrong = [point for point in place.points if not POINT.fullmatch(point)]
    if wrong or len(place.points) > MOST_POINTS:
        raise Refusal(f"Mã điểm không đúng: {', '.join(wrong[:5])}" if wrong else f"Nhiều hơn {MOST_POINTS} điểm.")


def _keep_an_administrator() -> None:
    """Raises: Refusal, which undoes the change, if nobody would be left who can manage people."""
    for user in User.objects.filter(is_active=True):
        if user.is_superuser or any(g.is_whole and Right.MANAGE_PEOPLE in g.rights for g in grants_of(user)):
            return
    raise Refusal("Phải còn ít nhất một người quản lý được người dùng.")


def may_change(changer: User, user: User) -> bool:
    """The first administrator, who sees everything, is changed by such a one alone: else a reset would be a way up."""
    return changer.is_superuser or not user.is_superuser
