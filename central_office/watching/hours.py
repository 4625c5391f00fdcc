"""When offices are open, with the days off that this office's settings name. Judges nobody."""

from dataclasses import replace

from django.conf import settings

from central_office.watching.limits import LIMITS, Hours


def office_hours() -> Hours:
    """The hours of limits.toml, and the holidays of the settings."""
    return replace(LIMITS.hours, days_off=settings.HOLIDAYS)
