"""`hailong.toml` and `kiosk.toml` are one dialect: what the first boot lets through, the kiosk reads, key by key."""

import json
import os
import random
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.first_boot.__main__ import main
from deploy.first_boot.files import Places, settings_of
from deploy.first_boot.kiosk_keys import LEFT_OUT, PANEL, TABLES
from deploy.first_boot.toml_text import drop_table, set_tables
from deploy.first_boot.wanted import KEYS, ROWS, BadFile, read_wanted
from deploy.usb.settings import KEYS as KEYBOARD_KEYS
from deploy.usb.settings import read_rules
from kiosk.config import Config, _Table, read_config
from kiosk.errors import BadConfig
from kiosk.hours import read_span
from kiosk.keypad import CODES
from kiosk.service.code import make_hash
from sync_agent.config import load_settings

PORT, SCANNER = "/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0", "/dev/input/by-id/usb-Honeywell_1900-event-kbd"
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
KEPT = f"scrypt$16384$8$1${'5' * 32}${'a' * 64}"
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


def lines(document: Mapping[str, Any]) -> str:
    """As TOML."""
    head = [f"{key} = {value(each)}" for key, each in document.items() if not is_table(key, each)]
    for name, table in document.items():
        if is_table(name, table):
            rows, brackets = (table, "[[{}]]") if isinstance(table, list) else ([table], "[{}]")
            for row in rows:
                head += [brackets.format(name), *(f"{key} = {value(each)}" for key, each in row.items())]
    return "\n".join(head) + "\n"


def is_table(name: str, each: Any) -> bool:
    return isinstance(each, dict) or (name == "panel" and bool(each))


def value(each: Any) -> str:
    if isinstance(each, dict):
        return "{" + ", ".join(f"{key} = {value(child)}" for key, child in each.items()) + "}"
    return json.dumps(each, ensure_ascii=False).replace("NaN", "nan").replace("Infinity", "inf")


def written(root: Path, document: Mapping[str, Any]) -> str:
    """What becomes of kiosk.toml. Raises: BadFile."""
    wanted = read_wanted(("version = 1\n" + lines(document)).encode())
    return settings_of(wanted, Places(root)).get("kiosk.toml", "")


def read(text: str) -> Config:
    return read_config(text.encode(), "kiosk.toml")


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


def tried(root: Path, document: Mapping[str, Any]) -> str | None:
    """What becomes of kiosk.toml; None: the file is refused."""
    try:
        return written(root, document)
    except BadFile:
        return None


