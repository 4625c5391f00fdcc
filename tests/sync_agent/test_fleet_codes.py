"""`hailong-fleet enrol`: a line that would leave the folder is refused before anything is sent."""

import os
from pathlib import Path

import pytest

from sync_agent.fleet import main


@pytest.mark.parametrize("line", [".. 123", "a/b 123", ". 123", "/tmp 123", "one"])
def test_a_directory_outside_is_refused(tmp_path: Path, line: str) -> None:
    codes = tmp_path / "codes"
    codes.write_text(f"k-1 111\n{line}\n", "utf-8")
    said = ["--centre-url", "http://127.0.0.1:9", "enrol", str(codes)]
    assert main([str(tmp_path / "root"), *said]) == os.EX_DATAERR
    assert not (tmp_path / "root").exists()
