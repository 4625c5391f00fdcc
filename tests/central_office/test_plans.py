"""Plans in the office: typed in the browser, checked, moved on by those who may, changed by a paper, never silently."""

import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from survey.plan_file import read_plan

PLANS = Path(__file__).parents[2] / "survey/data/plans"
KRONG_NO = {  # as it stands on the plan's paper
    "plan": "krong-no-moi",
    "issuer": "UBND huyện Krông Nô",
    "title": "Khảo sát mức độ hài lòng năm 2023",
    "dated": "8/2023",
    "form": "rut-gon-mot-cua",
    "first": "25/8/2023",
    "last": "15/10/2023",
    "due_kind": "before",
    "due": "18/10/2023",
    "population": "clients",
    "subject": "service",
    "subject_text": "Dịch vụ hành chính công tại Bộ phận Tiếp nhận và trả kết quả",
    "channels": ["paper", "screen", "button"],
    "declared_total": "500",
    "milestones": "Gửi phiếu về Văn phòng; UBND các xã, thị trấn; trước ngày 18/10/2023",
    "heading_kind": "state",
    "heading_body": "ỦY BAN NHÂN DÂN / HUYỆN KRÔNG NÔ",
    "heading_signer": "Trần Đăng Ánh",
}
POINTS = "\n".join(
    f"{row['point']};{row['name']['vi']};{row['forms']}"
    for row in json.loads((PLANS / "krong-no-2023.json").read_text("utf-8"))["allocations"]
)


@pytest.fixture
def person(small_office: Any, coverage: Any) -> Any:
    return coverage.logged_in()


def stored(plan: str) -> Any:
    from central_office.rounds.catalogue import plan_of
    from central_office.rounds.models import PlanFile

    return plan_of(PlanFile.objects.get(plan=plan).text)


def made_of(page: str) -> dict[str, str]:
    """What a page of change says that it was made from."""
    (digest,) = re.findall(r'name="made_of" value="(\w+)"', page)
    return {"made_of": digest}


def text_of(reply: Any) -> str:
    return str(reply.content.decode())


def load(*names: str) -> None:
    from django.utils import timezone

    from central_office.rounds.catalogue import load_form, load_plan

    form = PLANS.parent / "forms/soc-trang-day-du.json"
    load_form(form.read_bytes(), form.name, timezone.now())
    for name in names:
        load_plan((PLANS / f"{name}.json").read_bytes(), name, timezone.now(), "cli:test")


def test_an_officer_enters_krong_no_alone(person: Any) -> None:
    wrong = KRONG_NO | {"allocations": POINTS.replace(";120", ";nhiều"), "last": "32/10/2023", "due": ""}
    refused = person.post("/ke-hoach/moi/", wrong)
    assert refused.status_code == 422
    for told in (
        "Điểm khảo sát, dòng 1: số phiếu «nhiều»",
        "Ngày cuối: «32/10/2023» không phải ngày",
        "Hạn nộp: còn thiếu",
    ):
        assert told in text_of(refused)
    assert "kn-huyen;Bộ phận Tiếp nhận" in text_of(refused), "what was typed is still there"
    right = KRONG_NO | {"allocations": POINTS}
    seen = text_of(person.post("/ke-hoach/moi/", right | {"do": "preview"}))
    assert "phân bổ 600, kế hoạch ghi 500, chênh +100" in seen
    assert "chậm nhất 17/10/2023" in seen
    assert person.get("/ke-hoach/dot/krong-no-moi/").status_code == 404, "a preview stores nothing"
    assert person.post("/ke-hoach/moi/", right | {"do": "save"}).headers["Location"] == "/ke-hoach/dot/krong-no-moi/"
    assert person.post("/ke-hoach/moi/", right | {"do": "save"}).status_code == 422, "the id is taken"
    plan, golden = stored("krong-no-moi"), read_plan((PLANS / "krong-no-2023.json").read_bytes(), "plan")
    assert (plan.allocated, plan.declared_total, plan.days, plan.due) == (600, 500, 52, date(2023, 10, 17))
    assert plan.allocations == golden.allocations
    assert plan.dated == "2023-08"
    page = text_of(person.get("/ke-hoach/dot/krong-no-moi/"))
    for told in ("ngày …… tháng 8 năm 2023", "HUYỆN KRÔNG NÔ", "25/08/2023 – 15/10/2023", "52 ngày", "Độc lập - Tự do"):
        assert told in page
    assert "chưa được phê duyệt" in page
    for stage, shown in (("accepted", "Đã nghiệm thu"), ("approved", "Đã phê duyệt")):
        done = person.post("/ke-hoach/dot/krong-no-moi/buoc/", {"stage": stage, "note": "QĐ 62"}, follow=True)
        assert done.status_code == 200
        assert f'aria-current="step" class="here"><strong>{shown}' in text_of(done)
    by_hand = person.post("/ke-hoach/dot/krong-no-moi/buoc/", {"stage": "published"})
    assert by_hand.status_code == 422
    assert "khi ghi lần công bố đầu tiên" in text_of(by_hand)
    assert "số liệu lệch nhau" in text_of(person.get("/ke-hoach/"))


