"""How each kiosk stood at the last full hour, and what had changed at full hours before that."""

from typing import ClassVar

from django.db import models

from central_office.fleet.models import Kiosk


class Kind(models.TextChoices):
    ENROLLED = "enrolled", "Ghi danh"
    MOVED = "moved", "Giao nơi khác"
    REVOKED = "revoked", "Thu hồi"
    RETIRED = "retired", "Đã thay"
    SILENT = "silent", "Im lặng"
    BACK = "back", "Liên lạc lại"
    UPDATED = "updated", "Đổi phần mềm"
    FORM = "form", "Đổi bản phiếu"
    TROUBLE = "trouble", "Phát sinh"
    CLEARED = "cleared", "Đã hết"


class Standing(models.Model):
    """How a kiosk stood when it was last looked at. `address`: from which its last heartbeat came, for IT staff; the
    next one replaces it."""

    kiosk = models.OneToOneField(Kiosk, on_delete=models.CASCADE, primary_key=True)
    silent = models.BooleanField(default=False)
    place = models.CharField(max_length=90, default="")
    version = models.CharField(max_length=40, default="")
    form = models.CharField(max_length=40, default="")
    troubles = models.JSONField(default=list)
    revoked = models.BooleanField(default=False)
    retired = models.BooleanField(default=False)
    address = models.CharField(max_length=64, default="")


class Change(models.Model):
    """`at`: the full hour at which it was found. `what`: a version, a place, words of a trouble; never a count."""

    kiosk = models.ForeignKey(Kiosk, on_delete=models.CASCADE)
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind)
    what = models.CharField(max_length=200, default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kiosk", "at"], name="change_kiosk_at")]
