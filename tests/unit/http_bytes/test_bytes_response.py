"""One answer for all stored bytes: what it says to which request."""

import pytest
from asgiref.sync import async_to_sync

from imagestudio.http.bytes import bytes_response
from imagestudio.library.storage import Chunks

DATA = bytes(range(100))


class Opened:
    """Stored bytes that remember how they were opened, and whether they were closed."""

    def __init__(self):
        self.ranges = []
        self.closed = False

    def __call__(self, *, start, end):
        self.ranges.append((start, end))
        self.position = start
        return Chunks(self, length=end - start)

    def read(self, amount):
        piece = DATA[self.position : self.position + amount]
        self.position += len(piece)
        return piece

    def close(self):
        self.closed = True


@pytest.fixture
def opened():
    return Opened()


def answer(request, opened, **options):
    return bytes_response(
        request, open_chunks=opened, size=100, mime="image/png", etag="abc", **options
    )


@pytest.mark.parametrize(
    ("asked", "status", "given"),
    [
        pytest.param("", 200, (0, 100), id="no range"),
        pytest.param("bytes=0-9", 206, (0, 10), id="first ten"),
        pytest.param("bytes=90-", 206, (90, 100), id="from ninety"),
        pytest.param("bytes=0-", 206, (0, 100), id="from the start"),
        pytest.param("bytes=-10", 206, (90, 100), id="last ten"),
        pytest.param("bytes=-1000", 206, (0, 100), id="more than there is"),
        pytest.param("bytes=50-1000", 206, (50, 100), id="beyond the end"),
        pytest.param("bytes=99-99", 206, (99, 100), id="the last byte"),
        pytest.param("bytes=0-9,20-29", 200, (0, 100), id="several are ignored"),
        pytest.param("bytes=9-0", 200, (0, 100), id="backwards is no range"),
        pytest.param("bytes=-", 200, (0, 100), id="empty is no range"),
        pytest.param("pages=1-2", 200, (0, 100), id="another unit"),
        pytest.param("bytes=a-b", 200, (0, 100), id="letters"),
    ],
)
def test_a_range_is_answered(rf, opened, asked, status, given):
    response = answer(rf.get("/", HTTP_RANGE=asked), opened)

    assert response.status_code == status
    assert b"".join(response) == DATA[slice(*given)]
    assert response["Content-Length"] == str(given[1] - given[0])
    span = f"bytes {given[0]}-{given[1] - 1}/100" if status == 206 else None
    assert response.get("Content-Range") == span
    assert opened.ranges == [given]


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_outside_is_416(rf, opened, asked):
    response = answer(rf.get("/", HTTP_RANGE=asked), opened)

    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */100"
    assert opened.ranges == []


@pytest.mark.parametrize(
    ("validator", "status"),
    [('"abc"', 206), ('"old"', 200), ('W/"abc"', 200), ("Sat, 21 Nov 2026 10:00:00 GMT", 200)],
)
def test_a_range_counts_only_for_the_same_bytes(rf, opened, validator, status):
    request = rf.get("/", HTTP_RANGE="bytes=0-9", HTTP_IF_RANGE=validator)

    assert answer(request, opened).status_code == status


@pytest.mark.parametrize(
    ("known", "status"),
    [('"abc"', 304), ('W/"abc"', 304), ('"old", "abc"', 304), ("*", 304), ('"old"', 200)],
)
def test_known_bytes_are_not_sent_again(rf, opened, known, status):
    response = answer(rf.get("/", HTTP_IF_NONE_MATCH=known), opened)

    assert response.status_code == status
    assert response["ETag"] == '"abc"'
    assert (opened.ranges == []) == (status == 304)


def test_head_says_everything_and_opens_nothing(rf, opened):
    response = answer(rf.head("/", HTTP_RANGE="bytes=0-9"), opened)

    assert response.status_code == 200
    assert response["Content-Length"] == "100"
    assert response["Accept-Ranges"] == "bytes"
    assert response.content == b""
    assert opened.ranges == []


@pytest.mark.parametrize(
    "headers",
    [{}, {"HTTP_RANGE": "bytes=0-1"}, {"HTTP_RANGE": "bytes=100-"}, {"HTTP_IF_NONE_MATCH": "*"}],
    ids=["200", "206", "416", "304"],
)
def test_bytes_are_served_as_if_hostile(rf, opened, headers):
    response = answer(rf.get("/", **headers), opened)

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, no-transform, no-cache"


def test_the_type_is_ours_and_what_never_changes_may_be_kept(rf, opened):
    response = answer(rf.get("/"), opened, max_age=3600)

    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "private, no-transform, max-age=3600"


@pytest.mark.parametrize(
    ("disposition", "filename", "header"),
    [
        ("inline", "", "inline"),
        ("attachment", "", "attachment"),
        ("attachment", "sea.png", 'attachment; filename="sea.png"'),
        ("inline", "sea.png", 'inline; filename="sea.png"'),
        (
            "attachment",
            "Übung 🌊.png",
            "attachment; filename*=utf-8''%C3%9Cbung%20%F0%9F%8C%8A.png",
        ),
        (
            "attachment",
            'a"b\r\nSet-Cookie: x\0/\\.png',
            'attachment; filename="a_b__Set-Cookie: x___.png"',
        ),
    ],
)
def test_the_name_of_a_download_cannot_break_the_header(rf, opened, disposition, filename, header):
    response = answer(rf.get("/"), opened, disposition=disposition, filename=filename)

    assert response["Content-Disposition"] == header


def test_what_nobody_reads_is_closed(rf, opened, db):  # the end of a request looks at connections
    response = answer(rf.get("/"), opened)

    response.close()

    assert opened.closed


def test_an_asynchronous_server_gets_an_asynchronous_body(async_rf, opened):
    response = answer(async_rf.get("/", headers={"Range": "bytes=10-19"}), opened)

    async def read():
        return [piece async for piece in response]

    assert response.is_async
    assert b"".join(async_to_sync(read)()) == DATA[10:20]
    assert opened.closed
