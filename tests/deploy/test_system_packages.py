"""The packages that the targets want: each group once, for of two lines of one name a shell takes the first."""

import re
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "deploy/system-packages.sh"


def test_each_group_stands_once_and_is_named_in_the_usage() -> None:
    text = SCRIPT.read_text()
    groups = re.findall(r"^    ([a-z]+)\) packages=", text, re.MULTILINE)
    named = re.search(r"^# \(([a-z, ]+)\)$", text, re.MULTILINE)
    assert named is not None
    assert len(groups) > 8
    assert sorted(groups) == sorted(named[1].split(", "))
