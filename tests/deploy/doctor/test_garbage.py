"""Whatever stands in a file or comes out of a command: every check ends with lines of its own, none crashes."""

import contextlib
import json
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.doctor.codes import CHECKS, LINES
from deploy.doctor.examine import EVERY
from deploy.doctor.machine import HUNG, MISSING, Machine, Output
from deploy.doctor.show import as_document, as_text
from tests.deploy.doctor.bench import FILES, Bench

COMMANDS = ("hailong-agent status", "systemctl show", "chronyc", "rauc", "ip", "amixer", "journalctl", "vcgencmd",
            "hailong-update", "hailong-kiosk --check-config", "timedatectl")  # fmt: skip
SETTINGS = ("agent", "kiosk", "station")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kiosk", "health", "contact", "panels", "slots", "state", "form", "x"]), part, max_size=4
        )
    ),
    max_leaves=12,
)
PARTS = (
    "NRestarts=|Id=hailong-kiosk.service\nLoadState=loaded\n|WatchdogUSec=|[off]|0x|-|999999999999999999999999|\n\n|,|\0|"
    "stepped by | seconds|Simple mixer control '|Playback [|I/O error, dev sda|\x1b[2J|ngày|=|[|{|[[panel]]\n|"
    'device = "/dev/x"\n|centre_url = "https://[::"\n|proxy = "http://:0"\n|[screen]\n|[printer]\n|kind = "network"\n'
)
PIECES = st.lists(st.sampled_from(PARTS.split("|")), max_size=12).map("".join)
TEXT = st.one_of(st.text(max_size=60), PIECES, JSON.map(str), JSON.map(json.dumps))
STATUS = st.sampled_from([0, 1, 2, 69, 70, 78, MISSING, HUNG])


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_garbage_never_crashes_a_check(bench: Bench, tmp_path_factory: Any, data: st.DataObject) -> None:
    root = bench.root / "garbage"
    shutil.rmtree(root, ignore_errors=True)
    mine = Bench(root)
    spoilt = data.draw(st.dictionaries(st.sampled_from(sorted(FILES)), TEXT | st.binary(max_size=40), max_size=8))
    for name, text in {**FILES, **spoilt}.items():
        mine.write(name, text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    for name in data.draw(st.sets(st.sampled_from(SETTINGS))):
        mine.write(f"etc/hailong/{name}.toml", data.draw(TEXT).encode("utf-8", "surrogatepass"))
    mine.said = {
        name: Output(data.draw(STATUS), data.draw(TEXT), data.draw(TEXT))
        for name in data.draw(st.sets(st.sampled_from(COMMANDS)))
    }
    mine.resolve = lambda _host, _port: ["127.0.0.1"]
    for name, check in EVERY.items():  # not through `examine`, which would catch
        lines = check(mine.machine())
        assert lines, name
        assert all(each.check in CHECKS and (each.code in LINES or each.code.startswith(each.check)) for each in lines)
        shown = as_text(lines)
        assert not [letter for letter in shown if not letter.isprintable() and letter != "\n"]
        as_document(lines, {}, 0.0, "", 0.0)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\nLocation: ", b"HTTP/1.1 "]),
)
def test_garbage_from_the_network_never_crashes_the_check(bench: Bench, answer: bytes, begun: bytes) -> None:
    def connect(_host: str, _port: int) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs, contextlib.suppress(OSError):
            theirs.sendall(begun + answer)
            theirs.shutdown(socket.SHUT_WR)
        return ours

    kind = "http" if len(answer) % 2 else "https"
    bench.write(
        "etc/hailong/agent.toml",
        f'data_directory = "/x"\ncentre_url = "{kind}://co-quan.example"\nca_bundle = "/etc/hailong/ca.pem"\n',
    )
    plain = bench.machine()
    machine = Machine(root=plain.root, run=bench.run, connect=connect, resolve=lambda _h, _p: ["127.0.0.1"])
    (line,) = EVERY["office"](machine)
    assert line.code in LINES


def test_a_missing_root_is_no_crash(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "nothing")
    assert {each.check for each in bench.look()} == set(EVERY)
