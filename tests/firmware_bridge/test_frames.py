import random
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge import frames
from firmware_bridge.frames import (
    HOST_LIMIT,
    LAYOUTS,
    TERMINAL_LIMIT,
    Ack,
    Decoder,
    Flag,
    Hello,
    HelloRequest,
    Message,
    Ping,
    Press,
    Provision,
    Status,
    Totals,
    encode,
)
from tests.firmware_bridge.document import tables

DAMAGED, SEED = 200_000, 20_260_711
KINDS = sorted(LAYOUTS, key=lambda kind: LAYOUTS[kind][0])
WIDTHS = {"B": 8, "H": 16, "I": 32}


def plain_frame(body: bytes) -> bytes:
    """The frame by the document's words, byte for byte, without a look at frames.py: a second opinion."""
    data = body + crc32(body).to_bytes(4, "little")
    out, run = [0], []
    for byte in [*data, 0]:
        if byte == 0:
            out += [len(run) + 1, *run]
            run = []
        else:
            run.append(byte)
    return bytes([*out, 0])


def messages() -> st.SearchStrategy[Message]:
    def of(kind: type[Message]) -> st.SearchStrategy[Message]:
        codes = LAYOUTS[kind][1].format.lstrip("<")
        return st.builds(kind, *[st.integers(0, 2 ** WIDTHS[code] - 1) for code in codes])

    return st.one_of([of(kind) for kind in KINDS])


def read_row(row: list[str]) -> Message:
    fields = dict(pair.split("=") for pair in row[1].split())
    kind: type[Message] = getattr(frames, row[0])
    return kind(**{name: int(value, 0) for name, value in fields.items()})


def test_every_frame_of_the_document_is_what_we_write_and_read():
    rows = tables()["6. Frames", "name"]
    for row in rows:
        message, raw = read_row(row), bytes.fromhex(row[2])
        assert encode(message) == raw
        assert Decoder().feed(raw) == [message]
        assert plain_frame(bytes([LAYOUTS[type(message)][0]]) + encode_fields(message)) == raw
    assert {row[0] for row in rows} == {kind.__name__ for kind in KINDS}


