"""Which form each kiosk asks, and why one has not taken the form that it should: as a person at the office reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from django.utils import timezone

from central_office.fleet.enrolment import assignment_in
from central_office.fleet.models import Asking, Kiosk
from central_office.rounds.catalogue import form_of, plan_of
from central_office.rounds.models import FormFile, PlanFile
from survey.form import FormRef
from survey.offer import Why
from survey.plan import Plan

Plans: TypeAlias = Mapping[str, tuple[Plan, FormRef]]
WORDS = {
    Why.MALFORMED: "không đọc được tin của trung tâm; xem phiên bản phần mềm",
    Why.OTHER_KIOSK: "tin dành cho máy khác",
    Why.OLD_SERIAL: "tin cũ bị gửi lại",
    Why.UNREADABLE_FORM: "tệp phiếu không đọc được",
    Why.WRONG_DIGEST: "tệp phiếu không đúng mã băm",
    Why.LANGUAGE_MISSING: "phiếu thiếu lời của một ngôn ngữ",
    Why.UNTRUSTED: "phiếu chưa được ký phát hành; chạy: hailong-office updates forms",
    Why.STORE: "đĩa của máy không ghi được",
    Why.SIGNATURE: "trả lời trên đường truyền không mang chữ ký của trung tâm",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """`version`: of the form that the kiosk tells it asks by, "" not told. `trouble`: in words, "" none."""

    version: str = ""
    trouble: str = ""


NOT_TOLD = Asked()


def asked_by_kiosk() -> Mapping[str, Asked]:
    """Of every kiosk that has told."""
    versions = dict(FormFile.objects.values_list("digest", "version"))
    files = PlanFile.objects.select_related("form")
    plans = {each.plan: (plan_of(each.text), form_of(each.form.text).ref) for each in files}
    rows = Asking.objects.select_related("kiosk").filter(kiosk__kind="")
    return {
        row.kiosk_id: Asked(versions.get(row.form, row.form[:12]), _trouble(row, _wanted(row.kiosk, plans)))
        for row in rows
    }


def _wanted(kiosk: Kiosk, plans: Plans) -> str:
    """Content of what the kiosk should ask; "" where its point is gone."""
    if kiosk.plan not in plans:
        return ""
    given = assignment_in(*plans[kiosk.plan], kiosk.kiosk, kiosk.point)
    return given.content if given else ""


def _trouble(row: Asking, wanted: str) -> str:
    why = WORDS[Why(row.why)] if row.why else ""
    if not wanted:
        return ""
    if row.content == wanted and row.serial >= row.offered:
        return f"đã từ chối một tin về phiếu: {why}" if why else ""
    return f"chưa nhận phiếu mới: {why or _since(row, wanted)}"


def _since(row: Asking, wanted: str) -> str:
    if row.offered_at is None or row.offered_content != wanted:
        return "chờ lần liên lạc kế tiếp"
    return f"đã gửi từ {timezone.localtime(row.offered_at):%H:%M %d/%m}"
