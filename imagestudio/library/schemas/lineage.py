"""Lineages as the API gives them."""

from uuid import UUID

from ninja import Schema
from pydantic import Field

from imagestudio.accounts.auth import Caller
from imagestudio.library.lineage import Edge, Lineage, Node
from imagestudio.library.schemas.images import ImageOut


class NodeOut(Schema):
    """An image in a lineage."""

    key: str = Field(description="What edges call it: its id, or another word for a hidden one")
    id: UUID | None = Field(description="Null for one that a decision hides")
    presence: str = Field(description="`kept`, `trashed`, `removed` or `hidden`")
    layer: int = Field(description="0 for the image asked about, negative above, positive below")
    more_parents: bool = Field(description="It has parents that are not in this answer")
    more_children: bool = Field(description="It has children that are not in this answer")
    image: ImageOut | None = Field(description="Null for one that was removed or is hidden")

    @classmethod
    def of(cls, node: Node, caller: Caller) -> "NodeOut":
        """Return a node, with addresses that work for this caller."""
        image = node.image
        return cls(
            key=node.key,
            id=image.pk if image else None,
            presence=image.presence if image else "hidden",
            layer=node.layer,
            more_parents=node.more_parents,
            more_children=node.more_children,
            image=ImageOut.of(image, caller) if image and image.file else None,
        )


class EdgeOut(Schema):
    """That one image went into another, as its source number `position`."""

    parent: str
    child: str
    position: int
    role: str

    @classmethod
    def of(cls, edge: Edge) -> "EdgeOut":
        """Return an edge."""
        return cls.model_validate(edge, from_attributes=True)


class LineageOut(Schema):
    """An image with those it was made from, and those that were made from it."""

    nodes: list[NodeOut]
    edges: list[EdgeOut]
    is_truncated: bool = Field(description="There are relatives that are not in this answer")

    @classmethod
    def of(cls, lineage: Lineage, caller: Caller) -> "LineageOut":
        """Return a lineage."""
        return cls(
            nodes=[NodeOut.of(node, caller) for node in lineage.nodes],
            edges=[EdgeOut.of(edge) for edge in lineage.edges],
            is_truncated=lineage.is_truncated,
        )
