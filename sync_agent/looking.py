"""`hailong-agent check` and `set-aside`: whether the outbox is what was written, and how a damaged one is kept.

A damaged outbox is put aside by a person, never by a program: the next one begins at number 1, which the centre of this
kiosk's identity has already, so it would refuse what comes. Identity and enrolment therefore go with it.
"""

import argparse
import logging
import os
import secrets
from datetime import UTC, datetime

from survey.assignment import FILE_NAME as ASSIGNMENT_FILE
from sync_agent.config import Settings
from sync_agent.durable import sync_directory
from sync_agent.identity import KIOSK_KEY
from sync_agent.outbox import DamagedStorage, Outbox
from sync_agent.status import CONTACT_FILE

log = logging.getLogger(__name__)
DAMAGED = 1


def check(settings: Settings, _options: argparse.Namespace) -> int:
    """Exit code: 0, or 1 when what is held is not what was written. Makes no file where there is none.

    Raises: StorageFailed, UnsafeStorage.
    """
    if not settings.outbox_path.exists():
        print("Chưa có kho phiếu.")
        return os.EX_OK
    try:
        with Outbox.open(settings.outbox_path) as outbox:
            health = outbox.health()
    except DamagedStorage as error:
        log.error("outbox.damaged", extra={"fields": {"why": str(error)}})
        print(
            f"Kho phiếu hỏng: {error}\nĐừng xóa gì. Chép cả thư mục {settings.data_directory} rồi báo cơ quan khảo sát."
        )
        return DAMAGED
    print(f"Kho phiếu nguyên vẹn: {health.pending} phiếu chờ gửi, {health.quarantined} phiếu giữ riêng.")
    return os.EX_OK


def set_aside(settings: Settings, _options: argparse.Namespace) -> int:
    """Put outbox, key and assignment into a folder of their own beside; the kiosk must then be enrolled anew.

    Exit code: 0. Raises: OSError; what was not moved then still lies where it was.
    """
    data = settings.data_directory
    aside = data / f"aside-{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(2)}"
    aside.mkdir(mode=0o750)
    outbox = sorted(data.glob(f"{settings.outbox_path.name}*"))
    for path in (data / ASSIGNMENT_FILE, *outbox, data / CONTACT_FILE, data / KIOSK_KEY):
        if path.exists():
            path.rename(aside / path.name)
    sync_directory(data)
    print(f"Đã cất riêng, không mất gì: {aside}\nBây giờ hãy xin mã mới và ghi danh lại máy.")
    return os.EX_OK
