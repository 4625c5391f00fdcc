"""The technician's file on the card: taken once, never half, with every fault said and what stood there kept."""

import errno
import json
import os
import random
import subprocess
import tomllib
from pathlib import Path

import pytest

from deploy.first_boot import __main__ as first_boot
from deploy.first_boot.__main__ import main
from deploy.first_boot.toml_text import set_value
from deploy.first_boot.wanted import BadFile, read_wanted
from kiosk.card import LONGEST, read_faults
from kiosk.config import read_config
from kiosk.service.code import make_hash, matches

GOOD = """version = 1
[centre]
url = "https://hailong.daknong.example"
ca = \"\"\"
-----BEGIN CERTIFICATE-----
MIIB
-----END CERTIFICATE-----
\"\"\"
[enrolment]
code = "7K3MQ-9XW0A-42ZZT-TB8CD"
point = "kn-huyen"
[network]
kind = "wifi"
ssid = "Một cửa Nâm N'Đir"
password = 'mật "khẩu" 12; x'
[time]
servers = ["10.1.1.1"]
[screen]
rotation = 90
[service]
technician_code = "CODE"
""".replace("CODE", make_hash("314159", bytes))
KIOSK = """# máy ở quầy 3
data_directory = "/var/lib/hailong"

[screen]
rotation = 0 # nằm
dpi = 133
"""


def boot(root: Path, text: str, *more: str) -> int:
    card = root / "card.toml"
    card.write_text(text, "utf-8", newline="\r\n")
    return main(["--file", str(card), "--root", str(root), *more])


def machine(root: Path, network_manager: bool = False) -> Path:
    (root / "etc/hailong").mkdir(parents=True)
    (root / "etc/hailong/kiosk.toml").write_text(KIOSK, "utf-8")
    if network_manager:
        (root / "usr/sbin").mkdir(parents=True)
        (root / "usr/sbin/NetworkManager").touch()
    return root


def files(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def outcome(root: Path) -> dict[str, object]:
    value: dict[str, object] = json.loads((root / "var/lib/hailong/first-boot.json").read_bytes())
    return value


def test_a_file_makes_a_machine_and_is_taken_once(tmp_path: Path) -> None:
    root = machine(tmp_path)
    assert boot(root, GOOD) == 0
    agent = tomllib.loads((root / "etc/hailong/agent.toml").read_text("utf-8"))
    assert agent["centre_url"] == "https://hailong.daknong.example"
    assert agent["ca_bundle"] == "/etc/hailong/centre-ca.pem"
    kiosk = (root / "etc/hailong/kiosk.toml").read_text("utf-8")
    assert tomllib.loads(kiosk)["screen"] == {"rotation": 90, "dpi": 133}
    assert matches("314159", tomllib.loads(kiosk)["service"]["technician_code"])
    read_config(kiosk.encode(), "kiosk.toml")  # the kiosk takes it
    assert kiosk.startswith("# máy ở quầy 3\n")
    assert (root / "etc/hailong/kiosk.toml.bak").read_text("utf-8") == KIOSK
    wish = root / "var/lib/hailong/enrol-wish.json"
    assert json.loads(wish.read_bytes())["code"] == "7K3MQ-9XW0A-42ZZT-TB8CD"
    assert wish.stat().st_mode & 0o007 == 0
    assert 'psk="mật "khẩu" 12; x"' in (root / "etc/wpa_supplicant/wpa_supplicant-wlan0.conf").read_text("utf-8")
    assert (root / "etc/hailong/time.sources").read_text() == "server 10.1.1.1 iburst\n"
    wish.unlink()  # the agent has used it
    before = files(root)
    assert boot(root, GOOD) == 0
    assert files(root) == before, "the same file was taken twice"
    assert not wish.exists()


def test_what_the_agent_reads_is_what_first_boot_wrote(tmp_path: Path) -> None:
    from survey.enrolment_file import WISH_FILE, read_wish
    from sync_agent.config import load_settings

    boot(machine(tmp_path), GOOD)
    wish = read_wish((tmp_path / "var/lib/hailong" / WISH_FILE).read_bytes())
    assert (wish.code, wish.prepared) == ("7K3MQ-9XW0A-42ZZT-TB8CD", True)
    assert load_settings(tmp_path / "etc/hailong/agent.toml").centre_url == "https://hailong.daknong.example"


def test_network_manager_gets_its_own_file(tmp_path: Path) -> None:
    boot(machine(tmp_path, network_manager=True), GOOD)
    path = tmp_path / "etc/NetworkManager/system-connections/hailong.nmconnection"
    assert path.stat().st_mode & 0o777 == 0o600
    assert 'psk=mật\\s"khẩu"\\s12\\;\\sx' in path.read_text("utf-8")
    assert not (tmp_path / "etc/systemd/network").exists()


def test_an_enrolled_machine_gets_no_code(tmp_path: Path) -> None:
    (tmp_path / "var/lib/hailong").mkdir(parents=True)
    (tmp_path / "var/lib/hailong/assignment.json").touch()
    assert boot(machine(tmp_path), GOOD) == 0
    assert not (tmp_path / "var/lib/hailong/enrol-wish.json").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version = 1", "version = 2", "version: phải là 1"),
        ("https://", "http://", "[centre] url"),
        ("-----BEGIN", "-----BEGUN", "[centre] ca"),
        ("TB8CD", "TB8", "20 chữ và số"),
        ("rotation = 90", "rotation = 45", "[screen] rotation"),
        ("rotation = 90", "turned = 90", "[screen] turned: không có mục này"),
        ('"wifi"', '"5g"', "[network] kind"),
        ("[time]", "[thyme]", "thyme: không có mục này"),
        ('["10.1.1.1"]', '["a b; rm"]', "[time] servers"),
        ('ssid = "', 'address = "10.0.0.9"\nssid = "', "[network] address"),
        ("[screen]", "[screen", "không đọc được tệp"),
        ('ssid = "', 'dns = ["dns.tinh.gov.vn"]\nssid = "', "[network] dns"),
        ("scrypt$", "314159$", "[service] technician_code"),
        ("'mật \"khẩu\" 12; x'", '"12345678\\n}\\nload_dynamic_eap=/data/x.so"', "[network] password"),
        ('ssid = "Một', 'ssid = "Một\\u0085', "[network] ssid"),
        ('ssid = "', 'address = "fe80::2/64"\ngateway = "fe80::1%x\\n[Route]"\nssid = "', "[network] gateway"),
    ],
)
def test_every_fault_is_said_and_nothing_is_changed(tmp_path: Path, old: str, new: str, said: str) -> None:
    root = machine(tmp_path)
    assert boot(root, GOOD.replace(old, new, 1)) == 65
    assert said in json.dumps(outcome(root)["problems"], ensure_ascii=False)
    assert sorted(files(root)) == ["card.toml", "etc/hailong/kiosk.toml", "var/lib/hailong/first-boot.json"]
    assert boot(root, GOOD) == 0
    assert outcome(root)["problems"] == []


