"""The fleet on the command line: a list for people, an inventory for Ansible. The rules are in `fleet`."""

import json
import os
from argparse import Namespace
from datetime import timedelta

from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.fleet import tables
from central_office.fleet.history.models import Standing
from central_office.fleet.inventory import ansible
from central_office.fleet.listing import KioskRow, kiosk_list


def fleet_list(arguments: Namespace, config: Config) -> int:
    rows = [
        row
        for row in _rows(config)
        if not arguments.trouble or arguments.trouble in {trouble.value for trouble in row.troubles}
    ]
    if arguments.json:
        say(json.dumps(tables.kiosks_json(rows), ensure_ascii=False, indent=1))
        return os.EX_OK
    say("ki-ốt/kiosk\tđiểm/point\tđơn vị/district\ttình trạng/state\tliên lạc/seen\tchưa gửi/queue\tphần mềm\tcần xem")
    for row in rows:
        seen = f"{row.seen_at:%d/%m %H:%M}" if row.seen_at else "–"
        troubles = ", ".join(trouble.label for trouble in row.troubles) or "–"
        cells = (row.kiosk, row.point_name, row.district.name or "–", row.status.label, seen, row.pending, row.version)
        say("\t".join(map(str, (*cells, troubles))))
    return os.EX_OK


def inventory(arguments: Namespace, config: Config) -> int:
    rows = _rows(config)
    addresses = dict(Standing.objects.exclude(address="").values_list("kiosk_id", "address"))
    listed = tables.kiosks_json(rows) if arguments.format == "json" else ansible(rows, addresses)
    say(json.dumps(listed, ensure_ascii=False, indent=1))
    return os.EX_OK


def _rows(config: Config) -> list[KioskRow]:
    return kiosk_list(timezone.now(), timedelta(minutes=config.silent_after_minutes))
