"""The tags of an account."""

from uuid import UUID

from ninja import Query, Router, Status

from imagestudio.accounts.auth import ApiRequest
from imagestudio.http.cursor import page
from imagestudio.library.api.changes import CHANGE, SEE
from imagestudio.library.exceptions import NoSuchTag
from imagestudio.library.models import Tag
from imagestudio.library.schemas.order import TagEdit, TagOut, TagPage, TagQuery
from imagestudio.library.search import fold_name
from imagestudio.library.services import tags

router = Router(tags=["tags"])


@router.get("/tags", auth=SEE, response=TagPage, summary="List the tags")
def list_tags(request: ApiRequest, query: Query[TagQuery]) -> TagPage:
    """Return the account's tags, newest first: all, or those that begin with `q`.

    A tag is made by giving it to a picture.
    """
    account, beginning = request.auth.account, fold_name(query.q)
    found = page(
        Tag.objects.owned_by(account)
        .beginning(beginning)
        .with_counts()
        .order_by("-made_at", "-id"),
        by="made_at",
        cursor=query.cursor,
        limit=query.limit,
        of=f"tags of {account.pk} {beginning}",
    )
    return TagPage(
        items=[TagOut.of(tag, tag.pictures) for tag in found.rows],
        next_cursor=found.next_cursor,
    )


@router.patch("/tags/{uuid:tag_id}", auth=CHANGE, response=TagOut, summary="Rename a tag")
def patch_tag(request: ApiRequest, tag_id: UUID, payload: TagEdit) -> TagOut:
    """Rename a tag, or, with `merge`, give its pictures to the tag that has the name already."""
    tag = tags.rename_tag(
        membership=request.auth.membership,
        tag_id=tag_id,
        name=payload.name,
        merge=payload.merge,
    )
    found = Tag.objects.owned_by(request.auth.account).with_counts().filter(pk=tag.pk).first()
    if found is None:
        raise NoSuchTag("There is no such tag in this account.")
    return TagOut.of(found, found.pictures)


@router.delete("/tags/{uuid:tag_id}", auth=CHANGE, response={204: None}, summary="Remove a tag")
def delete_tag(request: ApiRequest, tag_id: UUID) -> Status[None]:
    """Take a tag away from all its pictures. That cannot be undone."""
    tags.remove_tag(membership=request.auth.membership, tag_id=tag_id)
    return Status(204, None)
