"""A phone for the tests: opens pages, reads what is on them, presses their buttons. Has no script and no cookie."""

import json
import os
import re
import secrets
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FORMS = ROOT / "survey" / "data" / "forms"
PLAN = "krong-no-nay"
POINT = "kn-dak-mam"
RATINGS = ("RG.HL0", "RG.HL1", "RG.HL2", "RG.HL3", "RG.HL4")


def running_plan(form: str = "") -> None:
    """A plan that runs now, in the office of this process."""
    from django.utils import timezone

    from central_office.rounds.catalogue import clone_plan

    now = timezone.now()
    today = timezone.localdate(now)
    clone_plan("krong-no-2023", PLAN, today - timedelta(days=10), today + timedelta(days=30), now, form)


def hurry() -> None:
    """No waiting for the disk on this connection, where durability is not what is tried."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA journal_mode=MEMORY")
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")


def new_code(last_day: date | None = None, point: str = POINT, plan: str = PLAN) -> Any:
    """A code as a counter of the point makes it, good until tomorrow."""
    from django.utils import timezone

    from central_office.slips.keys import key_of
    from central_office.slips.numbers import number_of
    from survey.invitation import make_code

    number = number_of(plan, point)
    last = last_day or timezone.localdate() + timedelta(days=1)
    return make_code(number, last, secrets.token_bytes(4), key_of(number))


def slip_path(code: Any) -> str:
    """Where an answer with this code is begun: an address of its own, as the first page carries one."""
    return f"/P/{code.letters}/{secrets.token_hex(16)}"


def unit_path(point: str = POINT, plan: str = PLAN) -> str:
    from central_office.slips.numbers import number_of
    from survey.invitation import unit_code

    return f"/U/{unit_code(number_of(plan, point))}"


ISSUED = """
import importlib.util, json, sys
import django
django.setup()
spec = importlib.util.spec_from_file_location("phones", sys.argv[1])
phones = importlib.util.module_from_spec(spec)
sys.modules["phones"] = phones
spec.loader.exec_module(phones)
phones.running_plan(sys.argv[3])
codes = [phones.new_code().letters for _ in range(int(sys.argv[2]))]
print(json.dumps([codes, phones.unit_path()]))
"""


def issued(config: Path, count: int, form: str = "") -> tuple[list[str], str]:
    """A plan that runs now in the office of this settings file: letters of new codes, and the path of a unit's code."""
    environment = {**os.environ, "HAILONG_OFFICE_CONFIG": str(config)}
    environment |= {"DJANGO_SETTINGS_MODULE": "central_office.settings", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ISSUED, __file__, str(count), form]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    codes, unit = json.loads(done.stdout)
    return codes, unit


def forged(code: Any) -> str:
    """The letters of a code that looks right and that no counter of ours made."""
    from survey.invitation import make_code

    return make_code(code.number, code.last_day, secrets.token_bytes(4), secrets.token_bytes(32)).letters


def mistyped(code: Any) -> str:
    from survey.enrolment import ALPHABET

    return code.letters[:-1] + ALPHABET[(ALPHABET.index(code.letters[-1]) + 1) % 32]


def check(letters: str) -> str:
    """The check letter of a unit's four letters."""
    from survey.enrolment import ALPHABET
    from survey.invitation import BadCode, read_unit_code

    for letter in ALPHABET:
        try:
            read_unit_code(letters + letter)
        except BadCode:
            continue
        return letter
    raise AssertionError(letters)


def records() -> list[Any]:
    """What the office has stored, read back, in the order of the chain."""
    from central_office.intake.models import Record
    from survey.record import read_record

    return [
        read_record(bytes(raw))
        for raw in Record.objects.order_by("kiosk_id", "seq").values_list("body__raw", flat=True)
    ]


@dataclass
class Phone:
    """`page`: the body last shown; `path`: its address; `status`: its HTTP status."""

    client: Any
    page: str = ""
    path: str = ""
    status: int = 0
    headers: Any = field(default_factory=dict)

    def open(self, path: str) -> str:
        return self._took(self.client.get(path), path)

    def post(self, path: str, **fields: Any) -> str:
        return self._took(self.client.post(path, fields), path)

    def press(self, value: object = None, **fields: Any) -> str:
        """Touch the button of the answer `value`, or send the page's form with `fields`."""
        action = re.search(r'<form method="post" action="([^"]+)"', self.page)
        assert action, self.page
        stamp = re.search(r'name="t" value="([^"]+)"', self.page)
        sent = {"t": stamp[1]} if stamp else {}
        if value is not None:
            assert f'name="a" value="{value}"' in self.page, (value, self.page)
            sent["a"] = str(value)
        return self.post(unescape(action[1]), **sent, **fields)

    def follow(self, words: str) -> str:
        """Touch the link of these words."""
        found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{words}</a>', self.page)
        assert found, self.page
        return self.open(unescape(found[1]))

    @property
    def question(self) -> str:
        found = re.search(r'action="[^"]*/cau/([^"?]+)', self.page)
        return found[1] if found else ""

    @property
    def base(self) -> str:
        """Where the pages of this answer begin."""
        return self.path.split("/cau/")[0].removesuffix("/xong")

    @property
    def title(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.page, re.DOTALL)
        return unescape(re.sub(r"<[^>]+>", "", found[1])) if found else ""

    def _took(self, response: Any, path: str) -> str:
        assert not response.cookies
        for _ in range(4):
            if response.status_code != 303:
                break
            path = response["Location"]
            assert path.startswith("/")
            response = self.client.get(path)
            assert not response.cookies
        self.path, self.status, self.headers = path, response.status_code, response.headers
        self.page = response.content.decode()
        return self.page
