"""Members and albums as people name them in the search field."""

from dataclasses import replace
from uuid import UUID

from django.db.models import Q

from imagestudio.accounts.models import Account, User
from imagestudio.library.filters import Filters
from imagestudio.library.models import Album, Shelf, ShelfChange

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
    makers = Q(pk__in=Shelf.objects.filter(account=account).values("created_by")) | Q(
        pk__in=ShelfChange.objects.filter(account=account).values("created_by")
    )
    return list(User.objects.filter(makers, wanted).values_list("pk", flat=True))


def named(name: str) -> Q:
    """Return the condition that a user is called so."""
    return Q(name__istartswith=name) | Q(email__istartswith=name)


def albums_named(names: tuple[str, ...], account: Account) -> list[UUID]:
    """Return the albums of an account with one of these names."""
    wanted = Q()
    for name in names:
        wanted |= Q(name__iexact=name)
    return list(Album.objects.owned_by(account).filter(wanted).values_list("pk", flat=True))
