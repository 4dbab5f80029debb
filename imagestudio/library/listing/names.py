"""Members and albums as people name them in the search field."""

from dataclasses import replace
from uuid import UUID

from django.db.models import Q

from imagestudio.accounts.models import Account, User
from imagestudio.library.filters import Filters
from imagestudio.library.models import Album, Shelf, ShelfChange, Tag

NOBODY = UUID(int=0)  # matches nothing: a name that nobody has is not the same as no name


def resolved(filters: Filters, *, account: Account, user: User) -> Filters:
    """Return filters with ids in place of the names of members and albums. `by:me` is `user`."""
    if not (filters.by or filters.within):
        return filters
    members, albums = filters.members, filters.albums
    if filters.by:
        members = (*members, *(members_named(filters.by, account, user) or [NOBODY]))
    if filters.within:
        albums = (*albums, *(albums_named(filters.within, account) or [NOBODY]))
    return replace(filters, members=members, albums=albums, by=(), within=())


def members_named(names: tuple[str, ...], account: Account, user: User) -> list[UUID]:
    """Return who has made pictures of an account and is called so, in full or to begin with."""
    wanted = Q()
    for name in names:
        wanted |= Q(pk=user.pk) if name == "me" else named(name)
    return list(User.objects.filter(makers(account), wanted).values_list("pk", flat=True))


def makers(account: Account) -> Q:
    """Return the condition that a user has made pictures of an account."""
    return Q(pk__in=Shelf.objects.filter(account=account).values("created_by")) | Q(
        pk__in=ShelfChange.objects.filter(account=account).values("created_by")
    )


def named(name: str) -> Q:
    """Return the condition that a user is called so."""
    return Q(name__istartswith=name) | Q(email__istartswith=name)


def albums_named(names: tuple[str, ...], account: Account) -> list[UUID]:
    """Return the albums of an account with one of these names."""
    wanted = Q()
    for name in names:
        wanted |= Q(name__iexact=name)
    return list(Album.objects.owned_by(account).filter(wanted).values_list("pk", flat=True))


def called(filters: Filters, *, account: Account) -> dict[str, str]:
    """Return how the members, albums and tags of filters are called, by value of the address.

    Of this account only: others are "unknown", like those that there are not.
    """
    names = {str(one): "unknown" for one in (*filters.members, *filters.albums)}
    if filters.members:
        people = User.objects.filter(makers(account), pk__in=filters.members)
        names |= {str(one.pk): one.name or one.email for one in people}
    if filters.albums:
        albums = Album.objects.owned_by(account).filter(pk__in=filters.albums)
        names |= {str(one.pk): one.name for one in albums}
    if filters.tags:
        tags = Tag.objects.owned_by(account).filter(folded__in=filters.tags)
        names |= {one.folded: one.name for one in tags}
    return names
