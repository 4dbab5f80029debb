import math
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"
Scalar: TypeAlias = str | int | float | bool

MAX_METADATA = 5  # entries; the gateway drops what goes beyond
CACHE_TTL = range(60, 30 * 86_400 + 1)  # seconds the gateway accepts
_MIME = re.compile(r"image/(png|jpeg|webp)")
_HEADER = re.compile(r"[!-~]{1,128}")


@dataclass(frozen=True, slots=True)
class SourceBytes:
    """A source picture on its way out: `size` bytes of `mime`, read anew by each `chunks()`."""

    size: int
    mime: str
    chunks: Callable[[], AsyncIterator[bytes]]

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError("A source needs at least one byte.")
        if not _MIME.fullmatch(self.mime):
            raise ValueError("A source is PNG, JPEG or WebP.")


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One paid call: a model, its input without pictures, the sources in their order.

    `metadata` goes to the gateway's log, `cache_key` names the answer in the gateway's cache
    for `cache_ttl` seconds. After `begin_by` (seconds of `clock`) nothing is sent any more, because
    whoever waits may have taken the call for lost by then. Raises `ValueError` for what the
    gateway would silently drop.
    """

    model: str
    input: Mapping[str, JSON]
    sources: Sequence[SourceBytes]
    metadata: Mapping[str, Scalar]
    cache_key: str
    cache_ttl: int = 3600
    skip_cache: bool = False
    begin_by: float | None = None

    def __post_init__(self) -> None:
        if "images" in self.input:
            raise ValueError("Pictures travel as sources, not in the input.")
        if not _HEADER.fullmatch(self.cache_key):
            raise ValueError("A cache key is 1 to 128 printable ASCII characters.")
        if self.cache_ttl not in CACHE_TTL:
            raise ValueError("The gateway caches for 60 seconds to 30 days.")
        _check_metadata(self.metadata)


def _check_metadata(metadata: Mapping[str, Scalar]) -> None:
    if len(metadata) > MAX_METADATA:
        raise ValueError("The gateway keeps five entries of metadata.")
    for key, value in metadata.items():
        if not key or key.startswith("cf."):
            raise ValueError("Names of metadata are not empty and do not begin with 'cf.'.")
        # One null or nested value makes the gateway drop the metadata of the whole call.
        if not isinstance(value, str | int | float):
            raise TypeError("Values of metadata are text, numbers or booleans.")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError("Numbers in metadata are finite.")
