"""What a counter needs to make and judge slips, sealed to the one kiosk that it is for. Knows no HTTP."""

from datetime import date, timedelta

from django.conf import settings
from nacl.public import SealedBox
from nacl.signing import VerifyKey

from central_office.fleet.enrolment import NoSuchPoint
from central_office.fleet.models import Kiosk
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from central_office.slips.keys import NoKey, key_of
from central_office.slips.numbers import number_of, place_of
from survey.canonical import Value, digest
from survey.slip_setup import SlipSetup

NONE = ""  # in a reply: this point makes no slips any more


def news(held: str | None, kiosk: Kiosk, today: date) -> dict[str, Value]:
    """The part of a heartbeat's reply that changes the kiosk's slip setup; `held`: SHA-256 of the one it has, "" none.

    Nothing for a kiosk that has the present one, or knows of no slips (`held` None). The seal opens with the kiosk's
    own key only: whoever reads the reply on its way, or plays it again elsewhere, has nothing.
    """
    if held is None:
        return {}
    setup = setup_of(kiosk.plan, kiosk.point, today)
    if setup is None:
        return {"slips": NONE} if held else {}
    data = setup.encode()
    if digest(data) == held:
        return {}
    box = SealedBox(VerifyKey(bytes(kiosk.public_key)).to_curve25519_public_key())
    return {"slips": box.encrypt(data).hex()}


def setup_of(plan: str, point: str, today: date) -> SlipSetup | None:
    """What slips of this point are made with; None for an unknown point and once no slip of the plan can be used."""
    loaded = PlanFile.objects.filter(plan=plan).first()
    if loaded is None or today > plan_of(loaded.text).last_day + timedelta(days=settings.SLIP_VALID_DAYS):
        return None
    try:
        number = number_of(plan, point)
        key = key_of(number)
    except (NoSuchPoint, NoKey):
        return None
    place = place_of(number)
    assert place is not None  # allotted just now
    return SlipSetup(
        plan=plan,
        point=point,
        form=place.form,
        number=number,
        key=key,
        url=settings.PUBLIC_URL.rstrip("/"),
        valid_days=settings.SLIP_VALID_DAYS,
        keep_days=settings.SLIP_KEEP_DAYS,
    )
