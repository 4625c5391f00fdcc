"""What the feed keeps: what happened, in the one order in which it is told, and the tokens of those who may ask."""

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One thing that happened to answers of one plan: some were stored (`kind` "answers"), one was withdrawn
    ("withdrawn"), or the plan's window or counting changed ("recounted").

    `position`: its place in the feed, None until it is numbered. `seqs`: the records' numbers, as feed.spans writes
    them; `count`: how many. `quarter`: the quarter-hour in which it happened, None where that tells nothing of anybody;
    it is numbered once that quarter-hour is over (law 6).
    """

    position = models.BigIntegerField(null=True, unique=True)
    kind = models.CharField(max_length=10)
    plan = models.CharField(max_length=40)
    kiosk = models.CharField(max_length=40, default="")
    seqs = models.TextField(default="")
    count = models.IntegerField(default=0)
    quarter = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], name="feed_waiting", condition=models.Q(position__isnull=True))
        ]


class Token(models.Model):
    """Who may take the feed. `digest`: SHA-256 of the token, which is shown once; `start`: its first letters, by which
    people tell it from others. `plans`, `points`: codes it is for, none: all (restricted plans only by name).
    `comments`: free text too, screened.

    `minute`, `asked`: how often it was used in the last minute in which it was (feed.tokens).
    """

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    start = models.CharField(max_length=12)
    plans = models.JSONField(default=list)
    points = models.JSONField(default=list)
    comments = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=160)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    minute = models.BigIntegerField(default=0)
    asked = models.IntegerField(default=0)
