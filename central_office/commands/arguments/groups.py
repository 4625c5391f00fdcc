"""Every command group, in the order in which `--help` lists them."""

from collections.abc import Callable

from central_office.commands.arguments import Commands, forms, plans, rebuilding, units, watching

GROUPS: tuple[Callable[[Commands], None], ...] = (
    forms.add,
    plans.add,
    rebuilding.add,
    units.add,
    watching.add,
)
