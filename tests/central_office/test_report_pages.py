"""Reports over HTTP and on the command line, of an analysis that stands in for the database's."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from pypdf import PdfReader

from central_office.__main__ import main
from central_office.results.analysis import By
from central_office.results.analysis_file import plan_of
from tests.central_office import editions
from tests.central_office.analyses import krong_no
from tests.central_office.paper_pages import squeezed, text_of

PASSWORD = "mat-khau-thu-nghiem-1"
PAGE, FILE = "/ket-qua/bao-cao/", "/ket-qua/bao-cao/tep/"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the figures were asked of."""
    calls: list[Any] = []

    def analyse(plan_file: Any, now: Any, points: Any = None, floor: int = 5) -> Any:
        calls.append((plan_file.plan, points, floor))
        return krong_no()

    for place in ("analyse", "current"):
        monkeypatch.setattr(f"central_office.reports.sources.{place}", analyse)
    return calls


@pytest.fixture
def person(small_office: Any) -> Any:
    from django.contrib.auth.models import User
    from django.test import Client

    User.objects.create_superuser("nhanvien", password=PASSWORD)
    client = Client()
    assert client.login(username="nhanvien", password=PASSWORD)
    return client


def test_every_kind_is_offered_and_sent(person: Any, asked: list[Any]) -> None:
    page = person.get(PAGE)
    assert page.status_code == 200
    body = page.content.decode()
    assert "style=" not in body
    assert "<script" not in body
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK"), ("json", b"{")):
        assert f'value="{kind}"' in body
        sent = person.get(FILE, {"plan": "krong-no-2023", "dang": kind, "ngay": "2023-10-17"})
        assert sent.status_code == 200, kind
        assert sent.content.startswith(start)
        assert (
            f"krong-no-2023-{'so-lieu' if kind in ('xlsx', 'json') else 'bao-cao'}.{kind}"
            in sent["Content-Disposition"]
        )
    for kind, count in (("sheets", 13), ("csv", 7), ("parquet", 7)):
        sent = person.get(FILE, {"plan": "krong-no-2023", "dang": kind})
        with zipfile.ZipFile(io.BytesIO(b"".join(sent.streaming_content))) as archive:
            assert archive.testzip() is None
            assert len(archive.namelist()) == count
    assert set(asked) == {("krong-no-2023", None, 5), ("krong-no-2023", None, 10)}
    assert asked.count(("krong-no-2023", None, 10)) == 1, "the sheets, which go out to communes"
    wrong = person.get(FILE, {"plan": "krong-no-2023", "dang": "pdf", "ngay": "17/10/2023"})
    assert wrong.status_code == 422
    assert 'value="17/10/2023"' in wrong.content.decode()
    assert person.get(FILE, {"dang": "exe"}).status_code == 404
    assert person.get(FILE, {"plan": "khong-co", "dang": "pdf"}).status_code == 404
    person.logout()
    for address in (PAGE, FILE):
        assert person.get(address).status_code in (302, 403)


@pytest.fixture
def frozen(small_office: Any) -> Any:
    """A frozen round as the freeze keeps it, with hidden points; and one of the running round before it."""
    from central_office.publication.models import Frozen
    from central_office.publication.public import public
    from central_office.results.analysis_file import write_analysis
    from central_office.rounds.models import PlanFile

    found, _, _ = editions.analysis()
    text = PlanFile.objects.get(plan="krong-no-2023").text
    shown = public(replace(found, plan=plan_of(text)))
    for number, interim in ((1, True), (2, False)):
        parts = {"analysis": write_analysis(shown, text), "inputs": b"", "manifest": b"", "signature": b""}
        row = Frozen(version=f"krong-no-2023-{number}", plan="krong-no-2023", number=number, interim=interim, **parts)
        row.as_of = row.frozen_at = found.at
        row.by, row.count = "cli:thu", 1
        row.save()
    return shown


def test_reports_are_of_the_frozen_round_once_there_is_one(
    person: Any, frozen: Any, asked: list[Any], tmp_path: Path, small_office: Any
) -> None:
    plan = {"plan": "krong-no-2023"}
    page = person.get(PAGE, plan).content.decode()
    assert '<option value="krong-no-2023-2" selected>' in page
    assert "(đợt chưa kết thúc)" in page
    sent = person.get(FILE, {**plan, "dang": "json"})
    assert 'filename="krong-no-2023-2-so-lieu.json"' in sent["Content-Disposition"]
    said = json.loads(sent.content)
    assert said["about"]["figures"] == "krong-no-2023-2"
    assert said["chi-so"][0]["n"] == frozen.overall.share.n
    assert asked == [], "no live figure"
    early = person.get(FILE, {**plan, "dang": "docx", "so-lieu": "krong-no-2023-1"})
    assert "SỐ LIỆU TẠM, ĐỢT KHẢO SÁT CHƯA KẾT THÚC" in paragraphs(early.content)
    live = person.get(FILE, {**plan, "dang": "docx", "so-lieu": "live"})
    assert "SỐ LIỆU TẠM, LƯU HÀNH NỘI BỘ" in paragraphs(live.content)
    assert asked == [("krong-no-2023", None, 5)]
    assert person.get(FILE, {**plan, "dang": "docx", "so-lieu": "bac-giang-2024-1"}).status_code == 404
    command = ["report", "--out", str(tmp_path), "--config", str(small_office.config), "--format"]
    assert main([*command, "json,pdf,sheets,xlsx,docx", "--frozen", "krong-no-2023-2"]) == 0
    assert (tmp_path / "so-lieu.json").read_bytes() == sent.content, "the page and the command, the same bytes"
    text = squeezed(text_of(PdfReader(tmp_path / "bao-cao.pdf")))
    assert squeezed("Số liệu lấy từ đợt đã đóng băng krong-no-2023-2") in text
    assert squeezed("vượt ngưỡng cảnh báo") not in text, "signals are not for everybody: nothing is said of them"
    assert "SỐLIỆUTẠM" not in text
    hidden = next(each for each in frozen.breakdowns[By.POINT].rows if each.overall.hidden)
    page = next(tmp_path.glob(f"don-vi/*-{hidden.code}.pdf"))
    assert squeezed("Số phiếu đã nhận–") in squeezed(text_of(PdfReader(page)))
    assert main([*command, "pdf,sheets,csv", "--plan", "krong-no-2023"]) == 0
    for path in (tmp_path / "bao-cao.pdf", tmp_path / "don-vi" / "001-kn-huyen.pdf"):
        assert squeezed("SỐ LIỆU TẠM, LƯU HÀNH NỘI BỘ") in squeezed(text_of(PdfReader(path)))
    assert "SỐ LIỆU TẠM" in (tmp_path / "csv" / "tong-hop.csv").read_text("utf-8-sig").splitlines()[1]


def paragraphs(data: bytes) -> list[str]:
    return [each.text for each in docx.Document(io.BytesIO(data)).paragraphs]


def test_words_know_every_reason_of_the_intake(small_office: Any) -> None:
    from central_office.intake.single_use import USED, VOID
    from central_office.results.sayings import UNCOUNTED

    assert set(UNCOUNTED) == {USED, VOID}


def test_command_writes_what_was_asked(
    small_office: Any, asked: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    said = ["report", "--plan", "krong-no-2023", "--out", str(folder), "--format", "pdf,csv,sheets"]
    assert main([*said, "--date", "2023-10-17", "--config", str(small_office.config)]) == 0
    written = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert len(written) == 1 + 7 + 13
    text = "".join(PdfReader(folder / "bao-cao.pdf").pages[0].extract_text().split())
    assert "ngày17tháng10năm2023" in text
    told = capsys.readouterr()
    assert "21 tệp" in told.out
    assert "21/21" in told.err
    with pytest.raises(SystemExit):
        main([*said[:-1], "exe"])
