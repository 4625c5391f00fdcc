"""Kiosks, where each has stood, the heads it has told, and the one-time codes by which it came in."""

from typing import ClassVar

from django.db import models


class Kiosk(models.Model):
    """`pending`, `quarantined`: answers on the device; `oldest`: quarter-hour of the oldest unsent one, "" for none.

    `panels`, `panel_counts`: what it told of its button panels, as in survey.panel_state. `tested`: presses that were
    made while a technician tested the buttons, and are no answers. `health`: the doctor's codes (survey.health), worst
    first, [] for a well machine, None where no doctor comes. `kind`: "" for a device, "phone" for the centre's own
    virtual kiosk (central_office.slips.virtual), which sends no heartbeat.
    `waits_since`: since when it waits for an officer to compare its fingerprint; its answers stay on it until then.
    `retired_at`, `successor`: it was replaced; what it still holds is taken, it asks nobody any more. `revoked_by`: who
    did, since another takes that back. `service_serial`: of the last order to serve or stop (survey.service_order).
    """

    kiosk = models.CharField(primary_key=True, max_length=40)
    public_key = models.BinaryField(unique=True, max_length=32)
    plan = models.CharField(max_length=40)
    point = models.CharField(max_length=40)
    enrolled_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    seq = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, default="")
    pending = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    oldest = models.CharField(max_length=40, default="")
    version = models.CharField(max_length=40, default="")
    clock = models.CharField(max_length=40, default="")
    free_bytes = models.BigIntegerField(null=True)
    panels = models.JSONField(default=list)
    panel_counts = models.JSONField(default=list)
    tested = models.BigIntegerField(default=0)
    health = models.JSONField(null=True)
    kind = models.CharField(max_length=10, default="")
    waits_since = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    successor = models.CharField(max_length=40, default="")
    revoked_by = models.CharField(max_length=150, default="")
    service_serial = models.BigIntegerField(default=0)


class Asking(models.Model):
    """What a kiosk asks, as it tells (survey.offer.Asks), and the last offer made to it. A kiosk that has never told
    has no row.

    `content`, `form`: digests; `refused`, `why`: serial and reason of an offer that it did not take. `offered`: serial
    of the last offer, 0 for none; `offered_content`: of its assignment; `offered_at`: when it was first made.
    """

    kiosk = models.OneToOneField(Kiosk, on_delete=models.CASCADE, primary_key=True)
    content = models.CharField(max_length=64)
    serial = models.BigIntegerField(default=0)
    form = models.CharField(max_length=64)
    refused = models.BigIntegerField(default=0)
    why = models.CharField(max_length=40, default="")
    offered = models.BigIntegerField(default=0)
    offered_content = models.CharField(max_length=64, default="")
    offered_at = models.DateTimeField(null=True)


class LanguageCount(models.Model):
    """Answers of one language in one closed sheet of a kiosk (survey.language_days). Nothing leads to an answer."""

    kiosk = models.ForeignKey(Kiosk, on_delete=models.CASCADE)
    number = models.BigIntegerField()
    plan = models.CharField(max_length=40)
    point = models.CharField(max_length=40)
    since = models.DateField()
    day = models.DateField(db_index=True)
    language = models.CharField(max_length=20)
    count = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kiosk", "number", "language"], name="language_count_once")
        ]


class Assignment(models.Model):
    """A point at which a kiosk has stood: answers from anywhere else are refused (a stolen key votes nowhere new)."""

    kiosk = models.ForeignKey(Kiosk, on_delete=models.CASCADE)
    plan = models.CharField(max_length=40)
    point = models.CharField(max_length=40)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kiosk", "plan", "point"], name="assignment_once")]


class Pause(models.Model):
    """A survey stopped by hand at one kiosk. `since`, `until`: quarter-hours, as told (survey.pause)."""

    kiosk = models.ForeignKey(Kiosk, on_delete=models.CASCADE)
    pause = models.CharField(max_length=16)
    reason = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    clock = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kiosk", "pause"], name="pause_once")]


class Witness(models.Model):
    """The first head that a kiosk told for a sequence number; a later, different one is a fork of its chain.

    `told_at`: the start of the quarter-hour in which it was told (law 6).
    """

    kiosk = models.ForeignKey(Kiosk, on_delete=models.CASCADE)
    seq = models.BigIntegerField()
    head = models.CharField(max_length=64)
    told_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kiosk", "seq"], name="witness_once")]


class EnrolmentBatch(models.Model):
    """Codes made at once for many kiosks, to be carried on cards; they end and are cancelled together."""

    plan = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    expires_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)


class EnrolmentCode(models.Model):
    """`secret`, `reply`: erased as soon as they are no longer needed. `request`: digest of the request that used it.

    `replaces`: the kiosk that is retired when this code is used, "" for none.
    """

    name = models.CharField(primary_key=True, max_length=5)
    secret = models.BinaryField()
    plan = models.CharField(max_length=40)
    point = models.CharField(max_length=40)
    expires_at = models.DateTimeField()
    wrong = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    kiosk = models.CharField(max_length=40, default="")
    request = models.CharField(max_length=64, default="")
    reply = models.BinaryField(default=b"")
    made_at = models.DateTimeField(null=True)
    made_by = models.CharField(max_length=150, default="")
    replaces = models.CharField(max_length=40, default="")
    batch = models.ForeignKey(EnrolmentBatch, null=True, on_delete=models.CASCADE)


class FailedTry(models.Model):
    """How often an address or a user name has just failed; see `throttle`."""

    who = models.CharField(primary_key=True, max_length=200)
    failures = models.IntegerField()
    until = models.DateTimeField(db_index=True)
