"""Screening: what is thought of a request's words before anything is made of them."""

from collections.abc import Iterator

from imagestudio.accounts.models import Account, User
from imagestudio.accounts.services.closing import Fate
from imagestudio.moderation.models import Screening


def screen(*, account: Account, user: User, text: str) -> Screening:
    """Return the screening of a prompt. With no rules in force, every verdict is `allow`."""
    return Screening.objects.create(
        account=account, user=user, text=text, verdict=Screening.Verdict.ALLOW
    )


def fates(account: Account) -> Iterator[Fate]:
    """Yield what becomes of moderation's rows of an account that is closed."""
    count = Screening.objects.filter(account=account).count()
    yield Fate("Screenings of prompts", count, "kept as their own rules say, whoever closes")
