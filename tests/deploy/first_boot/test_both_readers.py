"""`hailong.toml` and `kiosk.toml` are one dialect: what the first boot lets through, the kiosk reads, key by key."""

import os
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.first_boot.kiosk_keys import LEFT_OUT, PANEL, TABLES
from deploy.first_boot.wanted import KEYS, ROWS
from deploy.usb.settings import KEYS as KEYBOARD_KEYS
from kiosk.config import _Table, read_config
from kiosk.errors import BadConfig
from kiosk.hours import read_span
from kiosk.keypad import CODES
from kiosk.service.code import make_hash
from tests.deploy.first_boot.written import KEPT, PORT, is_read, read, tried, written

SCANNER = "/dev/input/by-id/usb-Honeywell_1900-event-kbd"
# Values that the kiosk takes for each key, the default not among them.
GOOD: Mapping[str, Mapping[str, list[Any]]] = {
    "": {
        "language": ["en"],
        "languages": [["vi", "en", "km"], ["en", "vi"]],
        "open": [["07:30-11:30", "sat 08:00-11:00"]],
    },
    "screen": {
        "on": [True],
        "width": [800],
        "height": [480],
        "rotation": [90, 180, 270],
        "dpi": [133],
        "input": ["mtdev"],
        "device": ["/dev/input/hailong-touch"],
        "dim_after_s": [0, 30.5],
        "motion": [False],
    },
    "timeouts": {"idle_s": [60], "warning_s": [30], "thanks_s": [2.5], "retry_s": [0.1], "double_strike_s": [0.3]},
    "voice": {
        "aloud": ["headphones", "speaker"],
        "device": ["plughw:CARD=Tai nghe"],
        "volume_db": [-40],
        "speed": [80],
    },
    "sound": {"on": [True], "volume_db": [-3.5]},
    "keypad": {
        "previous": ["left", "1"],
        "next": ["right", "pad_6"],
        "choose": ["enter", "c"],
        "repeat_s": [0.5],
        "pins": [[16, 20, 21], []],
    },
    "scanner": {"kind": ["hid", "serial"], "device": [SCANNER, PORT + "1"], "baud": [115200]},
    "service": {
        "staff_code": [make_hash("271828", os.urandom)],
        "technician_code": [make_hash("3141592653", os.urandom)],
    },
}
GOOD_PANEL: Mapping[str, list[Any]] = {
    "kind": ["serial", "gpio"],
    "name": ["cửa ra", "buttons"],
    "device": [PORT, "/dev/serial/by-path/x"],
    "box": ["5eed1e57", ""],
    "buttons": [3, 4, 5],
    "button_pins": [[5, 6, 13], [17]],
    "lamp_pins": [[22, 23, 24], [27], []],
    "refractory_ms": [0, 65535],
    "lamp_ms": [1, 60000],
}
NEARLY = [  # codes that look as if the kiosk had made them, and hours in the digits of another script
    KEPT.replace("16384", "32768"),
    KEPT.replace("$8$1$", "$8$2$"),
    KEPT.replace("5" * 32, "5" * 34),
    KEPT[:-2],
    KEPT.upper(),
    ["09:30-0７:30"],
    ["07:30-24:00"],
]
ODD = [
    *NEARLY,
    "",
    " ",
    "x",
    0,
    1,
    -1,
    5.5,
    1e9,
    float("nan"),
    float("inf"),
    True,
    False,
    [],
    ["x"],
    [1, 1, 2],
    [99],
    {"a": 1},
]
BESIDE = {  # what a single value of the table needs
    "screen": {"input": "mtdev", "device": "/dev/input/x"},
    "scanner": {"device": PORT},
    "keypad": {"previous": "a", "next": "b", "choose": "d"},
}


def test_both_know_the_same_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[tuple[str, str]] = set()

    class Spy(_Table):
        def _get(self, key: str, default: Any) -> Any:
            asked.add((self.name.rstrip(".").removesuffix("[0]"), key))
            return super()._get(key, default)

    monkeypatch.setattr("kiosk.config._Table", Spy)
    with pytest.raises(BadConfig):
        read_config(b"[scanner]\nkind = 'hid'\n[[panel]]\n", "kiosk.toml")
    ours = {(table, key) for table, keys in TABLES.items() for key in keys} | {("panel", key) for key in PANEL}
    ours |= {("service", key) for key in KEYS["service"]} | {
        ("", name) for name in (*TABLES, "service", "panel") if name
    }
    assert asked == ours | LEFT_OUT.keys(), (
        "a key of the kiosk's is in no table of hailong.toml, or the other way round"
    )
    assert {key for table in GOOD.values() for key in table} | GOOD_PANEL.keys() == {
        key for table, key in ours if table or key not in (*TABLES, "service", "panel")
    }
    assert all(reason.strip() for reason in LEFT_OUT.values())
    assert ROWS["keyboard"].keys() == KEYBOARD_KEYS
    print(f"{len(asked)} keys of the kiosk's, {len(LEFT_OUT)} left out by name")


