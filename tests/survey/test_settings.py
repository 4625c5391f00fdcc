"""A settings file with a slip is refused with all its slips, never half obeyed."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from survey.errors import BadFile
from survey.settings import read_settings


@dataclass(frozen=True)
class Example:
    directory: Path
    name: str = "x"
    pause_s: float = 1.0
    count: int = 1
    loud: bool = False
    panel: list[dict[str, Any]] = field(default_factory=list)


def test_right_settings_are_read() -> None:
    text = 'directory = "/var"\npause_s = 2\ncount = 3\nloud = true\n[[panel]]\nkind = "gpio"\n'
    assert read_settings(Example, text, "x.toml") == Example(Path("/var"), "x", 2.0, 3, True, [{"kind": "gpio"}])


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", ["/directory"]),
        ('directory = "/v"\nnmae = "x"', ["/nmae"]),
        (
            'directory = 5\nname = 5\npause_s = "x"\ncount = 1.5\nloud = 1\npanel = 3',
            ["/directory", "/name", "/pause_s", "/count", "/loud", "/panel"],
        ),
        ('directory = "/v"\ncount = true', ["/count"]),
        ("= 1", [""]),
    ],
)
def test_every_slip_is_named(text: str, places: list[str]) -> None:
    with pytest.raises(BadFile) as refused:
        read_settings(Example, text, "x.toml")
    assert [problem.place for problem in refused.value.problems] == places
