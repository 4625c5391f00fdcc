"""How many people came to a point on a day, as told: every telling is kept, the latest one holds."""

from typing import ClassVar

from django.db import models


class Source(models.TextChoices):
    """Who counted (R-007)."""

    STAFF = "staff", "cán bộ đếm"
    TICKET = "ticket", "máy lấy số"
    SENSOR = "sensor", "cảm biến"
    IMPORT = "import", "tệp nhập vào"


class VisitCount(models.Model):
    """`count`: people who came to `point` on `day` (Asia/Ho_Chi_Minh); None takes an earlier telling back.

    A row is never changed: a correction is a new row, and of one point and day the row of the highest number holds.
    """

    plan = models.CharField(max_length=40)
    point = models.CharField(max_length=40)
    day = models.DateField()
    count = models.IntegerField(null=True)
    source = models.CharField(max_length=10, choices=Source)
    entered_by = models.CharField(max_length=150)
    entered_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["plan", "point", "day"], name="visits_plan_point_day")]
