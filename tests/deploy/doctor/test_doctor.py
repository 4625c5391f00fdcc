"""The doctor as a whole: codes as the office knows them, limits of time, the real agent, what is kept and shown."""

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from deploy.doctor import keep
from deploy.doctor.__main__ import main
from deploy.doctor.codes import CHECKS, LINES
from deploy.doctor.examine import EVERY, examine
from deploy.doctor.finding import Finding, State, good, wrong
from deploy.doctor.machine import Machine, run_command
from deploy.doctor.show import as_document, as_text, exit_code
from deploy.doctor.touching import follow, outcome
from survey import health
from survey.panel_state import Condition, Trouble, write_note
from tests.deploy.doctor.bench import NOW_S, ROOT, Bench, real_agent, wrong_in


def test_the_office_knows_every_code_with_the_same_weight() -> None:
    agents_own = {health.SILENT, health.UNKNOWN}
    assert {code: line.weight for code, line in LINES.items()} == {
        code: str(weight) for code, weight in health.CODES.items() if code not in agents_own
    }
    assert {line.check for line in LINES.values()} <= set(CHECKS)
    assert set(EVERY) | {"doctor"} == set(CHECKS)
    assert all(line.says.strip() and line.do.strip() for line in LINES.values())


def test_every_trouble_of_a_panel_has_its_line() -> None:
    assert {f"buttons_{trouble}" for trouble in Trouble if trouble} <= set(LINES)


@pytest.mark.slow
def test_a_check_that_hangs_or_fails_holds_up_only_its_own_line(bench: Bench) -> None:
    hangs = threading.Event()

    def hang(_machine: Machine) -> Sequence[Finding]:
        hangs.wait()
        return []

    def fail(_machine: Machine) -> Sequence[Finding]:
        raise RuntimeError("unforeseen")

    told: list[Sequence[str]] = []
    checks = {"disk": hang, "clock": fail, "usb": lambda _machine: [good("usb")]}
    found = examine(bench.machine(), limit_s=1.5, progress=lambda names, _s: told.append(names), checks=checks)
    hangs.set()
    assert {(each.check, each.code) for each in found} == {
        ("disk", "check_slow"),
        ("clock", "check_failed"),
        ("usb", "usb_ok"),
    }
    assert told
    assert set(told[-1]) == {"disk"}


def test_a_command_that_is_missing_is_a_status() -> None:
    assert run_command(["hailong-no-such-command"]).status == -1
    assert run_command(["sh", "-c", "echo a; exit 3"]).status == 3


def test_worst_first_in_words_and_codes(bench: Bench) -> None:
    bench.write("sys/class/thermal/thermal_zone0/temp", "91000")
    bench.write("sys/fs/ext4/mmcblk0p4/errors_count", "3")
    found = bench.look()
    assert [each.state for each in found[:3]] == [State.BAD, State.WATCH, State.GOOD]
    assert exit_code(found) == 2
    assert exit_code(found[1:]) == 1
    assert exit_code(found[2:]) == 0
    text = as_text(found)
    assert text.startswith("✗ Đĩa, thẻ nhớ")
    assert "\x1b" not in text
    assert "\x1b[1;31m✗\x1b[0m" in as_text(found, coloured=True)


def test_what_is_kept_is_what_the_agent_reads(bench: Bench) -> None:
    bench.write("sys/class/thermal/thermal_zone0/temp", "91000")
    machine = bench.machine()
    boot = machine.text("proc/sys/kernel/random/boot_id") or ""
    keep.keep(machine, as_document(examine(machine), {}, NOW_S, boot, 5000.0))
    data = bench.root / "var/lib/hailong"
    told = health.read_doctor((data / health.FILE_NAME).read_bytes())
    assert told == health.Told(("hot",), boot, 5000.0)
    assert wrong_in(bench.look("keys")) == set()  # the machine in which the key was first seen
    bench.write("sys/firmware/devicetree/base/serial-number", "another")
    assert wrong_in(bench.look("keys")) == {"key_cloned"}
    assert keep.accept(bench.machine())
    assert wrong_in(bench.look("keys")) == set()
    assert not [path for path in data.iterdir() if path.name.startswith(".doctor")]


