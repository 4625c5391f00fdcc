"""An analysis as a file: exact both ways, one spelling, and refusals of what is none."""

from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central_office.results.analysis import Hidden
from central_office.results.analysis_file import BadAnalysis, read_analysis, write_analysis
from survey.canonical import decode, encode, nfc

NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=20).map(nfc)


@pytest.mark.slow
def test_every_analysis_comes_back_as_it_was(editions: Any) -> None:
    trips = 0

    @settings(max_examples=20, deadline=None, derandomize=True)
    @given(data=st.data())
    def comes_back(data: st.DataObject) -> None:
        nonlocal trips
        changed, text = an_odd_one(editions, data)
        whole = write_analysis(changed, text)
        assert read_analysis(whole) == (changed, text)
        again = replace(changed, at=changed.at.astimezone(timezone(timedelta(hours=7))))
        assert write_analysis(again, text) == whole, "the same instant has one spelling"
        trips += 1

    comes_back()
    print(f"{trips} analyses came back")


def an_odd_one(editions: Any, data: st.DataObject) -> tuple[Any, str]:
    analysis, text, _ = editions.analysis(data.draw(st.integers(0, 10_000)))
    numbers = st.none() | st.integers(-20_000, 20_000)
    target = replace(
        analysis.targets[0], gap=data.draw(numbers), met=data.draw(st.none() | st.booleans()), name=data.draw(NAMES)
    )
    overall = replace(analysis.overall, hidden=data.draw(st.sampled_from(Hidden)), name=data.draw(NAMES))
    zone = timezone(timedelta(hours=data.draw(st.integers(-11, 12))))
    return replace(
        analysis,
        at=analysis.at.astimezone(zone) + timedelta(microseconds=data.draw(st.integers(0, 10**9))),
        overall=data.draw(st.none() | st.just(overall)),
        targets=(target,) * data.draw(st.integers(0, 2)),
        pooled=data.draw(st.none() | st.just(overall)),
        mean=data.draw(numbers),
        days={analysis.plan.first_day + timedelta(days=n): n for n in range(data.draw(st.integers(0, 3)))},
    ), text


def test_what_is_no_analysis_is_refused(editions: Any) -> None:
    analysis, text, _ = editions.analysis()
    said: Any = decode(write_analysis(analysis, text))
    parts = said["analysis"]
    wrong = {
        "format": said | {"v": 2},
        "not an analysis": said | {"kind": "hailong-other"},
        "plan": {key: said[key] for key in said if key != "plan"},
        "lacks": said | {"analysis": {key: parts[key] for key in parts if key != "received"}},
        "knows no": said | {"analysis": parts | {"surprise": 1}},
        "is no int": said | {"analysis": parts | {"received": "7"}},
        "isoformat": said | {"analysis": parts | {"at": "yesterday"}},
        "By": said | {"analysis": parts | {"breakdowns": {"planet": {}}}},
    }
    for message, value in wrong.items():
        with pytest.raises(BadAnalysis, match=message):
            read_analysis(encode(value))
    with pytest.raises(BadAnalysis, match="not JSON"):
        read_analysis(b"\x00")
    with pytest.raises(BadAnalysis, match="something else"):
        write_analysis(analysis, text.replace("2023-10-15", "2023-10-14"))
    print(f"{len(wrong) + 2} refusals")
