"""Pages of offices that are unlike the first: another kind of form, very many incidents."""

import json
from typing import Any

import pytest


@pytest.fixture
def person(small_office: Any) -> Any:
    """A client that is logged in."""
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.create_superuser("nhanvien"))
    return client


def test_a_form_without_an_overall_question_has_its_pages(small_office: Any, person: Any, helper: Any) -> None:
    from django.utils import timezone

    from central_office.rounds.catalogue import load_form, load_plan

    form, plan = json.loads(helper.FORM_TEXT), json.loads(helper.PLAN_FILE.read_text("utf-8"))
    form["form"] = plan["form"] = "khong-chung"
    plan["plan"] = "ke-hoach-khac"
    for question in form["questions"]:
        if question.get("role") == "overall":
            question["role"] = "other"
    load_form(json.dumps(form).encode(), "form", timezone.now())
    load_plan(json.dumps(plan).encode(), "plan", timezone.now())
    device = small_office.device(plan="ke-hoach-khac")
    device.deliver(small_office.door, device.answers(5))
    for page in ("/ket-qua/", "/ket-qua.csv", "/ket-qua.json"):
        assert person.get(page, {"plan": "ke-hoach-khac"}).status_code == 200
    text = person.get("/ket-qua/", {"plan": "ke-hoach-khac"}).content.decode()
    assert "Phiếu không có câu hỏi chung" in text
    assert "<tfoot>" in text


def test_ten_thousand_incidents_are_counted_by_the_database(small_office: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from central_office.intake.models import Incident
    from central_office.results.figures import unseen_incidents

    made = {"kiosk": "k-0", "digest": "", "raw": b"", "detail": "", "noticed_at": timezone.now(), "code": "x"}
    Incident.objects.bulk_create(
        Incident(kind="fork" if number % 4 else "missing", seq=number, **made) for number in range(10_000)
    )
    with CaptureQueriesContext(connection) as captured:
        assert unseen_incidents() == {"fork": 7500, "missing": 2500}
    assert "COUNT(" in captured[0]["sql"]
