"""The guarded way out to addresses that come from elsewhere: results now, webhooks later.

A plain library: it knows no rows and nothing of the rest of the studio.
"""

from imagestudio.egress.client import Download, Egress, Resolver
from imagestudio.egress.errors import EgressError, FetchFailed, ForbiddenAddress, TooLarge

__all__ = [
    "Download",
    "Egress",
    "EgressError",
    "FetchFailed",
    "ForbiddenAddress",
    "Resolver",
    "TooLarge",
]
