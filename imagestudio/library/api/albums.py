"""The albums of an account and what is in them."""

from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Status

from imagestudio.accounts.auth import ApiRequest
from imagestudio.accounts.services.idempotency import Reply
from imagestudio.http.cursor import page, page_by_hand
from imagestudio.http.paging import PageQuery
from imagestudio.library.api.changes import CHANGE, CHANGED, SEE, Key, answered, as_reply
from imagestudio.library.exceptions import NoSuchAlbum
from imagestudio.library.models import Album, AlbumItem, Change
from imagestudio.library.schemas.images import ImagePage, KeptImageOut
from imagestudio.library.schemas.order import (
    AlbumEdit,
    AlbumIn,
    AlbumOut,
    AlbumPage,
    PlaceIn,
    SelectionIn,
)
from imagestudio.library.services import albums
from imagestudio.library.services.album_items import move_in_album
from imagestudio.library.services.changes import Wanted, make_change

router = Router(tags=["albums"])


@router.get("/albums", auth=SEE, response=AlbumPage, summary="List the albums")
def list_albums(request: ApiRequest, query: Query[PageQuery]) -> AlbumPage:
    """Return the account's albums, newest first, nested ones among them."""
    account = request.auth.account
    found = page(
        Album.objects.owned_by(account).with_counts().order_by("-made_at", "-id"),
        by="made_at",
        cursor=query.cursor,
        limit=query.limit,
        of=f"albums of {account.pk}",
    )
    return AlbumPage(
        items=[AlbumOut.of(album, album.pictures) for album in found.rows],
        next_cursor=found.next_cursor,
    )


@router.post("/albums", auth=CHANGE, response={201: AlbumOut}, summary="Make an album")
def post_album(
    request: ApiRequest, response: HttpResponse, payload: AlbumIn, idempotency_key: Key = None
) -> Status[object]:
    """Make an empty album, in another one if `parent` names that: one level deep."""

    def make() -> Reply:
        album = albums.create_album(
            membership=request.auth.membership, name=payload.name, parent_id=payload.parent
        )
        return Reply(201, AlbumOut.of(album, 0).model_dump(mode="json"))

    return answered(request, response, idempotency_key, make)


@router.get("/albums/{uuid:album_id}", auth=SEE, response=AlbumOut, summary="Show an album")
def get_album(request: ApiRequest, album_id: UUID) -> AlbumOut:
    """Return what is known of an album."""
    return shown(request, album_id)


@router.patch("/albums/{uuid:album_id}", auth=CHANGE, response=AlbumOut, summary="Change an album")
def patch_album(request: ApiRequest, album_id: UUID, payload: AlbumEdit) -> AlbumOut:
    """Change name, place and cover. What is left out stays; null means none."""
    albums.edit_album(membership=request.auth.membership, album_id=album_id, wanted=payload.given())
    return shown(request, album_id)


@router.delete("/albums/{uuid:album_id}", auth=CHANGE, response={204: None}, summary="Remove it")
def delete_album(request: ApiRequest, album_id: UUID) -> Status[None]:
    """Remove an album and those in it. Its pictures stay; for 30 days it can be brought back."""
    albums.remove_album(membership=request.auth.membership, album_id=album_id)
    return Status(204, None)


@router.post(
    "/albums/{uuid:album_id}/restore", auth=CHANGE, response=AlbumOut, summary="Bring it back"
)
def post_album_restore(request: ApiRequest, album_id: UUID) -> AlbumOut:
    """Bring an album back that was removed, with those that went with it."""
    albums.restore_album(membership=request.auth.membership, album_id=album_id)
    return shown(request, album_id)


@router.get(
    "/albums/{uuid:album_id}/images", auth=SEE, response=ImagePage, summary="List its pictures"
)
def list_album_images(request: ApiRequest, album_id: UUID, query: Query[PageQuery]) -> ImagePage:
    """Return the pictures of an album in its own order."""
    shown(request, album_id)
    items = AlbumItem.objects.owned_by(request.auth.account).filter(album=album_id).by_hand()
    found = page_by_hand(items, cursor=query.cursor, limit=query.limit, of=f"album {album_id}")
    return ImagePage(
        items=KeptImageOut.of_all([item.image for item in found.rows], request.auth),
        next_cursor=found.next_cursor,
    )


@router.post(
    "/albums/{uuid:album_id}/images", auth=CHANGE, response=CHANGED, summary="Add pictures"
)
def post_album_images(
    request: ApiRequest,
    response: HttpResponse,
    album_id: UUID,
    payload: SelectionIn,
    idempotency_key: Key = None,
) -> Status[object]:
    """Put the selected pictures behind those in the album, in the order in which they are named."""
    wanted = Wanted(Change.Kind.ADD_TO_ALBUM, album_id=album_id)
    return answered(
        request,
        response,
        idempotency_key,
        lambda: as_reply(
            make_change(
                membership=request.auth.membership, wanted=wanted, selection=payload.selection()
            )
        ),
    )


@router.post(
    "/albums/{uuid:album_id}/images/remove",
    auth=CHANGE,
    response=CHANGED,
    summary="Take pictures out",
)
def post_album_images_remove(
    request: ApiRequest,
    response: HttpResponse,
    album_id: UUID,
    payload: SelectionIn,
    idempotency_key: Key = None,
) -> Status[object]:
    """Take the selected pictures out of the album; they stay in the library."""
    wanted = Wanted(Change.Kind.REMOVE_FROM_ALBUM, album_id=album_id)
    return answered(
        request,
        response,
        idempotency_key,
        lambda: as_reply(
            make_change(
                membership=request.auth.membership, wanted=wanted, selection=payload.selection()
            )
        ),
    )


@router.patch(
    "/albums/{uuid:album_id}/images/{uuid:image_id}",
    auth=CHANGE,
    response={204: None},
    summary="Move a picture",
)
def patch_album_image(
    request: ApiRequest, album_id: UUID, image_id: UUID, payload: PlaceIn
) -> Status[None]:
    """Put a picture elsewhere in the order of the album: before another one, or last."""
    move_in_album(
        membership=request.auth.membership,
        album_id=album_id,
        image_id=image_id,
        before_id=payload.before,
    )
    return Status(204, None)


def shown(request: ApiRequest, album_id: UUID) -> AlbumOut:
    """Return an album of the caller's account as it is now. Raises NoSuchAlbum."""
    albums_here = Album.objects.owned_by(request.auth.account).with_counts()
    album = albums_here.filter(pk=album_id).first()
    if album is None:
        raise NoSuchAlbum("There is no such album in this account.")
    return AlbumOut.of(album, album.pictures)
