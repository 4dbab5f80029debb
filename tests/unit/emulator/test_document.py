"""Large JSON: long strings stay in the file, everything else is as any JSON reader says."""

import json
import mmap
import tempfile
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generations.emulator.wire.document import LONG, MalformedError, Span, parse, text


@contextmanager
def view(data: bytes):
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield mapped


def test_a_long_string_becomes_a_span_and_can_be_read():
    image = "A" * (LONG + 1)
    with view(json.dumps({"input": {"images": [image, "short"], "n": 1}}).encode()) as mapped:
        value = parse(mapped)

        long, short = value["input"]["images"]
        assert isinstance(long, Span)
        assert text(long, mapped) == image
        assert text(short, mapped) == "short"
        assert value["input"]["n"] == 1


def test_a_long_string_with_escapes_is_read_at_once():
    prompt = 'say "hello"\n' * LONG
    with view(json.dumps({"prompt": prompt}).encode()) as mapped:
        assert parse(mapped) == {"prompt": prompt}


@pytest.mark.parametrize(
    "data", [b"{", b'{"a": "', b'"\\', b"[" * 200_000, b"\xff\xfe", b'{"a": 1}{"b": 2}']
)
def test_what_is_no_json_is_refused(data):
    with view(data) as mapped, pytest.raises(MalformedError):
        parse(mapped)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES, st.booleans())
def test_any_json_is_read_as_it_is(value, ascii_only):
    with view(json.dumps(value, ensure_ascii=ascii_only).encode()) as mapped:
        assert parse(mapped) == value
