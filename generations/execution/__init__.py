"""The only place where gateway, bytes and rows meet: one call, from claim to its end.

No transaction spans an `await`: rows are read and moved by synchronous services that run in
threads, each with a database connection of its own for as long as it needs it.

    upstream        what a worker keeps for its whole life: gateway, log, way to results, threads
    calls           one call: claim, build, `sent`, the answer or its absence
    delivery        pictures from an answer into the library
    recovery        what was answered and lost, brought home without another call
    inspection      what the gateway is set to
    reconciliation  what the gateway's log says of a call: cost, picture, or that nothing was billed
"""

from generations.execution.calls import execute
from generations.execution.inspection import inspect
from generations.execution.reconciliation import reconcile, reconcile_all
from generations.execution.recovery import recover
from generations.execution.upstream import Upstream, configured_upstream

__all__ = [
    "Upstream",
    "configured_upstream",
    "execute",
    "inspect",
    "reconcile",
    "reconcile_all",
    "recover",
]
