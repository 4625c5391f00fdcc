"""Answers under way on phones, and what is counted against stuffing; all of it is gone within days.

Nothing here tells phones apart: no user agent, no cookie, no address. An instant that stands beside an answer is the
start of its quarter-hour (law 6).
"""

from typing import ClassVar

from django.db import models


class Draft(models.Model):
    """An unfinished answer. `name`: `slip/` and the slip's token, or `unit/` and the SHA-256 of the draft's address.

    `proof`: of a slip, the SHA-256 of the address that its first tap came from; only who has that address goes on.
    `body`: canonical bytes of survey.record.write_draft, empty once sealed. `last_day`: of the slip; NULL for a unit's
    code. `number`: of the point. `touched_at`: quarter-hour of the last answer.
    """

    name = models.CharField(primary_key=True, max_length=80)
    proof = models.CharField(max_length=64, default="")
    number = models.BigIntegerField()
    body = models.BinaryField()
    last_day = models.DateField(null=True, db_index=True)
    touched_at = models.DateTimeField(db_index=True)


class Tries(models.Model):
    """How often an address has done `what` within one quarter-hour. `who`: its HMAC with the day's key (runtime)."""

    who = models.CharField(max_length=32)
    what = models.CharField(max_length=10)
    quarter = models.DateTimeField(db_index=True)
    count = models.IntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["who", "what", "quarter"], name="phone_tries_once")]
