"""Every command group, in the order in which `--help` lists them."""

from collections.abc import Callable

from central_office.commands.arguments import (
    Commands,
    feeds,
    fleet,
    forms,
    kiosks,
    people,
    plans,
    posted,
    publication,
    rebuilding,
    reports,
    results,
    units,
    updates,
    watching,
)

GROUPS: tuple[Callable[[Commands], None], ...] = (
    feeds.add,
    fleet.add,
    forms.add,
    kiosks.add,
    people.add,
    plans.add,
    posted.add,
    publication.add,
    rebuilding.add,
    reports.add,
    results.add,
    units.add,
    updates.add,
    watching.add,
)