@pytest.mark.parametrize(
    ("address", "gateway", "good"),
    [
        ("192.168.1.20/24", "192.168.1.1", True),
        ("10.9.1.7/16", "10.9.0.1", True),
        ("192.168.1.20/255.255.255.0", "192.168.1.1", False),
        ("192.168.1.20/0.0.0.255", "192.168.1.1", False),
        ("192.168.1.20", "192.168.1.1", False),
        ("192.168.1.20/24", "192.168.2.1", False),
        ("192.168.1.20/24", "192.168.1.20", False),
        ("192.168.1.20/24", "fe80::1", False),
        ("fd00::20/64", "fd00::1", False),
        ("192.168.1.20/33", "192.168.1.1", False),
        ("192.168.1.20/24", "", False),
    ],
)
def test_an_address_is_one_that_the_network_uses(address: str, gateway: str, good: bool) -> None:
    text = f'version = 1\n[network]\naddress = "{address}"\ngateway = "{gateway}"\n'.encode()
    if good:
        network = read_wanted(text).network
        assert network is not None
        assert (network.address, network.gateway) == (address, gateway)
        return
    with pytest.raises(BadFile, match=r"\[network\] address"):
        read_wanted(text)


def test_what_a_stick_brought_is_not_undone_by_the_card(tmp_path: Path) -> None:
    root, url = machine(tmp_path), "https://hailong.daknong.example"
    assert boot(root, GOOD) == 0
    settings = root / "etc/hailong/agent.toml"
    moved = GOOD.replace(url, "https://new.example")
    for _ in range(2):  # brought twice, taken twice: what was changed by hand between is the stick's again
        assert boot(root, moved, "--stick") == 0
        assert tomllib.loads(settings.read_text("utf-8"))["centre_url"] == "https://new.example"
        (root / "var/lib/hailong/enrol-wish.json").unlink()
    assert boot(root, GOOD) == 0
    assert tomllib.loads(settings.read_text("utf-8"))["centre_url"] == "https://new.example"


def card(root: Path, text: str) -> int:
    """As at the machine's start, of the file that lies on its card."""
    path = root / "boot/hailong/hailong.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return main(["--file", str(path), "--root", str(root)])


BAD = GOOD.replace("rotation = 90", "rotation = 45")


