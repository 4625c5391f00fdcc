"""What a kiosk's doctor may tell the office of the machine: a closed list of codes, each with its weight; no text.

The doctor (`deploy/doctor`) finds and words them, the agent carries them, the office shows them. A code never speaks of
an answer, a citizen or an instant (law 6).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from survey.errors import BadMessage

FILE_NAME = "doctor.json"  # in the kiosk's data directory, written by `hailong-doctor --keep`
FORMAT = 1
MOST_CODES = 40
LONGEST_CODE = 40
STALE_S = 3 * 3600.0  # the doctor comes each hour


class Weight(StrEnum):
    """WATCH: somebody should look at it soon. BAD: something of the kiosk does not work."""

    WATCH = "watch"
    BAD = "bad"


UNKNOWN = "unknown"  # a code of a newer kiosk
SILENT = "doctor_silent"  # the agent's own word: the doctor has not come for three hours
_BAD = """
screen_unplugged screen_off frames_stopped touch_missing
buttons_port_missing buttons_port_held buttons_absent buttons_silent buttons_other_box buttons_other_buttons
buttons_other_protocol buttons_stuck buttons_store buttons_full printer_missing printer_unreachable scanner_missing
link_down address_missing gateway_missing dns_failed dns_slow proxy_dead office_unreachable office_slow office_refused
captive_portal office_stranger tls_expired tls_not_yet_valid tls_wrong_name tls_unknown_authority tls_failed
ca_bundle_bad clock_before_build clock_wrong disk_full disk_errors disk_read_only disk_worn_out disk_io_errors
supply_low outbox_failed not_enrolled queue_very_old quarantined key_missing key_mode key_cloned
service_failed service_stopped settings_wrong unknown
"""
_WATCH = """
buttons_supply buttons_lamp sound_missing sound_muted certificate_soon contact_old contact_never
clock_unsynchronised clock_jumped disk_low inodes_low disk_worn ballast_freed supply_was_low throttled hot memory_low
memory_killed queue_old service_restarting slot_other slot_bad update_pending update_refused update_frozen usb_open
check_slow check_failed doctor_silent
"""
CODES = MappingProxyType(dict.fromkeys(_BAD.split(), Weight.BAD) | dict.fromkeys(_WATCH.split(), Weight.WATCH))


@dataclass(frozen=True, slots=True)
class Told:
    """The doctor's last word: `codes`, worst first; `boot` names the boot in which it came, `boot_s` seconds of it."""

    codes: tuple[str, ...]
    boot: str
    boot_s: float


def weight(code: str) -> Weight:
    """How heavy `code` is; a code that is none of ours weighs as UNKNOWN."""
    return CODES.get(code, CODES[UNKNOWN])


def in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """Each code once, the bad ones first, by name within each weight; at most MOST_CODES."""
    known = {code if code in CODES else UNKNOWN for code in codes}
    return tuple(sorted(known, key=lambda code: (weight(code) is not Weight.BAD, code))[:MOST_CODES])


def read_health(value: object) -> tuple[str, ...]:
    """The codes in a heartbeat, worst first; a code that this version does not know becomes UNKNOWN.

    Raises: BadMessage.
    """
    if not isinstance(value, list) or len(value) > MOST_CODES:
        raise BadMessage(f"health is a list of at most {MOST_CODES} codes")
    for code in value:
        if not isinstance(code, str) or not 1 <= len(code) <= LONGEST_CODE or not code.isascii():
            raise BadMessage("a health code is a short name")
        if not code.replace("_", "").isalnum():
            raise BadMessage("a health code is made of letters and digits")
    return in_order(value)


def read_doctor(data: bytes) -> Told:
    """The codes in the doctor's file (`FILE_NAME`). Raises: BadMessage."""
    try:
        document = json.loads(data)
        lines, boot, boot_s = document["lines"], document["boot"], document["boot_s"]
        codes = [line["code"] for line in lines if line["state"] in set(Weight)]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise BadMessage("no file of the doctor") from None
    if document.get("v") != FORMAT or not isinstance(boot, str) or type(boot_s) not in (int, float):
        raise BadMessage("not the doctor's file of version 1")
    return Told(read_health(codes[:MOST_CODES]), boot, boot_s)


def current(told: Told, boot: str, boot_s: float) -> tuple[str, ...]:
    """The codes that count now, in the boot `boot`, `boot_s` seconds after its start (law 8: no wall clock).

    After a start the last word of the boot before counts until the doctor should have come. `boot` "": not known; then
    a word that can be of this boot is taken for one.
    """
    same = told.boot == boot or (not boot and told.boot_s <= boot_s)
    since_s = boot_s - told.boot_s if same else boot_s
    return told.codes if since_s < STALE_S else in_order((*told.codes, SILENT))
