"""Where a picture came from and what became of it, as far as a page can show.

Each step up or down is one statement, and takes at most so many relatives of at most so many
images: the work is bounded however often a picture was used, and whatever the rows say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from imagestudio.http import cursor
from imagestudio.library.models import Derivation, Image

DEPTH: Final = 3  # steps up, and down
MOST_DEPTH: Final = 8
MOST_RELATIVES: Final = 60  # images above, and below
MOST_CHILDREN: Final = 8  # of one image, the newest
MOST_COUNTED: Final = 1000


@dataclass(frozen=True, slots=True)
class Node:
    """An image in a lineage; `layer` is 0 for the one asked about, negative above it.

    `image` is None for one that a decision hides: then nothing is known of it but that it was
    there. `more_parents` and `more_children` say that it has relatives that are not in here.
    """

    key: str
    image: Image | None
    layer: int
    more_parents: bool
    more_children: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """That one node went into another, as its source number `position` (1 to 16)."""

    parent: str
    child: str
    position: int
    role: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """An image with its relatives, from the farthest ancestors to the farthest descendants."""

    nodes: list[Node]
    edges: list[Edge]

    @property
    def is_truncated(self) -> bool:
        """Say whether there are more relatives than are in here."""
        return any(one.more_parents or one.more_children for one in self.nodes)


Pair = tuple[UUID, UUID]  # parent, child


def lineage_of(image: Image, *, depth: int = DEPTH) -> Lineage:
    """Return the relatives of an image, up to so many steps above and below it."""
    above = relatives(image, depth=depth, ascending=True)
    below = relatives(image, depth=depth, ascending=False)
    keys = {image.pk, *above, *below}
    derivations = list(
        Derivation.objects.filter(account=image.account_id, child__in=keys, parent__in=keys)
    )
    pairs = [(one.parent_id, one.child_id) for one in derivations]
    layers = {
        **layers_of(image.pk, above, pairs, step=-1),
        **layers_of(image.pk, below, pairs, step=1),
    }
    beyond = {child for _, child in parents_beyond(image, keys)}
    below_more = {parent for parent, _ in children_beyond(image, keys)}
    found = Image.objects.filter(account=image.account_id, pk__in=keys).select_related("file")
    images = {one.pk: one for one in found}
    hidden = sorted(key for key, one in images.items() if one.is_hidden)
    names = {key: f"hidden-{number}" for number, key in enumerate(hidden, 1)}
    nodes = [
        Node(
            key=names.get(key, str(key)),
            image=None if key in names else images[key],
            layer=layers[key],
            more_parents=key in beyond,
            more_children=key in below_more,
        )
        for key in sorted(images, key=lambda key: (layers[key], key))
    ]
    edges = [
        Edge(
            names.get(one.parent_id, str(one.parent_id)),
            names.get(one.child_id, str(one.child_id)),
            one.position,
            one.role,
        )
        for one in derivations
    ]
    return Lineage(nodes, edges)


def relatives(image: Image, *, depth: int, ascending: bool) -> set[UUID]:
    """Return the keys of an image's ancestors, or descendants, nearest first as far as they fit."""
    found: set[UUID] = set()
    edge = [image.pk]
    for _ in range(depth):
        pairs = parents_among(image, edge) if ascending else children_among(image, edge)
        next_ones = dict.fromkeys(parent if ascending else child for parent, child in pairs)
        edge = [key for key in next_ones if key not in found and key != image.pk]
        edge = edge[: MOST_RELATIVES - len(found)]
        if not edge:
            break
        found.update(edge)
    return found


def parents_among(image: Image, keys: Sequence[UUID]) -> list[Pair]:
    """Return the parents of these images in the account of `image`: at most 16 of each."""
    rows = Derivation.objects.filter(account=image.account_id, child__in=keys)
    return list(rows.order_by("child_id", "position").values_list("parent_id", "child_id"))


def children_among(image: Image, keys: Sequence[UUID], most: int = MOST_CHILDREN) -> list[Pair]:
    """Return the newest children of these images in the account of `image`, so many of each."""
    with connection.cursor() as rows:
        rows.execute(
            "SELECT node.id, child.id FROM unnest(%s::uuid[]) AS node (id) CROSS JOIN LATERAL ("
            "SELECT DISTINCT child_id AS id FROM library_derivation "
            "WHERE parent_id = node.id AND account_id = %s ORDER BY child_id DESC LIMIT %s"
            ") AS child",
            [list(keys), image.account_id, most],
        )
        return list(rows.fetchall())


def parents_beyond(image: Image, keys: set[UUID]) -> Iterable[Pair]:
    """Return parents of these images that are not among them."""
    return [pair for pair in parents_among(image, list(keys)) if pair[0] not in keys]


def children_beyond(image: Image, keys: set[UUID]) -> Iterable[Pair]:
    """Return children of these images that are not among them; one of each is enough."""
    # Of one more than are shown of an image, at least one is not shown.
    pairs = children_among(image, list(keys), MOST_CHILDREN + 1)
    return [pair for pair in pairs if pair[1] not in keys]


def layers_of(start: UUID, keys: set[UUID], pairs: Sequence[Pair], *, step: int) -> dict[UUID, int]:
    """Return for each image how far it is from `start` by the longest way, times `step`.

    So no edge runs within a layer. Rows that lead in a ring cannot be, and would end here.
    """
    layers = dict.fromkeys(keys, step) | {start: 0}
    ways = [pair if step > 0 else pair[::-1] for pair in pairs if {*pair} <= layers.keys()]
    for _ in keys:
        is_settled = True
        for of, to in ways:
            if to != start and abs(layers[to]) <= abs(layers[of]):
                layers[to], is_settled = layers[of] + step, False
        if is_settled:
            break
    return layers


def children_of(image: Image, *, after: str | None, limit: int) -> cursor.Page[Image]:
    """Return up to `limit` pictures of the library that were made from one, the newest first.

    Raises BadCursor.
    """
    return cursor.page_by_keys(
        child_keys(image),
        column="child_id",
        load=Image.objects.select_related("file").in_bulk,
        cursor=after,
        limit=limit,
        of=f"children of {image.pk}",
    )


def count_children(image: Image) -> int:
    """Return how many pictures of the library were made from one; over 1,000 are 1,001."""
    return child_keys(image)[: MOST_COUNTED + 1].count()


def child_keys(image: Image) -> "QuerySet[Derivation, UUID]":
    """Return the keys of the pictures of the library that were made from one, newest first."""
    made = Derivation.objects.filter(account=image.account_id, parent=image, child__is_listed=True)
    return made.order_by("-child_id").values_list("child_id", flat=True).distinct()


def parents_of(image: Image) -> list[Derivation]:
    """Return what went into an image, in its order, with the images themselves loaded."""
    return list(image.parents.select_related("parent__file"))
