"""Whether an office may be served: its tables are those of this version, and every answer counted has its ratings."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from central_office.intake.rebuild import stale_plans


class NotReady(Exception):
    """An upgrade was broken off: figures would be of some answers only."""

    code = "not_ready"
    hint = "Run `hailong-office setup`; it goes on where it was broken off."


def check_ready() -> None:
    """Raises: NotReady."""
    executor = MigrationExecutor(connection)
    if missing := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady(f"{len(missing)} migrations are missing, first {missing[0][0]}")
    if stale := stale_plans():
        raise NotReady(f"ratings are not counted yet: {', '.join(stale)}")