def test_points_come_from_a_spreadsheet(person: Any) -> None:
    book = Workbook()
    book.active.append(["Mã", "Tên điểm", "Số phiếu"])
    for code, name, forms in (line.split(";") for line in POINTS.splitlines()):
        book.active.append([code, name, float(forms)])
    out = io.BytesIO()
    book.save(out)
    table = "Mã;Tên;Số phiếu\n" + POINTS
    for number, (name, data) in enumerate(
        {
            "diem.xlsx": out.getvalue(),
            "diem.csv": table.encode("utf-8-sig"),
            "excel.txt": table.encode("utf-16"),
        }.items()
    ):
        file = io.BytesIO(data)
        file.name = name
        told = KRONG_NO | {"plan": f"tep-{number}", "points_file": file}
        assert person.post("/ke-hoach/moi/", told).status_code == 302, name
        assert stored(f"tep-{number}").allocations == stored("krong-no-2023").allocations, name
    for data in (b"PK\x03\x04broken", b"", b"\xff\xfe\x00", b"a;b;c\n"):
        file = io.BytesIO(data)
        file.name = "x.xlsx"
        assert person.post("/ke-hoach/moi/", KRONG_NO | {"plan": "x", "points_file": file}).status_code in (302, 422)


def test_no_row_of_a_spreadsheet_is_dropped_unseen(person: Any) -> None:
    def post(data: bytes, **more: str) -> Any:
        file = io.BytesIO(data)
        file.name = "diem"
        return person.post("/ke-hoach/moi/", KRONG_NO | {"points_file": file, "plan": "tep"} | more)

    wrong = post(POINTS.replace(";120", ";120 phiếu").encode())
    assert "dòng 1: số phiếu «120 phiếu»" in text_of(wrong), "the first point is no heading"
    book = Workbook()
    for code in ("bg-001", "bg-002", "bg-003"):
        book.worksheets[0].append([code, f"Xã {code}", None if code == "bg-001" else 5])
    out = io.BytesIO()
    book.save(out)
    assert "dòng 1: số phiếu «»" in text_of(post(out.getvalue()))
    assert post(out.getvalue(), visits="on").status_code == 302
    assert [row.forms for row in stored("tep").allocations] == [0, 5, 5]
    two = "\n".join(["Mã điểm;Tên điểm", *(f"bg-{number:03d};Xã {number}" for number in range(1, 210))])
    assert post(two.encode(), visits="on", plan="hai-cot").status_code == 302
    assert len(stored("hai-cot").allocations) == 209
    torn = out.getvalue()
    with zipfile.ZipFile(io.BytesIO(torn)) as whole, zipfile.ZipFile(broken := io.BytesIO(), "w") as packed:
        for name in whole.namelist():
            packed.writestr(name, whole.read(name)[: 200 if "sheet1" in name else None])
    assert "không đọc được tệp XLSX" in text_of(post(broken.getvalue()))
    at = torn.index(b"xl/worksheets/sheet1.xml") + 60
    assert post(torn[:at] + b"\xff" * 20 + torn[at + 20 :]).status_code == 422


