"""Makes an office out of nothing: folder, keys, tables, forms and plans, the first administrator. Safe to repeat."""

import secrets
from argparse import Namespace
from importlib.resources import files
from pathlib import Path

from central_office.commands import say, start_django
from central_office.config import Config
from central_office.keys import make_centre_key, make_slip_key, read_centre_key, write_private
from survey.enrolment import fingerprint

FIRST_PLAN = "krong-no-2023.json"  # the others that we ship are loaded when an office asks for them
PASSWORD_BYTES = 15  # 20 characters, 120 bits


def setup(arguments: Namespace, config: Config) -> int:
    config.data_directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    config.data_directory.chmod(0o700)
    if not config.secret_key_path.exists():
        write_private(config.secret_key_path, secrets.token_urlsafe(50))
    if not config.centre_key_path.exists():
        make_centre_key(config.centre_key_path)
    if not config.slip_key_path.exists():
        make_slip_key(config.slip_key_path)
    start_django(arguments.config)
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    _prepare_counting()
    _load(arguments.form, arguments.plan)
    say(f"Thư mục dữ liệu / data directory: {config.data_directory}")
    key = read_centre_key(config.centre_key_path)
    say(f"Khóa trung tâm / centre key: {fingerprint(bytes(key.verify_key))}")
    _first_administrator(arguments.admin)
    return 0


def _prepare_counting() -> None:
    """The months to come; and an older database has answers whose ratings are in no heap."""
    from django.utils import timezone

    from central_office.commands.rebuilding import rebuild_plans
    from central_office.intake.partitions import ready
    from central_office.intake.rebuild import stale_plans

    ready(timezone.now())
    rebuild_plans(stale_plans())


def _load(forms: list[Path], plans: list[Path]) -> None:
    from central_office.commands.plans import load_files

    data = files("survey") / "data"
    load_files(
        forms or sorted(Path(str(entry)) for entry in (data / "forms").iterdir()),
        plans or [Path(str(data / "plans" / FIRST_PLAN))],
    )


def _first_administrator(name: str) -> None:
    from django.contrib.auth.models import User
    from django.db import transaction

    from central_office.people import audit

    if User.objects.exists():
        say("Đã có tài khoản; không tạo thêm / there is an account already; none was made")
        return
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with transaction.atomic():
        User.objects.create_superuser(name, password=password)
        audit.note(audit.operator(), "person.added", name, {"role": "first administrator"})
    say(f"Tài khoản quản trị / administrator: {name}")
    say(f"Mật khẩu, chỉ hiện một lần / password, shown once: {password}")
