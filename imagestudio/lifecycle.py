"""The end of an account or a user, across all apps: what becomes of what, and doing it.

Closing is one transaction, after which the account does not exist for anybody. The rest is done by
jobs, app by app from the top down; each part can be done again, so that a job that dies changes
nothing. After 30 days, in which operators can open the account again, what it held is removed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from generations.services import closing as generations
from imagestudio.accounts.exceptions import CannotClose
from imagestudio.accounts.models import Account, User
from imagestudio.accounts.services import closing as accounts
from imagestudio.accounts.services.closing import Fate
from imagestudio.events import services as events
from imagestudio.jobs import enqueue
from imagestudio.library.services import closing as library
from imagestudio.moderation.services import closing as moderation
from imagestudio.money.services import closing as money

CLOSE = "lifecycle.close"


def nothing(*, account: Account) -> None:
    """Do nothing: what the app has is kept, or forgotten by its own rules."""
    _ = account


@dataclass(frozen=True, slots=True)
class Part:
    """What one app says and does when an account is closed, and when its grace has passed."""

    fates: Callable[[Account], Iterable[Fate]]
    close: Callable[..., None] = nothing
    purge: Callable[..., None] = nothing


# From the top app down.
PARTS = (
    Part(generations.fates, generations.close, generations.purge),
    Part(moderation.fates, moderation.close),
    Part(library.fates, library.close, library.purge),
    Part(money.fates, money.close, money.purge),
    Part(events.fates),
    Part(accounts.fates, purge=accounts.purge),
)


def fates_of_account(account: Account) -> Iterator[Fate]:
    """Yield what becomes of everything in an account that is closed."""
    for part in PARTS:
        yield from part.fates(account)


def fates_of_user(user: User) -> Iterator[Fate]:
    """Yield what becomes of a user who is closed, and of everything in their own account."""
    yield from accounts.fates_of_user(user)
    yield from fates_of_account(Account.objects.get(person=user))


@transaction.atomic
def close_account(*, account: Account) -> Account:
    """Return a team account that is closed from now on; what hangs on it is seen to by a job.

    Raises CannotClose for a personal account, which closes with its person, and the second time.
    """
    if account.kind == Account.Kind.PERSONAL:
        raise CannotClose("A personal account is closed with its user.")
    closed = accounts.shut(account=account)
    enqueue(CLOSE, account_id=str(closed.pk))
    return closed


@transaction.atomic
def close_user(*, user: User) -> User:
    """Return a user who is closed for good, and their own account with them.

    Raises CannotClose while a team has no other owner, and the second time.
    """
    closed = accounts.close_user(user=user)
    enqueue(CLOSE, account_id=str(closed.personal_account.pk))
    return closed


def finish_closing(*, account_id: UUID) -> None:
    """Do what closing an account asks of each app, unless it was opened again meanwhile."""
    account = Account.objects.select_related("person").filter(pk=account_id).first()
    if account is None or account.closed_at is None:
        return
    for part in PARTS:
        part.close(account=account)


def purge_closed() -> int:
    """Remove what accounts held whose days of grace have passed; return how many accounts.

    What was still open then and has been settled since is removed too, its picture included.
    """
    purged = 0
    for account in (*accounts.due(), *generations.settled_late()):
        for part in PARTS:
            part.purge(account=account)
        purged += 1
    return purged
