"""From an HTTP status and an error body to one typed error: what was billed, what may be done."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from generations.gateway.errors import (
    Credentials,
    GatewayError,
    InvalidRequest,
    ModelNotFound,
    ProviderBudget,
    RateLimited,
    Refused,
    SpendLimit,
    TooLarge,
    UnknownOutcome,
)
from generations.gateway.reading import Unreadable, parse_json

LONGEST_WAIT = 60.0  # seconds; what a server asks beyond is not believed

_SAFETY = re.compile(
    r"safety[ _]system|safety_violation|moderation_blocked|moderation_details"
    r"|content[ _-]policy|content_filter|guardrail",
    re.IGNORECASE,
)
_REFUSAL_CODES = frozenset({"2016", "2017"})
_SPEND_CODES = frozenset({"2041", "2045"})
_BUDGET_CODES = frozenset({"2021", "insufficient_quota", "billing_hard_limit_reached"})
# No such gateway, invalid provider, unauthorised, no stored key, a key is required, bad token.
_SETUP_CODES = frozenset({"2001", "2008", "2009", "2040", "2049", "10000"})


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error body as it was understood: a code, a message, and all words for closer looks."""

    code: str | None
    message: str | None
    words: str
    complete: bool  # the whole body was read

    def says(self, phrase: str) -> bool:
        """Tell whether the body contains a phrase, in any case of letters."""
        return phrase in self.words.lower()

    @property
    def about_safety(self) -> bool:
        """Tell whether a safety system speaks."""
        return self.code in _REFUSAL_CODES or bool(_SAFETY.search(self.words))


def read_complaint(content: bytes, *, complete: bool = True) -> Complaint:
    """Understand an error body of any known shape, or keep it as text."""
    words = content.decode("utf-8", "replace")
    try:
        document = parse_json(content)
    except Unreadable:
        message = None if words.lstrip().startswith("<") else words.strip() or None
        return Complaint(None, message, words, complete)
    if not isinstance(document, dict):
        return Complaint(None, None, words, complete)
    detail = _detail(document)
    code = detail.get("code") or detail.get("type") or document.get("internalCode")
    message = detail.get("message") or document.get("message") or document.get("description")
    return Complaint(_word(code), message if isinstance(message, str) else None, words, complete)


def _detail(document: Mapping[str, Any]) -> Mapping[str, Any]:
    for key in ("errors", "error"):
        found = document.get(key)
        if isinstance(found, list) and found:
            found = found[0]
        if isinstance(found, dict):
            return found
        if isinstance(found, str) and found:
            return {"message": found}
    return {}


def _word(code: Any) -> str | None:
    if isinstance(code, bool) or not isinstance(code, int | str):
        return None
    return str(code)[:64]


def kind_of(status: int, complaint: Complaint) -> type[GatewayError]:
    """Return the class of error for an answer that brought no picture.

    The status decides first, then the words. What is not known to be free is taken to be
    billed.
    """
    if status in _PLAIN:
        return _PLAIN[status]
    if status in _WORDED:
        return _WORDED[status](complaint)
    return UnknownOutcome


def _of_400(complaint: Complaint) -> type[GatewayError]:
    if complaint.about_safety:
        return Refused
    if not complaint.complete:
        return UnknownOutcome  # the missing rest might have named the safety system
    if complaint.code in _SETUP_CODES or complaint.says("could not route"):
        return Credentials
    if complaint.code in _BUDGET_CODES:
        return ProviderBudget
    return ModelNotFound if complaint.says("model not found") else InvalidRequest


def _of_403(complaint: Complaint) -> type[GatewayError]:
    return Refused if complaint.about_safety else Credentials


def _of_404(complaint: Complaint) -> type[GatewayError]:
    # The same code stands for an unknown model and for an unknown account.
    return Credentials if complaint.says("could not route") else ModelNotFound


def _of_422(complaint: Complaint) -> type[GatewayError]:
    return Refused if complaint.about_safety else UnknownOutcome


def _of_429(complaint: Complaint) -> type[GatewayError]:
    if complaint.code in _SPEND_CODES or complaint.says("spend limit exceeded"):
        return SpendLimit
    return ProviderBudget if complaint.code in _BUDGET_CODES else RateLimited


_PLAIN = {401: Credentials, 402: ProviderBudget, 413: TooLarge, 424: Refused}
_WORDED = {400: _of_400, 403: _of_403, 404: _of_404, 422: _of_422, 429: _of_429}


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Return the seconds (0 to 60) that the headers ask to wait, or nothing if they do not."""
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        return _bounded(milliseconds / 1000)
    value = headers.get("retry-after")
    if (seconds := _number(value)) is not None:
        return _bounded(seconds)
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _bounded((aware - (now or datetime.now(UTC))).total_seconds())


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_WAIT)