def test_a_file_is_shown_before_it_is_stored(person: Any) -> None:
    load()

    def upload(data: bytes, name: str = "ke-hoach.json") -> Any:
        file = io.BytesIO(data)
        file.name = name
        return person.post("/ke-hoach/tep/", {"file": file})

    assert person.get("/ke-hoach/tep/").status_code == 200
    seen = upload((PLANS / "lao-cai-2023.json").read_bytes())
    assert "7 tên xã không đọc được" in text_of(seen)
    assert person.get("/ke-hoach/dot/lao-cai-2023/").status_code == 404
    (signed,) = re.findall(r'name="signed" value="([^"]+)"', text_of(seen))
    assert person.post("/ke-hoach/tep/ghi/", {"signed": signed + "x"}).status_code == 422
    assert person.post("/ke-hoach/tep/ghi/", {"signed": signed}).status_code == 302
    page = text_of(person.get("/ke-hoach/dot/lao-cai-2023/"))
    assert page.count("không đọc được</span>") == 7
    assert "3.600" in page
    assert person.post("/ke-hoach/dot/lao-cai-2023/buoc/", {"stage": "accepted"}).status_code == 302
    refused = person.post("/ke-hoach/dot/lao-cai-2023/buoc/", {"stage": "approved"})
    assert refused.status_code == 422
    assert "7 tên xã không đọc được" in text_of(refused)
    assert "Nội dung giống hệt" in text_of(upload((PLANS / "lao-cai-2023.json").read_bytes()))
    for bad, told in (
        (b"{", "dòng 1 cột 2"),
        (b'{"plan": "x"}', "Cơ quan ban hành: còn thiếu"),
        (b"\xff", "không phải tệp"),
    ):
        reply = upload(bad)
        assert (reply.status_code, told in text_of(reply)) == (422, True), text_of(reply)
    downloaded = person.get("/ke-hoach/dot/lao-cai-2023/tep.json").content
    assert read_plan(downloaded, "plan") == stored("lao-cai-2023")


def test_illegible_names_are_filled_in_and_then_it_may_be_approved(person: Any) -> None:
    load("lao-cai-2023")
    from central_office.rounds.typed import typed_of

    typed = dict(typed_of(json.loads(person.get("/ke-hoach/dot/lao-cai-2023/tep.json").content)).values)
    names = iter(range(1, 8))
    areas = "".join(f"Xã {next(names)}" if letter == "?" and typed["areas"][at - 1 : at + 2] != "(?)" else letter
                    for at, letter in enumerate(typed["areas"]))  # fmt: skip
    where = "/ke-hoach/dot/lao-cai-2023/sua/"
    told = typed | {"areas": areas.replace(" (?)", ""), "channels": ["paper"]} | made_of(text_of(person.get(where)))
    assert person.post(where, told).status_code == 302
    for stage in ("accepted", "approved"):
        assert person.post("/ke-hoach/dot/lao-cai-2023/buoc/", {"stage": stage}).status_code == 302
    page = text_of(person.get("/ke-hoach/dot/lao-cai-2023/"))
    assert "Sửa dự thảo" in page
    assert "Huyện Bắc Hà: 2 xã (không đọc được" not in page.split("Lịch sử")[0]
    assert "1 mục thay đổi" in page, "what it said before is kept"


