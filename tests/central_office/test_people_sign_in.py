"""Accounts and signing in: one-time passwords, the second factor with replay, drift and locks, sessions that end."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("quick_passwords")
PASSWORD = "con-ga-gay-te-te-sang-som"
NEW = "mot-cau-dai-de-nho-2026"
FACTOR = "/nguoi-dung/toi/xac-thuc-hai-lop/"


def make(name: str = "lan.nt", role: str = "office") -> Any:
    from central_office.people import accounts

    user, _ = accounts.add_with_role("test", name, "Nguyễn Thị Lan", role, accounts.Place())
    user.set_password(PASSWORD)
    user.save()
    accounts.password_changed(user)
    return user


def code_of(device: Any, steps: int = 0) -> str:
    """What a telephone `steps` half minutes away from now shows: an implementation of its own (RFC 6238, RFC 4226)."""
    import hashlib
    import hmac

    mac = hmac.new(device.bin_key, (int(time.time()) // 30 + steps).to_bytes(8, "big"), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def waited() -> None:
    """As if the wait after a wrong code were over."""
    from django_otp.plugins.otp_static.models import StaticDevice
    from django_otp.plugins.otp_totp.models import TOTPDevice

    for kind in (TOTPDevice, StaticDevice):
        kind.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)


def enrolled(user: Any) -> tuple[Any, list[str]]:
    """The device of a person who has enrolled, its codes not yet used, and the recovery codes."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from central_office.people import second_factor

    done = second_factor.confirm(user, code_of(second_factor.begun(user)))
    assert done is not None
    TOTPDevice.objects.update(last_t=-1)
    return TOTPDevice.objects.get(user=user), done[1]


def enter(name: str = "lan.nt", password: str = PASSWORD) -> tuple[Any, Any]:
    from django.test import Client

    client = Client()
    return client, client.post("/dang-nhap/", {"username": name, "password": password})


def test_a_one_time_password_must_be_changed_before_anything_else(small_office: Any) -> None:
    from django.utils import timezone

    from central_office.people import accounts
    from central_office.people.models import Person

    _, password = accounts.add_with_role("test", "nguyen.thi.lan", "", "supervisor", accounts.Place())
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", password)
    client, reply = enter("nguyen.thi.lan", password)
    assert reply["Location"] == "/ke-hoach/", "the first page that a supervisor may see"
    for page in ("/do-phu/", "/nguoi-dung/toi/", FACTOR):
        assert client.get(page)["Location"] == "/mat-khau/", page
    assert "Độ phủ" not in client.get("/mat-khau/").content.decode(), "a menu that leads nowhere yet"
    form = {"old_password": password, "new_password1": NEW, "new_password2": NEW}
    weak = {
        "ngan": "12 ký tự",
        "123456789012345": "chữ số",
        "nguyen.thi.lan1": "quá giống",
        "1q2w3e4r5t6y": "phổ biến",
    }
    for bad, why in weak.items():
        refused = client.post("/mat-khau/", form | {"new_password1": bad, "new_password2": bad})
        assert (refused.status_code, why in refused.content.decode()) == (422, True), bad
    assert client.post("/mat-khau/", form)["Location"] == "/ke-hoach/"
    assert client.get("/do-phu/").status_code == 200
    password = accounts.reset("test", accounts.find("nguyen.thi.lan"))
    assert client.get("/do-phu/").status_code == 302, "the session outlived the reset"
    Person.objects.update(one_time_until=timezone.now() - timedelta(seconds=1))
    late = enter("nguyen.thi.lan", password)[1]
    assert (late.status_code, "hết hạn" in late.content.decode()) == (403, True)


def test_the_second_factor_is_enrolled_and_asked_for(small_office: Any, settings_required: Any) -> None:
    from django_otp.plugins.otp_totp.models import TOTPDevice

    user = make()
    client, reply = enter()
    assert reply.status_code == 302
    assert client.get("/ket-qua/")["Location"] == FACTOR, "figures were shown without the factor that the role needs"
    page = client.get(FACTOR).content.decode()
    device = TOTPDevice.objects.get(user=user)
    assert not device.confirmed
    secret = re.search(r'class="secret"><code>([A-Z2-7 ]+)<', page)
    assert secret
    import base64

    assert base64.b32decode(secret[1].replace(" ", "")) == device.bin_key
    assert client.get(FACTOR).content.decode().count(secret[1]) == 1, "another secret at every look"
    assert client.post(FACTOR, {"do": "confirm", "code": "000000"}).status_code == 422
    waited()
    done = client.post(FACTOR, {"do": "confirm", "code": code_of(device)}).content.decode()
    codes = re.findall(r"<li><code>(\w{4}-\w{4})</code>", done)
    assert len(set(codes)) == 10
    assert client.get("/ket-qua/").status_code == 200
    # A second sign-in: nobody is in until the code is right.
    other, reply = enter()
    assert reply["Location"] == "/dang-nhap/ma/"
    assert other.get("/ket-qua/")["Location"].startswith("/dang-nhap/?next=")
    assert other.post("/dang-nhap/ma/", {"code": code_of(device)}).status_code == 422, "a code was taken twice"
    waited()
    assert other.post("/dang-nhap/ma/", {"code": code_of(device, 1)})["Location"] == "/ket-qua/"
    assert other.get("/ket-qua/").status_code == 200
    print(f"{len(codes)} recovery codes, secret of {len(device.bin_key) * 8} bits")


