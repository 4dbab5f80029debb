"""Albums, tags and changes as the API gives and takes them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from imagestudio.http.body import Body, Text
from imagestudio.http.paging import PageQuery
from imagestudio.library.models import Album, Change, Tag
from imagestudio.library.selection import LONGEST_QUERY, MOST_IDS, Selection, wrong
from imagestudio.library.services.albums import LONGEST as LONGEST_ALBUM
from imagestudio.library.services.changes import Wanted
from imagestudio.library.services.tags import LONGEST as LONGEST_TAG
from imagestudio.library.services.tags import MOST_OF_ONE
from imagestudio.library.services.titles import LONGEST as LONGEST_TITLE

TagName = Annotated[Text, Field(max_length=LONGEST_TAG * 2)]
AlbumName = Annotated[Text, Field(max_length=LONGEST_ALBUM * 2)]
Ids = Annotated[list[UUID], Field(max_length=MOST_IDS)]


class ImageEdit(Body):
    """What is to change about a picture; what is left out stays as it is."""

    title: Annotated[Text, Field(max_length=LONGEST_TITLE * 2)] | None = None
    tags: Annotated[list[TagName], Field(max_length=MOST_OF_ONE)] | None = Field(
        None, description="All tags that it has from now on"
    )
    favourite: bool | None = Field(None, description="Of the caller alone")


class SelectionIn(Body):
    """Pictures by their ids, or all that match the query of a library page."""

    ids: Ids | None = None
    matching: Annotated[Text, Field(max_length=LONGEST_QUERY)] | None = Field(
        None, description="As in the address of the library, such as `model=…&tag=…`"
    )
    until: AwareDatetime | None = Field(
        None, description="Pictures that are added later are not selected; none: up to now"
    )

    def selection(self) -> Selection:
        """Return the selection. Raises BadSelection."""
        if (self.ids is None) == (self.matching is None):
            raise wrong("ids", "Give either `ids` or `matching`.")
        if self.ids is not None:
            return Selection.of_ids(self.ids)
        return Selection.of_all(self.matching or "", self.until)


class ChangeIn(SelectionIn):
    """A deed on the selected pictures."""

    deed: Change.Kind
    tag: TagName = Field("", description="For `tag`, which makes it if need be, and `untag`")
    album: UUID | None = None
    new_album: AlbumName = Field("", description="For `add_to_album`: a new one of this name")

    model_config = {
        "json_schema_extra": {
            "examples": [
                {"deed": "tag", "tag": "sea", "ids": ["019aa1b3-1f40-7a5b-9c6d-0e1f2a3b4c5d"]},
                {"deed": "trash", "matching": "q=draft", "until": "2026-11-22T15:20:43Z"},
            ]
        }
    }

    def wanted(self) -> Wanted:
        """Return what is to become of them."""
        return Wanted(self.deed, tag=self.tag, album_id=self.album, new_album=self.new_album)


class ChangeOut(Schema):
    """A change of many pictures: how far it is."""

    id: UUID
    deed: str
    state: str
    tag: str | None
    album: UUID | None
    total: int | None = Field(description="Selected pictures, as soon as that is known")
    done: int = Field(description="Selected pictures that it has come past")
    changed: int = Field(description="Pictures that it really changed")
    unchanged: int = Field(
        description="Pictures that were so already: in the album, with the tag, a favourite, or not"
    )
    missing: int = Field(
        description="Selected pictures that are not in the library, "
        "or for `restore` and `purge`, not in the trash"
    )
    undone: int = Field(description="Pictures that were changed back")
    can_be_undone: bool
    made_at: datetime
    made_by: UUID

    @classmethod
    def of(cls, change: Change) -> "ChangeOut":
        """Return a change whose tag is loaded."""
        return cls(
            id=change.pk,
            deed=change.kind,
            state=change.state,
            tag=change.tag.name if change.tag else None,
            album=change.album_id,
            total=change.total,
            done=change.done,
            changed=change.changed,
            unchanged=change.unchanged,
            missing=change.missing,
            undone=change.undone,
            can_be_undone=change.can_be_undone,
            made_at=change.made_at,
            made_by=change.user_id,
        )


class ChangePage(Schema):
    """Some changes, newest first."""

    items: list[ChangeOut]
    next_cursor: str | None


class AlbumIn(Body):
    """A new album."""

    name: AlbumName
    parent: UUID | None = Field(None, description="The album that it is nested in: one level deep")


class AlbumEdit(Body):
    """What is to change about an album; what is left out stays as it is."""

    name: AlbumName | None = None
    parent: UUID | None = Field(None, description="The album that it is nested in; null: in none")
    before: UUID | None = Field(None, description="The album beside it that comes next; null: last")
    cover: UUID | None = Field(None, description="One of its pictures; null: its first")

    def given(self) -> dict[str, Any]:
        """Return the fields that were sent, null ones included."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class AlbumOut(Schema):
    """An album of the account."""

    id: UUID
    name: str
    parent: UUID | None
    cover: UUID | None = Field(description="The picture that was chosen to stand for it")
    pictures: int
    made_at: datetime
    made_by: UUID

    @classmethod
    def of(cls, album: Album, pictures: int) -> "AlbumOut":
        """Return an album that has so many pictures."""
        return cls(
            id=album.pk,
            name=album.name,
            parent=album.parent_id,
            cover=album.cover_id,
            pictures=pictures,
            made_at=album.made_at,
            made_by=album.made_by_id,
        )


class AlbumPage(Schema):
    """Some albums, newest first."""

    items: list[AlbumOut]
    next_cursor: str | None


class PlaceIn(Body):
    """Where a picture goes in the order of an album."""

    before: UUID | None = Field(description="The picture that comes next; null: behind all")


class TagQuery(PageQuery):
    """Which tags."""

    q: Annotated[Text, Field(max_length=100)] = ""


class TagEdit(Body):
    """A tag's new name."""

    name: TagName
    merge: bool = Field(False, description="Into the tag that has the name already")


class TagOut(Schema):
    """A tag of the account."""

    id: UUID
    name: str
    pictures: int

    @classmethod
    def of(cls, tag: Tag, pictures: int) -> "TagOut":
        """Return a tag that so many pictures have."""
        return cls(id=tag.pk, name=tag.name, pictures=pictures)


class TagPage(Schema):
    """Some tags, newest first."""

    items: list[TagOut]
    next_cursor: str | None