def test_a_card_that_was_refused_does_not_undo_what_a_stick_brought(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, settings = machine(tmp_path), tmp_path / "etc/hailong/agent.toml"
    monkeypatch.setattr(first_boot, "read_wanted", lambda data: read_wanted(data.replace(b"= 45", b"= 46")))
    assert card(root, BAD) == 65
    assert boot(root, GOOD.replace("daknong", "other"), "--stick") == 0
    assert outcome(root)["problems"] == []
    assert card(root, BAD) == 0, "what the stick has replaced is complained of"
    assert outcome(root)["problems"] == []
    monkeypatch.setattr(first_boot, "read_wanted", lambda data: read_wanted(data.replace(b"= 45", b"= 90")))
    assert card(root, BAD) == 0
    assert "other" in settings.read_text("utf-8"), "a later program took it and undid the stick"
    assert card(root, GOOD) == 0
    assert "daknong" in settings.read_text("utf-8"), "a new file on the card is the last word"


def test_the_mark_of_a_refused_card_is_known_where_the_card_cannot_be_read(tmp_path: Path) -> None:
    root = machine(tmp_path)
    assert card(root, BAD) == 65
    refused = outcome(root)["refused"]
    (root / "boot/hailong/hailong.toml").unlink()
    assert boot(root, GOOD, "--stick") == 0
    assert (outcome(root)["taken"], outcome(root)["refused"]) == (refused, "")
    assert refused


def test_what_a_stick_was_refused_for_ends_with_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = machine(tmp_path)
    assert card(root, GOOD) == 0
    assert boot(root, BAD, "--stick") == 65
    assert outcome(root)["problems"]
    assert card(root, GOOD) == 0
    assert outcome(root)["problems"] == []
    assert boot(root, BAD, "--stick") == 65
    monkeypatch.setattr(first_boot, "CARD", root / "none")
    assert main(["--root", str(root)]) == 0
    assert outcome(root)["problems"] == []


def test_a_file_that_was_named_and_is_not_there_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(first_boot, "CARD", tmp_path / "none")
    for arguments in (["--file", str(tmp_path / "x.toml")], ["--again"], ["--check"]):
        assert main([*arguments, "--root", str(tmp_path)]) == 66
        assert "không có tệp này" in capsys.readouterr().err
    assert files(tmp_path) == {}


@pytest.mark.parametrize(
    ("error", "code", "said", "fault"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 74, "đĩa của máy đầy", "disk"),
        (OSError(errno.EROFS, "Read-only file system"), 74, "thay thẻ của máy", "disk"),
        (ValueError("0900 trúng thưởng"), 78, "/etc/hailong của máy", "settings"),
    ],
)
def test_the_machines_own_trouble_is_not_the_technicians(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, said: str, fault: str
) -> None:
    def fails(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(first_boot, "apply", fails)
    assert boot(machine(tmp_path), GOOD) == code
    (problem,) = read_faults(tmp_path / "var/lib/hailong/first-boot.json").shown  # type: ignore[union-attr]
    assert said in problem
    assert problem.startswith("tệp không sai; ")
    assert str(error) not in problem
    assert len(problem) < LONGEST, "the screen would cut it"
    assert outcome(tmp_path)["fault"] == fault


def test_a_service_that_hangs_holds_up_no_first_boot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()

    def hangs(command: list[str], **_options: object) -> None:
        asked.append(" ".join(command))
        raise subprocess.TimeoutExpired(command, 10)

    monkeypatch.setattr("deploy.first_boot.__main__.subprocess.run", hangs)
    monkeypatch.setattr("deploy.first_boot.__main__.shutil.which", lambda name: name)
    first_boot._reload(["/etc/systemd/network/20-hailong.network", "/etc/hailong/agent.toml"])
    assert len(asked) == 2
    assert all("--no-block" in command for command in asked), (
        "a unit that comes after the first boot would be waited for"
    )


def test_what_lies_in_anothers_folder_holds_up_no_first_boot(tmp_path: Path) -> None:
    root = machine(tmp_path)
    (root / "var/lib/hailong").mkdir(parents=True)
    os.mkfifo(root / "var/lib/hailong/first-boot.json")
    assert boot(root, GOOD) == 0
    assert outcome(root)["problems"] == []


def test_no_file_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_boot, "CARD", tmp_path / "none")
    assert main(["--root", str(tmp_path)]) == 0
    assert files(tmp_path) == {}


def test_damaged_files_are_refused_in_words_or_read(tmp_path: Path) -> None:
    seed, refused, count = 3, 0, 2000
    rng = random.Random(seed)
    whole = 'open = ["07:30-11:30"]\n' + GOOD + "[sound]\nvolume_db = -3\n[[panel]]\ndevice = '/dev/ttyUSB0'\n"
    for _ in range(count):
        data = bytearray(whole.encode())
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            read_wanted(bytes(data))
        except BadFile as error:
            refused += len(error.problems) > 0
    assert 0 < refused < count
    print(f"seed {seed}: {count} damaged files, {refused} refused in words, none by an exception")


def test_a_value_is_set_where_it_belongs_or_not_at_all() -> None:
    assert tomllib.loads(set_value("", "screen", "rotation", 90)) == {"screen": {"rotation": 90}}
    assert set_value("a = 1\n[b]\na = 2\n", "b", "a", 3) == "a = 1\n[b]\na = 3\n"
    assert set_value("[b]\na = 2\n", "", "a", 3).startswith("a = 3\n")
    with pytest.raises(ValueError):
        set_value("screen = { rotation = 0 }\n", "screen", "rotation", 90)
