"""What somebody must be told of while a round runs, and what has been judged already, so that nothing is told twice."""

from typing import ClassVar

from django.db import models


class Kind(models.TextChoices):
    SILENCE = "silence", "Ki-ốt im lặng"
    PAUSE = "pause", "Tạm ngừng lâu"
    CLOCK = "clock", "Đồng hồ chưa chắc đúng"
    BEHIND = "behind", "Chậm, thiếu chỉ tiêu"
    VISITS = "visits", "Lệch so với số lượt"
    LOW_SCORE = "low_score", "Chỉ số thấp"
    SIGNAL = "signal", "Phản ánh phiền hà, thu thêm"


class State(models.TextChoices):
    NEW = "new", "Mới"
    SEEN = "seen", "Đã xem"
    HANDLED = "handled", "Đã xử lý"


class Alert(models.Model):
    """`key`: what it is about, in one text; there is never a second of the same. `about`: code of an option, or of
    nothing. `text`: in Vietnamese, as it was told. `day`: on which it was noticed; never an instant of an answer.
    `note`: what was done about it; `changed_by`, `changed_at`: of the last change of `state`."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    plan = models.CharField(max_length=40)
    point = models.CharField(max_length=40)
    kiosk = models.CharField(max_length=40, default="")
    about = models.CharField(max_length=40, default="")
    text = models.TextField()
    day = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    note = models.TextField(default="")
    changed_by = models.CharField(max_length=150, default="")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["plan", "state"], name="alert_plan_state")]


class Silence(models.Model):
    """A kiosk's silence that was told of. `since`: when it was last heard of; `district`: ref of the unit in whose one
    alert it was told, "" where it was told alone; `ended_at`: None while it lasts."""

    kiosk = models.CharField(max_length=40)
    plan = models.CharField(max_length=40)
    point = models.CharField(max_length=40)
    since = models.DateTimeField()
    district = models.CharField(max_length=90, default="")
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kiosk", "since"], name="silence_once")]
        indexes: ClassVar = [models.Index(fields=["plan", "ended_at"], name="silence_plan_ended")]


class Judgement(models.Model):
    """`what` ("day", "week") of a plan was judged for `day`; a second time is refused by the database."""

    plan = models.CharField(max_length=40)
    what = models.CharField(max_length=10)
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "what", "day"], name="judgement_once")]


class Turn(models.Model):
    """Which of the office's processes looks next: whoever moves `at` on."""

    name = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()
