"""Enrolled kiosks on the command line. The rules are in `fleet.moving`."""

import getpass
from argparse import Namespace

from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.fleet import moving
from central_office.fleet.models import Kiosk


def move(arguments: Namespace, _config: Config) -> int:
    """Exit 1 where a kiosk stays where it is."""
    actor, now = f"cli:{getpass.getuser()}", timezone.now()
    if arguments.from_plan:
        moved, without = moving.move_all(arguments.from_plan, arguments.plan, actor, now)
        say(f"Đã giao / moved: {moved} ki-ốt → {arguments.plan}")
        for point in without:
            say(f"  chú ý / note: {arguments.plan} không có điểm / has no point {point}")
        return int(bool(without))
    point = arguments.point or Kiosk.objects.get(kiosk=arguments.kiosk).point
    if moving.move(arguments.kiosk, arguments.plan, point, actor, now):
        say(f"Đã giao / moved: {arguments.kiosk} → {arguments.plan} {point}")
        return 0
    say(f"Không có ki-ốt này, hoặc đã thu hồi / no such kiosk, or revoked: {arguments.kiosk}")
    return 1
