"""Who may take the feed: a bearer token in the request's header, not asked with too often. HTTP only."""

import re
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from central_office import problem
from central_office.border import address_of
from central_office.feed import tokens
from central_office.feed.holder import Holder
from central_office.fleet import throttle

MOST_WRONG = 30  # tokens from one address in a quarter of an hour
BEARER = re.compile(r"[Bb]earer +([A-Za-z0-9_.~+/-]{1,200}=*) *")


class FeedToken(HttpBearer):
    """Ninja's door; raises a problem where ninja would reply with something else."""

    def __call__(self, request: HttpRequest) -> Any:
        return admitted(request)

    def authenticate(self, request: HttpRequest, _token: str) -> Any:
        """Ninja wants one; `__call__` does it all."""
        return admitted(request)


def admitted(request: HttpRequest) -> Holder:
    """The holder of the request's token. Raises: Refused."""
    now, who = timezone.now(), "feed " + address_of(request)
    if wait := throttle.wait_s(who, MOST_WRONG, now):
        raise problem.Refused(problem.TOO_MANY, f"wait {wait} s")
    match = BEARER.fullmatch(request.headers.get("Authorization", ""))
    holder = tokens.holder_of(match[1], now) if match else None
    if holder is None:
        if match:
            throttle.failed(who, now)
        raise problem.Refused(problem.NO_TOKEN)
    if tokens.wait_s(holder, now):
        raise problem.Refused(problem.TOO_OFTEN, f"at most {tokens.MOST_A_MINUTE} requests a minute")
    return holder
