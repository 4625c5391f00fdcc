"""Offices for the tests: in this process or as a real server, on SQLite and on PostgreSQL."""

import importlib.util
import os
import random
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def _load(name: str) -> Any:
    """A module that lies beside the tests (importmode=importlib gives them no package)."""
    full = f"central_office_{name}_for_tests"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, HERE / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[full] = module
        spec.loader.exec_module(module)
    return sys.modules[full]


support = _load("support")
postgres_server = _load("postgres")
slip_support = _load("slip_support")
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@dataclass
class Office:
    """One office of its own. `door`: how kiosks reach it; `config`: its settings; `process`: its server, if any."""

    database: str
    config: Path
    door: Any
    enrol_code: Callable[[str, str], str]
    process: Any = None

    def device(self, seed: int = 1, point: str = "kn-huyen", plan: str = "krong-no-2023") -> Any:
        """A kiosk, enrolled."""
        device = support.Device(random.Random(seed))
        code = self.enrol_code(plan, point)
        reply = self.door.post(support.ENROLMENTS, device.enrolment(code), "application/json")
        assert reply.status == 200, reply.body
        device.admit(code, reply.body)
        return device


@pytest.fixture(scope="session")
def helper() -> Any:
    return support


@pytest.fixture(scope="session")
def phone_helpers() -> Any:
    """phones.py: citizens' phones."""
    return _load("phones")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Any]:
    if postgres_server.binaries() is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    server = postgres_server.Cluster()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _django(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Django in this process, on an office whose database the tests below replace."""
    from central_office.config import ENVIRONMENT
    from central_office.keys import make_centre_key, write_private

    config = support.write_config(tmp_path_factory.mktemp("office"), "sqlite")
    data = config.parent / "data"
    data.mkdir(mode=0o700)
    write_private(data / "secret.key", "k" * 60)
    make_centre_key(data / "centre.key")
    os.environ[ENVIRONMENT] = str(config)
    os.environ["DJANGO_SETTINGS_MODULE"] = "central_office.settings"
    import django

    django.setup()
    yield config
    del os.environ[ENVIRONMENT], os.environ["DJANGO_SETTINGS_MODULE"]


def _use(settings: dict[str, Any]) -> None:
    """Point Django's one connection at another database, in every thread to come."""
    from django.db import connections

    connections["default"].close()
    connections.settings["default"] = connections.configure_settings({"default": settings})["default"]
    del connections["default"]


def _fill() -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from central_office.rounds.catalogue import load_form, load_plan

    call_command("migrate", interactive=False, verbosity=0)
    load_form(support.FORM_FILE.read_bytes(), "form", timezone.now())
    load_plan(support.PLAN_FILE.read_bytes(), "plan", timezone.now())


@pytest.fixture(scope="session")
def template_sqlite(_django: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from django.conf import settings

    path = tmp_path_factory.mktemp("template") / "office.db"
    _use({**settings.SQLITE, "NAME": path})
    _fill()
    _use({**settings.SQLITE, "NAME": ":memory:"})
    return path


@pytest.fixture(scope="session")
def template_postgres(_django: Path, cluster: Any) -> str:
    from django.conf import settings

    from central_office.config import postgres_parts

    _use({**settings.POSTGRES, **postgres_parts(cluster.create("office_template"))})
    _fill()
    _use({**settings.SQLITE, "NAME": ":memory:"})
    return "office_template"


@pytest.fixture
def _sqlite(template_sqlite: Path, tmp_path: Path) -> Iterator[str]:
    from django.conf import settings
    from django.db import connections

    path = tmp_path / "office.db"
    path.write_bytes(template_sqlite.read_bytes())
    _use({**settings.SQLITE, "NAME": path, "CONN_MAX_AGE": None})
    settings.RUNTIME_DIRECTORY = tmp_path / "runtime"
    yield "sqlite"
    connections.close_all()


@pytest.fixture
def _postgresql(template_postgres: str, cluster: Any, tmp_path: Path) -> Iterator[str]:
    from django.conf import settings
    from django.db import connections

    from central_office.config import postgres_parts

    url = cluster.create(f"t{uuid.uuid4().hex}", template_postgres)
    _use({**settings.POSTGRES, **postgres_parts(url), "CONN_MAX_AGE": None})
    settings.RUNTIME_DIRECTORY = tmp_path / "runtime"
    yield "postgresql"
    connections.close_all()


def _in_process(database: str, config: Path) -> Office:
    from django.test import Client
    from django.utils import timezone

    from central_office.fleet.enrolment import make_code

    rng = random.Random(uuid.uuid4().int)

    def code(plan: str, point: str) -> str:
        return make_code(plan, point, rng.randbytes(20), timezone.now())

    return Office(database, config, support.ClientDoor(Client()), code)


@pytest.fixture
def small_office(_sqlite: str, _django: Path) -> Office:
    """An office in this process, on SQLite."""
    return _in_process("sqlite", _django)


@pytest.fixture
def postgres_office(_postgresql: str, _django: Path) -> Office:
    """An office in this process, on PostgreSQL."""
    return _in_process("postgresql", _django)


@pytest.fixture(params=DATABASES)
def office(request: pytest.FixtureRequest, _django: Path) -> Office:
    """An office in this process, on each database."""
    return _in_process(request.getfixturevalue(f"_{request.param}"), _django)


def _served(config: Path, *options: str) -> Office:
    process = support.Process(config, *options)

    def code(plan: str, point: str) -> str:
        said = support.run_office(config, "enrol", "--plan", plan, "--point", point).stdout
        return str(said.split("one-time code: ")[1].split()[0])

    return Office("", config, support.HttpDoor(process.url), code, process)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Office]:
    """A real server process on SQLite."""
    config = support.write_config(tmp_path / "served", "sqlite")
    support.run_office(config, "setup")
    office = _served(config, "--workers", "1")
    yield office
    office.process.stop()


@pytest.fixture(params=DATABASES)
def each_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """A real server process on each database."""
    url = "sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("cluster").create(f"t{uuid.uuid4().hex}")
    config = support.write_config(tmp_path / "served", url)
    support.run_office(config, "setup")
    office = _served(config)
    office.database = request.param
    yield office
    office.process.stop()


@pytest.fixture
def shown_server(tmp_path: Path) -> Iterator[tuple[Office, str]]:
    """A real server process and its first administrator's password."""
    config = support.write_config(tmp_path / "shown", "sqlite")
    said = support.run_office(config, "setup").stdout
    office = _served(config, "--workers", "1")
    yield office, said.split("password, shown once: ")[1].split()[0]
    office.process.stop()


@pytest.fixture
def quick_passwords(_django: Path) -> Iterator[None]:
    """Passwords hashed by one round: a test that makes twenty accounts needs no half second for each."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def receivers() -> Any:
    """receivers.py: a webhook's receiver and a mail server."""
    return _load("receivers")


@pytest.fixture(scope="session")
def browsing() -> Any:
    return _load("browsing")


@pytest.fixture
def browser(browsing: Any, tmp_path: Path) -> Iterator[Any]:
    """A Chromium without a screen."""
    yield from browsing.chromium(tmp_path)


@pytest.fixture
def office_address(small_office: Office) -> Iterator[str]:
    """The office of this process over loopback, for a browser."""
    yield from _load("test_coverage_screens").served()


@pytest.fixture(scope="session")
def editions() -> Any:
    """editions.py: analyses made by hand, to be published."""
    return _load("editions")


@pytest.fixture(scope="session")
def units() -> Any:
    """`test_units.py`, which knows how to take tables of units."""
    return _load("test_units")


@pytest.fixture(scope="session")
def freezing() -> Any:
    """`test_freezing.py`, which knows how to freeze Krông Nô's round."""
    return _load("test_freezing")


@pytest.fixture(scope="session")
def coverage() -> Any:
    """`test_coverage.py`, which knows how to make a round with slips and visits."""
    return _load("test_coverage")


@pytest.fixture
def slips(office: Office) -> Any:
    """The helpers of slips, with their plan loaded, on each database."""
    slip_support.add_plan()
    return slip_support


@pytest.fixture
def small_slips(small_office: Office) -> Any:
    """The same on SQLite."""
    slip_support.add_plan()
    return slip_support


@pytest.fixture(scope="session")
def plans() -> Any:
    """`test_plans.py`, which knows how to load the plans that we ship."""
    return _load("test_plans")


@pytest.fixture
def made() -> Any:
    """Rounds of made answers."""
    return _load("rounds_of_answers")


@pytest.fixture
def client_of(small_office: Office) -> Any:
    """Somebody who may see everything, logged in at the office of this process."""
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.create_superuser("truongphong", password="x" * 16))
    return client


@pytest.fixture(scope="session")
def served() -> Any:
    """`test_coverage_screens.py`, which knows how to serve the office of this process over loopback."""
    return _load("test_coverage_screens")


@pytest.fixture
def people(request: pytest.FixtureRequest) -> Any:
    """Makes a person with roles in places, and gives a client that is signed in: at the office of the test, which may
    be on either database."""
    request.getfixturevalue("office" if "office" in request.fixturenames else "small_office")
    from django.contrib.auth.models import User
    from django.test import Client

    from central_office.people import accounts

    User.objects.create_superuser("dau-tien")

    def make(name: str, *given: tuple[str, dict[str, Any]]) -> Any:
        user, _ = accounts.add("test", name)
        for role, place in given:
            accounts.assign("test", user, role, accounts.Place(**place))
        accounts.password_changed(user)
        client = Client()
        client.force_login(user)
        client.user = user
        return client

    return make
