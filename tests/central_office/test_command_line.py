"""`hailong-office`: set-up, settings, plans, export; what it prints and how it ends."""

import hashlib
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_setup_makes_an_office_once_and_shows_the_password_once(tmp_path: Path, helper: Any) -> None:
    config = helper.write_config(tmp_path / "office", "sqlite")
    first = helper.run_office(config, "setup").stdout
    data = tmp_path / "office/data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    for name in ("secret.key", "centre.key"):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600
    assert first.count("password, shown once: ") == 1
    password = first.split("password, shown once: ")[1].split()[0]
    assert len(password) == 20
    keys = {path.name: path.read_bytes() for path in data.glob("*.key")}
    again = helper.run_office(config, "setup").stdout
    assert "password, shown once" not in again
    assert {path.name: path.read_bytes() for path in data.glob("*.key")} == keys
    assert not [path for path in data.rglob("*") if path.is_file() and password.encode() in path.read_bytes()]


@pytest.mark.slow
def test_every_problem_of_the_settings_is_named_at_once(tmp_path: Path, helper: Any) -> None:
    config = tmp_path / "office.toml"
    config.write_text(
        'listen = "nowhere"\ndatabase = "mysql://x"\ntime_zone = "Mars"\nworkers = 0\nallowed_hosts = " "\n'
    )
    done = helper.run_office(config, "check-config", check=False)
    assert done.returncode == os.EX_CONFIG
    for key in ("/listen", "/database", "/time_zone", "/workers", "/allowed_hosts"):
        assert key in done.stderr
    config.write_text('data_directory = 5\nnonsense = 1\nthreads = "4"\n')
    done = helper.run_office(config, "serve", check=False)
    assert done.returncode == os.EX_CONFIG
    for key in ("/data_directory", "/nonsense", "/threads"):
        assert key in done.stderr
    assert helper.run_office(tmp_path / "absent.toml", "serve", check=False).returncode == os.EX_NOINPUT
    config.write_text("")
    assert helper.run_office(config, "--check-config").returncode == 0


def test_the_host_of_the_public_address_is_always_allowed(helper: Any, tmp_path: Path) -> None:
    """Else every phone that follows a poster is answered 400."""
    from central_office.config import Config

    assert Config().hosts == ["localhost", "127.0.0.1"]
    named = Config(allowed_hosts="a b", public_url="https://Gop-Y.Example:8443")
    assert named.hosts == ["a", "b", "gop-y.example"]
    config = helper.write_config(tmp_path / "office", "sqlite")
    config.write_text(config.read_text("utf-8") + 'public_url = "https://gop-y.example"\n', "utf-8")
    asked = "import central_office.settings as s; print(s.ALLOWED_HOSTS)"
    environment = {**os.environ, "HAILONG_OFFICE_CONFIG": str(config), "PYTHONPATH": str(ROOT)}
    said = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert "gop-y.example" in said.stdout


@pytest.mark.slow
def test_the_office_refuses_to_serve_without_its_keys(tmp_path: Path, helper: Any) -> None:
    config = helper.write_config(tmp_path / "office", "sqlite")
    done = helper.run_office(config, "serve", check=False)
    assert done.returncode in (os.EX_CONFIG, os.EX_DATAERR)
    assert "→" in done.stderr or "SECRET_KEY" in done.stderr


