"""The OpenAPI document is true: requests made from it, good and bad, never give a 500 and always what it promises."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from survey import wire
from survey.canonical import digest, encode, nfc
from survey.errors import NotCanonical
from survey.record import GENESIS

SEED = 9457
EXAMPLES = 150
FEED_EXAMPLES = 25
PATHS = ["/api/v1/batches", "/api/v1/heartbeats", "/api/v1/enrolments", "/api/v1/slips"]
FEEDS = [f"/api/v1/feed/{name}" for name in ("answers", "plans", "forms", "units", "kiosks", "figures")]


@dataclass
class Writer:
    """Turns generated values into bodies that get past the outer shell: canonical JSON, packed and signed batches."""

    device: Any

    def message(self, _context: Any, value: Any) -> bytes:
        try:
            return encode(value)
        except NotCanonical:
            return json.dumps(value, default=str).encode()

    def signed(self, value: Any) -> Any:
        """Half of the well-shaped heartbeats and slips name a real kiosk and are signed by it."""
        for kind in ("heartbeat", "slips"):
            body = value.get(kind) if isinstance(value, dict) else None
            if not isinstance(body, dict) or len(str(value)) % 2:
                continue
            try:
                return json.loads(wire.write_message(kind, body | {"kiosk": self.device.name}, self.device.sign))
            except NotCanonical:
                return value
        return value

    def batch(self, _context: Any, value: Any) -> bytes:
        data = getattr(value, "data", None) or str(value).encode("utf-8", "replace")
        if len(data) % 3 == 0:
            return bytes(data)
        if len(data) % 3 == 1:
            return wire.pack(data)
        line = self.odd_record(data) if len(data) % 2 else data.replace(b"\n", b" ")
        head = wire.BatchHead(self.device.name, 1, 1, 1, digest(line), digest(line + b"\n"))
        envelope = {
            "head": head.fields(),
            "signature": self.device.sign(wire.signed_bytes("batch", head.encode())).hex(),
        }
        return wire.pack(encode(envelope) + b"\n" + line + b"\n")

    def odd_record(self, data: bytes) -> bytes:
        """A record that can be read, with answers that its questions may not take; texts are made of `data`."""
        text = nfc(data.decode("utf-8", "replace"))[:500] or "\0"
        odd: list[dict[str, Any]] = [
            *({"RG.LV": text}, {"RG.LV": "x" * 60}, {"RG.LV": "a\0b"}, {"RG.HL0": 5, "RG.YK": text}, {"RG.YK": "a\0b"}),
            *({"RG.YK": "\x1b\x7f\u0085\ufffe"}, {"RG.HL0": 9}, {"RG.HL0": text}, {"RG.LD": ["LD01", "LD01"]}),
            *({"RG.XX": text}, {"RG.HL0": [text]}, {"RG.PA": "CO", "RG.YK": [" "]}, {"RG.HL0": 5}),
        ]
        answers = odd[sum(data) % len(odd)]
        return encode(self.device.submission().fields() | {"seq": 1, "prev": GENESIS, "answers": answers})


@pytest.fixture
def schema(small_office: Any) -> Any:
    """The document as served, its requests going through the whole WSGI stack in this process."""
    from central_office.wsgi import application

    writer = Writer(small_office.device())
    schemathesis.serializer("application/vnd.hailong.batch")(writer.batch)
    schemathesis.serializer("application/json")(lambda context, value: writer.message(context, writer.signed(value)))
    return schemathesis.openapi.from_wsgi("/api/openapi.json", application)


def test_the_document_is_openapi_3_1_and_names_every_refusal(schema: Any) -> None:
    raw = schema.raw_schema
    assert raw["openapi"].startswith("3.1")
    assert set(raw["paths"]) == {*PATHS, *FEEDS}
    for path in PATHS:
        responses = raw["paths"][path]["post"]["responses"]
        assert {"200", "400", "411", "413", "415", "500", "503"} <= {str(status) for status in responses}
        for status, response in responses.items():
            kind = "application/json" if str(status) == "200" else "application/problem+json"
            assert list(response["content"]) == [kind]
        assert "Retry-After" in responses[503 if 503 in responses else "503"]["headers"]


def test_the_document_says_how_the_feed_is_asked(schema: Any) -> None:
    raw = schema.raw_schema
    assert raw["components"]["securitySchemes"]["FeedToken"] == {"type": "http", "scheme": "bearer"}
    for path in FEEDS:
        asked = raw["paths"][path]["get"]
        assert asked["security"] == [{"FeedToken": []}]
        responses = {str(status): said for status, said in asked["responses"].items()}
        assert {"200", "304", "401", "422", "429", "500", "503"} <= set(responses)
        assert "Retry-After" in responses["429"]["headers"]
        for status in set(responses) - {"200", "304"}:
            assert list(responses[status]["content"]) == ["application/problem+json"]


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_requests_made_from_the_document_never_break_the_office(schema: Any, path: str) -> None:
    operation = schema[path]["POST"]
    statuses: Counter[int] = Counter()

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(*[operation.as_strategy(generation_mode=mode) for mode in _modes()]))
    def fuzz(case: Any) -> None:
        response = case.call()
        statuses[response.status_code] += 1
        assert response.status_code != 500
        case.validate_response(response, checks=_checks())

    fuzz()
    assert sum(statuses.values()) >= EXAMPLES
    assert len(statuses) >= 3  # it gets past the outer shell
    print(f"{path}: seed {SEED}, {sum(statuses.values())} requests, 0 times 500, {dict(sorted(statuses.items()))}")


@pytest.mark.slow
@pytest.mark.parametrize("path", FEEDS)
def test_questions_made_from_the_document_never_break_the_feed(
    schema: Any, small_office: Any, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime, timedelta

    from central_office.feed import numbering, tokens

    device = small_office.device(2, "kn-nam-da")
    device.deliver(small_office.door, device.answers(4))
    numbering.number(datetime.now(UTC) + timedelta(minutes=16))
    token = tokens.make(tokens.Wish("máy thử"), "cli:test", datetime.now(UTC))
    monkeypatch.setattr(tokens, "MOST_A_MINUTE", 10_000)
    operation, known = schema[path]["GET"], {"plan": "krong-no-2023"}
    statuses: Counter[int] = Counter()

    @seed(SEED)
    @settings(
        max_examples=FEED_EXAMPLES if path in (FEEDS[0], FEEDS[-1]) else FEED_EXAMPLES // 2,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(*[operation.as_strategy(generation_mode=mode) for mode in _modes()]))
    def fuzz(case: Any) -> None:
        if "plan" in (case.query or {}) and sum(statuses.values()) % 2:
            case.query = {**case.query, **known}
        shown = {"Accept-Encoding": "identity"}
        if sum(statuses.values()) % 10 != 9:
            shown["Authorization"] = f"Bearer {token}"
        response = case.call(headers=shown)
        statuses[response.status_code] += 1
        case.validate_response(response, checks=_checks())

    fuzz()
    assert {200, 401} <= set(statuses)
    print(f"{path}: seed {SEED}, {sum(statuses.values())} requests, {dict(sorted(statuses.items()))}")


def _modes() -> list[Any]:
    return [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]


def _checks() -> list[Any]:
    from schemathesis.specs.openapi import checks

    return [
        schemathesis.checks.not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
        checks.response_headers_conformance,
    ]
