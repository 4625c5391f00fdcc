"""What is forgotten within a day stands in no database; every process shares it; its loss stops nobody."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

DAY = date(2026, 11, 22)
TOGETHER = 8


@pytest.fixture
def folder(_django: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from django.conf import settings

    monkeypatch.setattr(settings, "RUNTIME_DIRECTORY", tmp_path / "runtime")
    return tmp_path / "runtime"


def at_once(act: Callable[[], Any]) -> list[Any]:
    gate = threading.Barrier(TOGETHER)

    def run(_number: int) -> Any:
        gate.wait(20)
        return act()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(run, range(TOGETHER)))


def test_all_have_the_same_key_for_a_day_and_none_for_the_day_before(folder: Path) -> None:
    from central_office.phone.runtime import day_key

    keys = set()
    for days in range(20):
        (key,) = set(at_once(lambda days=days: day_key(DAY + timedelta(days=days))))
        keys.add(key)
        (file,) = folder.iterdir()
        assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
        (folder / f"{file.name}.0123").write_bytes(key)  # as a power failure leaves one half made
    print(f"{len(keys)} days, {TOGETHER} at once: one key a day, none of the days before")
    assert len(keys) == 20


def test_a_key_that_is_none_is_not_used(folder: Path) -> None:
    from central_office.phone.runtime import day_key

    day_key(DAY)
    (file,) = folder.iterdir()
    file.write_bytes(b"")
    with pytest.raises(OSError, match="no key"):
        day_key(DAY)


def test_no_answer_begun_at_a_unit_goes_uncounted_and_all_are_forgotten(folder: Path) -> None:
    from django.utils import timezone

    from central_office.phone import crowd

    now = timezone.now()
    for _ in range(5):
        at_once(lambda: crowd.flags_at(7, now))
    file = folder / crowd.FILE
    (unit,) = json.loads(file.read_bytes()).items()
    assert (unit[0], [count for _, count in unit[1]]) == ("7", [5 * TOGETHER])
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_bytes(b'{"7":[[1')  # torn by a power failure
    assert crowd.flags_at(7, now) == ()
    crowd.forget(now + timedelta(seconds=crowd.longest_s() - 15))
    assert file.read_bytes()
    crowd.forget(now + timedelta(seconds=crowd.longest_s() + 15))
    assert file.read_bytes() == b""


@pytest.mark.usefixtures("_django")
def test_the_database_has_no_place_for_a_key_or_a_finer_instant() -> None:
    from django.apps import apps

    held = {
        (model.__name__, each.name)
        for model in apps.get_app_config("phone").get_models()
        for each in model._meta.fields
    }
    assert held == {
        *(("Draft", name) for name in ("name", "proof", "number", "body", "last_day", "touched_at")),
        *(("Tries", name) for name in ("id", "who", "what", "quarter", "count")),
    }


def test_without_the_folder_people_are_asked_all_the_same(
    small_office: Any, phone_helpers: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from central_office.phone.sweep import sweep

    phone_helpers.hurry()
    phone_helpers.running_plan()
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setattr(settings, "RUNTIME_DIRECTORY", tmp_path / "file")
    phone = phone_helpers.Phone(Client())
    phone.open(phone_helpers.unit_path())
    phone.press(4)
    assert phone.question == "RG.HL1"
    phone.open(f"/P/{phone_helpers.forged(phone_helpers.new_code())}")
    assert phone.status == 404
    assert sweep(timezone.now() + timedelta(days=2)) == 1
    assert len(phone_helpers.records()) == 1
