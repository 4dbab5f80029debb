"""Cursors: what a list gave leads on; anything else is refused before the database is asked."""

import base64
from datetime import UTC, datetime
from uuid import UUID

import pytest

from imagestudio.http.cursor import BadCursor, decode, decode_key, encode, encode_key, mark

AT = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
KEY = UUID("019aa1b2-0000-7000-8000-000000000000")


def written(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_a_cursor_is_read_as_it_was_written():
    assert decode(encode(AT, KEY, of="mine"), of="mine") == (AT, KEY)
    assert decode_key(encode_key(KEY, of="mine"), of="mine") == KEY


@pytest.mark.parametrize("cursor", ["", encode(AT, KEY, of="mine"), encode_key(KEY, of="yours")])
def test_a_cursor_of_another_order_is_refused(cursor):
    with pytest.raises(BadCursor):
        decode_key(cursor, of="mine")


@pytest.mark.parametrize(
    "at",
    [
        "2020-01-01T00:00:00",
        "2020-01-01T00:00:00+23:59",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00-23:59",
        "9999-12-31T23:59:59-14:00",
        "yesterday",
        "",
    ],
)
def test_u31_a_time_that_no_list_gives_is_refused(at):
    with pytest.raises(BadCursor):
        decode(written(f"{at}|{KEY}|{mark('mine')}"), of="mine")


@pytest.mark.parametrize("cursor", ["", "!", "QQ", "é", "A" * 10_000, encode(AT, KEY, of="yours")])
def test_anything_else_is_refused(cursor):
    with pytest.raises(BadCursor):
        decode(cursor, of="mine")
