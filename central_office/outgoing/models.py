"""What the office sends of its own accord: to whom, what is waiting, what could not be delivered."""

from typing import ClassVar

from django.db import models


class Subscriber(models.Model):
    """Who is told of what. `channel`: "webhook" or "email"; `address`: its URL or e-mail address.

    `kinds`: of messages, separated by spaces; `alert.*` is every alert (outgoing.kinds). `secret`: what webhooks are
    signed with, "" for e-mail. `removed_at`: nothing is sent any more; what was sent stays on the list.
    """

    name = models.CharField(max_length=80)
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=500)
    kinds = models.CharField(max_length=200)
    secret = models.CharField(max_length=80, default="")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=160)
    removed_at = models.DateTimeField(null=True)


class Message(models.Model):
    """One message to one subscriber. `message`: the same in all that tell of one thing, and at each try.

    `body`: JSON, as it was queued; `subject`: in Vietnamese. `state`: "waiting", "sent" or "dead". `due_at`: when it is
    tried next; while somebody tries, until when nobody else does. `trouble`: why the last try failed.
    """

    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT)
    message = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=10, default="waiting")
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    trouble = models.CharField(max_length=200, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "subscriber"], name="message_once")]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="message_waiting", condition=models.Q(state="waiting"))
        ]
