"""Prepared cards: one long-lived one-use code a point, each in a `hailong.toml` of its own, and the printed list.

The file is what a kiosk reads at its first boot (deploy/first_boot, docs/configuration.md).
"""

import json
import os
import re
import secrets
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from central_office.fleet.enrolment import NoSuchPoint, make_code
from central_office.fleet.listing import point_names
from central_office.fleet.models import EnrolmentBatch
from central_office.people import audit
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from survey.enrolment import CODE_LETTERS

MOST_DAYS = 30
FILE = "hailong.toml"
LIST = "danh-sach.html"
NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')  # what FAT does not take
LONGEST_NAME = 80
# What the cards of one batch may have in common; a kiosk checks the values (`hailong-first-boot --check`).
COMMON = (
    *("language", "languages", "open"),
    *("network", "time", "screen", "service", "timeouts", "voice", "sound", "keypad", "scanner", "panel", "keyboard"),
)


@dataclass(frozen=True, slots=True)
class Card:
    point: str
    name: str
    code: str

    @property
    def folder(self) -> str:
        """Readable, and of letters that any file system takes."""
        return NOT_IN_A_NAME.sub(" ", f"{self.point} - {self.name}")[:LONGEST_NAME].strip(" .")


@dataclass(frozen=True, slots=True)
class Made:
    number: int
    plan: str
    expires_at: datetime
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Common:
    """What every card carries: `authority`: PEM or ""; `tables`: TOML, checked by who read it."""

    centre_url: str
    authority: str
    tables: str


def prepare(plan: str, points: Sequence[str] | None, days: int, actor: str, now: datetime) -> Made:
    """A batch of codes, one for each of `points`, None: of all. Raises: NoSuchPoint."""
    row = PlanFile.objects.filter(plan=plan).first()
    if row is None:
        raise NoSuchPoint(f"no plan {plan!r}")
    known = [allocation.point.code for allocation in plan_of(row.text).allocations]
    wanted, names = known if points is None else list(dict.fromkeys(points)), point_names()
    with transaction.atomic():
        batch = EnrolmentBatch.objects.create(
            plan=plan, made_at=now, made_by=actor, expires_at=now + timedelta(days=days)
        )
        cards = [
            Card(
                point,
                names.get((plan, point), point),
                make_code(plan, point, secrets.token_bytes(CODE_LETTERS), now, made_by=actor, batch=batch),
            )
            for point in wanted
        ]
        audit.note(actor, "kiosk.codes_made", plan, {"batch": batch.pk, "points": len(cards), "days": days})
    return Made(batch.pk, plan, batch.expires_at, tuple(cards))


def write(out: Path, made: Made, common: Common) -> None:
    """One folder a card, readable by its owner alone, and the list, which holds no whole code. Raises: OSError."""
    out.mkdir(mode=0o700, parents=True)
    for card in made.cards:
        folder = out / card.folder
        folder.mkdir(mode=0o700)
        handle = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\r\n") as file:  # read by a PC's editor
            file.write(text_of(card, made, common))
    (out / LIST).write_text(list_of(made), "utf-8")


def text_of(card: Card, made: Made, common: Common) -> str:
    until = timezone.localtime(made.expires_at)
    top, tables = parted(common.tables)
    lines = [
        f"# {card.name}",
        f"# Mã dùng một lần cho một máy, hết hạn {until:%H:%M %d/%m/%Y}. Chép tệp này vào phân vùng HAILONG của thẻ.",
        "version = 1",
        *([top] if top else []),
        "",
        "[centre]",
        f"url = {_text(common.centre_url)}",
    ]
    if common.authority:
        lines.append(f'ca = """\n{common.authority.strip()}\n"""')
    lines += [
        "",
        "[enrolment]",
        f"code = {_text(card.code)}",
        f"point = {_text(card.point)}",
        "",
        tables,
    ]
    return "\n".join(lines).rstrip() + "\n"


def parted(tables: str) -> tuple[str, str]:
    """What stands before the first table, and the rest: between the two a card has tables of its own.

    Raises: ValueError where the two halves do not say what the whole does.
    """
    found = re.search(r"^[ \t]*\[", tables, re.MULTILINE)
    place = found.start() if found else len(tables)
    top, rest = tables[:place].strip(), tables[place:].strip()
    try:
        if tomllib.loads(top) | tomllib.loads(rest) == tomllib.loads(tables):
            return top, rest
    except tomllib.TOMLDecodeError:
        pass
    raise ValueError(
        "mỗi mục trước bảng đầu tiên phải nằm trên một dòng / one line for each key before the first table"
    )


def list_of(made: Made) -> str:
    """A sheet to tick off, plan by point; of each code the first five letters, by which the office's page names it."""
    rows = "".join(
        f"<tr><td>{number}</td><td>{escape(card.name)}<br><small>{escape(card.point)}</small></td>"
        f"<td>{escape(card.folder)}</td><td>{card.code[:5]}-…</td><td></td><td></td></tr>"
        for number, card in enumerate(made.cards, 1)
    )
    until = timezone.localtime(made.expires_at)
    return (
        '<!doctype html><html lang="vi"><meta charset="utf-8"><title>Thẻ lập sẵn</title><style>'
        "body{font:12px/1.4 sans-serif;margin:12mm}table{border-collapse:collapse;width:100%}"
        "td,th{border:1px solid #444;padding:4px 6px;text-align:left;vertical-align:top}"
        "thead{display:table-header-group}"
        "tr{break-inside:avoid}td:nth-last-child(-n+2){min-width:22mm}</style>"
        f"<h1>Lô {made.number}: {len(made.cards)} thẻ lập sẵn, kế hoạch {escape(made.plan)}</h1>"
        f"<p>Mỗi thẻ dùng cho một máy, một lần, trước {until:%H:%M ngày %d/%m/%Y}. Thẻ mất: báo cơ quan hủy lô này.</p>"
        "<table><thead><tr><th>TT</th><th>Điểm khảo sát</th><th>Thư mục</th><th>Mã</th><th>Ngày lắp</th>"
        f"<th>Đã so dấu vân</th></tr></thead><tbody>{rows}</tbody></table></html>\n"
    )


def _text(value: str) -> str:
    """A TOML basic string: JSON's escapes are among its own."""
    return json.dumps(value, ensure_ascii=False)