def test_each_value_that_is_written_is_read_by_the_kiosk(tmp_path: Path) -> None:
    count = 0
    for table, key, each in [(t, k, each) for t, keys in GOOD.items() for k, values in keys.items() for each in values]:
        beside = {} if isinstance(each, list) else BESIDE.get(table, {})
        config = read(written(tmp_path, {table: {**beside, key: each}} if table else {key: each}))
        assert same(getattr(getattr(config, table) if table else config, key), each), (table, key)
        count += 1
    for key, each in [(k, each) for k, values in GOOD_PANEL.items() for each in values]:
        pins = {"kind": "gpio", "button_pins": [*range(max(len(each), 1))]} if key.endswith("pins") else {}
        row = {"device": PORT, "button_pins": [1], **pins, key: each}
        config = read(written(tmp_path, {"panel": [row, {"name": "b", "device": PORT + "9"}]}))
        assert same(getattr(config.panels[0], key), each), key
        count += 1
    print(f"{count} values written by the first boot, each read back by the kiosk")


def same(read_back: Any, each: Any) -> bool:
    """But for the kiosk's own types."""
    if isinstance(each, list):
        return isinstance(read_back, tuple) and read_back == tuple(
            read_span(item) if ":" in str(item) else item for item in each
        )
    return bool(read_back == (Path(each) if isinstance(read_back, Path) else each))


@pytest.mark.slow
def test_no_file_that_is_taken_keeps_the_kiosk_from_starting(tmp_path: Path) -> None:
    """A walk: each file is brought to the machine that the one before left. Single values and whole tables, right and
    odd ones; the image's own settings at the start."""
    seed, count = 11, 400
    rng = random.Random(seed)
    own = tmp_path / "etc/hailong/kiosk.toml"
    own.parent.mkdir(parents=True)
    own.write_text('data_directory = "/var/lib/hailong"\n\n[screen]\ninput = "mtdev"\ndevice = "/dev/input/t"\n')
    taken = refused = stricter = 0
    for document in (drawn(rng) for _ in range(count)):
        text = tried(tmp_path, document)
        if text:
            read(text)  # the kiosk starts with it
            own.write_text(text, "utf-8")
        taken, refused = taken + bool(text), refused + (text is None)
        fresh, alone = tried(tmp_path / "fresh", document) is not None, is_read(document)
        assert fresh <= alone
        stricter += fresh < alone
    assert taken > count / 4
    assert refused > count / 4
    assert stricter < count / 20, "files are refused that a kiosk would take"
    print(f"seed {seed}: {count} files, {taken} taken and read by the kiosk, {refused} refused, {stricter} only here")


def drawn(rng: random.Random) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for table in rng.sample(sorted(GOOD), rng.randint(1, 3)):
        chosen = dict(chosen_of(rng, GOOD[table]))
        document |= {table: chosen} if table else chosen
    if rng.random() < 0.4:
        document["panel"] = [dict(chosen_of(rng, GOOD_PANEL)) for _ in range(rng.choice([0, 1, 1, 2]))]
    return document


def chosen_of(rng: random.Random, keys: Mapping[str, list[Any]]) -> Iterator[tuple[str, Any]]:
    few = rng.random() < 0.5
    for key, values in keys.items():
        if rng.random() < (0.3 if few else 0.9):
            yield key, rng.choice(ODD if rng.random() < 0.04 else values)


def test_every_key_of_the_keypad_has_a_name_in_both() -> None:
    rule = TABLES["keypad"]["choose"]
    assert not [name for name in CODES if rule(name)]
    assert all(rule(name) for name in ("F1", "escape", "Left", "pad_10", "ab", "pad_", "tab", "é"))


@pytest.mark.parametrize("each", NEARLY)
def test_what_only_looks_right_is_refused_by_both(tmp_path: Path, each: Any) -> None:
    document = {"open": each} if isinstance(each, list) else {"service": {"staff_code": each}}
    assert tried(tmp_path, document) is None
    assert not is_read(document)


def test_what_the_kiosk_keeps_of_a_code_is_taken(tmp_path: Path) -> None:
    assert read(written(tmp_path, {"service": {"staff_code": KEPT}})).service.staff_code == KEPT
