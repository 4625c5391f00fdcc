"""`hailong-fleet enrol`: a line that would leave the folder is refused before anything is sent."""

import os
from pathlib import Path

import pytest

from sync_agent.fleet import _pairs, main


@pytest.mark.parametrize("line", [".. 123", "a/b 123", ". 123", "/tmp 123", "one"])
def test_a_directory_outside_is_refused(tmp_path: Path, line: str) -> None:
    codes = tmp_path / "codes"
    codes.write_text(f"k-1 111\n{line}\n", "utf-8")
    said = ["--centre-url", "http://127.0.0.1:9", "enrol", str(codes)]
    assert main([str(tmp_path / "root"), *said]) == os.EX_DATAERR
    assert not (tmp_path / "root").exists()


def test_a_folder_of_prepared_cards_is_taken(tmp_path: Path) -> None:
    for point in ("kn-huyen", "kn-nam-da"):
        (tmp_path / f"{point} - Một cửa").mkdir()
        card = f'version = 1\n[enrolment]\ncode = "{"0" * 20}"\npoint = "{point}"\n'
        (tmp_path / f"{point} - Một cửa" / "hailong.toml").write_text(card, "utf-8", newline="\r\n")
    assert _pairs(tmp_path) == [["kn-huyen", "0" * 20], ["kn-nam-da", "0" * 20]]