def test_points_without_names_stop_an_approval_until_somebody_answers_for_them(person: Any) -> None:
    from central_office.rounds.typed import typed_of

    load("bac-giang-2024")
    where = "/ke-hoach/dot/bac-giang-2024"
    assert person.post(f"{where}/buoc/", {"stage": "accepted"}).status_code == 302
    refused = person.post(f"{where}/buoc/", {"stage": "approved"})
    assert (refused.status_code, "không đọc được: tên các điểm" in text_of(refused)) == (422, True)
    stored_now, page = json.loads(person.get(f"{where}/tep.json").content), text_of(person.get(f"{where}/sua/"))
    assert "đã nhập đủ từ phụ lục" in page
    typed = {**typed_of(stored_now).values, "channels": ["qr"], "visits": "on", "points_named": "on"} | made_of(page)
    paper = {"paper_day": "1/7/2024", "paper_by": "Phụ lục KH 198", "paper_text": "Nhập tên các điểm"}
    named = typed | paper | {"allocations": str(typed["allocations"]).replace("Xã, phường, thị trấn số", "Xã")}
    assert person.post(f"{where}/sua/", named).status_code == 302
    assert person.post(f"{where}/buoc/", {"stage": "approved"}).status_code == 302
    assert [mark.place for mark in stored("bac-giang-2024").readings] == ["heading/signer"]
    assert "đã nhập đủ từ phụ lục" not in text_of(person.get(f"{where}/sua/"))


def test_after_an_answer_only_a_paper_changes_a_plan(office: Any, coverage: Any) -> None:
    from central_office.intake.models import Cell
    from central_office.rounds.typed import typed_of

    person, device = coverage.logged_in(), office.device()
    records = [device.answer(quarter=f"2023-10-{day}T08:15+07:00") for day in (15, 16, 20, 21)]
    assert device.deliver(office.door, records).accepted == 4
    counted = Cell.objects.filter(plan="krong-no-2023", in_window=True, count__gt=0).order_by("day")
    assert [cell.day.day for cell in counted] == [15]
    where = "/ke-hoach/dot/krong-no-2023/sua/"
    typed = dict(typed_of(json.loads(person.get("/ke-hoach/dot/krong-no-2023/tep.json").content)).values)
    changed = typed | {"last": "20/10/2023", "due": "25/10/2023", "channels": ["paper", "screen", "button", "qr"]}
    page = text_of(person.get(where))
    assert "Văn bản sửa đổi" in page
    changed |= made_of(page)
    assert "Xin ghi ngày của văn bản sửa đổi" in text_of(person.post(where, changed))
    paper = {"paper_day": "12/9/2023", "paper_by": "KH 90/KH-UBND", "paper_text": "Kéo dài thời gian khảo sát"}
    seen = text_of(person.post(where, changed | paper | {"do": "preview"}))
    assert "Ngày cuối</th><td>15/10/2023</td><td>20/10/2023" in seen
    assert counted.count() == 1, "a preview changes nothing"
    assert person.post(where, changed | paper).status_code == 302
    assert [cell.day.day for cell in counted.all()] == [15, 16, 20], (
        "answers that had come are judged by the new window"
    )
    plan = stored("krong-no-2023")
    assert (plan.last_day, plan.due) == (date(2023, 10, 20), date(2023, 10, 24))
    assert [(change.day, change.by) for change in plan.amendments] == [(date(2023, 9, 12), "KH 90/KH-UBND")]
    page = text_of(person.get("/ke-hoach/dot/krong-no-2023/"))
    assert "Kéo dài thời gian khảo sát" in page
    assert "Ngày cuối</th><td>15/10/2023</td><td>20/10/2023" in page
    changed |= made_of(text_of(person.get(where)))
    without = changed | paper | {"allocations": POINTS.replace("kn-huyen;", "kn-khac;")}
    assert "Không bỏ được điểm đã có ki-ốt hoặc phiếu: kn-huyen" in text_of(person.post(where, without))
    assert "Không có gì thay đổi" not in text_of(person.post(where, changed | paper)), "the paper itself is a change"


