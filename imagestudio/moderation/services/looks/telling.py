"""What is told of a look: to the owners of its account, and in the list of all looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Now

from imagestudio.accounts.models import Membership, User
from imagestudio.accounts.permissions import Deed, require
from imagestudio.http.cursor import Page
from imagestudio.http.cursor import page as page_of
from imagestudio.jobs import enqueue
from imagestudio.moderation.models import AuditEntry, Look, LookNotice
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.looks.beginning import require_looker

TRIED = timedelta(minutes=50)  # in which a job tries by itself to send a letter
GIVEN_UP = timedelta(days=3)
MOST = 100  # looks of one turn


@dataclass(frozen=True, slots=True)
class Row:
    """A look, and how much was seen in it."""

    look: Look
    leaves: int  # pages, with the words of their pictures
    uncovered: int  # pictures, each counted once


@dataclass(frozen=True, slots=True)
class LookPage:
    """Some looks, newest first, and the cursor of those behind them (None: those were all)."""

    rows: Sequence[Row]
    next_cursor: str | None


def tell_looks() -> int:
    """Let owners know of the looks that they are to be told of by now; return how many."""
    keys = list(Look.objects.untold().values_list("pk", flat=True)[:MOST])
    return sum(tell(key) for key in keys)


@transaction.atomic
def tell(look_id: UUID) -> bool:
    """Let the owners of an account know of a look; say whether they did not know yet."""
    look = Look.objects.untold().select_for_update(no_key=True).filter(pk=look_id).first()
    if look is None:
        return False
    Look.objects.filter(pk=look.pk).update(told_at=Now())
    owners = Membership.objects.filter(account=look.account_id, role="owner", user__closed_at=None)
    notices = [LookNotice(look=look, user_id=key) for key in owners.values_list("user", flat=True)]
    LookNotice.objects.bulk_create(notices)
    note(Verb.LOOK_TOLD, actor=None, look=look, user=look.person, owners=len(notices))
    for one in notices:
        enqueue("moderation.mail_look", notice_id=str(one.pk))
    return True


def mail_looks_again(*, most: int = 1000) -> int:
    """Try letters once more that no job tries any more, for three days; return how many."""
    since, until = Now() - GIVEN_UP, Now() - TRIED
    lost = LookNotice.objects.filter(mailed_at=None, made_at__gt=since, made_at__lt=until)
    keys = list(lost.filter(user__closed_at=None).values_list("pk", flat=True)[:most])
    for key in keys:
        enqueue("moderation.mail_look", notice_id=str(key))
    return len(keys)


def unmailed(notice_id: UUID) -> LookNotice | None:
    """Return a notice whose letter has not left, and whose owner can still be written to."""
    notices = LookNotice.objects.select_related("look__account", "user")
    return notices.filter(pk=notice_id, mailed_at=None, user__closed_at=None).first()


def note_mailed(*, notice: LookNotice) -> None:
    """Note that the letter of a notice has left."""
    LookNotice.objects.filter(pk=notice.pk, mailed_at=None).update(mailed_at=Now())


def looks_into(membership: Membership, *, cursor: str | None, limit: int = 50) -> LookPage:
    """Return the looks into a member's account of which its owners were told.

    Raises RoleTooLow for whoever does not manage the account, BadCursor.
    """
    require(Deed.MANAGE_ACCOUNT, membership)
    account = membership.account
    looks = Look.objects.owned_by(account)
    found = page_of(looks, by="began_at", cursor=cursor, limit=limit, of=f"looks into {account.pk}")
    return counted(found)


def looks_page(moderator: User, *, cursor: str | None, limit: int = 50) -> LookPage:
    """Return a page of all looks but those into accounts of this moderator's own.

    Raises NoSuchLook for whom there are none, BadCursor.
    """
    require_looker(moderator)
    looks = Look.objects.seen_by(moderator).select_related("account", "person", "by", "case")
    ordered = looks.order_by("-began_at", "-id")
    return counted(page_of(ordered, by="began_at", cursor=cursor, limit=limit, of="looks"))


def counted(found: Page[Look]) -> LookPage:
    """Return looks with how much was seen in each."""
    counts = counts_of(found.rows)
    rows = [Row(one, *counts.get(one.pk, (0, 0))) for one in found.rows]
    return LookPage(rows, found.next_cursor)


def row_of(look: Look) -> Row:
    """Return a look with how much was seen in it."""
    return Row(look, *counts_of([look]).get(look.pk, (0, 0)))


def counts_of(looks: Sequence[Look]) -> dict[UUID, tuple[int, int]]:
    """Return how many pages were read, and pictures uncovered, in each of some looks."""
    entries = AuditEntry.objects.filter(look__in=looks).values_list("look")
    found = entries.annotate(
        leaves=Count("pk", filter=Q(verb=Verb.LEAFED)),
        uncovered=Count("image", filter=Q(verb=Verb.VIEWED), distinct=True),
    )
    return {key: (leaves, uncovered) for key, leaves, uncovered in found}
