"""A client for Cloudflare's AI Gateway: one paid call at a time, and its log.

A plain library: it knows no rows and nothing of the rest of the studio. `Gateway.run` sends one
call exactly once and either returns an `Answer` or raises a `GatewayError` that says whether it
was billed and whether the machine may send again.
"""

from generations.gateway.access import DEFAULT_API_BASE, Timeouts
from generations.gateway.answer import (
    Completed,
    Result,
    ResultBytes,
    ResultUrl,
    kept_pictures,
)
from generations.gateway.client import DEFAULT_GATEWAY, Answer, Gateway
from generations.gateway.connection import clock
from generations.gateway.errors import (
    BadAnswer,
    Billed,
    Credentials,
    GatewayError,
    InvalidRequest,
    LogUnavailable,
    LogUnsearchable,
    MaybeBilled,
    ModelNotFound,
    NotBilled,
    NotSent,
    ProviderBudget,
    RateLimited,
    Refused,
    SourceLost,
    SpendLimit,
    TooLarge,
    UnknownOutcome,
)
from generations.gateway.logs import (
    ATTEMPT_KEY,
    CloudflareLogs,
    GatewaySettings,
    LogEntry,
    LogReader,
    UnavailableLogs,
)
from generations.gateway.request import RunRequest, SourceBytes
from generations.gateway.resting import RestingLogs

__all__ = [
    "ATTEMPT_KEY",
    "DEFAULT_API_BASE",
    "DEFAULT_GATEWAY",
    "Answer",
    "BadAnswer",
    "Billed",
    "CloudflareLogs",
    "Completed",
    "Credentials",
    "Gateway",
    "GatewayError",
    "GatewaySettings",
    "InvalidRequest",
    "LogEntry",
    "LogReader",
    "LogUnavailable",
    "LogUnsearchable",
    "MaybeBilled",
    "ModelNotFound",
    "NotBilled",
    "NotSent",
    "ProviderBudget",
    "RateLimited",
    "Refused",
    "RestingLogs",
    "Result",
    "ResultBytes",
    "ResultUrl",
    "RunRequest",
    "SourceBytes",
    "SourceLost",
    "SpendLimit",
    "Timeouts",
    "TooLarge",
    "UnavailableLogs",
    "UnknownOutcome",
    "clock",
    "kept_pictures",
]
