"""Every command group, in the order in which `--help` lists them."""

from collections.abc import Callable

from central_office.commands.arguments import (
    Commands,
    forms,
    kiosks,
    people,
    plans,
    publication,
    rebuilding,
    reports,
    results,
    units,
)

GROUPS: tuple[Callable[[Commands], None], ...] = (
    forms.add,
    kiosks.add,
    people.add,
    plans.add,
    publication.add,
    rebuilding.add,
    reports.add,
    results.add,
    units.add,
)
