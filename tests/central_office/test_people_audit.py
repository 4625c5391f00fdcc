"""The log of who did what: nothing can be taken out, changed or moved in it without being found, on both databases."""

import random
from typing import Any

import pytest

from survey.record import Channel

pytestmark = pytest.mark.usefixtures("quick_passwords")

SECRET = "mat-khau-rat-dai-cua-toi"


def key() -> bytes:
    from django.conf import settings

    from central_office.keys import read_centre_key

    return bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key)


def faults(known: tuple[int, str] | None = None) -> list[str]:
    from central_office.people.audit_check import Chain, check

    return [str(fault) for fault in check(key(), Chain(), known)]


def write(count: int) -> None:
    from central_office.people import audit

    for number in range(count):
        audit.note(f"người-{number % 3}", "plan.approved", f"kế hoạch {number}", {"số": number, "điểm": ["a", "b"]})


def sql(statement: str, *values: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def triggers(database: str, state: str) -> None:
    """As whoever owns the database could: off, on."""
    if database == "postgresql":
        sql(f"ALTER TABLE people_auditline {state} TRIGGER USER")
    elif state == "DISABLE":
        for name in ("update", "delete", "replace"):
            sql(f"DROP TRIGGER people_auditline_no_{name}")


def test_both_databases_refuse_to_change_or_remove_a_line(office: Any) -> None:
    from django.db import DatabaseError, transaction

    from central_office.people.models import AuditLine

    made = AuditLine.objects.count()
    write(3)
    tries = [
        "UPDATE people_auditline SET actor = 'ai' WHERE number = 2",
        "DELETE FROM people_auditline WHERE number = 3",
    ]
    columns = "number, line, signature, at, actor, action, target"
    tries.append(
        f"INSERT OR REPLACE INTO people_auditline ({columns}) SELECT 2, line, signature, at, 'ai', action, target "
        "FROM people_auditline WHERE number = 1"
        if office.database == "sqlite"
        else "TRUNCATE people_auditline"
    )
    for statement in tries:
        with pytest.raises(DatabaseError, match="only appended to"), transaction.atomic():
            sql(statement)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditLine.objects.filter(number=1).update(target="x")
    assert (AuditLine.objects.count(), faults()) == (made + 3, [])


def test_a_line_stands_or_falls_with_its_change(office: Any) -> None:
    from django.db import transaction

    from central_office.people import audit
    from central_office.people.models import AuditLine

    made = AuditLine.objects.count()
    with transaction.atomic():
        audit.note("lan", "plan.approved", "x")
        transaction.set_rollback(True)
    audit.note(
        "lan", "plan.approved", "ke\u0301 hoa\u0323ch", {"tên": "Hoa\u0300", "có": True, "kênh": Channel.QR}
    )  # typed as NFD
    line = AuditLine.objects.order_by("-number")[0]
    assert (line.number, line.target) == (made + 1, "ké hoạch")
    assert '"tên":"Hoà"' in bytes(line.line).decode()
    assert '"có":1,"kênh":"qr"' in bytes(line.line).decode()
    assert faults() == []


def test_every_tampering_by_hand_is_found(office: Any) -> None:
    """With the triggers off, by SQL: change, remove, swap, add, cut off the end; each is found, and where."""
    from django.db import transaction

    from central_office.people.models import AuditHead, AuditLine

    write(12 - AuditLine.objects.count())
    rng = random.Random(41)
    assert faults() == []
    head = AuditHead.objects.get()
    anchor = (5, AuditLine.objects.order_by("number")[5].line)
    from survey.canonical import decode, digest

    known = (anchor[0], str(decode(bytes(anchor[1]))["prev"]))  # type: ignore[index, call-overload]
    triggers(office.database, "DISABLE")
    found = 0

    def caught(*statements: tuple[Any, ...], place: str) -> None:
        nonlocal found
        with transaction.atomic():
            for statement in statements:
                sql(*statement)
            told = faults(known)
            assert any(place in fault for fault in told), (statements, told)
            found += 1
            transaction.set_rollback(True)

    for row in list(AuditLine.objects.all()):
        line = bytearray(bytes(row.line))
        at = rng.randrange(len(line))
        line[at] ^= 1 << rng.randrange(8)
        where = f"audit line {row.number}:"
        caught(("UPDATE people_auditline SET line = %s WHERE number = %s", bytes(line), row.number), place=where)
        for column, value in (("actor", "ai"), ("action", "x"), ("target", "y"), ("at", "2020-01-01 00:00:00+00")):
            caught((f"UPDATE people_auditline SET {column} = %s WHERE number = %s", value, row.number), place=where)
        after = f"audit line {row.number + 1}:" if row.number < 12 else "audit head"
        caught(("DELETE FROM people_auditline WHERE number = %s", row.number), place=after)
    swap = [(5, 99), (8, 5), (99, 8)]
    caught(
        *(("UPDATE people_auditline SET number = %s WHERE number = %s", new, old) for old, new in swap),
        place="audit line 5: its bytes were line 8",
    )
    # One line, its followers and the head written anew without the centre's key.
    row = AuditLine.objects.get(number=12)
    forged = bytes(row.line).replace(b"plan.approved", b"plan.rejected")
    assert forged != bytes(row.line)
    caught(
        ("UPDATE people_auditline SET line = %s, action = 'plan.rejected' WHERE number = 12", forged),
        ("UPDATE people_audithead SET digest = %s", digest(forged)),
        place="audit line 12: it is not signed",
    )
    caught(("DELETE FROM people_audithead",), place="audit head: is missing")
    # The end cut off, and an old signed head put back: only a digest written down elsewhere tells.
    write(1)
    last = AuditLine.objects.get(number=13)
    known = (13, digest(bytes(last.line)))
    caught(
        ("DELETE FROM people_auditline WHERE number = 13",),
        ("UPDATE people_audithead SET number = 12, digest = %s, signature = %s", head.digest, bytes(head.signature)),
        place="audit line 13: is not the one whose digest was written down",
    )
    assert faults(known) == []
    print(f"{office.database}, seed 41: {found} tamperings with triggers off, {found} found")


def test_lines_without_the_key_are_told_of(small_office: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    from django.conf import settings

    from central_office.people.models import AuditLine

    with monkeypatch.context() as missing:
        missing.setattr(settings, "CENTRE_KEY_PATH", tmp_path / "none")
        write(1)
    last = AuditLine.objects.count()
    assert faults() == [f"audit line {last}: it is not signed by the centre", "audit head: is not signed by the centre"]


def test_writers_at_once_make_one_chain(office: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    from central_office.people.models import AuditLine

    def writer(_: int) -> None:
        write(8)
        connection.close()

    made = AuditLine.objects.count()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(writer, range(4)))
    assert (AuditLine.objects.count(), faults()) == (made + 32, [])


def test_what_people_do_is_in_the_log_and_no_secret_is(small_office: Any, helper: Any) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    from central_office.people.models import AuditLine

    made = AuditLine.objects.count()
    User.objects.create_superuser("quantri", password=SECRET)
    client = Client()
    assert client.post("/dang-nhap/", {"username": "quantri", "password": SECRET}).status_code == 302
    client.get("/do-phu.csv", {"plan": "krong-no-2023"})
    client.get("/ki-ot.json")
    added = client.post("/nguoi-dung/", {"name": "lan.nt", "full_name": "Nguyễn Thị Lan", "role": "supervisor"})
    said = {"plan": "krong-no-2023", "point": "kn-nam-da", "day": "12/09/2023", "count": "45", "source": "staff"}
    client.post("/do-phu/so-luot/", said)
    for _ in range(5):
        Client().post("/dang-nhap/", {"username": "quantri", "password": SECRET + "x"})
    for _ in range(5):
        Client().post("/dang-nhap/", {"username": SECRET, "password": "?"})
    done = list(AuditLine.objects.filter(number__gt=made).order_by("number").values_list("actor", "action", "target"))
    assert done == [
        ("quantri", "person.signed_in", "quantri"),
        ("quantri", "data.downloaded", "coverage_csv"),
        ("quantri", "data.downloaded", "kiosks_json"),
        ("quantri", "person.added", "lan.nt"),
        ("quantri", "person.assigned", "lan.nt"),
        ("quantri", "visits.entered", "krong-no-2023"),
        ("", "login.locked", "quantri"),
        ("", "login.locked", "?"),
    ]
    import re

    password = re.search(r'class="password">([^<]+)<', added.content.decode())
    assert password
    everything = b"".join(bytes(line.line) for line in AuditLine.objects.all())
    assert SECRET.encode() not in everything
    assert password[1].encode() not in everything
    page = client.get("/nguoi-dung/nhat-ky/", {"viec": "data.downloaded"}).content.decode()
    assert "2 dòng khớp" in page
    assert "coverage_csv" in page
    for odd in ({"tu": "x"}, {"den": "9999-12-31"}, {"truoc": "9" * 30}, {"nguoi": "%\0'\""}, {"viec": "<b>"}):
        assert client.get("/nguoi-dung/nhat-ky/", odd).status_code == 200, odd
    assert faults() == []


def test_the_page_turns_over(small_office: Any) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    from central_office.people.models import AuditLine

    write(119 - AuditLine.objects.count())
    client = Client()
    client.force_login(User.objects.create_superuser("quantri"))
    seen: list[str] = []
    query = "?"
    import html
    import re

    while query:
        page = client.get("/nguoi-dung/nhat-ky/" + query).content.decode()
        seen += re.findall(r'<tr><td class="n">(\d+)</td>', page)
        older = re.search(r'href="(\?[^"]+)">Cũ hơn', page)
        query = html.unescape(older[1]) if older else ""
    assert seen == [str(number) for number in range(120, 0, -1)]


@pytest.mark.usefixtures("quick_passwords")
def test_changes_of_accounts_take_the_log_before_the_account(small_office: Any) -> None:
    """All in one order: else two administrators who change one account at once wait for each other."""
    from collections.abc import Callable

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from central_office.people import accounts, second_factor
    from central_office.people.rights import Right

    user, _ = accounts.add("test", "lan.nt")
    accounts.add_with_role("test", "quan-tri", "", "administrator", accounts.Place())
    changes: list[Callable[[], object]] = [
        lambda: accounts.add("test", "hoa"),
        lambda: accounts.assign("test", user, "supervisor", accounts.Place()),
        lambda: accounts.reset("test", user, with_second_factor=True),
        lambda: accounts.set_active("test", user, active=False),
        lambda: accounts.password_changed(user),
        lambda: accounts.set_rights("test", "supervisor", frozenset({Right.SEE_COUNTS, Right.SEE_KIOSKS})),
        lambda: second_factor.renew_codes(user),
    ]
    for number, change in enumerate(changes):
        with CaptureQueriesContext(connection) as told:
            change()
        asked = [query["sql"] for query in told.captured_queries]
        locking = [sql for sql in asked if sql.startswith(("INSERT", "UPDATE", "DELETE")) or "people_audithead" in sql]
        assert locking[0].startswith("SELECT"), (number, locking[0])