def test_replay_drift_and_recovery_codes(small_office: Any) -> None:
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from central_office.people import second_factor

    user = make()
    device, codes = enrolled(user)
    tried = {-3: False, -2: False, 2: False, 3: False, -1: True, 0: True, 1: True}
    for steps, good in tried.items():
        waited()
        assert bool(second_factor.verify(user, code_of(device, steps))) is good, steps
        TOTPDevice.objects.update(drift=0)
    waited()
    for steps in (-1, 0, 1):
        assert not second_factor.verify(user, code_of(device, steps)), "an older or used code was taken"
        waited()
    assert second_factor.verify(user, codes[0].upper().replace("-", " "))
    assert not second_factor.verify(user, codes[0])
    waited()
    assert second_factor.left(user) == 9
    for odd in ("", " ", "٣٣٣٣٣٣", "1" * 40, "12345", "\0", "é", "-1"):
        assert not second_factor.verify(user, odd)
        waited()
    print(f"{len(tried)} steps of drift, 3 replays, 2 recovery codes, 8 odd inputs")


def test_wrong_codes_lock_and_the_log_tells(small_office: Any) -> None:
    from central_office.people.models import AuditLine

    device, codes = enrolled(make())
    client, _ = enter()
    for _ in range(5):
        assert client.post("/dang-nhap/ma/", {"code": "abcd-efgh"}).status_code == 422
    waited()
    locked = client.post("/dang-nhap/ma/", {"code": code_of(device)})
    assert (locked.status_code, int(locked["Retry-After"]) > 0) == (429, True)
    assert client.post("/dang-nhap/ma/", {"code": codes[0]}).status_code == 429
    assert AuditLine.objects.filter(action="login.locked", target="lan.nt").count() == 1
    from central_office.fleet.models import FailedTry

    FailedTry.objects.all().delete()
    assert client.post("/dang-nhap/ma/", {"code": codes[0]}).status_code == 302


