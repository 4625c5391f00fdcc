"""Every command group, in the order in which `--help` lists them."""

from collections.abc import Callable

from central_office.commands.arguments import Commands, forms, kiosks, plans, rebuilding, reports, units

GROUPS: tuple[Callable[[Commands], None], ...] = (
    forms.add,
    kiosks.add,
    plans.add,
    rebuilding.add,
    reports.add,
    units.add,
)
