"""What the long trials call wrong: each outcome is judged, and one without a record has shown nothing."""

import pytest

from tests.soak import __main__ as soak
from tests.soak import hammering, storm


@pytest.mark.parametrize(("records", "false", "code"), [(0, 0, 1), (121, 1, 1), (400, 2, 0), (400, 3, 1)])
def test_a_hammering_is_judged(monkeypatch, capsys, records, false, code):
    outcome = hammering.Outcome(1, records=records, false_complete=false)
    monkeypatch.setattr(hammering, "run_apart", lambda hits, seed: outcome)
    assert soak.main(["--events=0", "--hits=10", "--sittings=0"]) == code
    said = capsys.readouterr().out.splitlines()[-1]
    assert said == (
        "wrong: nothing" if not code else f"wrong: hammering: {outcome.false_share:.2%} of {records} records"
    )


@pytest.mark.parametrize(
    ("odd", "code"),
    [({}, 0), ({"records": 0}, 1), ({"false_complete": 1}, 1), ({"behind": 1}, 1), ({"whole": False}, 1)]
    + [({name: 1}, 1) for name in ("exits", "settings", "shells")]
    + [({"screens": {"service_pad", "invitation"}}, 0), ({"screens": {"service_menu"}}, 1)],
)
def test_a_storm_is_judged(monkeypatch, odd, code):
    outcome = storm.Outcome(1, **{"records": 100, "whole": True, **odd})
    monkeypatch.setattr(storm, "run", lambda events, seed: outcome)
    assert soak.main(["--events=10", "--hits=0", "--sittings=0"]) == code
