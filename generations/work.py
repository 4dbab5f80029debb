"""How much of an account's work is under way."""

from typing import Any

from django.db.models import Count, Q, Sum

from generations.models import OPEN_STATES, Attempt, Generation, State
from imagestudio.accounts.models import Account


def counted(account: Account) -> dict[str, Any]:
    """Return an account with the numbers of its generations that run and that wait."""
    mine = Generation.objects.owned_by(account).filter(state__in=OPEN_STATES)
    counts = mine.aggregate(
        running=Count("id", filter=Q(state=State.RUNNING)),
        waiting=Count("id", filter=Q(state=State.QUEUED)),
    )
    return {"account": account, **counts}


def in_doubt(account: Account) -> dict[str, Any]:
    """Return an account with how many of its calls may have been billed, and what they hold."""
    doubts = Attempt.objects.owned_by(account).in_doubt()
    return {"account": account, **doubts.aggregate(count=Count("id"), held=Sum("hold__amount"))}
