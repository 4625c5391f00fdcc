"""Builds an agent's real objects from its settings, for the process of one kiosk and for many simulated ones."""

import random
import secrets
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from survey.assignment import Assignment
from sync_agent import enrolment, identity, status
from sync_agent.agent import Agent
from sync_agent.clock import clock_quality
from sync_agent.config import Settings
from sync_agent.health import told_by
from sync_agent.metrics import write_metrics
from sync_agent.notices import NoticeFile
from sync_agent.outbox import HeldBook, Outbox
from sync_agent.service import OrderFile
from sync_agent.slips import SetupFile, SlipPost
from sync_agent.standing import StandingFile
from sync_agent.transport import Transport
from sync_agent.updates.building import build_keeper


def open_transport(settings: Settings) -> Transport:
    bundle = Path(settings.ca_bundle) if settings.ca_bundle else None
    return Transport(settings.centre_url, bundle, settings.proxy)


def build_agent(
    settings: Settings, assignment: Assignment, outbox: Outbox, transport: Transport, book: HeldBook
) -> Agent:
    directory = settings.data_directory
    own = identity.load_identity(directory)
    verify = identity.verifier(identity.load_centre(directory))
    updates = build_keeper(settings, transport)
    return Agent(
        kiosk=assignment.kiosk,
        version=product_version(),
        outbox=outbox,
        post=transport.post,
        sign=own.sign,
        verify=verify,
        monotonic=time.monotonic,
        wall=time.time,
        random=random.SystemRandom().random,
        clock_quality=clock_quality,
        keep_contact=lambda contact: status.keep_contact(directory, contact),
        notices=NoticeFile(directory, assignment.plan, assignment.point),
        setups=SetupFile(directory, assignment.plan, assignment.point, own.unseal, assignment.form),
        slips=SlipPost(assignment.kiosk, book, transport.post, own.sign, verify, book.close),
        standing=StandingFile(directory, assignment, updates.trusts_form),
        updates=updates,
        orders=OrderFile(directory),
        doctor=lambda: told_by(directory),
        tell_metrics=lambda told: write_metrics(directory, told),
        contact=status.load_contact(directory),
        delivery_s=settings.delivery_s,
        heartbeat_s=settings.heartbeat_s,
    )


def enrol_with(settings: Settings, code: str) -> tuple[identity.Identity, enrolment.Enrolment]:
    """Enrol the kiosk of `settings` with a one-time code; its directory is made. Raises: EnrolmentRefused, OSError."""
    directory = settings.data_directory
    directory.mkdir(mode=0o750, parents=True, exist_ok=True)
    own = identity.load_or_make_identity(directory, secrets.token_bytes)
    with open_transport(settings) as transport:
        enrolled = enrolment.enrol(code, own, transport.post)
    Outbox.open(settings.outbox_path).close()
    enrolment.keep(enrolled, directory)
    return own, enrolled


def product_version() -> str:
    try:
        return version("hailong")
    except PackageNotFoundError:
        return "0+source"
