"""Public pictures as the API gives them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from imagestudio.http.body import Text
from imagestudio.http.paging import PageQuery
from imagestudio.library import explore
from imagestudio.library.explore import Exhibit, Sort, Wanted


class ExploreQuery(PageQuery):
    """Which of the public pictures."""

    q: Annotated[
        Text, Field(max_length=explore.LONGEST_SEARCH, description="Words that are shown with it")
    ] = ""
    sort: Sort = Sort.NEWEST

    def wanted(self) -> Wanted:
        """Return what is looked for."""
        return Wanted(words=self.q, sort=self.sort)


class ExhibitUrls(Schema):
    """Where a public picture is."""

    page: str
    renditions: dict[str, str]


class ExhibitOut(Schema):
    """A public picture: what was published with it, and nothing else of it."""

    id: UUID
    title: str
    prompt: str = Field(description="Empty: it is not shown")
    name: str = Field(description="Of the account; empty: it is not shown")
    published_at: datetime
    loves: int
    width: int
    height: int
    has_alpha: bool
    placeholder: str = Field(description="The dominant colour, as #rrggbb")
    is_covered: bool = Field(description="Show it only to people who ask for it")
    model: str = Field(description="Empty where the prompt is not shown, as are quality and size")
    quality: str
    size: str
    urls: ExhibitUrls

    @classmethod
    def of(cls, one: Exhibit) -> "ExhibitOut":
        """Return a public picture."""
        return cls(
            id=one.id,
            title=one.title,
            prompt=one.prompt,
            name=one.name,
            published_at=one.published_at,
            loves=one.loves,
            width=one.width,
            height=one.height,
            has_alpha=one.has_alpha,
            placeholder=one.placeholder,
            is_covered=one.is_covered,
            model=one.model,
            quality=one.quality,
            size=one.size,
            urls=ExhibitUrls(
                page=one.address,
                renditions={str(side): one.rendition(side) for side, _ in one.widths()},
            ),
        )


class ExplorePage(Schema):
    """Some public pictures."""

    items: list[ExhibitOut]
    next_cursor: str | None


class LoveOut(Schema):
    """How many love a public picture now, and whether the caller does."""

    loves: int
    is_loved: bool
