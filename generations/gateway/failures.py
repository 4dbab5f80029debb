"""Building the typed errors of `errors.py` from what happened, with every text made safe."""

from typing import TypedDict

import httpx

from generations.gateway.body import SourceUnreadable
from generations.gateway.classify import Complaint, kind_of, read_complaint, retry_after
from generations.gateway.errors import (
    BadAnswer,
    GatewayError,
    NotSent,
    SourceLost,
    UnknownOutcome,
)
from generations.gateway.reading import Content
from generations.gateway.redaction import Redactor

HEADER_LIMIT = 128  # characters of an id taken from a header


class _Circumstances(TypedDict):
    http_status: int
    gateway_code: str | None
    log_id: str | None
    raw: str


class Failures:
    """Says what a failed call means; knows the secrets that must not be repeated."""

    def __init__(self, redactor: Redactor) -> None:
        """Use `redactor` for every text that comes from outside."""
        self.redactor = redactor

    def header(self, response: httpx.Response, name: str) -> str | None:
        """Return a header's value as safe text, or nothing if it is absent or empty."""
        return self.redactor.clean(response.headers.get(name, ""), limit=HEADER_LIMIT) or None

    def broken_off(self, cause: Exception, *, begun: bool) -> GatewayError:
        """Return the error for a call that broke off; `begun`: a first byte of the body left."""
        reason = self.redactor.clean(str(cause), limit=300) or "no reason given"
        what = f"{type(cause).__name__}: {reason}"
        if begun:
            return UnknownOutcome(f"The call broke off after it was sent ({what}).")
        kind = SourceLost if isinstance(cause, SourceUnreadable) else NotSent
        return kind(f"The call could not be sent ({what}).")

    def complaint(self, response: httpx.Response, content: Content) -> GatewayError:
        """Return the error for an answer whose status is not a success."""
        status = response.status_code
        complaint = read_complaint(content.data, complete=content.complete)
        said = complaint.message or f"The gateway answered with HTTP {status}."
        return kind_of(status, complaint)(
            self.redactor.clean(said),
            retry_after=retry_after(response.headers),
            **self._circumstances(response, complaint, content),
        )

    def not_completed(
        self, reason: str, response: httpx.Response, content: Content
    ) -> UnknownOutcome:
        """Return the error for a 200 that itself says that the call did not succeed."""
        complaint = read_complaint(content.data)
        said = f"{reason} {complaint.message}" if complaint.message else reason
        return UnknownOutcome(
            self.redactor.clean(said), **self._circumstances(response, complaint, content)
        )

    def bad_answer(self, reason: str, response: httpx.Response, content: Content) -> BadAnswer:
        """Return the error for a 200 in which no picture can be found, with the answer itself."""
        return BadAnswer(
            self.redactor.clean(reason),
            content=self.redactor.scrub_bytes(content.data) if content.complete else b"",
            **self._circumstances(response, None, content),
        )

    def _circumstances(
        self, response: httpx.Response, complaint: Complaint | None, content: Content
    ) -> _Circumstances:
        code = complaint.code if complaint else None
        return {
            "http_status": response.status_code,
            "gateway_code": self.redactor.clean(code) if code else None,
            "log_id": self.header(response, "cf-aig-log-id"),
            "raw": self.redactor.excerpt(content.data),
        }
