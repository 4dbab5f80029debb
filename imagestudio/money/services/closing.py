"""What becomes of an account's money when it is closed: the books stay whole."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models.functions import Now

from imagestudio.accounts.models import Account
from imagestudio.accounts.services.closing import Fate
from imagestudio.money.models import BudgetRequest, LedgerEntry


def fates(account: Account) -> Iterator[Fate]:
    """Yield what becomes of the money's rows of an account."""
    yield Fate(
        "Entries of the ledger",
        LedgerEntry.objects.filter(account=account).count(),
        "kept for ever: the books stay whole",
    )
    yield Fate(
        "Open requests for a higher limit",
        BudgetRequest.objects.owned_by(account).open().count(),
        "declined, without a letter",
    )


def close(*, account: Account) -> None:
    """Decline what is still asked for, so that nobody raises the limit of a closed account."""
    waiting = BudgetRequest.objects.owned_by(account).open()
    waiting.update(answered_at=Now(), granted=False)


@transaction.atomic
def purge(*, account: Account) -> None:
    """Remove what people wrote when they asked for money."""
    BudgetRequest.objects.owned_by(account).exclude(note="").update(note="")
