"""A request that the gateway would silently change or refuse cannot be made."""

import pytest

from generations.gateway import SourceBytes
from tests.unit.gateway.factories import make_request

WRONG = {
    "six entries of metadata": {"metadata": {str(n): n for n in range(6)}},
    "reserved name": {"metadata": {"cf.user": 1}},
    "empty name": {"metadata": {"": 1}},
    "infinite number": {"metadata": {"a": float("inf")}},
    "pictures in the input": {"input": {"prompt": "x", "images": []}},
    "empty cache key": {"cache_key": ""},
    "cache key with a line break": {"cache_key": "a\nb"},
    "cache key that is no ASCII": {"cache_key": "ä"},
    "long cache key": {"cache_key": "x" * 129},
    "short life in the cache": {"cache_ttl": 59},
    "long life in the cache": {"cache_ttl": 30 * 86_400 + 1},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG.keys())
def test_a_request_is_checked_when_it_is_made(changes: dict):
    with pytest.raises(ValueError, match=r"\."):
        make_request(**changes)


@pytest.mark.parametrize("value", [None, {"a": 1}, [1]])
def test_metadata_is_flat_because_the_gateway_would_drop_all_of_it(value: object):
    with pytest.raises(TypeError):
        make_request(metadata={"attempt_id": "a1", "note": value})


@pytest.mark.parametrize("mime", ["image/svg+xml", 'image/png","x":"', "", "text/html"])
def test_a_source_is_a_picture_that_the_gateway_reads(mime: str):
    with pytest.raises(ValueError, match="PNG, JPEG or WebP"):
        SourceBytes(size=1, mime=mime, chunks=lambda: None)


def test_a_source_has_bytes():
    with pytest.raises(ValueError, match="at least one byte"):
        SourceBytes(size=0, mime="image/png", chunks=lambda: None)
