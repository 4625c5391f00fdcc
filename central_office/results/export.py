"""Hands over one plan's answers and figures as files, with their digests (R-077). The raw bytes are the proof.

Comments stand in the table without telephone numbers, identity cards and e-mail addresses (R-110); the raw bytes, which
the chain and the receipts are about, cannot be screened and may be left out.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.core.serializers.json import DjangoJSONEncoder

from central_office.feed.telling import screened
from central_office.intake.models import Proof, Tombstone
from central_office.intake.stored import records_of
from central_office.results import analysis_tables, spreadsheet
from central_office.results.analysing import analyse
from central_office.results.analysis_json import as_json
from central_office.results.sayings import UNCOUNTED
from central_office.rounds.catalogue import form_of
from central_office.rounds.models import PlanFile
from survey.canonical import encode
from survey.form import AnswerValue, Kind, Question
from survey.record import read_record

EVERYTHING = 1  # floor of the figures beside the answers themselves: whoever has these can count
ANSWER_HEAD = (
    "Ki-ốt",
    "Số",
    "Quý giờ",
    "Điểm",
    "Kênh",
    "Tình trạng",
    "Thời lượng (giây)",
    "Dấu hiệu",
    "Trong đợt",
    "Được tính",
    "Cơ quan giải quyết",
)


def export(plan: str, directory: Path, now: datetime, *, raw: bool = True) -> dict[str, str]:
    """Write the files into `directory`, which must be new; file name → SHA-256. `raw`: with the answers' own bytes.

    Raises: PlanFile.DoesNotExist; FileExistsError.
    """
    plan_file = PlanFile.objects.select_related("form").get(plan=plan)
    directory.mkdir(mode=0o700, parents=True)
    analysis = analyse(plan_file, now, floor=EVERYTHING)
    questions = form_of(plan_file.form.text).questions
    if raw:
        _write_records(plan, directory / "answers.ndjson")
    _write_erased(plan, directory)
    head = (*ANSWER_HEAD, *(question.code for question in questions))
    spreadsheet.write_csv_file(directory / "answers.csv", head, _answer_rows(plan, questions))
    (directory / "results.csv").write_bytes(
        spreadsheet.write_csv(analysis_tables.HEAD, analysis_tables.rows_of(analysis))
    )
    text = DjangoJSONEncoder(ensure_ascii=False, indent=1).encode(as_json(analysis))
    (directory / "results.json").write_text(text + "\n", "utf-8")
    digests = {path.name: _sha256(path) for path in sorted(directory.iterdir())}
    lines = "".join(f"{digest}  {name}\n" for name, digest in digests.items())
    (directory / "SHA256SUMS").write_text(lines, "ascii")
    return digests


def _write_erased(plan: str, directory: Path) -> None:
    """What was withdrawn, one line a record, so that the chain can be followed over it; and the signed log that proves
    it, which is the office's for all plans."""
    stones = Tombstone.objects.filter(plan=plan).order_by("kiosk", "seq")
    names = ("kiosk", "seq", "digest", "prev", "withdrawn", "reason")
    with (directory / "tombstones.ndjson").open("wb") as file:
        file.writelines(encode(row) + b"\n" for row in stones.values(*names).iterator(2000))
    with (directory / "proofs.ndjson").open("wb") as file:
        for proof in Proof.objects.order_by("number").iterator(2000):
            said = {"line": bytes(proof.line).decode(), "signature": bytes(proof.signature).hex()}
            file.write(encode(said) + b"\n")


def _write_records(plan: str, path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(raw + b"\n" for raw, _, _ in records_of(plan))


def _answer_rows(plan: str, questions: Sequence[Question]) -> Iterator[list[spreadsheet.Cell]]:
    for raw, in_window, why in records_of(plan):
        record = read_record(raw)
        said = record.submission
        yield [
            *(said.kiosk, record.seq, said.quarter, said.point, str(said.channel), str(said.state), said.duration_s),
            *(" ".join(said.flags), "có" if in_window else "không"),
            *(f"không: {UNCOUNTED[why]}" if why else "có", said.agency),
            *(_answer(question, said.answers.get(question.code)) for question in questions),
        ]


def _answer(question: Question, value: "AnswerValue | None") -> spreadsheet.Cell:
    if isinstance(value, list):
        return " ".join(value)
    return screened(str(value)) if question.kind is Kind.TEXT and value is not None else value


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
