"""How often one address has tried wrong codes or begun answers, within a quarter-hour. Knows no answer and no phone.

An address is counted under its HMAC with a random key that is a day old at most; then nobody can say which it was.
"""

import hashlib
import hmac
import ipaddress
import secrets
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from central_office.intake.store import instant, rows, run
from central_office.phone.models import DayKey, Tries
from survey.identifier import quarter_of

WRONG, BEGUN = "wrong", "begun"
KEY_BYTES = 32
QUARTER = timedelta(minutes=15)


def over(address: str, what: str, most: int, now: datetime) -> bool:
    """Whether this address has done `what` at least `most` times in the present quarter-hour."""
    statement = "SELECT count FROM phone_tries WHERE who = %s AND what = %s AND quarter = %s"
    found = rows(statement, _who(address, now), what, instant(quarter_of(now)))
    return bool(found) and found[0][0] >= most


def count(address: str, what: str, now: datetime) -> None:
    run(
        "INSERT INTO phone_tries (who, what, quarter, count) VALUES (%s, %s, %s, 1) "
        "ON CONFLICT (who, what, quarter) DO UPDATE SET count = phone_tries.count + 1",
        *(_who(address, now), what, instant(quarter_of(now))),
    )


def wait_s(now: datetime) -> int:
    """Seconds until the counting begins anew."""
    return max(1, int((quarter_of(now) + QUARTER - now).total_seconds()))


def forget(now: datetime) -> None:
    """Drop past counts, and the keys of past days with them."""
    Tries.objects.filter(quarter__lt=quarter_of(now)).delete()
    DayKey.objects.filter(day__lt=timezone.localdate(now)).delete()


def _who(address: str, now: datetime) -> str:
    day = timezone.localdate(now)
    found = rows("SELECT key FROM phone_daykey WHERE day = %s", connection.ops.adapt_datefield_value(day))
    if not found:
        row, _ = DayKey.objects.get_or_create(day=day, defaults={"key": secrets.token_bytes(KEY_BYTES)})
        found = [(row.key,)]
    return hmac.new(bytes(found[0][0]), network(address).encode(), hashlib.sha256).hexdigest()[:32]


def network(address: str) -> str:
    """The address itself, or the /64 of an IPv6 one, which is one subscriber's."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
