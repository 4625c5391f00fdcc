"""The log's page has a Vietnamese name for every action that the source writes."""

import ast
from pathlib import Path
from typing import Any

ROOM = Path(__file__).parents[2] / "central_office"
WRITERS = {"note", "audit"}  # `audit.note`, `note`; `audit` in rounds.history


def actions() -> set[str]:
    """Every text given as action, as it stands in a call; both of a choice."""
    found: set[str] = set()
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in WRITERS and len(node.args) >= 3:
                told = [each.value for each in ast.walk(node.args[1]) if isinstance(each, ast.Constant)]
                found |= {text for text in told if isinstance(text, str) and text.count(".") == 1 and text[-1] != "."}
    return found


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def test_every_action_has_a_name(small_office: Any) -> None:
    from central_office.people.words import ACTIONS
    from central_office.rounds.history import Kind, Stage

    of_plans = {f"plan.{kind}" for kind in Kind if kind is not Kind.STAGE} | {f"plan.{stage}" for stage in Stage}
    written = actions() | of_plans
    assert {"round.frozen", "data.exported", "token.made"} <= written
    assert written - set(ACTIONS) == set()
    print(f"{len(written)} actions, each with a name")