def test_no_change_undoes_another_unseen(person: Any) -> None:
    """Two amendments of one plan: the later one, made from a page opened before the first, is shown it first."""
    from central_office.rounds.typed import typed_of

    where = "/ke-hoach/dot/krong-no-2023/sua/"
    assert person.post("/ke-hoach/dot/krong-no-2023/buoc/", {"stage": "accepted"}).status_code == 302
    stored_now = json.loads(person.get("/ke-hoach/dot/krong-no-2023/tep.json").content)
    opened = {**typed_of(stored_now).values, "channels": stored_now["channels"]} | made_of(text_of(person.get(where)))
    paper = {"paper_day": "12/9/2023", "paper_text": "Sửa"}
    longer = opened | paper | {"last": "16/10/2023", "paper_by": "12/QĐ"}
    assert person.post(where, longer).status_code == 302
    more = opened | paper | {"allocations": POINTS.replace(";120", ";130"), "paper_by": "13/QĐ"}
    seen = text_of(person.post(where, more | {"do": "preview"}))
    assert made_of(seen) == made_of(text_of(person.post(where, more | {"last": "x"}))) == {"made_of": opened["made_of"]}
    refused = person.post(where, more)
    assert refused.status_code == 422
    text = text_of(refused)
    for told in ("Kế hoạch đã được người khác sửa", "Ngày cuối</th><td>15/10/2023</td><td>16/10/2023", ";130", "13/QĐ"):
        assert told in text, told
    assert (stored("krong-no-2023").last_day, stored("krong-no-2023").allocated) == (date(2023, 10, 16), 600)
    assert person.post(where, more | {"made_of": ""}).status_code == 422
    assert person.post(where, more | made_of(text) | {"last": "16/10/2023"}).status_code == 302
    assert (stored("krong-no-2023").last_day, stored("krong-no-2023").allocated) == (date(2023, 10, 16), 610)
    assert [change.by for change in stored("krong-no-2023").amendments] == ["12/QĐ", "13/QĐ"]


def test_history_is_only_added_to(person: Any, monkeypatch: Any) -> None:
    from central_office.rounds.models import PlanEvent

    assert person.post("/ke-hoach/dot/krong-no-2023/buoc/", {"stage": "accepted"}).status_code == 302
    assert person.post("/ke-hoach/dot/krong-no-2023/buoc/", {"stage": "published"}).status_code == 422
    assert person.post("/ke-hoach/dot/krong-no-2023/buoc/", {"stage": "draft"}).status_code == 422, "no reason given"
    assert person.post("/ke-hoach/dot/krong-no-2023/buoc/", {"stage": "draft", "note": "thiếu số"}).status_code == 302
    assert person.post("/ke-hoach/dot/krong-no-2023/buoc/", {"stage": "burnt"}).status_code == 404
    monkeypatch.setattr("central_office.rounds.views.may_whole", lambda _user, right, _plan: right != "edit_plans")
    assert person.post("/ke-hoach/dot/krong-no-2023/buoc/", {"stage": "accepted"}).status_code == 403
    event = PlanEvent.objects.order_by("id").first()
    assert event is not None
    for change in (event.save, event.delete):
        with pytest.raises(TypeError):
            change()
    assert [(e.about, e.actor) for e in PlanEvent.objects.filter(kind="stage").order_by("id")] == [
        ("accepted", "nhanvien"),
        ("draft", "nhanvien"),
    ]


def test_milestones_are_overdue_until_they_are_met(person: Any, capsys: Any) -> None:
    from argparse import Namespace

    from central_office.commands import plans

    load("lai-chau-2024")
    asked = Namespace(plan="lai-chau-2024", today=date(2024, 11, 30))
    assert plans.plan_milestones(asked, None) == 0  # type: ignore[arg-type]
    said = capsys.readouterr().out
    (line,) = [line for line in said.splitlines() if "766" in line]
    assert "29/11/2024" in line
    assert "OVERDUE" in line
    assert "overdue: 6" in said
    where = "/ke-hoach/dot/lai-chau-2024/moc/"
    assert person.post(where, {"number": "7", "day": "31/02/2024"}).status_code == 422
    assert person.post(where, {"number": "9", "day": "28/11/2024"}).status_code == 422
    assert person.post(where, {"number": "7", "day": "28/11/2024"}).status_code == 302
    plans.plan_milestones(asked, None)  # type: ignore[arg-type]
    assert "overdue: 5" in capsys.readouterr().out
    assert "xong 28/11/2024" in text_of(person.get("/ke-hoach/dot/lai-chau-2024/"))


