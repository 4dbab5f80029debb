"""Compression is not asked for; an answer that is compressed all the same may be paid for."""

import gzip
import zlib

import httpx
import pytest

from generations.gateway import BadAnswer, ResultUrl
from tests.unit.gateway.factories import IMAGE_URL, make_gateway, make_request, wrapped

pytestmark = pytest.mark.anyio


async def run(content: bytes, coding: str):
    response = httpx.Response(
        200, stream=httpx.ByteStream(content), headers={"content-encoding": coding}
    )
    transport = httpx.MockTransport(lambda _: response)
    async with make_gateway("https://gateway.test", transport=transport) as gateway:
        return await gateway.run(make_request())


@pytest.mark.parametrize(
    ("coding", "compress"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("identity", bytes),
        ("GZIP", gzip.compress),
    ],
)
async def test_a_compressed_answer_is_read(coding: str, compress):
    assert (await run(compress(wrapped()), coding)).images == (ResultUrl(IMAGE_URL),)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "nonsense"])
async def test_an_unknown_coding_is_a_bad_answer(coding: str):
    with pytest.raises(BadAnswer, match="coding"):
        await run(b"\x1f\x8b", coding)


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(wrapped())[:-20]])
async def test_a_broken_or_cut_compression_is_a_bad_answer(content: bytes):
    with pytest.raises(BadAnswer):
        await run(content, "gzip")


async def test_a_bomb_is_cut_at_the_ceiling(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("generations.gateway.client.ANSWER_LIMIT", 1_000_000)
    with pytest.raises(BadAnswer, match="too large"):
        await run(gzip.compress(b" " * 100_000_000), "gzip")
