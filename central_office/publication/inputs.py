"""What a frozen round was made of beside the records' bytes, as canonical bytes and back. Knows no database."""

from dataclasses import dataclass
from typing import Any

from central_office.publication.recount import Spans
from central_office.results.placing import Standing
from survey.canonical import Value, decode, encode

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Inputs:
    """`spans`, `uncounted`: as in recount.Roll; `withdrawn`: taken back before; `form`: digest of the
    plan's form; `forms`: of every version of it; `standing`: where the points stood in the tree of units, None in
    rounds that were frozen before this was kept."""

    spans: Spans
    uncounted: dict[tuple[str, int], str]
    withdrawn: int
    form: str
    forms: tuple[str, ...]
    standing: Standing | None = None


def write_inputs(inputs: Inputs) -> bytes:
    spans: dict[str, Value] = {kiosk: [[a, b] for a, b in runs] for kiosk, runs in inputs.spans.items()}
    uncounted: list[Value] = [[kiosk, seq, why] for (kiosk, seq), why in sorted(inputs.uncounted.items())]
    said: dict[str, Value] = {"v": FORMAT, "spans": spans, "uncounted": uncounted}
    said |= {"withdrawn": inputs.withdrawn, "form": inputs.form, "forms": list(inputs.forms)}
    return encode(said | ({"units": _units(inputs.standing)} if inputs.standing is not None else {}))


def _units(standing: Standing) -> dict[str, Value]:
    above: dict[str, Value] = {point: list(path) for point, path in standing.above.items()}
    return {"above": above, "order": list(standing.order), "names": dict(standing.names)}


def _standing(said: Any) -> Standing | None:
    if said is None:
        return None
    above = {point: tuple(path) for point, path in said["above"].items()}
    return Standing(above, tuple(said["order"]), dict(said["names"]), known=True)


def read_inputs(data: bytes) -> Inputs:
    said: Any = decode(data)
    spans = {kiosk: [(a, b) for a, b in runs] for kiosk, runs in said["spans"].items()}
    uncounted = {(kiosk, seq): why for kiosk, seq, why in said["uncounted"]}
    return Inputs(spans, uncounted, said["withdrawn"], said["form"], tuple(said["forms"]), _standing(said.get("units")))
