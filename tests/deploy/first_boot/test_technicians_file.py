"""`hailong.toml`: each fault said in words, only what it names changed, tried before it is carried out."""

import tomllib
from pathlib import Path

import pytest

from deploy.first_boot.__main__ import main
from deploy.first_boot.files import Places, settings_of
from deploy.first_boot.toml_text import drop_table, set_tables
from deploy.first_boot.wanted import BadFile, read_wanted
from deploy.usb.settings import read_rules
from tests.deploy.first_boot.written import KEPT, read, written

OPERATIONS = Path(__file__).parents[3] / "docs/operations"


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


def test_the_manuals_examples_are_taken(tmp_path: Path) -> None:
    text = (OPERATIONS / "01-ghi-the.md").read_text("utf-8")
    block = text[text.index("    open = [") :].split("\n\n*", 1)[0]
    example = "version = 1\n" + "\n".join(line.removeprefix("    ") for line in block.splitlines())
    files = settings_of(read_wanted(example.encode()), Places(tmp_path))
    kiosk = read(files["kiosk.toml"])
    assert (len(kiosk.open), len(kiosk.panels), kiosk.voice.aloud, kiosk.keypad.choose) == (2, 1, "headphones", "enter")
    assert kiosk.scanner is not None
    assert "0c2e" in files["usb.toml"]


def test_the_spare_cards_example_is_taken() -> None:
    page = (OPERATIONS / "10-xuong-lam-viec.md").read_text("utf-8")
    block = page[page.index("Thẻ dự phòng:") :].split("\n\n")[1]
    example = "\n".join(line.removeprefix("    ") for line in block.splitlines()).replace("scrypt$…", KEPT)
    wanted = read_wanted(example.encode())
    assert (wanted.code, set(wanted.kiosk["service"])) == ("", {"staff_code", "technician_code"})
    assert wanted.centre_url
