"""Where a picture is put, and what depends on it, on the picture's own page."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.template import RequestContext
from django.utils import timezone

from imagestudio.accounts.models import Membership
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.library.models import Album, AlbumItem, Favourite, Image, ShareLink, Tag

register = template.Library()

OFFERED = 200  # tags and albums to choose from


@dataclass(frozen=True, slots=True)
class Dependents:
    """What is touched when a picture is moved to the trash."""

    children: int
    albums: int
    links: int

    def in_words(self) -> str:
        """Return that in a sentence, nothing when nothing is."""
        parts = []
        if self.children:
            made = "1 picture was" if self.children == 1 else f"{self.children:,} pictures were"
            parts.append(f"{made} made from it: they stay, with their history")
        if self.albums:
            parts.append("it leaves its album" if self.albums == 1 else f"{self.albums} albums")
        if self.links:
            parts.append("its link shows nothing" if self.links == 1 else f"{self.links} links")
        return "; ".join(parts)


@register.inclusion_tag("library/_organise.html", takes_context=True)
def organise(context: RequestContext, image: Image) -> dict[str, Any]:
    """Show title, tags, albums and favourite of a picture, and the way into the trash and back."""
    membership: Membership = context["request"].membership
    account, user = membership.account, membership.user
    may_change = allows(Deed.CHANGE_LIBRARY, membership)
    items = AlbumItem.objects.owned_by(account).filter(image=image).select_related("album")
    within = [item.album for item in items.order_by("album__name")]
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "here": account,
        "image": image,
        "tags": [one.tag for one in image.taggings.select_related("tag").order_by("tag__folded")],
        "is_favourite": Favourite.objects.owned_by(account, user).filter(image=image).exists(),
        "albums": within,
        "may_change": may_change,
        "known_tags": Tag.objects.owned_by(account)[:OFFERED] if may_change else (),
        "known_albums": others(account, within) if may_change else (),
        "dependents": dependents_of(image, len(within)) if may_change else None,
        "days_left": days_left(image),
    }


def others(account: Any, within: list[Album]) -> list[Album]:
    """Return albums of the account that a picture can be added to."""
    albums = Album.objects.owned_by(account).exclude(pk__in=[one.pk for one in within])
    return list(albums.order_by("name")[:OFFERED])


def dependents_of(image: Image, albums: int) -> Dependents:
    """Return what depends on a picture."""
    links = ShareLink.objects.owned_by(image.account).live().filter(image=image)
    return Dependents(children=image.children.count(), albums=albums, links=links.count())


def days_left(image: Image) -> int | None:
    """Return in how many days a picture is removed for good, None for one not in the trash."""
    if image.trashed_at is None:
        return None
    return max(0, settings.TRASH_DAYS - (timezone.now() - image.trashed_at).days)
