"""Reading the gateway's answer: both envelopes, every way a picture may be written in it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote_to_bytes

import orjson
import pybase64

from generations.gateway.reading import Unreadable, parse_json
from generations.gateway.redaction import Redactor

MAX_ENVELOPES = 5  # results within results
LONGEST_TEXT = 4_096  # characters of one text that is kept beside the attempt
LARGEST_BODY = 65_536  # bytes of the kept object
MOST_ADDRESSES = 16  # that are kept of an answer too large to keep
DEEPEST = 8  # levels of the kept object

ELIDED = "… "  # how a text begins that was too long to keep
NUL = "\0"  # which no database keeps in a text
BLANKS = b" \t\r\n\f\v"

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_DATA = re.compile(r"data:[^,]{0,200},", re.IGNORECASE)

JsonObject: TypeAlias = dict[str, Any]


class NotCompleted(Exception):
    """The answer is well formed and says that the call did not succeed."""


@dataclass(frozen=True, slots=True)
class ResultUrl:
    """A picture to be fetched at once from `url`; the address is unchecked and may be anything."""

    url: str


@dataclass(frozen=True, slots=True)
class ResultBytes:
    """A picture that came inside the answer; its bytes are unchecked."""

    data: bytes


Result: TypeAlias = ResultUrl | ResultBytes


@dataclass(frozen=True, slots=True)
class Completed:
    """What a successful answer says: its pictures in order, and the object worth keeping."""

    images: tuple[Result, ...]
    state: str | None
    key_source: str | None
    body: JsonObject


def read_answer(content: bytes, redactor: Redactor) -> Completed:
    """Return what a successful answer holds; raises `Unreadable` or `NotCompleted`."""
    document = parse_json(content)
    if not isinstance(document, dict):
        raise Unreadable("The answer is not a JSON object.")
    levels = list(_levels(document))
    for level in levels:
        _require_success(level)
    state = next((level["state"] for level in levels if level.get("state")), None)
    metadata = next(
        (m for level in levels if isinstance(m := level.get("gatewayMetadata"), dict)), {}
    )
    images = tuple(_images(levels[-1]))
    if not images:
        raise Unreadable("The answer holds no picture.")
    source = metadata.get("keySource")
    return Completed(
        images=images,
        state=state,
        key_source=redactor.clean(source, limit=64) if isinstance(source, str) else None,
        body=_kept({"state": state, "result": levels[-1], "gatewayMetadata": metadata}, redactor),
    )


def kept_pictures(answer: Mapping[str, Any]) -> dict[int, Result]:
    """Return the pictures that can still be had from an answer's kept object, by their position.

    What was too long to keep leaves its position empty.
    """
    holder = answer.get("result")
    if not isinstance(holder, dict):
        return {}
    for found in _candidates(holder):
        texts = [text for text in found if _was_elided(text) or _picture(text)]
        if texts:
            named = {position: _picture(text) for position, text in enumerate(texts)}
            return {position: picture for position, picture in named.items() if picture}
    return {}


def _was_elided(text: Any) -> bool:
    return isinstance(text, str) and text.startswith(ELIDED)


def _levels(document: JsonObject) -> Iterator[JsonObject]:
    """Yield the answer's objects from the outermost envelope to the one with the picture."""
    level: Any = document
    for _ in range(MAX_ENVELOPES):
        if not isinstance(level, dict):
            return
        yield level
        if any(level.get(key) is not None for key in ("image", "images", "data")):
            return
        level = level.get("result")


def _require_success(level: Mapping[str, Any]) -> None:
    if level.get("success", True) is not True:
        raise NotCompleted("The gateway answered that the call did not succeed.")
    state = level.get("state")
    if state is not None and state != "Completed":
        word = state if isinstance(state, str) else type(state).__name__
        raise NotCompleted(f"The gateway answered with the state {word[:40]!r}.")


def _images(holder: Mapping[str, Any]) -> Iterator[Result]:
    """Yield every readable picture of the first key that holds one, in its order."""
    for found in _candidates(holder):
        pictures = [picture for text in found if (picture := _picture(text))]
        if pictures:
            yield from pictures
            return


def _candidates(holder: Mapping[str, Any]) -> tuple[list[Any], ...]:
    return _one(holder.get("image")), _many(holder.get("images")), _many(holder.get("data"))


def _one(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else []


def _many(value: Any) -> list[Any]:
    if not isinstance(value, list):
        return []
    return [_inside(entry) if isinstance(entry, dict) else entry for entry in value]


def _inside(entry: Mapping[str, Any]) -> Any:
    return next((entry[key] for key in ("b64_json", "url", "image") if entry.get(key)), None)


def _picture(text: Any) -> Result | None:
    """Return the picture that a text names or holds, or nothing if it is neither."""
    if not isinstance(text, str):
        return None
    if match := _DATA.match(text):
        data = _from_data_uri(match.group(), text[match.end() :])
        return ResultBytes(data) if data else None
    if _ADDRESS.match(text):
        return ResultUrl(text) if len(text) <= LONGEST_TEXT else None
    data = _from_base64(text)
    return ResultBytes(data) if data else None


def _from_data_uri(prefix: str, payload: str) -> bytes:
    if prefix.rstrip(", ").lower().endswith(";base64"):
        return _from_base64(payload)
    return unquote_to_bytes(payload)


def _from_base64(text: str) -> bytes:
    """Decode base64, folded or without padding too; nothing for anything else."""
    try:
        return pybase64.b64decode(text, validate=True)
    except ValueError:
        pass
    try:
        folded = text.encode("ascii").translate(None, BLANKS).rstrip(b"=")
        return pybase64.b64decode(folded + b"=" * (-len(folded) % 4), validate=True)
    except ValueError:
        return b""


def _kept(value: JsonObject, redactor: Redactor) -> JsonObject:
    """Return a small copy of an answer's object: long texts elided, absent entries left out.

    Of one that is too large in spite of that, the texts and the addresses of pictures stay.
    """
    present = {key: entry for key, entry in value.items() if entry is not None}
    small: JsonObject = _elided(present, DEEPEST, redactor)
    if len(orjson.dumps(small)) <= LARGEST_BODY:
        return small
    texts = {key: entry for key, entry in small.items() if isinstance(entry, str)}
    addresses = [one.url for one in kept_pictures(small).values() if isinstance(one, ResultUrl)]
    return texts | {"result": {"images": addresses[:MOST_ADDRESSES]}}


def _elided(value: Any, depth: int, redactor: Redactor) -> Any:
    if isinstance(value, str):
        return _storable(value, redactor)
    if not isinstance(value, dict | list):
        return value
    if not depth:
        return "…"
    if isinstance(value, dict):
        return {
            _storable(key, redactor): _elided(entry, depth - 1, redactor)
            for key, entry in value.items()
        }
    return [_elided(entry, depth - 1, redactor) for entry in value]


def _storable(text: str, redactor: Redactor) -> str:
    if len(text) > LONGEST_TEXT:
        return f"{ELIDED}{len(text)} characters"
    return redactor.scrub(text.replace(NUL, "\N{REPLACEMENT CHARACTER}"))
