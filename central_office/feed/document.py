"""What the OpenAPI document says of the feed: what may be asked, the shapes of replies, every refusal. Data only."""

from typing import Any

from central_office import problem
from central_office.api_document import CODE, COUNT, DAY, DIGEST, PROBLEM

TEXT = {"type": "string"}
TRUTH = {"type": "boolean"}
FORM_REF = {
    "type": "object",
    "properties": {"id": CODE, "version": TEXT, "digest": DIGEST},
    "required": ["digest", "id", "version"],
}
FORMAT = {
    "name": "format",
    "in": "query",
    "schema": {"enum": ["json", "ndjson", "csv"], "type": "string"},
    "description": "json: one object; ndjson: one item a line; csv: with a heading.",
}
CURSOR = {
    "name": "cursor",
    "in": "query",
    "schema": {"type": "string", "maxLength": 80},
    "description": "Of the last page, unchanged; none: from the beginning.",
}
LIMIT = {
    "name": "limit",
    "in": "query",
    "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 500},
    "description": "Most items of a page. A page may hold fewer though more follows.",
}
PLAN = {"name": "plan", "in": "query", "required": True, "schema": CODE, "description": "The plan's code."}
REPLY_HEADERS = {"ETag": {"schema": TEXT, "required": True}}
PAGE_HEADERS = {
    **REPLY_HEADERS,
    "Hailong-Cursor": {"schema": TEXT, "required": True, "description": "Where to go on."},
    "Hailong-More": {"schema": {"enum": ["0", "1"]}, "required": True, "description": "1: more follows now."},
}


def _item(event: str, properties: dict[str, Any]) -> dict[str, Any]:
    shape = {"event": {"const": event}, **properties}
    return {"type": "object", "properties": shape, "required": sorted(shape), "additionalProperties": False}


_RECORD = {"kiosk": CODE, "seq": COUNT, "digest": DIGEST, "plan": CODE}
EVENT = {
    "oneOf": [
        _item(
            "answer",
            {
                **_RECORD,
                "quarter": TEXT | {"description": "Quarter-hour with its offset."},
                "clock": {"enum": ["synchronised", "uncertain"]},
                "form": FORM_REF,
                "point": CODE,
                "agency": TEXT,
                "channel": TEXT,
                "state": {"enum": ["complete", "partial"]},
                "flags": {"type": "array", "items": TEXT},
                "in_window": TRUTH,
                "counted": TRUTH,
                "why": {"enum": ["", "slip_used", "slip_void"]},
                "answers": {"type": "object", "description": "By question; free text only for tokens that may."},
            },
        ),
        _item("gone", {**_RECORD, "point": CODE}),
        _item("withdrawn", _RECORD),
        _item("recounted", {"plan": CODE, "first_day": DAY, "last_day": DAY}),
    ]
}
ROW = {"type": "object"}


def _page(item: dict[str, Any], **beside: dict[str, Any]) -> dict[str, Any]:
    properties = {"items": {"type": "array", "items": item}, **beside}
    return {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}


def _refusals(kinds: list[problem.Kind]) -> dict[int | str, Any]:
    found: dict[int | str, Any] = {}
    for status in sorted({kind.status for kind in kinds}):
        named = [kind for kind in kinds if kind.status == status]
        found[status] = {
            "description": "; ".join(f"{kind.title} ({kind.code})" for kind in named),
            "content": {problem.CONTENT_TYPE: {"schema": PROBLEM}},
        }
        if any(kind.retry_after_s for kind in named):
            found[status]["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "required": True}}
    return found


_ALWAYS = [problem.NO_TOKEN, problem.TOO_MANY, problem.TOO_OFTEN, problem.WRONG_FIELDS, problem.BROKEN, problem.BUSY]


def _operation(
    parameters: list[dict[str, Any]],
    shape: dict[str, Any],
    headers: dict[str, Any],
    kinds: list[problem.Kind],
    *,
    only_json: bool = False,
) -> dict[str, Any]:
    content: dict[str, Any] = {"application/json": {"schema": shape}}
    if not only_json:
        content |= {"application/x-ndjson": {}, "text/csv": {}}
    responses = {
        200: {"description": "Done", "content": content, "headers": headers},
        304: {"description": "What the reader's ETag names is what there is"},
    }
    return {"parameters": parameters, "responses": responses | _refusals([*_ALWAYS, *kinds])}


ANSWERS = _operation(
    [CURSOR, LIMIT, FORMAT],
    _page(EVENT, cursor=TEXT, more=TRUTH),
    PAGE_HEADERS,
    [problem.BAD_CURSOR, problem.CURSOR_AHEAD],
)
PLANS = FORMS = UNITS = KIOSKS = _operation([FORMAT], _page(ROW), REPLY_HEADERS, [])
FIGURES = _operation([PLAN], {"type": "object"}, REPLY_HEADERS, [problem.NO_SUCH_PLAN], only_json=True)
