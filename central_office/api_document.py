"""What the OpenAPI document says of each operation: media types, shapes and every refusal. Data only."""

import re
from typing import Any

from central_office import problem
from survey import enrolment as shared
from survey import wire
from survey.health import LONGEST_CODE, MOST_CODES
from survey.invitation import MOST_NUMBER, TOKEN
from survey.language_days import LEAST, MOST_LANGUAGES, MOST_SHEETS
from survey.offer import Why
from survey.panel_state import MOST_PANELS
from survey.pause import MOST_SENT
from survey.slip_notes import MOST_FACTS
from survey.slip_notes import MOST_SENT as MOST_SLIPS

HEX64 = re.compile(r"[0-9a-f]{64}")
DESCRIPTION = (
    "Kiosks deliver answers here. Messages are canonical JSON (sorted keys, no spaces, NFC, integers and strings only) "
    "signed with Ed25519; a batch is gzip of a signed head and one record a line. "
    "docs/wire.md has every message, refusal code and kind of incident."
)
DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
SIGNATURE = {"type": "string", "pattern": "^[0-9a-f]{128}$"}
COUNT = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}
SHORT = {"type": "string", "maxLength": 40}
CODE = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$"}
VERSION = {"type": "integer", "const": 1}


def _object(properties: dict[str, Any], *, required: list[str] | None = None, closed: bool = True) -> dict[str, Any]:
    names = sorted(properties) if required is None else required
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": not closed}


def _panels(*names: str, **properties: dict[str, Any]) -> dict[str, Any]:
    """A list of what is told of each panel; `names`: further short texts."""
    shape = _object({"panel": SHORT, **dict.fromkeys(names, SHORT), **properties}, required=["panel"], closed=False)
    return {"type": "array", "maxItems": MOST_PANELS, "items": shape}


