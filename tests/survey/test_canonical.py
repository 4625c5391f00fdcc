"""One value, one spelling: whatever is not canonical is refused, never repaired."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.canonical import LARGEST_INTEGER, decode, decode_layout, encode
from survey.errors import NotCanonical

letters = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
integers = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
values = st.recursive(integers | letters, lambda v: st.lists(v) | st.dictionaries(letters, v), max_leaves=20)


@pytest.mark.slow
@given(values)
def test_what_is_encoded_decodes_to_the_same(value: object) -> None:
    assert decode(encode(value)) == value
    assert decode_layout(encode(value)) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_exactly_or_refused(data: bytes) -> None:
    try:
        value = decode(data)
    except NotCanonical:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b"1e3",
        b"-0",
        b"9007199254740992",
        b"[true]",
        b"null",
        b"NaN",
        b'"\\u0061"',
        b'"\\ud800"',
        '"Ho\u0300a"'.encode(),
        b"\xef\xbb\xbf1",
        b'"\xff"',
        b"[" * 100_000,
        b"1" * 5000,
        b"",
    ],
)
def test_other_spellings_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode(data)


@pytest.mark.parametrize("value", [1.5, True, None, {1: 2}, ["\ud800"], {"a": b"x"}, "Ho\u0300a"])
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        encode(value)


def test_keys_sort_by_code_point_and_text_is_not_escaped() -> None:
    assert encode({"đ": 1, "a": "Krông Nô\n"}) == '{"a":"Krông Nô\\n","đ":1}'.encode()
    assert json.loads(encode({"đ": 1})) == {"đ": 1}
