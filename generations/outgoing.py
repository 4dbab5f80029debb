"""What goes out with one call: the request built from rows, its sources streamed from storage.

Sources leave as they are stored. Only when their JSON would pass `SEND_LIMIT` are the largest
re-encoded, so that all together fit: the gateway's log keeps no larger entry, and without it a
lost picture could not be found again.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from generations import catalogue
from generations.allowances import allowances, room_for_sources
from generations.catalogue import Parameters
from generations.gateway import RunRequest, SourceBytes
from generations.models import Attempt, Generation
from generations.services.attempts import Claim, may_be_cached
from imagestudio.connections import release_connections
from imagestudio.errors import StudioError
from imagestudio.library import storage
from imagestudio.library.imaging import fit
from imagestudio.library.models import File

CHUNK = 192_000  # bytes handed over at once when a copy is in memory


class SourceUnavailable(StudioError):
    """A source's bytes cannot be read, or cannot be made small enough to send."""

    code = "source_unavailable"
    title = "A source cannot be sent"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request ready to be sent, and whether the gateway's cache may hold an answer of ours."""

    request: RunRequest
    may_be_cached: bool

    def to_begin_by(self, moment: float) -> "Outgoing":
        """Return the same call; after this moment of the gateway's clock nothing of it is sent."""
        return replace(self, request=replace(self.request, begin_by=moment))


def outgoing(*, claim: Claim) -> Outgoing:
    """Return the call of a claimed attempt. Raises SourceUnavailable."""
    attempt = Attempt.objects.select_related("generation").get(pk=claim.attempt_id)
    generation = attempt.generation
    files = files_of(generation)
    release_connections()  # making them smaller takes long
    request = RunRequest(
        model=generation.model,
        input=catalogue.wire_input(
            catalogue.find(generation.model),
            Parameters(**generation.parameters),
            generation.prompt,
        ),
        sources=fitted(files, prompt=generation.prompt),
        metadata={
            "attempt_id": str(attempt.pk),
            "generation_id": str(generation.pk),
            "account_id": str(generation.account_id),
        },
        cache_key=str(generation.pk),
        skip_cache=generation.skips_cache,
    )
    return Outgoing(request, may_be_cached=may_be_cached(attempt))


def files_of(generation: Generation) -> list[File]:
    """Return the files of a generation's sources in their order. Raises SourceUnavailable."""
    files = [source.file for source in generation.sources.select_related("file")]
    found = [file for file in files if file is not None]
    if len(found) < len(files):
        raise SourceUnavailable("A source was removed from the library for good.")
    return found


def fitted(files: Sequence[File], *, prompt: str) -> list[SourceBytes]:
    """Return the sources in their order, so that all of the JSON stays within `SEND_LIMIT`."""
    allowance = allowances([file.bytes for file in files], total=room_for_sources(prompt))
    return [
        as_stored(file) if file.bytes <= most else re_encoded(file, most=most)
        for file, most in zip(files, allowance, strict=True)
    ]


def as_stored(file: File) -> SourceBytes:
    """Return a source that is read from storage while it is sent, however large it is."""
    return SourceBytes(file.bytes, file.mime, partial(from_storage, file.key))


def re_encoded(file: File, *, most: int) -> SourceBytes:
    """Return a smaller copy of a source, of at most so many bytes. Raises SourceUnavailable."""
    try:
        copy = fit(storage.read(file.key), max_bytes=most)
    except StudioError as error:
        raise SourceUnavailable(f"A source cannot be sent: {error}") from error
    return SourceBytes(len(copy.data), copy.mime, partial(from_memory, copy.data))


async def from_storage(key: str) -> AsyncIterator[bytes]:
    """Yield stored bytes as they are read."""
    chunks = await asyncio.to_thread(storage.open_chunks, key)
    async for chunk in chunks:
        yield chunk


async def from_memory(data: bytes) -> AsyncIterator[bytes]:
    """Yield bytes in pieces that the loop can bear."""
    for start in range(0, len(data), CHUNK):
        yield data[start : start + CHUNK]
