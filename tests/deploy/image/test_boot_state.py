"""The counters of the boot loaders, as RAUC asks and sets them: every state is one sector of one length."""

import random
from pathlib import Path

import pytest

from deploy.image import boot_state
from deploy.image.boot_state import FRESH, GRUB_SIZE, TRIES, UBOOT_SIZE, changed, current, parse, primary, rendered

LENGTHS = {"grubenv": GRUB_SIZE, "ab.env": UBOOT_SIZE}


def ask(directory: Path, *words: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert boot_state.main(["--directory", str(directory), *words]) == 0
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize("name", LENGTHS)
def test_an_update_and_its_proof_as_rauc_tells_them(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / name
    file.write_bytes(rendered(name, {"ORDER": "A B", "A_LEFT": "2", "B_LEFT": "0"}))
    steps = [
        (("get-primary",), "A"),
        (("get-state", "B"), "bad"),
        (("set-state", "B", "bad"), ""),  # RAUC does so before it writes into the slot
        (("set-primary", "B"), ""),
        (("get-primary",), "B"),
        (("get-state", "B"), "good"),
        (("set-state", "B", "good"), ""),
        (("set-state", "B", "bad"), ""),
        (("get-primary",), "A"),
    ]
    for words, answer in steps:
        assert ask(tmp_path, *words, capsys=capsys) == answer, words
        assert file.stat().st_size == LENGTHS[name]


def test_a_torn_or_foreign_sector_is_a_fresh_start_and_never_an_exception() -> None:
    dice, fresh, orders = random.Random(7), 0, set()
    whole = {name: rendered(name, {"ORDER": "B A", "A_LEFT": "1", "B_LEFT": "2"}) for name in LENGTHS}
    for _ in range(2000):
        name = dice.choice(list(LENGTHS))
        block = bytearray(whole[name])
        for _ in range(dice.randrange(1, 60)):
            block[dice.randrange(60)] = dice.randrange(256)
        state = {**FRESH, **parse(bytes(block))}
        fresh += state == FRESH
        orders.add(primary(state))
        again = rendered(name, state)
        assert len(again) == LENGTHS[name]
        assert {**FRESH, **parse(again)} == state
    assert orders == {"A", "B"}
    assert fresh > 100
    print(f"boot_state: seed 7: 2000 damaged sectors, {fresh} read as a fresh start")


def test_what_grub_and_u_boot_expect_to_read() -> None:
    grub = rendered("grubenv", FRESH)
    assert grub.startswith(b"# GRUB Environment Block\nORDER=A B\nA_LEFT=3\nB_LEFT=3\n#")
    assert rendered("ab.env", FRESH).rstrip(b"\0").decode().splitlines() == ["ORDER=A B", "A_LEFT=3", "B_LEFT=3"]


def test_a_slot_made_first_gets_all_its_tries() -> None:
    state = changed({"ORDER": "A B", "A_LEFT": "3", "B_LEFT": "0"}, "set-primary", "B", "")
    assert state == {"ORDER": "B A", "A_LEFT": "3", "B_LEFT": str(TRIES)}


def test_both_slots_used_up_is_the_first_one_again() -> None:
    assert primary({"ORDER": "B A", "A_LEFT": "0", "B_LEFT": "0"}) == "B"


def test_the_running_slot_is_the_kernels_word() -> None:
    assert current("quiet rauc.slot=B ro") == "B"
    with pytest.raises(ValueError, match="no slot"):
        current("quiet rauc.slot=C ro")


def test_a_missing_partition_is_said_with_a_hint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert boot_state.main(["--directory", str(tmp_path), "get-primary"]) == boot_state.EX_IOERR
    assert "HL-STATE" in capsys.readouterr().err
