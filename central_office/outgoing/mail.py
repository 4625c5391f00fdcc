"""Sends one message by e-mail through the office's own mail server (Django's SMTP). Texts are put together here."""

import json
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from central_office.outgoing.kinds import LABELS_VI
from central_office.outgoing.webhook import Outcome

BACKEND = "django.core.mail.backends.smtp.EmailBackend"
FOOT = "Thư tự động của hệ thống Hài Lòng; xin không trả lời thư này."


def send(message: str, to: str, subject: str, body: str) -> Outcome:
    """`message`: its id; `body`: JSON, as queued."""
    if not settings.EMAIL_HOST or not settings.MAIL_FROM:
        return Outcome(False, "no mail server is set (smtp_host, mail_from)")
    sender = settings.MAIL_FROM
    headers = {"Message-ID": f"<{message}@{sender.rpartition('@')[2]}>", "Auto-Submitted": "auto-generated"}
    mail = EmailMessage(subject, text_of(body), sender, [to], headers=headers, connection=get_connection(BACKEND))
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code = max((code for code, _ in error.recipients.values()), default=0)
        return Outcome(False, f"recipient refused: {code}", final=500 <= code < 600)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return Outcome(False, f"{type(error).__name__}: {error}"[:200])
    return Outcome(True)


def text_of(body: str) -> str:
    """What a person reads: the text that came with it, then each field with its name."""
    data = dict(json.loads(body)["data"])
    text = str(data.pop("text", ""))
    lines = [f"{LABELS_VI.get(name, name)}: {value}" for name, value in data.items()]
    return "\n\n".join(part for part in (text, "\n".join(lines), f"-- \n{FOOT}") if part) + "\n"
