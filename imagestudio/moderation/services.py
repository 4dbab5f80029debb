"""Screening: what is thought of a request's words before anything is made of them."""

from imagestudio.accounts.models import Account, User
from imagestudio.moderation.models import Screening


def screen(*, account: Account, user: User, text: str) -> Screening:
    """Return the screening of a prompt. With no rules in force, every verdict is `allow`."""
    return Screening.objects.create(
        account=account, user=user, text=text, verdict=Screening.Verdict.ALLOW
    )
