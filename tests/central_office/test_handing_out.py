"""Two versions of one round beside each other: what their difference would tell of a few is not handed out."""

from dataclasses import replace
from typing import Any

import pytest

PLAN = "krong-no-2023"


def frozen_of(number: int, analysis: Any, text: str) -> Any:
    """A frozen version with these figures; nothing else of it is looked at here."""
    from django.utils import timezone

    from central_office.publication.models import Frozen
    from central_office.publication.public import public
    from central_office.results.analysis_file import write_analysis

    now = timezone.now()
    parts = {"analysis": write_analysis(public(analysis), text), "inputs": b"", "manifest": b"", "signature": b""}
    names = {"version": f"{PLAN}-{number}", "plan": PLAN, "number": number, "by": "cli:thu"}
    return Frozen.objects.create(**names, **parts, as_of=now, frozen_at=now, interim=False, count=1)


def more(analysis: Any, count: int, point: int = 4) -> Any:
    """So many more answers of the best level at one point, and in the whole."""
    from central_office.results.analysis import By
    from survey.index import Share

    def grown(measure: Any) -> Any:
        levels = (*measure.levels[:4], measure.levels[4] + count)
        both = (Share(each.satisfied + count, each.n + count) for each in (measure.share, measure.clean))
        share, clean = both
        return replace(measure, share=share, clean=clean, levels=levels)

    found = analysis.breakdowns[By.POINT]
    rows = list(found.rows)
    rows[point] = replace(rows[point], overall=grown(rows[point].overall))
    channel = analysis.breakdowns[By.CHANNEL]
    screen = replace(channel.rows[0], overall=grown(channel.rows[0].overall))
    parts = {
        By.POINT: replace(found, rows=tuple(rows)),
        By.CHANNEL: replace(channel, rows=(screen, *channel.rows[1:])),
    }
    return replace(analysis, overall=grown(analysis.overall), breakdowns=analysis.breakdowns | parts)


@pytest.mark.usefixtures("_django")
def test_the_difference_of_two_versions_may_not_tell_of_a_few(editions: Any) -> None:
    from central_office.publication.differing import near
    from central_office.results.analysis import By, Hidden

    one, _, truth = editions.analysis()
    assert list(near(one, one)) == []
    assert set(near(one, more(one, 1))) >= {"RG.HL0", f"point: {one.breakdowns[By.POINT].rows[4].code}"}
    assert list(near(one, more(one, 25))) == []
    two = {f"point: {row.code}" for row in one.breakdowns[By.POINT].rows[4:6]}
    assert set(near(more(one, 9, 4), more(one, 9, 5))) >= two
    swapped = replace(one.overall, levels=one.overall.levels[::-1])
    assert list(near(one, replace(one, overall=swapped))) == ["RG.HL0"], "one taken back, one came"
    rows = list(one.breakdowns[By.POINT].rows)
    place = next(at for at, row in enumerate(rows) if row.code in truth)
    rows[place] = replace(rows[place], overall=replace(truth[rows[place].code], hidden=Hidden.NO))
    lifted = replace(one, breakdowns={By.POINT: replace(one.breakdowns[By.POINT], rows=tuple(rows))})
    assert f"point: {rows[place].code}" in set(near(one, lifted)), "shown in one version, hidden in the other"
    print(f"{len(rows)} points, {len(truth)} hidden")


def test_runs_of_numbers_hold_what_they_hold() -> None:
    from central_office.publication.recount import holds

    spans = {"k": [(2, 4), (6, 6), (9, 12)]}
    assert [seq for seq in range(14) if holds(spans, "k", seq)] == [2, 3, 4, 6, 9, 10, 11, 12]
    assert not holds(spans, "other", 3)


@pytest.mark.usefixtures("_django")
def test_of_a_running_round_only_the_whole_is_told_and_leaves_room_for_the_end(editions: Any) -> None:
    from central_office.publication.differing import near
    from central_office.publication.public import interim, public

    one, _, _ = editions.analysis()
    early = interim(public(one))
    assert (early.breakdowns, early.factors, early.rankings, early.overall.clean.n) == ({}, (), (), 0)
    assert early.overall.share == one.overall.share
    assert list(near(early, public(more(one, 12)))) == []
    assert list(near(early, public(more(one, 3)))) == ["RG.HL0"]


def test_a_version_too_near_to_one_handed_out_stays_in_the_office(small_office: Any, editions: Any) -> None:
    from django.utils import timezone

    from central_office.publication.handing import TooNear, hand_out
    from central_office.publication.models import HandedOut

    analysis, text, _ = editions.analysis()
    first, second, third = (frozen_of(at, more(analysis, count), text) for at, count in ((1, 0), (2, 1), (3, 30)))
    now = timezone.now()
    hand_out(second, "site", "cli:thu", now)
    with pytest.raises(TooNear, match=f"{PLAN}-2 đã được đưa ra ngoài"):
        hand_out(first, "site", "cli:thu", now)
    hand_out(second, "package", "cli:thu", now)
    hand_out(third, "site", "cli:thu", now)
    assert HandedOut.objects.count() == 3