def is_read(document: Mapping[str, Any]) -> bool:
    """By the kiosk, had it stood alone in its file."""
    try:
        read('data_directory = "/x"\n' + lines(document))
    except BadConfig:
        return False
    return True


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[scanner]\nbaud = 9600", "[scanner] device: còn thiếu"),
        ("[scanner]\ndevice = 'ttyUSB0'", '[scanner] device: phải là đường dẫn trong ngoặc kép, bắt đầu bằng "/"'),
        ("[panel]\nbuttons = 5", "panel: mỗi cái phải mở đầu bằng [[panel]]"),
        ("[[panel]]\nbuttons = 6", "[[panel]] thứ 1: buttons: phải là 3, 4 hoặc 5"),
        ("[[panel]]\nkind = 'gpio'", "[[panel]] thứ 1: thiếu button_pins"),
        ("[voice]\naloud = 'loud'", '[voice] aloud: phải là "off", "headphones" hoặc "speaker"'),
        ("[voice]\nrecordings = '/data/ghi-am'", "[voice] recordings: tệp ghi âm không nằm trong hailong.toml"),
        ("[sound]\non = 'true'", "[sound] on: phải là true hoặc false"),
        ("[sound]\nvolume_db = 3", "[sound] volume_db: phải là số từ -40 đến 0"),
        ("[keypad]\nchoose = 'enter'", "[keypad] previous, next, choose: phải có đủ cả ba phím"),
        ("[keypad]\npins = [1, 2]", "[keypad] pins: số chân phải là một trong: 0, 3"),
        ("[screen]\non = false", "máy không có màn hình thì phải có [[panel]]"),
        ("[screen]\ninput = 'mtdev'", '[screen] device: đi với input = "mtdev"'),
        ("open = ['11:30-07:30']", "open: phải là danh sách giờ mở cửa"),
        ("[[keyboard]]\nproduct = '0b61'", "[[keyboard]] thứ 1: cần port, vendor hoặc label"),
        ("[[keyboard]]\nvendor = '0C2E'", "[[keyboard]] thứ 1: vendor: phải là 4 chữ số hệ mười sáu viết thường"),
        (
            "[[panel]]\ndevice = '/dev/0900'\n[[panel]]\nname = 'b'\ndevice = '/dev/0900'",
            "dùng chung một cổng (device)",
        ),
        ("[[panel]]\ndevice = '/a'\n[[panel]]\ndevice = '/b'", "dùng chung một tên (name)"),
        ("[keypad]\npins = [5, 6, 7]\n[[panel]]\nkind = 'gpio'\nbutton_pins = [7]", "dùng chung một chân"),
        ("[voice]\n'Trúng thưởng! Gọi 0900' = 1", "[voice] (tên lạ): không có mục này"),
        ("[voice]\nspeed = \n", "không đọc được tệp: dòng 3, cột 9 viết chưa đúng"),
        ("[voice]\n[voice]", "không đọc được tệp: dòng 3"),
        ("a = " + "[" * 9000, "không đọc được tệp: đoạn cuối tệp"),
        ("a = " + "9" * 9000, "không đọc được tệp: đoạn cuối tệp"),
    ],
)
def test_a_fault_is_said_in_vietnamese(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadFile) as caught:
        settings_of(read_wanted(f"version = 1\n{text}\n".encode()), Places(tmp_path))
    assert len(caught.value.problems) == 1
    assert said in caught.value.problems[0]
    assert "0900" not in str(caught.value)


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    text = "version = 1\n[sound]\non = 1\nvolume = 2\n[scanner]\nbaud = 1\n[[panel]]\nbuttons = 9\n[voice]\nspeed = 1\n"
    with pytest.raises(BadFile) as caught:
        read_wanted(text.encode())
    assert len(caught.value.problems) == 5


MACHINE = """# quầy 3
data_directory = "/var/lib/hailong"
[scanner] # cũ
kind = "hid"
device = "/dev/input/by-id/a-event-kbd"

# loa ngoài
[voice]
aloud = "speaker"
[[panel]]
device = "/dev/serial/by-path/a"
[[panel]]
name = "cửa ra"
device = "/dev/serial/by-path/b"
# hết
"""


def test_absent_changes_nothing_present_changes_its_keys(tmp_path: Path) -> None:
    own = tmp_path / "etc/hailong/kiosk.toml"
    own.parent.mkdir(parents=True)
    own.write_text(MACHINE, "utf-8")
    before = tomllib.loads(MACHINE)
    loud = tomllib.loads(written(tmp_path, {"voice": {"volume_db": -6}}))
    assert loud == before | {"voice": {"aloud": "speaker", "volume_db": -6}}
    text = written(tmp_path, {"panel": [{"kind": "gpio", "button_pins": [5, 6]}]})
    assert tomllib.loads(text) == before | {"panel": [{"kind": "gpio", "button_pins": [5, 6]}]}
    assert "# loa ngoài\n[voice]" in text
    assert "# hết" in text
    assert written(tmp_path, {"voice": {}}) == ""
    without = tomllib.loads(written(tmp_path, {"scanner": {}}))
    assert without == {name: table for name, table in before.items() if name != "scanner"}
    none = tomllib.loads(written(tmp_path, {"panel": []}))
    assert none == {name: table for name, table in before.items() if name != "panel"}