def test_a_clone_differs_in_dates_and_ids_only(person: Any) -> None:
    from central_office.rounds.words import LABELS, differences

    load("soc-trang-2025")
    told = {"id": "soc-trang-2026", "first": "2/3/2026", "last": "29/5/2026"}
    assert person.post("/ke-hoach/dot/soc-trang-2025/sao-chep/", told).status_code == 302
    assert person.post("/ke-hoach/dot/soc-trang-2025/sao-chep/", told | {"first": "1/3/2026"}).status_code == 422
    assert person.post("/ke-hoach/dot/soc-trang-2025/sao-chep/", told | {"id": "một hai"}).status_code == 422
    assert person.post("/ke-hoach/dot/soc-trang-2025/sao-chep/", told | {"first": "2/3"}).status_code == 422
    old, new = stored("soc-trang-2025"), stored("soc-trang-2026")
    dates = ("id", "title", "dated", "first_day", "last_day", "due", "milestones")
    assert {what for what, _, _ in differences(old, new)} <= {LABELS[name] for name in dates}
    assert "2026" in new.title["vi"]
    assert [step.due.year for step in new.milestones] == [2026] * 4
    assert new.targets == old.targets


def test_the_five_plans_stand_side_by_side(person: Any) -> None:
    load("bac-giang-2024", "lai-chau-2024", "lao-cai-2023", "soc-trang-2025")
    listed = text_of(person.get("/ke-hoach/"))
    for told in (
        "209 điểm",
        "8 đơn vị",
        "2.520",
        "3.600",
        "theo lượt",
        "2 điều chặn phê duyệt",
        "1 điều chặn phê duyệt",
    ):
        assert told in listed
    party = text_of(person.get("/ke-hoach/dot/bac-giang-2024/"))
    for told in (
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "TỈNH ỦY BẮC GIANG",
        "BAN DÂN VẬN",
        "198-KH/BDVTU",
        "ngày 05 tháng 6 năm 2024",
    ):
        assert told in party
    assert "Độc lập - Tự do" not in party
    assert "95%" in text_of(person.get("/ke-hoach/dot/soc-trang-2025/"))
    assert person.get("/ke-hoach/dot/x%00/").status_code == 404


def test_plan_check_needs_no_office(tmp_path: Path, helper: Any, small_office: Any, capsys: Any) -> None:
    """Exit 0 where it only adds up, 1 where figures disagree."""
    from argparse import Namespace

    from central_office.commands import plans

    config = helper.write_config(tmp_path / "nowhere", "sqlite")
    every = helper.run_office(config, "plan", "check", "--all", "--english", check=False)
    assert every.returncode == 1
    assert "allocated 600, declared 500, difference +100" in every.stdout
    assert every.stdout.count("form: 13 facts, 19 + 4 criteria, 15 expectations") == 1
    asked = Namespace(files=[PLANS / "lao-cai-2023.json"], all=False, form=[], english=False)
    assert plans.plan_check(asked, None) == 0  # type: ignore[arg-type]
    said = capsys.readouterr().out
    assert "9 / 18 / 72 / 3600 = 3600" in said
    assert "7 tên xã không đọc được, phải nhập từ phụ lục → chặn phê duyệt" in said
    print(f"plan check --all: {every.stdout.count('  due ')} plans, {every.stdout.count('  ≠ ')} disagreement")