def encode_fields(message: Message) -> bytes:
    layout = LAYOUTS[type(message)][1]
    values = [getattr(message, name) for name in type(message).__dataclass_fields__]
    codes = layout.format.lstrip("<")
    return b"".join(v.to_bytes(WIDTHS[c] // 8, "little") for v, c in zip(values, codes, strict=True))


def test_the_table_of_messages_is_the_one_in_force():
    for number, name, way, fields in tables()["3. Messages", "type"]:
        kind = getattr(frames, name)
        assert int(number, 16) == LAYOUTS[kind][0]
        assert (int(number, 16) >= 0x80) == way.startswith("host")
        written = [field.split() for field in fields.split(", ")] if fields else []
        assert [field for field, _ in written] == list(kind.__dataclass_fields__)
        assert [int(size) * 8 for _, size in written] == [WIDTHS[c] for c in LAYOUTS[kind][1].format.lstrip("<")]


def test_the_table_of_flags_is_the_one_in_force():
    rows = tables()["3. Messages", "flag"]
    assert {name: int(number, 16) for number, name, _ in rows} == {flag.name: flag.value for flag in Flag}


def test_bytes_that_are_no_frame_are_dropped_and_the_next_frame_is_read():
    rows = tables()["7. Bytes that are no frame", "bytes"]
    assert len(rows) == 7
    for raw, _ in rows:
        decoder = Decoder()
        assert decoder.feed(bytes.fromhex(raw)) == []
        assert decoder.feed(encode(Ack(1, 2))) == [Ack(1, 2)]
        assert decoder.bad == 1


@given(st.lists(messages(), max_size=5), st.integers(1, 40))
def test_what_is_written_is_read_in_any_portions(sent, portion):
    raw = b"".join(map(encode, sent))
    decoder = Decoder()
    read = [m for at in range(0, len(raw), portion) for m in decoder.feed(raw[at : at + portion])]
    assert read == sent
    assert decoder.bad == decoder.unknown == 0


@given(messages())
def test_every_message_fits_its_reader_and_holds_no_zero_inside(message):
    raw = encode(message)
    assert raw[0] == raw[-1] == 0
    assert 0 not in raw[1:-1]
    host_to_terminal = LAYOUTS[type(message)][0] >= 0x80
    assert len(raw) - 3 <= (TERMINAL_LIMIT if host_to_terminal else HOST_LIMIT)


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_anything_may_come_in(chunks):
    decoder = Decoder()
    for chunk in chunks:
        decoder.feed(chunk)
    assert decoder.feed(b"\0" + encode(Ping())) == [Ping()]


def test_a_flood_without_a_delimiter_takes_no_memory():
    decoder = Decoder()
    for _ in range(1000):
        decoder.feed(b"\x55" * 1000)
    assert len(decoder._frame) <= HOST_LIMIT + 2
    assert decoder.feed(encode(Ping())) == [Ping()]
    assert decoder.bad == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_fields_may_be_appended_but_not_missing(kind):
    number, layout = LAYOUTS[kind]
    body = bytes([number]) + bytes(range(1, layout.size + 1))
    assert Decoder().feed(plain_frame(body + b"later")) == Decoder().feed(plain_frame(body)) != []
    if layout.size:
        short = Decoder()
        assert short.feed(plain_frame(body[:-1])) == []
        assert short.unknown == 1


def test_an_unknown_type_is_ignored_and_counted():
    decoder = Decoder()
    assert decoder.feed(plain_frame(b"\x7ehello")) == []
    assert (decoder.unknown, decoder.bad) == (1, 0)


@pytest.mark.slow
def test_damage_is_never_taken_for_a_press_or_an_acknowledgement():
    """Flips, losses, insertions, joins and pure noise: a reader that lets any through deletes or invents an answer."""
    rng = random.Random(SEED)
    decoder, false, pure = Decoder(), [], 0
    for _ in range(DAMAGED):
        good = _any_message(rng)
        raw = bytearray(encode(good))
        if rng.random() < 0.2:
            raw, pure = bytearray(rng.randbytes(rng.randrange(1, 70))), pure + 1
        for _ in range(rng.randrange(1, 4)):
            _damage(rng, raw)
        false += [m for m in decoder.feed(bytes(raw) + b"\0") if m != good]
    print(
        f"{DAMAGED} damaged frames ({pure} of pure noise), seed {SEED}:"
        f" {decoder.bad} refused, {len(false)} false messages, 0 exceptions"
    )
    assert false == []
    assert decoder.bad > DAMAGED // 2


def _any_message(rng: random.Random) -> Message:
    def word() -> int:
        return rng.getrandbits(32)

    press = Press(word(), rng.randrange(2**24), rng.randrange(2**16), word(), rng.randrange(5), 0, word())
    hello = Hello(1, 1, 0, 0, 1, 5, word(), 3, word(), 0, 7, 2, 2039, 0x11, 0)
    status = Status(3, word(), 0, 1, 0, 0, 0, 0, 0, 0, 0, 4980)
    totals = Totals(word(), 3, rng.randrange(2**24), 0, *(rng.randrange(5000) for _ in range(6)))
    others = [Ack(word(), word()), hello, status, totals, Provision(0, word(), 1500), HelloRequest()]
    return rng.choice([press, press, press, *others])


def _damage(rng: random.Random, raw: bytearray) -> None:
    at = rng.randrange(len(raw) or 1)
    match rng.randrange(4) if raw else 2:
        case 0:
            raw[at] ^= 1 << rng.randrange(8)
        case 1:
            del raw[at]
        case 2:
            raw.insert(at, rng.randrange(256))
        case _:
            raw[at:] = rng.randbytes(len(raw) - at)
