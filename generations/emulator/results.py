"""Finished pictures, each at an address that cannot be guessed and that expires."""

import math
import secrets
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TYPES = {"png": "image/png", "webp": "image/webp", "jpeg": "image/jpeg"}
FOLDER = "results"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One picture on disk; `fault` says how its address misbehaves, if it does."""

    path: Path
    content_type: str
    expires: float
    fault: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    fetched: list[float] = field(default_factory=list)  # when

    def expired(self) -> bool:
        """Tell whether its time is over."""
        return time.monotonic() >= self.expires

    def misbehaves(self) -> bool:
        """Count one fetch and tell whether the fault still acts: option `fetches`, or always."""
        self.fetched.append(time.monotonic())
        return len(self.fetched) <= float(self.options.get("fetches", math.inf))


@dataclass(frozen=True, kw_only=True)
class Results:
    """The results of one emulator; times in seconds."""

    folder: Path
    lifetime: float
    _kept: dict[str, Result] = field(default_factory=dict)
    _waiting: deque[Result] = field(default_factory=deque)  # for their time to be over

    def keep(
        self,
        data: bytes,
        *,
        extension: str,
        fault: str | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> str:
        """Keep a picture's bytes and give the name under which it can be fetched."""
        self._sweep()
        name = f"{secrets.token_urlsafe(24)}.{extension}"
        path = self.folder / name
        path.write_bytes(data)
        result = Result(
            path=path,
            content_type=TYPES.get(extension, "application/octet-stream"),
            expires=time.monotonic() + self.lifetime,
            fault=fault,
            options=options or {},
        )
        self._kept[name] = result
        self._waiting.append(result)
        return name

    def find(self, name: str) -> Result | None:
        """Give the result of a name, None when there never was one."""
        return self._kept.get(name)

    def _sweep(self) -> None:
        """Delete the files of results whose time is over; their names stay known as expired."""
        while self._waiting and self._waiting[0].expired():
            self._waiting.popleft().path.unlink(missing_ok=True)
