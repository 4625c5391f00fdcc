"""`/metrics` of the office: who may read it, that promtool finds it sound, and that no figure follows an answer."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

RULES = Path(__file__).parents[2] / "deploy" / "monitoring" / "hailong.rules.yml"
PEM = b"""-----BEGIN CERTIFICATE-----
MIIBjjCCATWgAwIBAgIUfLSxB++lbzuvqVJU7CAlceyUzAUwCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwSaGFpbG9uZy5leGFtcGxlLnZuMB4XDTI2MTEyMjE4MDk0MFoX
DTI3MTIyNDE4MDk0MFowHTEbMBkGA1UEAwwSaGFpbG9uZy5leGFtcGxlLnZuMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEunMp7Y2+4sS5ZPTwgje9YyeRuvLvzxfw
kUl1o4QzZHtln8a51E3T4wR2jIkQ3EX75OpX/eP8F+PPQPdJXTNYzKNTMFEwHQYD
VR0OBBYEFF1t3xZUDWpn/Yqis5q4SkCZq805MB8GA1UdIwQYMBaAFF1t3xZUDWpn
/Yqis5q4SkCZq805MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIg
LUuNJeenNXjj3If4IM2DZWzccK+Ur+FO6FEZJnLiUVICIFqDpFr13sOaj0HNvWQC
OkjfWnWVBy3NrYmfTLeBEKy2
-----END CERTIFICATE-----
"""
ENDS = datetime(2027, 12, 24, 18, 9, 40, tzinfo=UTC)  # as `openssl x509 -enddate` says


def sound(text: str) -> None:
    """promtool's word on the text format and on names."""
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (deploy/system-packages.sh test)")
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout


def values(text: str) -> dict[str, float]:
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


@pytest.fixture
def read(small_office: Any) -> Any:
    from django.test import Client

    def get(**headers: str) -> Any:
        return Client().get("/metrics", **{"REMOTE_ADDR": "127.0.0.1", **headers})

    return get


def test_only_this_machine_or_who_has_the_token_reads_it(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    assert read().status_code == 200
    assert read(REMOTE_ADDR="::1").status_code == 200
    for other in (
        {"REMOTE_ADDR": "10.0.0.9"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_VIA": "x"},
    ):
        assert read(**other).status_code == 403, other
    monkeypatch.setattr(settings, "METRICS_TOKEN", "m" * 40)
    assert read().status_code == read(HTTP_AUTHORIZATION="Bearer " + "n" * 40).status_code == 401
    assert read(REMOTE_ADDR="10.0.0.9", HTTP_AUTHORIZATION="Bearer " + "m" * 40).status_code == 200


def test_promtool_finds_it_sound_and_the_rules_find_their_metrics(
    read: Any, small_office: Any, helper: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from django.conf import settings

    from central_office import ticks
    from central_office.fleet.models import Kiosk
    from central_office.intake.proof_kept import Outcome, keep_outcome

    (tmp_path / "office.pem").write_bytes(PEM)
    monkeypatch.setattr(settings, "CERTIFICATE_FILE", str(tmp_path / "office.pem"))
    monkeypatch.setattr(settings, "DATA_DIRECTORY", tmp_path)
    monkeypatch.setitem(ticks.LAST_DONE, "feed", 0.0)
    keep_outcome(tmp_path, Outcome(1_700_000_000, 2, 10))
    devices = [small_office.device(1), small_office.device(2, "kn-nam-da")]
    beat = devices[0].heartbeat(pending=4, oldest="2023-09-01T08:15+07:00", health=["touch_missing", "hot"])
    assert small_office.door.post(helper.HEARTBEATS, beat, "application/json").status == 200
    Kiosk.objects.filter(kiosk=devices[1].name).update(version='1"\\\n{}', health=["disk_low"])
    text = read().content.decode()
    sound(text)
    found = values(text)
    ill = devices[0].name
    assert found[f'hailong_kiosk_pending_answers{{kiosk="{ill}"}}'] == 4
    assert found[f'hailong_kiosk_health_code{{kiosk="{ill}",code="touch_missing",weight="bad"}}'] == 1
    assert found[f'hailong_kiosk_trouble{{kiosk="{ill}",trouble="backlog"}}'] == 1
    assert found['hailong_kiosks{state="active"}'] == found['hailong_kiosks{state="never"}'] == 1
    assert found["hailong_verify_differences"] == 2
    named = set(re.findall(r"\bhailong_[a-z_]+", RULES.read_text("utf-8")))
    missing = {name for name in named if not name.startswith("hailong_device_")} - set(re.findall(r"hailong_\w+", text))
    assert not missing, "rules ask for what nobody tells"
    print(f"{len(found)} samples in {text.count('# TYPE')} families; the rules use {len(named)}")


def test_no_figure_moves_with_an_answer(read: Any, small_office: Any) -> None:
    """A batch comes in: nothing changes until its quarter-hour is over."""
    from central_office.intake.models import Batch

    device = small_office.device()
    device.deliver(small_office.door, device.answers(2))
    quiet = re.compile(r"hailong_(database|.*_age_seconds|tick|turn|incidents)")  # none of them counts answers

    def told() -> dict[str, float]:
        return {name: value for name, value in values(read().content.decode()).items() if not quiet.match(name)}

    before = told()
    device.deliver(small_office.door, device.answers(3))
    assert told() == before
    Batch.objects.update(received_at=datetime.now(UTC) - timedelta(minutes=20))
    assert told()['hailong_intake_answers_total{verdict="accepted"}'] == 5
    assert told()["hailong_intake_answers_last_hour"] == 5


def test_what_came_in_long_ago_is_summed_once_a_day(read: Any, small_office: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from central_office.intake.models import Batch

    device = small_office.device()
    device.deliver(small_office.door, device.answers(2))
    Batch.objects.update(received_at=datetime.now(UTC) - timedelta(days=9))
    device.deliver(small_office.door, device.answers(3))
    Batch.objects.filter(accepted=3).update(received_at=datetime.now(UTC) - timedelta(minutes=20))

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert values(read().content.decode())['hailong_intake_answers_total{verdict="accepted"}'] == 5
        return sum("SUM" in each["sql"] and "intake_batch" in each["sql"] for each in found.captured_queries)

    assert [asked(), asked()] == [3, 2]


def test_the_end_of_a_certificate_is_read_as_openssl_reads_it() -> None:
    from central_office.metrics.certificate import NoCertificate, ends_at

    assert ends_at(b"text before\n" + PEM + PEM) == ENDS
    lines = PEM.splitlines(keepends=True)
    for wrong in (b"", b"no pem", lines[0] + b"AAAA\n" + lines[-1], lines[0] + b"".join(lines[2:])):
        with pytest.raises(NoCertificate):
            ends_at(wrong)
