"""Pictures that look alike, as the API gives them."""

from ninja import Schema
from pydantic import Field

from imagestudio.accounts.auth import Caller
from imagestudio.library.schemas.images import ImageOut
from imagestudio.library.similarity import SAME, Similar


class SimilarOut(Schema):
    """A picture that looks like another one."""

    distance: int = Field(description=f"Bits of 256 that differ; a copy has at most {SAME}")
    image: ImageOut

    @classmethod
    def of(cls, similar: Similar, caller: Caller) -> "SimilarOut":
        """Return a picture with addresses that work for this caller."""
        return cls(distance=similar.distance, image=ImageOut.of(similar.image, caller))


class SimilarList(Schema):
    """Pictures that look like one, the nearest first."""

    items: list[SimilarOut]
    is_comparable: bool = Field(
        description="false: the picture is too plain to be told from others, or not looked at yet"
    )
