"""What becomes of an account's library when it is closed."""

from collections.abc import Iterator

from django.db.models.functions import Now

from imagestudio.accounts.models import Account
from imagestudio.accounts.services.closing import Fate
from imagestudio.library.models import (
    Album,
    Favourite,
    Image,
    ImageTag,
    Love,
    Publication,
    ShareLink,
    Tag,
)
from imagestudio.library.services.publishing import take_loves
from imagestudio.library.services.shares import revoke_all
from imagestudio.library.visibility import HIDDEN_FROM_ALL

SLICE = 1000  # pictures of one statement


def fates(account: Account) -> Iterator[Fate]:
    """Yield what becomes of the library's rows of an account."""
    held = Image.objects.filter(account=account, purged_at=None, moderation__in=HIDDEN_FROM_ALL)
    yield Fate(
        "Pictures",
        Image.objects.owned_by(account).count(),
        "nobody sees them; after 30 days their texts and bytes are removed for good",
    )
    yield Fate(
        "Pictures that a decision or the law holds", held.count(), "kept as long as they are held"
    )
    yield Fate(
        "Links to pictures and albums",
        ShareLink.objects.owned_by(account).live().count(),
        "show nothing from now on",
    )
    yield Fate(
        "Pictures in the public gallery",
        Publication.objects.owned_by(account).filter(published_at__isnull=False).count(),
        "shown to nobody from now on; removed with the pictures",
    )
    if account.person is not None:
        yield Fate(
            "What you love in the public gallery",
            Love.objects.filter(user=account.person).count(),
            "taken back; nobody knows who it was",
        )
    yield Fate(
        "Albums and tags",
        Album.objects.owned_by(account).count() + Tag.objects.owned_by(account).count(),
        "removed after 30 days",
    )


def close(*, account: Account) -> None:
    """End the links of a closed account; take favourites and loves of its person, closed too."""
    revoke_all(account=account)
    if account.person is not None and account.person.closed_at is not None:
        Favourite.objects.filter(user=account.person).delete()
        take_loves(user=account.person)


def purge(*, account: Account) -> None:
    """Remove albums and tags of a closed account, and put all its pictures into the trash.

    They go there as of the day on which it closed, which is long enough ago: whatever empties the
    trash removes them for good, and leaves alone what a decision or the law holds.
    """
    ImageTag.objects.filter(tag__account=account).delete()
    Tag.objects.owned_by(account).delete()
    Album.objects.owned_by(account).update(name="", removed_at=Now())
    listed = Image.objects.owned_by(account).kept()
    while keys := list(listed.values_list("pk", flat=True)[:SLICE]):
        Image.objects.filter(pk__in=keys).update(trashed_at=account.closed_at)
