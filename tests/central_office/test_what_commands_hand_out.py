"""Whatever a command hands out is a line of the log; comments leave the office without what tells who wrote them."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.whole_round import paper_faults

PLAN = "krong-no-2023"
COMMENT = "Gọi tôi số 0912345678 hoặc lan.nguyen@example.vn nhé"


def lines() -> list[tuple[str, str, dict[str, Any]]]:
    from central_office.people.models import AuditLine

    found = AuditLine.objects.filter(action="data.exported").order_by("number")
    return [(each.actor, each.target, json.loads(bytes(each.line))["detail"]) for each in found]


def test_every_command_that_hands_data_out_is_a_line_of_the_log(
    small_office: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from central_office.__main__ import main

    device = small_office.device()
    device.deliver(small_office.door, device.answers(40))

    def run(*arguments: object) -> str:
        assert main([str(each) for each in (*arguments, "--config", small_office.config)]) == 0, arguments
        return capsys.readouterr().out

    version = f"{PLAN}-1"
    for stage in ("accepted", "approved"):
        run("plan", "stage", PLAN, stage)
    run("freeze", "--plan", PLAN)
    run("export", "--plan", PLAN, tmp_path / "export")
    run("report", "--plan", PLAN, "--out", tmp_path / "report", "--format", "json,csv")
    run("report", "--frozen", version, "--out", tmp_path / "report", "--format", "json,sheets")
    run("results", "--json", PLAN)
    run("compare", PLAN, PLAN)
    run("frozen", "write", version, "--out", tmp_path / "frozen")
    run("frozen", "rebuild", version, "--out", tmp_path / "again")
    run("site", "--frozen", version, "--out", tmp_path / "site")
    run("package", "--frozen", version, "--out", tmp_path / "package", "--point", "kn-huyen")
    run("feed", "communes", "--plan", PLAN, "--out", tmp_path / "communes.csv")
    said = lines()
    assert [(detail["what"], target) for _, target, detail in said] == [
        *(("export", PLAN), ("report", PLAN), ("report", version), ("results", PLAN), ("compare", PLAN)),
        *(("frozen write", version), ("frozen rebuild", version), ("site", version), ("package", version)),
        ("feed communes", PLAN),
    ]
    assert all(actor.startswith("cli:") for actor, _, _ in said)
    assert [detail.get("count") for _, _, detail in said[:4]] == [6, 8, 14, None]
    sums = (tmp_path / "export/SHA256SUMS").read_bytes()
    assert said[0][2] == {"what": "export", "count": 6, "digest": hashlib.sha256(sums).hexdigest(), "raw": 1}
    assert paper_faults(tmp_path / "report", tmp_path / "site", 13) == [], "the demonstration judges these"
    assert paper_faults(tmp_path / "report", tmp_path / "site", 12) == ["13 sheets of 12 points"]
    assert said[8][2]["points"] == ["kn-huyen"]


@pytest.mark.slow
def test_rows_go_into_the_file_as_they_come(tmp_path: Path) -> None:
    """The same bytes as made in memory, and nothing of 100,000 rows is held back."""
    from central_office.results.spreadsheet import write_csv, write_csv_file

    path, written = tmp_path / "a.csv", []

    def rows() -> Any:
        for number in range(100_000):
            if number % 50_000 == 49_999:
                written.append(path.stat().st_size)
            yield number, "=1+1", "một\ndòng;khác", None

    write_csv_file(path, ("Số", "Lời"), rows())
    assert path.read_bytes() == write_csv(("Số", "Lời"), rows())
    assert 1_000_000 < written[0] < written[1]
    print(f"{written[1]} bytes on the disk before the last row")


def test_comments_are_screened_and_the_raw_bytes_can_stay(small_office: Any, tmp_path: Path) -> None:
    from django.utils import timezone

    from central_office.results.export import export

    device = small_office.device()
    device.deliver(small_office.door, [device.answer(answers={"RG.HL0": 5, "RG.YK": COMMENT}), device.answer()])
    digests = export(PLAN, tmp_path / "out", timezone.now(), raw=False)
    assert set(digests) == {"answers.csv", "results.csv", "results.json", "tombstones.ndjson", "proofs.ndjson"}
    text = (tmp_path / "out/answers.csv").read_text("utf-8-sig")
    first = next(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert first["RG.YK"].startswith("Gọi tôi số ")
    assert first["RG.YK"].endswith(" nhé")
    for path in (tmp_path / "out").iterdir():
        assert b"0912345678" not in path.read_bytes(), path.name
        assert b"lan.nguyen" not in path.read_bytes(), path.name
    export(PLAN, tmp_path / "whole", timezone.now())
    assert b"0912345678" in (tmp_path / "whole/answers.ndjson").read_bytes(), "what the chain is about is not touched"
