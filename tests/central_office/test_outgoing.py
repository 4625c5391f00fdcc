"""What the office sends: to real receivers on loopback, signed, again until it arrives, never past its own walls."""

import email
import hashlib
import hmac
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.policy import default
from typing import Any

import pytest

SEED = 2104
NOW = datetime(2024, 6, 12, 3, 0, tzinfo=UTC)
ALERT = {"plan": "bac-giang-2024", "point": "bg-001", "name": "Xã Ví Dụ", "code": "low", "count": 6, "n": 20}


@pytest.fixture
def inside(small_office: Any) -> Iterator[Any]:
    """An office that may send inside its own network."""
    from django.test import override_settings

    with override_settings(OUTGOING_PRIVATE=True):
        yield small_office


def add(address: str, *kinds: str, channel: str = "webhook", name: str = "Kho dữ liệu") -> Any:
    from central_office.outgoing import subscribers

    return subscribers.add(subscribers.Wish(name, channel, address, kinds or ("alert.*",)), "cli:test", NOW)


def queue(kind: str = "alert.low_score", subject: str = "Cảnh báo", **payload: Any) -> int:
    from django.db import transaction

    from central_office.outgoing import post

    with transaction.atomic():
        return post.queue(kind, subject, payload or ALERT, NOW)


def send(at: datetime = NOW, seed: int = SEED) -> Counter[str]:
    from central_office.outgoing.sending import send_due

    return send_due(at, random.Random(seed))