@pytest.fixture
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real data directory, and beside it the agent's settings."""
    from survey.assignment import Assignment
    from survey.form_file import read_form
    from sync_agent import enrolment, identity
    from sync_agent.outbox import Outbox

    data = tmp_path_factory.mktemp("data")
    text = (ROOT / "survey/data/forms/rut-gon-mot-cua.json").read_bytes()
    given = Assignment("k-1", "krong-no-2023", "kn-huyen", {"vi": "Huyện"}, {"vi": "UBND"}, read_form(text, "form").ref)
    identity.load_or_make_identity(data, lambda count: bytes(count))
    centre = identity.from_seed(b"c" * 32).public_key
    enrolment.keep(enrolment.Enrolment(centre, given, text), data)
    with Outbox.open(data / "outbox.db") as outbox:
        outbox.put_note(*write_note(Condition("nut", Trouble.SILENT, "5eed1e57")))
        counted = {"at": "2026-11-20T16:00+07:00", "waiting": 41, "oldest": "2026-11-20T15:00+07:00", "free_bytes": 9}
        outbox.put_note("service/counted", json.dumps(counted))
    (data.parent / "agent.toml").write_text(f'data_directory = "{data}"\ncentre_url = "http://127.0.0.1:1"\n')
    return data


@pytest.mark.slow
def test_the_real_agent_is_asked(bench: Bench, enrolled: Path) -> None:
    bench.said["hailong-agent status"] = real_agent(enrolled.parent / "agent.toml")
    machine = bench.machine()
    found = examine(machine, ["buttons", "queue", "contact", "keys", "versions"])
    assert wrong_in(found) == {"buttons_silent", "contact_never"}, as_text(found)
    told: Any = machine.agent()[1]
    assert told["counted"]["waiting"] == 41
    (queue,) = [each for each in found if each.check == "queue"]
    assert queue.says == "41 phiếu lúc 16:00 ngày 20/11"


@pytest.mark.slow
def test_the_real_agent_of_a_damaged_outbox(bench: Bench, enrolled: Path) -> None:
    (enrolled / "outbox.db").write_bytes(b"no database at all " * 400)
    bench.said["hailong-agent status"] = real_agent(enrolled.parent / "agent.toml")
    assert wrong_in(bench.look("queue")) == {"outbox_failed"}


def test_the_kiosks_note_has_the_name_that_the_agent_reads() -> None:
    from kiosk.service.status import NOTE
    from sync_agent.status import COUNTED

    assert NOTE == COUNTED


def test_the_command_prints_json_and_refuses_unknown_checks(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.write("run/hailong/usb-open", str(2**40))
    assert main(["--root", str(bench.root), "--json", "--only", "usb", "power"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["v"] == 1
    assert document["state"] == "watch"
    assert [line["code"] for line in document["lines"]] == ["usb_open", "power_ok"]
    assert set(document["lines"][0]) == {"check", "code", "state", "says", "do"}
    with pytest.raises(SystemExit):
        main(["--only", "nothing"])


@pytest.mark.parametrize(
    ("fields", "good_touch", "words"),
    [
        ({"worst_mm": 2.1, "wrong": ""}, True, "2,1 mm"),
        ({"worst_mm": 7.5, "wrong": ""}, False, "lau mặt kính"),
        ({"worst_mm": 90.0, "wrong": "turned_90"}, False, "90°"),
        ({"worst_mm": 90.0, "wrong": "far"}, False, "thay màn hình"),
    ],
)
def test_four_corners_are_judged_from_the_kiosks_log(fields: dict[str, Any], good_touch: bool, words: str) -> None:
    lines = ["no json", '{"event": "touch.found"}', json.dumps({"event": "service.touch_tested"} | fields)]
    found = outcome(lines)
    assert found is not None
    assert found[0] is good_touch
    assert words in found[1]
    assert outcome(lines[:2]) is None


def test_the_log_is_followed_until_the_test_is_done_or_time_is_up() -> None:
    event = json.dumps({"event": "service.touch_tested", "worst_mm": 1.5, "wrong": ""})
    assert outcome(follow(["sh", "-c", f"echo; echo '{event}'; exec sleep 100"], wait_s=60)) == (
        True,
        "Xa nhất 1,5 mm. Cảm ứng tốt.",
    )
    assert outcome(follow(["sleep", "100"], wait_s=0.05)) is None


def test_a_fill_never_asks_for_another(bench: Bench) -> None:
    line = wrong("settings_wrong", file="{why}", why="x\n\x1b[2J" + "y" * 500)
    assert len(line.says) < 500
    assert "\x1b" not in as_text([line])


def test_what_writes_the_kiosks_files_is_run_by_its_account_and_then_heard() -> None:
    told = [line.do for line in LINES.values() if "--accept-box" in line.do]
    assert told
    for do in told:
        assert "sudo -u hailong hailong-kiosk --config /etc/hailong/kiosk.toml --accept-box {panel} && " in do
        assert "sudo systemctl restart hailong-kiosk»" in do