def test_what_cannot_be_changed_line_by_line_is_left_as_it_is() -> None:
    with pytest.raises(ValueError, match="không sửa từng dòng được"):
        drop_table("panel = [{name = 'a'}]\n", "panel")
    with pytest.raises(ValueError, match="không sửa từng dòng được"):
        set_tables("a = '''\n[[panel]]\n'''\n", "panel", [])
    assert drop_table("", "panel") == "\n"


def test_a_keyboard_of_the_file_is_one_that_may_type(tmp_path: Path) -> None:
    (tmp_path / "etc/hailong").mkdir(parents=True)
    usb = tmp_path / "etc/hailong/usb.toml"
    usb.write_text("network = true\n[[keyboard]]\nport = '1.1'\n")
    wanted = read_wanted(b"version = 1\n[[keyboard]]\nvendor = '0c2e'\nproduct = '0b61'\n[[keyboard]]\nport = '1.3'\n")
    usb.write_text(settings_of(wanted, Places(tmp_path))["usb.toml"])
    rules = read_rules(usb, tmp_path / "none")
    assert [(each.port, each.vendor, each.product) for each in rules.keyboards] == [
        ("", "0c2e", "0b61"),
        ("1.3", "", ""),
    ]
    assert rules.network


def test_a_file_can_be_tried_before_it_is_carried_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card, root = tmp_path / "hailong.toml", tmp_path / "root"
    for text, code, said in (
        ("version = 1\n[sound]\non = true\n", 0, "không có lỗi"),
        ("version = 1\n[scanner]\n[keypad]\nnext = 'F1'\n", 65, "[keypad] next: phải là tên một phím"),
    ):
        card.write_text(text)
        assert main(["--check", "--file", str(card), "--root", str(root)]) == code
        assert said in "".join(capsys.readouterr())
    assert not root.exists()


