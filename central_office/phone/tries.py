"""How often one address has tried wrong codes or begun answers, within a quarter-hour. Knows no answer and no phone.

An address is counted under its HMAC with a random key that is a day old at most, and never in the database that holds
the counts: whoever reads that, or a backup, cannot say which address it was.
"""

import hashlib
import hmac
import ipaddress
import logging
from datetime import datetime, timedelta

from django.utils import timezone

from central_office.intake.store import instant, rows, run
from central_office.phone import runtime
from central_office.phone.models import Tries
from survey.identifier import quarter_of

log = logging.getLogger(__name__)
WRONG, BEGUN = "wrong", "begun"
QUARTER = timedelta(minutes=15)


def over(address: str, what: str, most: int, now: datetime) -> bool:
    """Whether this address has done `what` at least `most` times in the present quarter-hour."""
    who = _who(address, now)
    if not who:
        return False
    statement = "SELECT count FROM phone_tries WHERE who = %s AND what = %s AND quarter = %s"
    found = rows(statement, who, what, instant(quarter_of(now)))
    return bool(found) and found[0][0] >= most


def count(address: str, what: str, now: datetime) -> None:
    who = _who(address, now)
    if not who:
        return
    run(
        "INSERT INTO phone_tries (who, what, quarter, count) VALUES (%s, %s, %s, 1) "
        "ON CONFLICT (who, what, quarter) DO UPDATE SET count = phone_tries.count + 1",
        *(who, what, instant(quarter_of(now))),
    )


def wait_s(now: datetime) -> int:
    """Seconds until the counting begins anew."""
    return max(1, int((quarter_of(now) + QUARTER - now).total_seconds()))


def forget(now: datetime) -> None:
    """Drop past counts, and the keys of past days with them. Raises: OSError."""
    Tries.objects.filter(quarter__lt=quarter_of(now)).delete()
    runtime.forget_keys(timezone.localdate(now))


def _who(address: str, now: datetime) -> str:
    """What stands for the address today; "" when no key can be had: then nothing is counted and nobody refused."""
    try:
        key = runtime.day_key(timezone.localdate(now))
    except OSError as error:
        log.warning("phone.not_counted", extra={"fields": {"why": type(error).__name__}})
        return ""
    return hmac.new(key, network(address).encode(), hashlib.sha256).hexdigest()[:32]


def network(address: str) -> str:
    """The address itself, or the /64 of an IPv6 one, which is one subscriber's."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