@pytest.mark.slow
def test_plans_are_listed_cloned_and_never_changed(tmp_path: Path, helper: Any) -> None:
    config = helper.write_config(tmp_path / "office", "sqlite")
    helper.run_office(config, "setup")
    clone = ("plan", "clone", "krong-no-2023", "--id", "demo", "--from", "2026-01-01", "--to", "2026-12-31")
    assert "demo  01/01/2026 – 31/12/2026  13" in helper.run_office(config, *clone).stdout
    helper.run_office(config, *clone)
    changed = helper.run_office(config, *clone[:-1], "2027-12-31", check=False)
    assert changed.returncode == os.EX_DATAERR
    assert "other content" in changed.stderr
    assert helper.run_office(config, "plan", "list").stdout.count("Kế hoạch / plan:") == 2
    other = helper.run_office(config, *clone, "--form", "soc-trang-day-du", check=False)
    assert (other.returncode, "other content" in other.stderr) == (os.EX_DATAERR, True), "another form is another plan"
    lacking = helper.run_office(config, *clone[:4], "new", *clone[5:], "--form", "nope", check=False)
    assert (lacking.returncode, "'nope' is not loaded" in lacking.stderr) == (os.EX_DATAERR, True)
    assert len(helper.run_office(config, "plan", "points", "demo").stdout.splitlines()) == 13
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps({"plan": "x y", "oops": 1}))
    refused = helper.run_office(config, "plan", "load", str(bad), check=False)
    assert refused.returncode == os.EX_DATAERR
    for place in ("/plan", "/oops", "/title", "/window"):
        assert place in refused.stderr
    assert helper.run_office(config, "enrol", "--plan", "demo", "--point", "nope", check=False).returncode == 65


def test_export_hands_over_the_raw_bytes_and_their_digests(small_office: Any, tmp_path: Path) -> None:
    from django.utils import timezone

    from central_office.results.export import export

    device = small_office.device()
    records = device.answers(120)
    device.deliver(small_office.door, records)
    digests = export("krong-no-2023", tmp_path / "out", timezone.now())
    erased = {"tombstones.ndjson", "proofs.ndjson"}
    assert set(digests) == {"answers.ndjson", "answers.csv", "results.csv", "results.json"} | erased
    assert (tmp_path / "out/answers.ndjson").read_bytes() == b"".join(record.raw + b"\n" for record in records)
    for line in (tmp_path / "out/SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest
    assert len((tmp_path / "out/answers.csv").read_text("utf-8-sig").splitlines()) == 121
    with pytest.raises(FileExistsError):
        export("krong-no-2023", tmp_path / "out", timezone.now())


def test_no_migration_is_missing(small_office: Any) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.slow
def test_django_finds_nothing_to_warn_of_in_a_deployment_behind_tls(tmp_path: Path, helper: Any) -> None:
    import subprocess
    import sys

    config = helper.write_config(tmp_path / "office", "sqlite")
    helper.run_office(config, "setup")
    config.write_text(config.read_text() + "https = true\nbehind_proxy = true\n")
    environment = {
        **os.environ,
        "HAILONG_OFFICE_CONFIG": str(config),
        "DJANGO_SETTINGS_MODULE": "central_office.settings",
    }
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "ERROR"]
    done = subprocess.run(command, cwd=helper.ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    ids = set(__import__("re").findall(r"security\.W\d+", done.stderr))
    # W005, W021: subdomains and preload are the proxy owner's to promise; W008: the proxy redirects to TLS
    assert ids <= {"security.W005", "security.W021", "security.W008"}, done.stderr


def test_a_postgresql_address_may_name_a_sockets_folder() -> None:
    from central_office.config import postgres_parts

    assert postgres_parts("postgresql://office@%2Ftmp%2FSock_1/office")["HOST"] == "/tmp/Sock_1"
    parts = postgres_parts("postgresql://u%40x:p%2Fw@[::1]:5433/o")
    assert list(parts.values()) == ["o", "u@x", "p/w", "::1", 5433]
    assert postgres_parts("postgres://office@DB.example/office")["HOST"] == "db.example"


@pytest.mark.usefixtures("_django")
def test_commands_need_no_name_of_whoever_types(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container the account may stand in no list."""
    import getpass
    import re

    from central_office.commands import plans

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert plans.operator() == "cli:?"
    commands = Path(plans.__file__).parent.glob("*.py")
    bare = [path.name for path in commands if re.search(r"cli:.*getpass", path.read_text("utf-8"))]
    assert bare == [], "these ask for the account themselves: people.audit.operator knows what to do without one"
