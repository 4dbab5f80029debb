"""Undoing a content coding that was not asked for: what it wraps may have been paid for."""

import zlib

_GZIP_OR_ZLIB = 47  # zlib's word for "find out which of the two it is"


class BadCoding(Exception):
    """The coding is unknown, or the bytes are not in it; the message says which."""


class Coding:
    """Decodes the body of one response piece by piece, never more at once than it is told."""

    def __init__(self, name: str) -> None:
        """Take the header `Content-Encoding`. Raises `BadCoding` for one that is not known."""
        self._inflate = None
        if name.strip().lower() in {"gzip", "x-gzip", "deflate"}:
            self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)
        elif name.strip().lower() not in {"", "identity"}:
            raise BadCoding("an unknown content coding")

    @property
    def finished(self) -> bool:
        """Say whether what was decoded so far can be all of it."""
        return self._inflate is None or self._inflate.eof

    def decode(self, chunk: bytes, most: int) -> bytes:
        """Return at most `most` decoded bytes of a piece. Raises `BadCoding`."""
        if self._inflate is None:
            return chunk
        try:
            return self._inflate.decompress(chunk, most)
        except zlib.error as exc:
            raise BadCoding("a broken content coding") from exc
