"""Tokens, subscribers, messages and tables on the command line. The rules are in `feed` and `outgoing`."""

import os
from argparse import Namespace
from random import SystemRandom

from django.utils import timezone

from central_office.commands import say
from central_office.commands.handing import handed_out
from central_office.config import Config
from central_office.feed import communes, tokens
from central_office.feed.models import Token
from central_office.outgoing import sending, subscribers
from central_office.outgoing.models import Message, Subscriber
from central_office.people.audit import operator
from central_office.publication.files import sha256
from central_office.rounds.models import PlanFile

DIFFERENT = 1
MOST_SHOWN = 100


def token_add(arguments: Namespace, _config: Config) -> int:
    wish = tokens.Wish(
        arguments.name, arguments.days, tuple(arguments.plan), tuple(arguments.point), arguments.comments
    )
    say(f"Mã truy cập, chỉ hiện lần này / token, shown once: {tokens.make(wish, operator(), timezone.now())}")
    return os.EX_OK


def token_list(_arguments: Namespace, _config: Config) -> int:
    for row in Token.objects.order_by("id"):
        ends = f"{timezone.localtime(row.expires_at):%d/%m/%Y}"
        state = "đã thu hồi / revoked" if row.revoked_at else f"đến / until {ends}"
        where = ", ".join([*row.plans, *row.points]) or "mọi kế hoạch / every plan"
        words = "; có ý kiến / with comments" if row.comments else ""
        say(f"{row.pk}  {row.start}…  {row.name}  {state}; {where}{words}")
    return os.EX_OK


def token_revoke(arguments: Namespace, _config: Config) -> int:
    if tokens.revoke(arguments.number, operator(), timezone.now()):
        say("Đã thu hồi / revoked")
        return os.EX_OK
    say("Đã thu hồi từ trước / was revoked before")
    return DIFFERENT


def subscriber_add(arguments: Namespace, _config: Config) -> int:
    channel = subscribers.WEBHOOK if arguments.webhook else subscribers.EMAIL
    wish = subscribers.Wish(arguments.name, channel, arguments.webhook or arguments.email, tuple(arguments.kind))
    made = subscribers.add(wish, operator(), timezone.now())
    say(f"Đã thêm / added: {made.pk}  {made.name}")
    if made.secret:
        say(f"Khóa ký, chỉ hiện lần này / signing secret, shown once: {made.secret}")
    return os.EX_OK


def subscriber_list(_arguments: Namespace, _config: Config) -> int:
    for row in Subscriber.objects.order_by("id"):
        state = "đã bỏ / removed" if row.removed_at else row.kinds
        say(f"{row.pk}  {row.channel}  {row.name}  {row.address}  {state}")
    return os.EX_OK


def subscriber_remove(arguments: Namespace, _config: Config) -> int:
    gone = subscribers.remove(arguments.number, operator(), timezone.now())
    say("Đã bỏ / removed" if gone else "Đã bỏ từ trước / was removed before")
    return os.EX_OK if gone else DIFFERENT


def subscriber_test(arguments: Namespace, _config: Config) -> int:
    """Exit code 1 when the test message did not arrive; then it is tried again later."""
    now = timezone.now()
    if not subscribers.queue_test(arguments.number, operator(), now):
        say("Nơi nhận đã bỏ / the subscriber was removed")
        return DIFFERENT
    sending.send_due(now, SystemRandom())
    last = Message.objects.filter(subscriber=arguments.number, kind="test").latest("id")
    say("Đã đến nơi / arrived" if last.state == sending.SENT else f"Chưa đến / not yet: {last.trouble}")
    return os.EX_OK if last.state == sending.SENT else DIFFERENT


def outgoing_send(_arguments: Namespace, _config: Config) -> int:
    told = sending.send_due(timezone.now(), SystemRandom())
    counts = [told[state] for state in (sending.SENT, sending.WAITING, sending.DEAD)]
    say("đã gửi/sent {}, còn chờ/waiting {}, bỏ/dead {}".format(*counts))
    return os.EX_OK


def outgoing_list(_arguments: Namespace, _config: Config) -> int:
    left = Message.objects.exclude(state=sending.SENT).select_related("subscriber").order_by("-id")
    for row in left[:MOST_SHOWN]:
        say(f"{row.pk}  {row.state}  {row.kind}  {row.subscriber.name}  {row.tries}  {row.trouble}")
    return os.EX_OK


def feed_communes(arguments: Namespace, _config: Config) -> int:
    table = communes.table(PlanFile.objects.select_related("form").get(plan=arguments.plan), None)
    data = communes.csv_bytes(table)
    arguments.out.write_bytes(data)
    handed_out("feed communes", arguments.plan, {arguments.out.name: sha256(data)})
    say(f"{len(table.rows)} xã/communes: {arguments.out}")
    return os.EX_OK