def test_a_trial_on_a_computer_judges_as_the_image_will(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its kiosk has a touch panel of its own: what fits an empty file may not fit it."""
    card = tmp_path / "hailong.toml"
    for text, code in (("input = 'mouse'", 65), ("device = '/dev/input/x'", 0), ("rotation = 90", 0)):
        card.write_text(f"version = 1\n[screen]\n{text}\n")
        assert main(["--check", "--file", str(card), "--root", str(tmp_path / "none")]) == code
        own = tmp_path / "etc/hailong/kiosk.toml"
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text('data_directory = "/x"\n[screen]\ninput = "mtdev"\ndevice = "/dev/a"\n')
        assert main(["--check", "--file", str(card), "--root", str(tmp_path)]) == code
    assert "input" in capsys.readouterr().err


def test_every_key_of_the_keypad_has_a_name_in_both() -> None:
    rule = TABLES["keypad"]["choose"]
    assert not [name for name in CODES if rule(name)]
    assert all(rule(name) for name in ("F1", "escape", "Left", "pad_10", "ab", "pad_", "tab", "é"))


def test_the_manuals_examples_are_taken(tmp_path: Path) -> None:
    manual = Path(__file__).parents[2] / "docs" / "operations"
    text = (manual / "01-ghi-the.md").read_text("utf-8")
    block = text[text.index("    open = [") :].split("\n\n*", 1)[0]
    example = "version = 1\n" + "\n".join(line.removeprefix("    ") for line in block.splitlines())
    files = settings_of(read_wanted(example.encode()), Places(tmp_path))
    kiosk = read(files["kiosk.toml"])
    assert (len(kiosk.open), len(kiosk.panels), kiosk.voice.aloud, kiosk.keypad.choose) == (2, 1, "headphones", "enter")
    assert kiosk.scanner is not None
    assert "0c2e" in files["usb.toml"]


@pytest.mark.parametrize("each", NEARLY)
def test_what_only_looks_right_is_refused_by_both(tmp_path: Path, each: Any) -> None:
    document = {"open": each} if isinstance(each, list) else {"service": {"staff_code": each}}
    assert tried(tmp_path, document) is None
    assert not is_read(document)


def test_what_the_kiosk_keeps_of_a_code_is_taken(tmp_path: Path) -> None:
    assert read(written(tmp_path, {"service": {"staff_code": KEPT}})).service.staff_code == KEPT


URLS = {  # whether the technician's file may say so
    "https://so.gov.vn": True,
    "https://so.gov.vn/": True,
    "https://so.gov.vn:8443/hai-long": True,
    "https://10.1.2.3:443": True,
    "https://[fd00::1]:8443": True,
    "http://localhost:8420": True,
    "http://[::1]:8420": True,
    "http://so.gov.vn": False,
    "https://so.gov.vn:99999": False,
    "https://so.gov.vn:0": False,
    "https://so.gov.vn:abc": False,
    "https://so.gov.vn:４４３": False,
    "https://so gov vn": False,
    "https://so..gov.vn": False,
    "https://[0900 trúng thưởng": False,
    "https://[zz::1]": False,
    "https://x]0900": False,
    "https://": False,
    "so.gov.vn": False,
    "https://so.gov.vn?a=0900": False,
    'https://so.gov.vn"0900': False,
}


@pytest.mark.parametrize("url", URLS)
def test_an_address_that_is_taken_is_one_that_the_agent_starts_with(tmp_path: Path, url: str) -> None:
    document = {"centre": {"url": url, "proxy": "http://proxy.gov.vn:3128"}}
    taken = agent_of(tmp_path, document)
    assert (taken is not None) == URLS[url]
    if taken is not None:
        assert load_settings(taken).centre_url == url.rstrip("/")


def agent_of(root: Path, document: Mapping[str, Any]) -> Path | None:
    """The agent's file as it becomes; None where the technician's is refused, with none of its text repeated."""
    said = text = ""
    try:
        text = settings_of(read_wanted(("version = 1\n" + lines(document)).encode()), Places(root))["agent.toml"]
    except BadFile as error:
        said = str(error)
    assert "0900" not in said
    (root / "agent.toml").write_text(text, "utf-8")
    return root / "agent.toml" if text else None


def test_damaged_addresses_keep_no_agent_from_starting(tmp_path: Path) -> None:
    seed, count, taken = 5, 1500, 0
    rng = random.Random(seed)
    for _ in range(count):
        url = list(rng.choice([url for url, good in URLS.items() if good]))
        for _ in range(rng.randint(1, 2)):
            url[rng.randrange(len(url))] = rng.choice("[]:/@?#%.0９ é-x\\")
        path = agent_of(tmp_path, {"centre": {"url": "".join(url)}})
        if path is not None:
            load_settings(path)
            taken += 1
    assert 0 < taken < count
    print(f"seed {seed}: {count} damaged addresses, {taken} taken and read by the agent")


@pytest.mark.parametrize("proxy", ["http://p:99999", "http://p:abc", "http://:3128", "p:3128", "http://p:1:2"])
def test_a_proxy_that_nothing_can_use_is_refused(tmp_path: Path, proxy: str) -> None:
    assert agent_of(tmp_path, {"centre": {"url": "https://so.gov.vn", "proxy": proxy}}) is None
    assert agent_of(tmp_path, {"centre": {"url": "https://so.gov.vn", "proxy": "http://a:b%40@p.vn:3128"}})


def test_the_spare_cards_example_is_taken() -> None:
    page = (Path(__file__).parents[2] / "docs/operations/10-xuong-lam-viec.md").read_text("utf-8")
    block = page[page.index("Thẻ dự phòng:") :].split("\n\n")[1]
    example = "\n".join(line.removeprefix("    ") for line in block.splitlines()).replace("scrypt$…", KEPT)
    wanted = read_wanted(example.encode())
    assert (wanted.code, set(wanted.kiosk["service"])) == ("", {"staff_code", "technician_code"})
    assert wanted.centre_url