def test_half_a_sign_in_ends_with_time_password_or_account(small_office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import Client

    from central_office.people import accounts, sign_in

    make("quan.tri", "administrator")
    user = make()
    device, _ = enrolled(user)
    assert Client().get("/dang-nhap/ma/")["Location"] == "/dang-nhap/"
    began = time.time()
    ends: dict[str, Any] = {
        "time": lambda: monkeypatch.setattr(sign_in.time, "time", lambda: began + 301),
        "account": lambda: accounts.set_active("test", user, active=False),
        "password": lambda: accounts.reset("test", user),
    }
    for why, end in ends.items():
        client, reply = enter()
        assert reply["Location"] == "/dang-nhap/ma/", why
        end()
        assert client.post("/dang-nhap/ma/", {"code": code_of(device)})["Location"] == "/dang-nhap/", why
        assert client.get("/ket-qua/").status_code == 302
        monkeypatch.undo()
        accounts.set_active("test", user, active=True)


def test_other_sessions_end_and_the_factor_is_changed_with_the_password_alone(small_office: Any) -> None:
    from django.test import Client

    from central_office.people import second_factor

    user = make()
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.force_login(user)
    here.get(FACTOR)
    device = second_factor.begun(user)
    assert here.post(FACTOR, {"do": "confirm", "code": code_of(device)}).status_code == 200
    assert elsewhere.get("/ket-qua/").status_code == 302, "a session without the factor went on"
    assert here.post(FACTOR, {"do": "codes"}).status_code == 422
    assert here.post(FACTOR, {"do": "codes", "password": "sai"}).status_code == 422
    renewed = here.post(FACTOR, {"do": "codes", "password": PASSWORD}).content.decode()
    assert len(re.findall(r"<li><code>", renewed)) == 10
    secret = second_factor.secret_of(second_factor.begun(user))
    assert secret in here.get(FACTOR + "?doi=1").content.decode()
    assert here.post(FACTOR, {"do": "remove", "password": PASSWORD}).status_code == 302
    assert not second_factor.has(user)


def test_an_account_is_switched_off_and_somebody_always_manages_people(small_office: Any) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    from central_office.people import accounts

    boss, worker = make("quan.tri", "administrator"), make("lan.nt", "unit_officer")
    client, busy = Client(), Client()
    client.force_login(boss)
    busy.force_login(worker)
    one = f"/nguoi-dung/{worker.pk}/"
    assert client.post(one, {"do": "deactivate"}).status_code == 302
    assert busy.get("/do-phu/").status_code == 302
    assert enter()[1].status_code == 200, "a switched-off account came in"
    assert client.post(one, {"do": "activate"}).status_code == 302
    mine = f"/nguoi-dung/{boss.pk}/"
    for do in ({"do": "deactivate"}, {"do": "unassign", "assignment": str(boss.assignments.get().pk)}):
        assert client.post(mine, do).status_code == 422, do
    first = User.objects.create_superuser("dau.tien", password=PASSWORD)
    assert client.post(f"/nguoi-dung/{first.pk}/", {"do": "reset"}).status_code == 403, "a reset as a way up"
    assert client.post(mine, {"do": "unassign", "assignment": str(boss.assignments.get().pk)}).status_code == 302
    assert client.get("/nguoi-dung/").status_code == 403
    assert accounts.may_change(first, boss)


def test_what_is_typed_wrongly_is_told_and_kept(small_office: Any) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.create_superuser("dau.tien"))
    good = {"name": "ba.tv", "full_name": "Trần Văn Ba", "role": "unit_officer", "points": "kn-nam-da, kn-huyen"}
    wrong = [
        {"name": "b"}, {"name": "Trần Ba"}, {"name": "dau.TIEN"}, {"role": "vua"}, {"unit": "khong-co-dau-hai-cham"},
        {"in_plan": "khong-co"}, {"points": "<b>"}, {"full_name": "x" * 151},
    ]  # fmt: skip
    for each in wrong:
        page = client.post("/nguoi-dung/", good | each)
        assert page.status_code == 422, each
        assert 'role="alert"' in page.content.decode()
        assert str(each.get("full_name", "Trần Văn Ba")) in page.content.decode(), "what was typed is gone"
    assert User.objects.count() == 1
    page = client.post("/nguoi-dung/", good).content.decode()
    assert "điểm kn-huyen, kn-nam-da" in page
    print(f"{len(wrong)} wrong forms told, nothing stored")


def test_on_the_command_line(small_office: Any, capsys: pytest.CaptureFixture[str], small_config: str) -> None:
    from central_office.__main__ import main

    def run(*arguments: str) -> tuple[int, str]:
        status = main([*arguments, "--config", small_config])
        told = capsys.readouterr()
        return status, told.out + told.err

    make("quan.tri", "administrator")
    status, said = run("user", "add", "lan.nt", "--role", "unit_officer", "--point", "kn-nam-da", "--point", "kn-huyen")
    assert (status, "one-time password" in said) == (0, True)
    assert run("user", "assign", "lan.nt", "--role", "supervisor", "--plan", "krong-no-2023")[0] == 0
    status, said = run("user", "list")
    numbers = re.findall(r"^    (\d+): ", said, re.MULTILINE)
    assert (status, len(numbers)) == (0, 3)
    assert "điểm kn-huyen, kn-nam-da" in said
    assert run("user", "unassign", "lan.nt", numbers[0])[0] == 0
    assert "Giám sát" in run("user", "assign", "lan.nt", "--role", "supervisor", "--plan", "krong-no-2023")[1]
    for refused in (("assign", "ai", "--role", "office"), ("assign", "lan.nt", "--role", "vua"), ("add", "lan.nt")):
        assert run("user", *refused)[0] == 65, refused
    assert run("user", "reset", "lan.nt", "--second-factor")[0] == 0
    assert run("user", "deactivate", "lan.nt")[0] == 0
    assert run("user", "deactivate", "quan.tri")[0] == 65
    assert "đã khóa" in run("user", "list")[1]
    status, said = run("audit", "list", "--last", "3")
    assert (status, len(said.splitlines())) == (0, 3)
    assert "person.deactivated  lan.nt" in said
    status, said = run("audit", "check")
    known = re.search(r"(\d+:[0-9a-f]{64})", said)
    assert (status, "differences: 0" in said) == (0, True)
    assert known
    run("user", "activate", "lan.nt")
    assert run("audit", "check", "--known", known[1])[0] == 0
    assert run("audit", "check", "--known", known[1][:-1] + ("0" if known[1][-1] != "0" else "1"))[0] == 1
    status, said = run("verify")
    assert (status, "audit lines" in said) == (0, True)


@pytest.fixture
def small_config(_django: Any) -> str:
    return str(_django)


@pytest.fixture
def settings_required(_django: Any) -> Any:
    from django.test import override_settings

    with override_settings(SECOND_FACTOR="required"):
        yield