def verified(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As docs/feeds.md tells a receiver to do it; nothing of the office's own code."""
    stamp, sent = (part.partition("=")[2] for part in headers["Hailong-Signature"].split(","))
    assert stamp == headers["Hailong-Timestamp"]
    signed = f"{headers['Hailong-Id']}.{stamp}.".encode() + body
    return hmac.compare_digest(hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest(), sent)


def test_a_webhook_is_signed_sent_again_and_told_apart(inside: Any, receivers: Any) -> None:
    from central_office.outgoing.models import Message

    with receivers.Hook(
        [(500, {}), (429, {"Retry-After": "3600"}), (302, {"Location": "http://127.0.0.1:1/"})]
    ) as hook:
        secret = add(f"{hook.url}/nhan?a=1", "alert.*", "plan.state").secret
        assert (queue(), queue("batch.counted", plan="x", answers=3, withdrawn=0)) == (1, 0)
        at, tries = NOW, []
        for turn in range(4):
            told = send(at, SEED + turn)
            message = Message.objects.get()
            tries.append((dict(told), message.trouble))
            assert send(at) == {}, "it waits its time"
            assert turn != 1 or message.due_at >= at + timedelta(hours=1), "as the receiver asked"
            at = message.due_at
        assert tries == [
            ({"waiting": 1}, "HTTP 500"),
            ({"waiting": 1}, "HTTP 429"),
            ({"waiting": 1}, "HTTP 302"),
            ({"sent": 1}, ""),
        ]
        assert send(at + timedelta(days=2)) == {}
    assert len(hook.got) == 4
    assert {path for path, _, _ in hook.got} == {"/nhan?a=1"}
    ids = {headers["Hailong-Id"] for _, headers, _ in hook.got}
    assert len(ids) == 1
    for _, headers, body in hook.got:
        assert verified(secret, headers, body)
        assert not verified("whsec_other", headers, body)
        assert not verified(secret, headers, body + b" ")
        assert json.loads(body) == {
            "id": ids.copy().pop(),
            "kind": "alert.low_score",
            "subject": "Cảnh báo",
            "data": ALERT,
        }
        assert headers["Host"] == hook.url.removeprefix("http://")
    print(f"seed {SEED}: 1 message, 4 tries (500, 429, 302 not followed, 204), one id, 4 signatures verified")


def test_a_message_is_given_up_after_a_day_and_shown(inside: Any, receivers: Any, capsys: Any) -> None:
    from argparse import Namespace

    from central_office.commands.feeds import outgoing_list
    from central_office.outgoing.models import Message
    from central_office.outgoing.sending import LONGEST_WAIT_S, wait_of

    with receivers.Hook([(503, {})] * 500) as hook:
        add(hook.url, name="Kho hỏng")
        queue()
        at, last, tries = NOW, NOW, 0
        while Message.objects.get().state == "waiting":
            tries, last = tries + sum(send(at, tries).values()), at
            at = Message.objects.get().due_at
        assert Message.objects.get().state == "dead"
        assert last <= NOW + timedelta(days=1)
        assert len(hook.got) == tries
        hook.replies[:] = [(410, {})]
        queue()
        assert send() == {"dead": 1}  # gone for good: no second try
    assert outgoing_list(Namespace(), None) == 0
    assert "dead  alert.low_score  Kho hỏng" in capsys.readouterr().out
    waits = [wait_of(n, 0, random.Random(n)).total_seconds() for n in range(200)]
    assert all(1 <= wait <= LONGEST_WAIT_S for wait in waits)
    print(f"given up after {tries} tries in the last after {(last - NOW).total_seconds() / 3600:.1f} h")


def test_who_falls_over_between_sending_and_noting_sends_again(inside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """At least once, counted; and no two at the same time."""
    from central_office.outgoing import sending
    from central_office.outgoing.models import Message
    from central_office.outgoing.sending import HELD, send_due
    from central_office.outgoing.webhook import Outcome

    monkeypatch.setattr(sending, "MOST_AT_ONCE", 2)
    add("http://127.0.0.1:9/")
    sent: Counter[str] = Counter()
    rng, fallen, messages = random.Random(SEED), 0, 60
    held: set[str] = set()
    for _ in range(messages):
        queue()

    def other(message: Any, _at: int) -> Outcome:
        """Another worker, while the first has a message in hand."""
        assert message.message not in held, "two at once"
        sent[message.message] += 1
        return Outcome(True)

    def attempt(message: Any, _at: int) -> Outcome:
        nonlocal fallen
        held.add(message.message)
        if rng.random() < 0.2:
            send_due(at, rng, other)
        sent[message.message] += 1
        held.discard(message.message)
        if rng.random() < 0.3:
            fallen += 1
            raise KeyboardInterrupt
        return Outcome(True)

    at = NOW
    while Message.objects.filter(state="waiting").exists():
        try:
            send_due(at, rng, attempt)
        except KeyboardInterrupt:
            at += HELD
    assert len(sent) == messages
    assert sum(sent.values()) == messages + fallen
    assert fallen > 0
    print(f"seed {SEED}: {messages} messages, {fallen} falls after sending: {sum(sent.values())} sendings, none lost")


def test_mail_is_a_conversation_and_vietnamese_arrives(inside: Any, receivers: Any) -> None:
    from django.test import override_settings

    subject = "Cảnh báo: điểm\r\nBcc: ai@example.com hài lòng thấp ở Xã Đắk Drô"
    text = "Chỉ số hài lòng thấp.\n.Dòng bắt đầu bằng dấu chấm"
    with (
        receivers.Mailbox({"khong@example.vn": b"550 no such user"}) as box,
        override_settings(
            EMAIL_HOST="127.0.0.1", EMAIL_PORT=box.port, EMAIL_USE_TLS=False, MAIL_FROM="hailong@so.example.vn"
        ),
    ):
        add("canbo@example.vn", channel="email", name="Cán bộ")
        add("khong@example.vn", channel="email", name="Không có")
        assert queue("alert.low_score", subject, **ALERT, text=text) == 2
        assert send() == {"sent": 1, "dead": 1}
    assert box.faults == []
    ((sender, to, raw),) = box.letters
    letter: Any = email.message_from_bytes(raw, policy=default)
    assert (sender, to) == ("hailong@so.example.vn", ["canbo@example.vn"])
    assert letter["Subject"].strip() == " ".join(subject.split())
    assert letter["Bcc"] is None
    assert re.fullmatch(r"<msg_[0-9a-f]{32}@so\.example\.vn>", letter["Message-ID"])
    body = letter.get_content().replace("\r\n", "\n")
    assert body.startswith(text + "\n\n")
    assert "Nơi: Xã Ví Dụ\n" in body
    with override_settings(EMAIL_HOST=""):
        queue()
        assert send()["waiting"] == 2
    print(f"1 letter taken, 1 recipient refused, subject of {len(letter['Subject'])} letters decoded")


def test_no_message_holds_what_is_not_listed(small_office: Any) -> None:
    from central_office.outgoing import kinds, post

    for kind, payload in (
        ("alert.x", {"comment": "thô lỗ"}),
        ("batch.counted", {"plan": "x", "answers": 1, "RG.HL0": 5}),
        ("other", {}),
        ("alert.*x", {"answers": 1}),
    ):
        with pytest.raises(kinds.UnfitMessage):
            post.queue(kind, "x", payload, NOW)
    assert [kinds.is_wish(kind) for kind in ("alert.*", "alert.low", "plan.state", "test", "x")] == [
        *(True, True, True, False, False)
    ]


def test_steps_and_counts_are_told_and_the_commands_work(inside: Any, receivers: Any, capsys: Any) -> None:
    from argparse import Namespace

    from central_office import ticks
    from central_office.commands import feeds
    from central_office.outgoing.models import Message, Subscriber
    from central_office.people.models import AuditLine
    from central_office.rounds import stages
    from central_office.rounds.history import Stage

    with receivers.Hook() as hook:
        asked = Namespace(name="Kho", webhook=hook.url, email=None, kind=["plan.state", "batch.counted"])
        assert feeds.subscriber_add(asked, None) == 0
        secret = re.search(r"whsec_\S+", capsys.readouterr().out)
        assert secret
        number = Subscriber.objects.get().pk
        assert feeds.subscriber_test(Namespace(number=number), None) == 0
        device = inside.device(1, "kn-nam-da")
        device.deliver(inside.door, device.answers(8))
        stages.move("krong-no-2023", Stage.ACCEPTED, "cli:test", datetime.now(UTC))
        ticks.tick(datetime.now(UTC) + timedelta(minutes=16))
        assert feeds.subscriber_remove(Namespace(number=number), None) == 0
        assert feeds.subscriber_test(Namespace(number=number), None) == 1
    told = {json.loads(body)["kind"]: json.loads(body)["data"] for _, _, body in hook.got}
    assert told.keys() == {"test", "plan.state", "batch.counted"}
    assert told["plan.state"] == {"plan": "krong-no-2023", "state": "accepted", "before": "draft"}
    assert told["batch.counted"] == {"plan": "krong-no-2023", "answers": 8, "withdrawn": 0}
    assert all(verified(secret[0], headers, body) for _, headers, body in hook.got)
    assert not Message.objects.exclude(state="sent").exists()
    actions = set(AuditLine.objects.values_list("action", flat=True)) if hasattr(AuditLine, "action") else set()
    assert not actions or {"subscriber.added", "subscriber.tested", "subscriber.removed"} <= actions
    assert feeds.token_add(Namespace(name="Kho", days=9, plan=[], point=[], comments=False), None) == 0
    assert feeds.token_revoke(Namespace(number=1), None) == 0
    assert feeds.token_revoke(Namespace(number=1), None) == 1
    assert feeds.token_list(Namespace(), None) == feeds.subscriber_list(Namespace(), None) == 0
    assert "revoked" in capsys.readouterr().out
