"""The second factor: six digits of a telephone's app (RFC 6238), or a recovery code. Replay, drift and the wait after
wrong codes are django-otp's. Knows no page."""

import re
from base64 import b32encode
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from central_office.people import audit

DIGITS = re.compile(r"\d{6}")
RECOVERY_CODES = 10
QUIET = 4  # light modules around the code that its standard asks for


@dataclass(frozen=True, slots=True)
class Drawing:
    """A QR code for an SVG: `side` of its square and the `path` of its dark modules, one unit each."""

    side: int
    path: str


def has(user: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def verify(user: User, typed: str) -> str:
    """The persistent id of the device that took what was typed, "" if none did. A code counts once."""
    code = re.sub(r"[\s-]", "", typed).lower()
    kind = TOTPDevice if DIGITS.fullmatch(code) else StaticDevice
    device = kind.objects.filter(user=user, confirmed=True).first()
    if device is None or len(code) > 16 or verify_token(user, device.persistent_id, code) is None:
        return ""
    if kind is StaticDevice:
        audit.note(user.get_username(), "second_factor.recovery_used", user.get_username(), {"left": left(user)})
    return str(device.persistent_id)


def begun(user: User) -> TOTPDevice:
    """The device that the person is about to take up: the same until it is confirmed."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
        return device or TOTPDevice.objects.create(user=user, name="ứng dụng", confirmed=False)


def confirm(user: User, typed: str) -> tuple[str, list[str]] | None:
    """Take the begun device into use in place of any other, with new recovery codes; None if the code is wrong."""
    device, code = begun(user), re.sub(r"\s", "", typed)
    if not DIGITS.fullmatch(code) or verify_token(user, device.persistent_id, code) is None:
        return None
    with transaction.atomic():
        audit.alone()
        TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
        TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
        codes = _new_codes(user)
        audit.note(user.get_username(), "second_factor.set", user.get_username())
    return str(device.persistent_id), codes


def renew_codes(user: User) -> list[str]:
    """Ten new recovery codes; the old ones are void."""
    with transaction.atomic():
        audit.alone()
        codes = _new_codes(user)
        audit.note(user.get_username(), "second_factor.codes_renewed", user.get_username())
    return codes


def remove(user: User) -> bool:
    """Whether there was anything; the caller writes the log."""
    found = sum(kind.objects.filter(user=user).delete()[0] for kind in (TOTPDevice, StaticDevice))
    return bool(found)


def left(user: User) -> int:
    """How many recovery codes are unused."""
    return int(StaticToken.objects.filter(device__user=user).count())


def secret_of(device: TOTPDevice) -> str:
    """The secret as a person types it: Base32 in groups of four."""
    text = b32encode(device.bin_key).decode("ascii")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def drawing(device: TOTPDevice) -> Drawing:
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(device.config_url)
    code.make(fit=True)
    modules = code.get_matrix()
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, is_dark in enumerate(row) if is_dark]
    return Drawing(len(modules), "".join(dark))


def _new_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="mã dự phòng")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]
