"""Storage against rows, both ways. Nothing here ever deletes bytes."""

from .comparing import AttemptsOf, compare, no_attempts
from .quarantine import bring_back, put_aside
from .remaking import remake
from .report import Report, end, named, report_of
from .verifying import verify

__all__ = [
    "AttemptsOf",
    "Report",
    "bring_back",
    "compare",
    "end",
    "named",
    "no_attempts",
    "put_aside",
    "remake",
    "report_of",
    "verify",
]
