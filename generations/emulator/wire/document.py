"""JSON with very long strings in it, read without holding those strings in memory.

A body is a few hundred bytes of JSON around megabytes of base64. Each long string is replaced by a
short marker before the JSON is parsed, and comes out as a `Span`: where it stands in the file.
"""

import json
import re
import secrets
from dataclasses import dataclass
from mmap import mmap
from typing import Any

LONG = 64 * 1024  # bytes; longer strings without escapes become spans
STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


class MalformedError(ValueError):
    """The body is not a JSON document."""


@dataclass(frozen=True)
class Span:
    """A string that stayed in the file: from `start` up to `end`, in bytes."""

    start: int
    end: int

    def read(self, view: mmap) -> str:
        """Give the string; base64 and text without escapes are the same in JSON and outside."""
        return view[self.start : self.end].decode("utf-8", errors="replace")


def parse(view: mmap) -> Any:
    """Give the JSON value of a file, long strings as spans. Raises MalformedError."""
    nonce = secrets.token_hex(8)
    outline, spans = _outline(view, nonce=nonce)
    try:
        value = json.loads(outline)
    except (ValueError, RecursionError) as error:
        raise MalformedError(str(error)) from error
    return _with_spans(value, spans, nonce=nonce)


def text(value: Any, view: mmap) -> Any:
    """Give a value as it was sent, where it may have been kept as a span."""
    return value.read(view) if isinstance(value, Span) else value


def _outline(view: mmap, *, nonce: str) -> tuple[bytes, list[Span]]:
    pieces: list[bytes] = []
    spans: list[Span] = []
    copied = position = 0
    while (opening := view.find(b'"', position)) >= 0:
        closing = _closing_quote(view, opening)
        if closing < 0:
            break
        if closing - opening > LONG and view.find(b"\\", opening, closing) < 0:
            pieces += [view[copied : opening + 1], f"{nonce}:{len(spans)}".encode()]
            spans.append(Span(opening + 1, closing))
            copied = closing
        position = closing + 1
    pieces.append(view[copied:])
    return b"".join(pieces), spans


def _closing_quote(view: mmap, opening: int) -> int:
    closing = view.find(b'"', opening + 1)
    if closing < 0 or view.find(b"\\", opening, closing) < 0:
        return closing
    match = STRING.match(view, opening)
    return match.end() - 1 if match else -1


def _with_spans(value: Any, spans: list[Span], *, nonce: str) -> Any:
    match value:
        case str() if value.startswith(f"{nonce}:"):
            return spans[int(value.removeprefix(f"{nonce}:"))]
        case list():
            return [_with_spans(item, spans, nonce=nonce) for item in value]
        case dict():
            return {key: _with_spans(item, spans, nonce=nonce) for key, item in value.items()}
    return value
