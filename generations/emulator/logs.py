"""The gateway's log: rows of the charge book, read as Cloudflare's log entries."""

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from generations.emulator.book import ChargeBook, Row

ENTRY_LIMIT = 10_000_000  # bytes of request and answer; a larger call leaves no entry
COLUMNS = ("id", "created_at", "provider", "model", "success", "cached", "cost", "duration")
TOKENS = ("tokens", "tokens_in", "tokens_out")
OTHERS = ("feedback", "event_id", "request_type", "user_agent", "wholesale")
METADATA = ("metadata.key", "metadata.value")
FILTER_KEYS = frozenset((*COLUMNS, *TOKENS, *OTHERS, *METADATA))


class BadFilterError(ValueError):
    """A filter that the logs API does not know."""


@dataclass(frozen=True)
class Logs:
    """The log entries of one emulator: the rows of its charge book that were logged."""

    book: ChargeBook

    def find(self, gateway_id: str, log_id: str, *, delay: float) -> Row | None:
        """Give the row of a log entry, None while it cannot be read yet (delay in seconds)."""
        return next(
            (row for row in self.all(gateway_id, delay=delay) if row["log_id"] == log_id), None
        )

    def all(self, gateway_id: str, *, delay: float) -> list[Row]:
        """Give the rows of every entry of a gateway that can be read, oldest first."""
        before = time.time() - delay
        return [
            row
            for row in self.book.rows()
            if row["gateway_id"] == gateway_id and (row.get("logged_at") or math.inf) <= before
        ]


def entry(row: Row) -> dict[str, Any]:
    """Give a row as the logs API shows it; cost in dollars, duration in milliseconds."""
    return {
        "id": row["log_id"],
        "created_at": row["received_at"],
        "provider": "openai",
        "model": row["model"],
        "model_type": "Text-to-Image",
        "path": "ai/run",
        "duration": row["duration"],
        "success": row["status"] == 200,
        "cached": row["cached"],
        "status_code": row["status"],
        "step": 0,
        "tokens_in": row["tokens_in"],
        "tokens_out": row["tokens_out"],
        "cost": row["cost_microdollars"] / 1_000_000,
        "custom_cost": False,
        "metadata": row["metadata"],
        "request_type": "run",
        "request_content_type": "application/json",
        "request_size": row["request"]["body_bytes"],
        "response_content_type": "application/json",
        "response_size": row["response_bytes"],
        "event_id": row["event_id"],
        "user_agent": row["headers"].get("user-agent", ""),
        "wholesale": True,
        "byok": False,
        "authentication": True,
        "feedback": row.get("feedback"),
        "score": row.get("score"),
    }


def matching(entries: Iterable[dict[str, Any]], filters: Any) -> list[dict[str, Any]]:
    """Give the entries that meet every filter ``{key, operator, value: […]}``.

    The two metadata filters are not paired: one entry may have the key, another entry of the same
    call the value. Raises BadFilterError.
    """
    tests = [_test(one) for one in filters] if isinstance(filters, list) else None
    if tests is None:
        raise BadFilterError("filters must be an array")
    return [one for one in entries if all(test(one) for test in tests)]


def _test(sent: Any) -> Callable[[Mapping[str, Any]], bool]:
    if not isinstance(sent, dict) or sent.get("key") not in FILTER_KEYS:
        raise BadFilterError("unknown filter key")
    operator, wanted = sent.get("operator"), sent.get("value")
    if operator not in {"eq", "neq", "contains", "lt", "gt"} or not isinstance(wanted, list):
        raise BadFilterError("unknown filter operator or value")

    def test(one: Mapping[str, Any]) -> bool:
        values = _values(one, sent["key"])
        met = any(_compare(operator, value, other) for value in values for other in wanted)
        return not met if operator == "neq" else met

    return test


def _values(one: Mapping[str, Any], key: str) -> list[Any]:
    match key:
        case "metadata.key":
            return list(one["metadata"])
        case "metadata.value":
            return list(one["metadata"].values())
        case "tokens":
            return [(one["tokens_in"] or 0) + (one["tokens_out"] or 0)]
    return [one.get(key)]


def _compare(operator: str, value: Any, wanted: Any) -> bool:
    match operator:
        case "contains":
            return str(wanted) in str(value)
        case "lt" | "gt":
            pair = (value, wanted)
            if not all(isinstance(number, int | float) for number in pair):
                pair = (str(value), str(wanted))
            return bool(pair[0] < pair[1] if operator == "lt" else pair[0] > pair[1])
    return str(value) == str(wanted)
