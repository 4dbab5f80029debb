"""What a history came to, for people."""

from datetime import UTC, datetime
from statistics import median
from typing import Any

from generations.models import Attempt, Generation
from imagestudio.events.models import Event
from imagestudio.money.models import BudgetPeriod
from tests.crash.history.checks import LEAVES, Evidence, limits_of, most_at_once_in_all


def figures(evidence: Evidence) -> dict[str, Any]:
    """Return the figures of a settled history by their names; money in micro-dollars."""
    counts = evidence.journal.counts()
    calls = evidence.calls
    waits = times_until_named(evidence)
    states = [str(state) for state in Generation.objects.values_list("state", flat=True)]
    held = sum(period.held for period in BudgetPeriod.objects.filter(member=None))
    charged = sum(call["cost_microdollars"] for call in calls)
    waiting = sum(
        Attempt.objects.filter(state="unknown", logged_cost__isnull=False).values_list(
            "logged_cost", flat=True
        )
    )
    return {
        "operations": sum(
            counts[one] for one in ("submit", "cancel", "retry", "dismiss", "budget")
        ),
        "faults": counts["fault"],
        "workers killed / drained / frozen": " / ".join(
            str(counts[one]) for one in ("kill", "drain", "freeze")
        ),
        "database restarts": counts["database"],
        "generations": len(states),
        "of which": ", ".join(f"{states.count(one)} {one}" for one in sorted(set(states))),
        "calls": len(calls),
        "most calls for one attempt": max(
            (len(of_one) for of_one in evidence.by_attempt().values()), default=0
        ),
        "most calls at once": f"{most_at_once_in_all()} of {evidence.slots}",
        "charged": charged,
        "booked": sum(period.settled for period in BudgetPeriod.objects.filter(member=None)),
        "charged without a picture, waiting for a person": waiting,
        "held": held,
        "spent beyond the highest limit": overspent(evidence),
        "calls whose worker died": len(waits),
        "seconds until that was known, half / longest": (
            f"{median(waits):.1f} / {max(waits):.1f}" if waits else "-"
        ),
    }


def overspent(evidence: Evidence) -> int:
    """Return what accounts have spent beyond the highest limit that they ever had."""
    limits = limits_of(evidence.journal)
    total = 0
    for period in BudgetPeriod.objects.filter(member=None):
        ever = limits.get(str(period.account_id), [None])
        if None not in ever:
            total += max(0, period.settled - max(one for one in ever if one is not None))
    return total


def times_until_named(evidence: Evidence) -> list[float]:
    """Return the seconds from each death of a worker to the next state of what it was calling."""
    deaths = {
        entry["worker"]: datetime.fromtimestamp(entry["at"], UTC)
        for entry in evidence.journal.of("kill")
        if entry["worker"] is not None
    }
    waits = []
    for attempt in Attempt.objects.filter(worker__in=deaths, sent_at__isnull=False):
        death = deaths[attempt.worker]
        events = Event.objects.filter(data__generation=str(attempt.generation_id)).order_by("seq")
        sent = events.filter(type="generation.sent", at__lte=death).last()
        left = events.filter(seq__gt=sent.seq, type__in=LEAVES).first() if sent else None
        if left is not None and left.at > death:
            waits.append((left.at - death).total_seconds())
    return waits


def table(found: dict[str, Any]) -> str:
    """Return the figures as a table."""
    width = max(map(len, found))
    return "\n".join(f"{name:{width}}  {value}" for name, value in found.items())
