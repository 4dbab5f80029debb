"""What is written beside pictures that leave: everything that the library knows of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, prefetch_related_objects

from imagestudio.library.models import Derivation, Image
from imagestudio.library.visibility import HIDDEN_FROM_ALL

Facts = dict[str, Any]

# What apps above the library know of pictures: how they were made, and what that cost.
Details = Callable[[Sequence[Image]], Mapping[UUID, Mapping[str, Any]]]


def no_details(_images: Sequence[Image]) -> Mapping[UUID, Mapping[str, Any]]:
    """Return nothing: for those who know no more than the library."""
    return {}


def facts_of(images: Sequence[Image], *, details: Details) -> dict[UUID, Facts]:
    """Return the facts of images whose files are loaded, by id, ready for JSON.

    Takes the same number of statements for any number of images.
    """
    # What a decision hides is named to nobody; its place among the sources stays free.
    seen = Derivation.objects.exclude(parent__moderation__in=HIDDEN_FROM_ALL)
    prefetch_related_objects(
        list(images), "taggings__tag", "album_items__album", Prefetch("parents", seen)
    )
    more = details(images)
    return {image.pk: _facts(image) | dict(more.get(image.pk, {})) for image in images}


def _facts(image: Image) -> Facts:
    file = image.file
    if file is None:
        raise ValueError("A purged image has no bytes.")
    return {
        "id": str(image.pk),
        "sha256": bytes(file.sha256).hex(),
        "mime": file.mime,
        "bytes": file.bytes,
        "width": image.width,
        "height": image.height,
        "has_alpha": file.has_alpha,
        "placeholder": image.placeholder,
        "origin": image.origin,
        "title": image.title,
        "prompt": image.prompt,
        "model": image.model,
        "quality": image.quality,
        "size": image.size,
        "added_at": image.added_at.isoformat(),
        "created_by": str(image.created_by_id),
        "tags": sorted(one.tag.name for one in image.taggings.all()),
        "albums": [
            {"id": str(one.album_id), "name": one.album.name}
            for one in image.album_items.all()
            if one.album.removed_at is None
        ],
        "sources": [
            {"image": str(one.parent_id), "position": one.position, "role": one.role}
            for one in image.parents.all()
        ],
    }