def test_the_log_is_written_after_the_recount(small_office: Any, coverage: Any, monkeypatch: Any) -> None:
    """A recount may take long, and whoever writes in the log waits from that line on."""
    from django.utils import timezone

    from central_office.people.models import AuditLine
    from central_office.rounds import editing
    from central_office.rounds.models import PlanFile

    device, lines = small_office.device(), AuditLine.objects.filter(action="plan.amended")
    device.deliver(small_office.door, device.answers(1))
    seen: list[int] = []
    monkeypatch.setattr(editing, "rebuild", lambda _plan: seen.append(lines.count()))
    document = json.loads(PlanFile.objects.get(plan="krong-no-2023").text)
    document["window"]["to"] = "2023-10-16"
    paper = editing.Paper(date(2023, 9, 12), "12/QĐ", "Kéo dài")
    editing.amend("krong-no-2023", document, paper, "test", timezone.now())
    assert (seen, lines.count()) == ([0], 1)


def test_an_approved_plan_is_not_amended_into_one_that_blocks(person: Any) -> None:
    from django.core.exceptions import PermissionDenied
    from django.utils import timezone

    from central_office.rounds import editing, stages
    from central_office.rounds.catalogue import Refusal
    from central_office.rounds.history import Stage

    now, paper = timezone.now(), editing.Paper(date(2023, 9, 12), "12/QĐ", "Sửa")
    document = json.loads((PLANS / "krong-no-2023.json").read_text("utf-8"))
    unread = document | {"readings": [{"place": "allocations", "state": "doubtful"}]}
    post = document | {"subject": {"kind": "post_holder"}}
    for step in (Stage.ACCEPTED, Stage.APPROVED):
        stages.move("krong-no-2023", step, "test", now)
    for changed in (unread, post):
        with pytest.raises(Refusal, match="đã phê duyệt"):
            editing.amend("krong-no-2023", changed, paper, "test", now)
    longer = document | {"window": {"from": "2023-08-25", "to": "2023-10-16"}}
    with pytest.raises(PermissionDenied):  # approved since the page was opened by one who may only edit
        editing.amend("krong-no-2023", longer, paper, "test", now, may_approve=False)
    assert stored("krong-no-2023").last_day == date(2023, 10, 15)
    editing.amend("krong-no-2023", longer, paper, "test", now)
    stages.move("krong-no-2023", Stage.ACCEPTED, "test", now, "sửa")
    document["amendments"] = json.loads(_text("krong-no-2023"))["amendments"]
    editing.amend("krong-no-2023", unread, paper, "test", now, may_approve=False)


def _text(plan: str) -> str:
    from central_office.rounds.models import PlanFile

    return PlanFile.objects.get(plan=plan).text


def test_two_loads_of_one_plan_at_once_make_one(small_office: Any, monkeypatch: Any) -> None:
    """The second one comes between the first one's look and its entry."""
    from django.utils import timezone

    from central_office.rounds import catalogue
    from central_office.rounds.models import PlanEvent

    document = json.loads((PLANS / "krong-no-2023.json").read_text("utf-8"))
    newest, others = catalogue.newest_form, [document["title"], {"vi": "Khác"}]

    def overtaken(plan: Any, source: str) -> Any:
        if others:
            other = json.dumps(document | {"plan": plan.id, "title": others.pop(0)})
            monkeypatch.setattr(catalogue, "newest_form", newest)
            catalogue.load_plan(other.encode(), "other", timezone.now())
        return newest(plan, source)

    for plan, refused in (("mot", False), ("hai", True)):
        monkeypatch.setattr(catalogue, "newest_form", overtaken)
        data = json.dumps(document | {"plan": plan}).encode()
        if refused:
            with pytest.raises(catalogue.Refusal):
                catalogue.load_plan(data, "own", timezone.now())
        else:
            catalogue.load_plan(data, "own", timezone.now())
        assert [event.note for event in PlanEvent.objects.filter(plan=plan)] == ([] if refused else ["other"])