DAY = {"type": "string", "format": "date"}
LANGUAGE_SHEET = _object(
    {
        "number": {**COUNT, "minimum": 1},
        "plan": CODE,
        "point": CODE,
        "since": DAY,
        "day": DAY,
        "counts": {
            "type": "object",
            "description": f"Answers by language, at least {LEAST} together.",
            "minProperties": 1,
            "maxProperties": MOST_LANGUAGES,
            "additionalProperties": {**COUNT, "minimum": 1},
        },
    },
    closed=False,
)
PROBLEM = _object(
    {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "why": {"type": "string", "description": "a word for programs, where one is known"},
    },
    required=["type", "title", "status"],
)
HEAD = _object(
    {"v": VERSION, "kiosk": CODE, "first": COUNT, "last": COUNT, "count": COUNT, "head": DIGEST, "body": DIGEST}
)
REFUSAL = _object(
    {
        "seq": COUNT,
        "verdict": {"enum": ["conflict", "rejected"]},
        "code": CODE | {"description": "Why; docs/wire.md lists the codes and what each means."},
    }
)
RECEIPT = _object(
    {
        "receipt": _object(
            {
                "v": VERSION,
                "batch": HEAD,
                "accepted": COUNT,
                "duplicate": COUNT,
                "refusals": {"type": "array", "items": REFUSAL},
            }
        ),
        "signature": SIGNATURE,
    }
)
PAUSE_ID = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
PAUSE = _object(
    {
        "id": PAUSE_ID,
        "reason": CODE,
        "since": SHORT,
        "until": SHORT | {"description": 'The quarter-hour of its end, "" while it lasts.'},
        "clock": {"enum": ["synchronised", "uncertain"]},
    }
)
HEALTH_CODE = {"type": "string", "pattern": f"^[0-9A-Za-z_]{{1,{LONGEST_CODE}}}$"}
ASKS = _object(
    {
        "content": DIGEST | {"description": "Of the assignment without its serial."},
        "serial": COUNT,
        "form": DIGEST,
        "refused": COUNT | {"description": "Serial of the last offer that was not taken; 0 unknown or none."},
        "why": {"enum": ["", *Why]},
    },
    closed=False,
)
OFFER = _object(
    {
        "v": VERSION,
        "assignment": {"type": "object", "description": "With a serial above every earlier one: docs/wire.md."},
        "form": {"type": "string", "description": "The form file, of the digest that the assignment names."},
        "languages": {"type": "array", "minItems": 1, "items": {"type": "string"}},
    }
) | {"description": "Only where the kiosk asks something else than it should."}
HEARTBEAT = _object(
    {
        "heartbeat": _object(
            {
                "v": VERSION,
                "kiosk": CODE,
                "seq": COUNT,
                "head": DIGEST,
                "pending": COUNT,
                "quarantined": COUNT,
                "oldest": SHORT,
                "version": SHORT,
                "clock": SHORT,
                "free_bytes": COUNT,
                "panels": _panels(
                    "trouble",
                    box=SHORT,
                    version=SHORT,
                    buttons=COUNT,
                    supply_mv=COUNT,
                    reset_cause=COUNT,
                    bad_slots=COUNT,
                ),
                "panel_counts": _panels(told=COUNT, held=COUNT, refused=COUNT, differ=COUNT),
                "notice": {"type": "string", "pattern": "^([0-9a-f]{64})?$"},
                "slips": {"type": "string", "pattern": "^([0-9a-f]{64})?$"},
                "asks": ASKS,
                "pauses": {"type": "array", "maxItems": MOST_SENT, "items": PAUSE},
                "tested": COUNT,
                "languages": {"type": "array", "maxItems": MOST_SHEETS, "items": LANGUAGE_SHEET},
                "health": {"type": "array", "maxItems": MOST_CODES, "items": HEALTH_CODE},
            },
            required=["v", "kiosk", "seq", "head", "pending", "quarantined"],
            closed=False,
        ),
        "signature": SIGNATURE,
    }
)
TIME = _object(
    {
        "time": _object(
            {
                "v": VERSION,
                "kiosk": CODE,
                "now": {"type": "string", "format": "date-time"},
                "notice": {
                    "type": "object",
                    "description": "Only where it differs from the one held: docs/wire.md; empty: there is none.",
                },
                "offer": OFFER,
                "pauses": {"type": "array", "maxItems": MOST_SENT, "items": PAUSE_ID},
                "languages": COUNT,
                "slips": {
                    "type": "string",
                    "description": "Only where it differs from the one held: sealed, in hex; empty: no slips here.",
                },
            },
            required=["v", "kiosk", "now"],
        ),
        "signature": SIGNATURE,
    }
)
TOKENS = {"type": "string", "pattern": f"^{TOKEN.pattern}$"}
KNOWN = {"enum": ["", 0, 1], "description": '"" where it is not known.'}
SLIP = _object(
    {
        "token": TOKENS,
        "number": {"type": "integer", "minimum": 0, "maximum": MOST_NUMBER},
        "day": DAY,
        "state": {"enum": ["printed", "void"]},
        "facts": {
            "type": "object",
            "maxProperties": MOST_FACTS,
            "propertyNames": CODE,
            "additionalProperties": CODE,
        },
        "dossier": {"type": "integer", "enum": [0, 1], "description": "Whether it was printed for a dossier."},
        "agency": {"type": "string", "pattern": "^([A-Za-z0-9][A-Za-z0-9._-]{0,39})?$"},
        "late": KNOWN,
        "notice": KNOWN,
        "apology": KNOWN,
    }
)
SLIP_NOTES = _object(
    {
        "slips": _object(
            {
                "v": VERSION,
                "kiosk": CODE,
                "slips": {"type": "array", "minItems": 1, "maxItems": MOST_SLIPS, "items": SLIP},
            }
        ),
        "signature": SIGNATURE,
    }
)
SLIPS_HELD = _object(
    {
        "slips_held": _object({"v": VERSION, "kiosk": CODE, "held": {"type": "array", "items": TOKENS}}),
        "signature": SIGNATURE,
    }
)
ENROLMENT = _object(
    {
        "v": VERSION,
        "name": {"type": "string", "pattern": f"^[{shared.ALPHABET}]{{{shared.NAME_LETTERS}}}$"},
        "public_key": DIGEST,
        "proof": DIGEST,
    }
)
ADMISSION = _object(
    {
        "v": VERSION,
        "centre_key": DIGEST,
        "assignment": {"type": "object"},
        "form": {"type": "string"},
        "proof": DIGEST,
    }
)


def _operation(media: str, body: dict[str, Any], reply: dict[str, Any], kinds: list[problem.Kind]) -> dict[str, Any]:
    responses: dict[int | str, Any] = {
        200: {"description": "Done", "content": {"application/json": {"schema": reply}}},
    }
    for status in sorted({kind.status for kind in kinds}):
        named = [kind for kind in kinds if kind.status == status]
        refusal: dict[str, Any] = {
            "description": "; ".join(f"{kind.title} ({kind.code})" for kind in named),
            "content": {problem.CONTENT_TYPE: {"schema": PROBLEM}},
        }
        if any(kind.retry_after_s for kind in named):
            refusal["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "required": True}}
        responses[status] = refusal
    return {"requestBody": {"required": True, "content": {media: {"schema": body}}}, "responses": responses}


_ALWAYS = [
    problem.BAD_MESSAGE,
    problem.LENGTH_REQUIRED,
    problem.TOO_LARGE,
    problem.WRONG_TYPE,
    problem.BROKEN,
    problem.BUSY,
]
_SIGNED = [*_ALWAYS, problem.NOT_ENROLLED, problem.REVOKED]
BATCHES = _operation(wire.CONTENT_TYPE, {"type": "string", "format": "binary"}, RECEIPT, _SIGNED)
HEARTBEATS = _operation("application/json", HEARTBEAT, TIME, [*_SIGNED, problem.WRONG_FIELDS])
SLIPS = _operation("application/json", SLIP_NOTES, SLIPS_HELD, _SIGNED)
ENROLMENTS = _operation(
    "application/json",
    ENROLMENT,
    ADMISSION,
    [*_ALWAYS, problem.WRONG_FIELDS, problem.CODE_REFUSED, problem.TOO_MANY],
)
