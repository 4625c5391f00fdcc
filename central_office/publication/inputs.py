"""What a frozen round was made of beside the records' bytes, as canonical bytes and back. Knows no database."""

from dataclasses import dataclass
from typing import Any

from central_office.publication.recount import Spans
from survey.canonical import Value, decode, encode

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Inputs:
    """`spans`, `uncounted`: as in recount.Roll; `withdrawn`: taken back before; `form`: digest of the
    plan's form; `forms`: of every version of it."""

    spans: Spans
    uncounted: dict[tuple[str, int], str]
    withdrawn: int
    form: str
    forms: tuple[str, ...]


def write_inputs(inputs: Inputs) -> bytes:
    spans: dict[str, Value] = {kiosk: [[a, b] for a, b in runs] for kiosk, runs in inputs.spans.items()}
    uncounted: list[Value] = [[kiosk, seq, why] for (kiosk, seq), why in sorted(inputs.uncounted.items())]
    said: dict[str, Value] = {"v": FORMAT, "spans": spans, "uncounted": uncounted}
    return encode(said | {"withdrawn": inputs.withdrawn, "form": inputs.form, "forms": list(inputs.forms)})


def read_inputs(data: bytes) -> Inputs:
    said: Any = decode(data)
    spans = {kiosk: [(a, b) for a, b in runs] for kiosk, runs in said["spans"].items()}
    uncounted = {(kiosk, seq): why for kiosk, seq, why in said["uncounted"]}
    return Inputs(spans, uncounted, said["withdrawn"], said["form"], tuple(said["forms"]))
