"""Reports over HTTP and on the command line, of an analysis that stands in for the database's."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from central_office.__main__ import main
from tests.central_office.analyses import krong_no

PASSWORD = "mat-khau-thu-nghiem-1"
PAGE, FILE = "/ket-qua/bao-cao/", "/ket-qua/bao-cao/tep/"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the figures were asked of."""
    calls: list[Any] = []

    def analyse(plan_file: Any, now: Any, points: Any = None, floor: int = 5) -> Any:
        calls.append((plan_file.plan, points))
        return krong_no()

    for room in ("reports.pages", "commands.reports"):
        monkeypatch.setattr(f"central_office.{room}.analyse", analyse)
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
    assert set(asked) == {("krong-no-2023", None)}
    wrong = person.get(FILE, {"plan": "krong-no-2023", "dang": "pdf", "ngay": "17/10/2023"})
    assert wrong.status_code == 422
    assert 'value="17/10/2023"' in wrong.content.decode()
    assert person.get(FILE, {"dang": "exe"}).status_code == 404
    assert person.get(FILE, {"plan": "khong-co", "dang": "pdf"}).status_code == 404
    person.logout()
    for address in (PAGE, FILE):
        assert person.get(address).status_code in (302, 403)


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
