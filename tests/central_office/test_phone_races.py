"""Two phones at once: one draft, one record, nothing lost; real threads on SQLite and on PostgreSQL."""

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow
ROUNDS = 24


@pytest.fixture
def phones(office: Any, phone_helpers: Any) -> Any:
    phone_helpers.hurry()
    phone_helpers.running_plan()
    return phone_helpers


def at_once(*acts: Callable[[], None]) -> None:
    """Run each in a thread of its own, let go together; the first error is raised here."""
    from django.db import connections

    gate, errors = threading.Barrier(len(acts)), list[BaseException]()

    def run(act: Callable[[], None]) -> None:
        try:
            gate.wait(20)
            act()
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors, errors


def phone_on(phones: Any, path: str, presses: list[dict[str, Any]]) -> Callable[[], None]:
    """A phone that sends these forms to the questions of `path`, and thanks only after."""
    from django.test import Client

    client = Client()

    def act() -> None:
        phones.hurry()
        for press in presses:
            fields = {name: value for name, value in press.items() if name != "question"}
            response = client.post(f"{path}/cau/{press['question']}", fields)
            assert response.status_code in (303, 409, 410), response.content  # the other phone has begun, or sent it
            assert not response.cookies

    return act


def test_two_phones_with_one_slip_make_one_record(phones: Any) -> None:
    """First taps at once, then both finish at once: one draft, one record; who taps first is the only one heard."""
    from central_office.phone.models import Draft

    seed = 12
    rng = random.Random(seed)
    for number in range(1, ROUNDS + 1):
        code = phones.new_code()
        one, other = rng.sample(range(1, 6), 2)
        at_once(
            phone_on(
                phones,
                phones.slip_path(code),
                [{"question": "RG.HL0", "a": one}, {"question": "RG.HL1", "a": one, "do": "finish"}],
            ),
            phone_on(
                phones,
                phones.slip_path(code),
                [{"question": "RG.HL0", "a": other}, {"question": "RG.HL2", "do": "finish"}],
            ),
        )
        last = phones.records()[-1]
        assert last.seq == number
        said = dict(last.submission.answers)
        assert said in ({"RG.HL0": one, "RG.HL1": one}, {"RG.HL0": other})
        assert Draft.objects.count() == 0
    slips = {record.submission.slip for record in phones.records()}
    assert len(slips) == ROUNDS
    print(f"{ROUNDS} slips on two phones at once, seed {seed}: {ROUNDS} records, each slip once")


def test_one_answer_finished_twice_at_once_is_one_record(phones: Any) -> None:
    """For a slip, for a unit's code, and while the sweep takes the same draft."""
    from datetime import timedelta

    from django.utils import timezone

    from central_office.phone.sweep import sweep

    def swept() -> None:
        phones.hurry()
        sweep(timezone.now() + timedelta(days=3))

    for number in range(1, ROUNDS + 1):
        code = phones.new_code()
        path = phones.slip_path(code) if number % 2 else f"{phones.unit_path()}/{number:032x}"
        phone_on(phones, path, [{"question": "RG.HL0", "a": 3}])()
        finish = [{"question": "RG.HL1", "do": "finish"}]
        at_once(phone_on(phones, path, finish), phone_on(phones, path, finish), swept)
    assert [record.seq for record in phones.records()] == list(range(1, ROUNDS + 1))
    print(f"{ROUNDS} answers finished by two phones and a sweep at once: {ROUNDS} records in one chain")


def test_answers_at_once_at_one_unit_are_all_kept(phones: Any) -> None:
    people, each = 6, 4
    before = threading.active_count()

    def person(number: int) -> Callable[[], None]:
        acts = [
            phone_on(
                phones,
                f"{phones.unit_path()}/{number * 100 + visit:032x}",
                [{"question": "RG.HL0", "a": 4}, {"question": "RG.HL1", "a": 5, "do": "finish"}],
            )
            for visit in range(each)
        ]
        return lambda: [act() for act in acts] and None

    at_once(*(person(number) for number in range(people)))
    assert len(phones.records()) == people * each
    assert threading.active_count() == before
    print(f"{people} phones, {each} answers each, at once: {people * each} records")
