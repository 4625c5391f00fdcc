"""Reading by pieces gives what reading whole gives, or steps aside: never another record or verdict."""

import random
from typing import Any

import pytest

from central_office.intake.lines import Line
from central_office.intake.reading import Judge, numbers
from survey.assignment import Assignment
from survey.plan_file import read_plan
from survey.record import Sealed
from survey.wire import BatchHead

KIOSK = "k-0123456789ab"


@pytest.fixture
def device(helper: Any) -> Any:
    made = helper.Device(random.Random(3))
    place = ("krong-no-2023", "kn-huyen")
    made.assignment = Assignment(KIOSK, *place, {"vi": "Điểm"}, {"vi": "Nơi"}, helper.form().ref)
    return made


@pytest.fixture
def judge(helper: Any) -> Any:
    def make() -> Judge:
        form, plan = helper.form(), read_plan(helper.PLAN_FILE.read_bytes(), "plan")
        return Judge(KIOSK, {plan.id: plan}, {form.digest: form}, frozenset({("krong-no-2023", "kn-huyen")}))

    return make


def mutants(rng: random.Random, raw: bytes, other: bytes) -> list[bytes]:
    """Bytes near a record: flipped, cut, doubled, spliced with another record, reordered, respaced."""
    place, end = sorted(rng.sample(range(len(raw)), 2))
    flipped = bytearray(raw)
    flipped[place] = rng.randrange(256)
    pieces = raw.split(b',"')
    swapped = list(pieces)
    first, second = rng.sample(range(1, len(pieces)), 2)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    return [
        bytes(flipped),
        raw[:place] + raw[end:],
        raw[:end] + raw[place:],
        raw[:place] + other[place:],
        b',"'.join(swapped),
        b',"'.join([*pieces[:first], pieces[first], *pieces[first:]]),
        b',"'.join(pieces[:first] + pieces[first + 1 :]),
        raw.replace(b":", b": ", 1),
        raw.replace(b'"seq":', b'"seq":0', 1),
        raw.replace(b'"duration_s":', b'"duration_s":9999', 1),
        raw.replace(b'"boot":"0', b'"boot":"A', 1),
        raw.replace(b"+07:00", b"+07:01").replace(b":15+", b":16+"),
        raw.replace(b'"RG.HL0":', b'"RG.HL9":', 1),
        raw.replace(b"}", b',"RG.HL0":5}', 1),
    ]


@pytest.mark.slow
def test_mutants_of_records_get_the_same_verdict_both_ways(device: Any, judge: Any) -> None:
    seed = 99
    rng = random.Random(seed)
    records = device.answers(400)
    tried = quick = 0
    by_pieces, by_whole = judge(), judge()
    for record in records:
        by_pieces.read(record.seq, record.raw)
    for number, record in enumerate(records):
        other = records[rng.randrange(400)].raw
        for raw in [record.raw, *mutants(rng, record.raw, other), *mutants(rng, record.raw, other)]:
            whole = by_whole.read_whole(record.seq, raw)
            found = by_pieces.read(record.seq, raw)
            assert spelt(found) == spelt(whole), (number, raw)
            quick += by_pieces._pieces.read(record.seq, raw) is not None
            tried += 1
    assert quick >= 400  # the quick way is really taken
    print(f"seed {seed}: {tried} lines read both ways ({quick} of them by pieces), 0 differences")


def spelt(line: Any) -> Any:
    """A verdict without the identity of its cell."""
    return (*line[:6], line.cell.text, line.counted) if isinstance(line, Line) else (type(line), *line)


def test_an_answer_allowed_in_one_form_is_not_thereby_allowed_in_another(device: Any, judge: Any, helper: Any) -> None:
    import json

    from survey.form_file import read_form

    document = json.loads(helper.FORM_TEXT)
    document["form"] = "other"
    document["questions"] = [q for q in document["questions"] if q["code"] != "RG.HL4"]
    other = read_form(json.dumps(document).encode(), "other")
    both = judge()
    both.forms = {**both.forms, other.digest: other}
    answers = {"RG.HL0": 5, "RG.HL4": 5}
    first, second = device.answer(answers=answers), device.answer(answers={"RG.HL0": 5}, form=other.ref)
    third = device.answer(answers=answers, form=other.ref)
    assert isinstance(both.read(1, first.raw), Line)
    assert isinstance(both.read(2, second.raw), Line)
    assert both.read(3, third.raw).code == "invalid_answer"


@pytest.mark.usefixtures("_django")
def test_a_kiosk_that_makes_up_spellings_fills_no_memory(device: Any, judge: Any) -> None:
    from central_office.intake import ledger, pieces, reading

    made = judge()
    for number in range(6000):
        day = f"{2000 + number // 300}-{number // 25 % 12 + 1:02}-{number % 25 + 1:02}"
        record = device.answer(flags=(f"f{number}",), quarter=f"{day}T08:15+07:00")
        assert isinstance(made.read(record.seq, record.raw), Line)
    assert len(made._pieces._contexts) <= pieces.MOST_CONTEXTS + 1 <= 1001
    assert max(len(made._cells), len(made._quarters)) <= reading.MOST_REMEMBERED + 1 <= 5001
    assert ledger._judge.cache_info().maxsize == ledger.MOST_JUDGES <= 64


def test_an_unreadable_line_takes_the_lowest_number_its_place_allows() -> None:
    def line(seq: int) -> bytes:
        return Sealed(seq, b'{"seq":%d}' % seq, "").raw

    def head(first: int, last: int, count: int) -> BatchHead:
        return BatchHead(KIOSK, first, last, count, "0" * 64, "0" * 64)

    assert numbers(head(5, 7, 3), [b"x", b"y", b"z"]) == [5, 6, 7]
    assert numbers(head(5, 9, 3), [line(5), b"x", line(9)]) == [5, 6, 9]
    assert numbers(head(5, 9, 3), [line(5), line(8), line(9)]) == [5, 8, 9]
    assert numbers(head(5, 9, 3), [line(9), line(9), line(9)]) == [5, 6, 9]
    assert numbers(head(5, 9, 3), [line(5), line(6), b"x"]) == [5, 6, 9]
    assert numbers(head(5, 9, 1), [line(7)]) == [9]
    rng = random.Random(4)
    for _ in range(2000):
        count = rng.randint(1, 12)
        first = rng.randint(1, 50)
        last = first + count - 1 + rng.randint(0, 20)
        raws = [rng.choice([b"x", line(rng.randint(0, 80)), b'{"seq":"1"}', b"[[["]) for _ in range(count)]
        found = numbers(head(first, last, count), raws)
        assert found == sorted(set(found))
        assert len(found) == count
        assert first <= found[0]
        assert found[-1] == last
