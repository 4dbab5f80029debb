"""The pictures of an account: uploading, listing, and their bytes."""

from functools import partial
from io import BytesIO
from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Header, Query, Router, Status
from pydantic import Field

from imagestudio.accounts.auth import ApiRequest, Caller, may
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.accounts.services.idempotency import Reply, note_replay, once
from imagestudio.connections import release_connections
from imagestudio.errors import FieldError, Invalid, TooLarge, UnsupportedMedia
from imagestudio.http.body import JSON, QueryString, read
from imagestudio.http.bytes import bytes_response, not_modified
from imagestudio.library import storage
from imagestudio.library.exceptions import NoSuchImage, NoSuchRendition
from imagestudio.library.filters import NAMES, read_filters
from imagestudio.library.imaging import SIDES, Format
from imagestudio.library.listing import facets, list_page
from imagestudio.library.models import Image
from imagestudio.library.received import from_base64
from imagestudio.library.schemas.images import (
    UPLOAD_BODY,
    FacetsOut,
    ImageData,
    ImageOut,
    KeptImageOut,
    LibraryPage,
    LibraryQuery,
)
from imagestudio.library.services.conversions import LONGEST_SIDE, Conversion, converted
from imagestudio.library.services.files import digest
from imagestudio.library.services.names import file_stem
from imagestudio.library.services.renditions import rendition_or_original
from imagestudio.library.services.uploads import Received, Upload, checked

router = Router(tags=["images"])

MULTIPART = "multipart/form-data"
FORM_FIELDS = {"name", "csrfmiddlewaretoken"}
RENDITION_AGE = 600  # seconds for which a browser shows a rendition without asking again

SEE = may(Deed.SEE, Scope.LIBRARY_READ)


class BytesQuery(QueryString):
    """How an original is sent."""

    download: bool = False


class ConvertedQuery(QueryString):
    """What a copy is to be."""

    format: Format
    side: Annotated[
        int | None,
        Field(ge=1, le=LONGEST_SIDE, description="Longest side in pixels; never enlarged"),
    ] = None
    quality: Annotated[int | None, Field(ge=1, le=100, description="Of a JPEG or WebP")] = None


@router.post(
    "/images",
    auth=may(Deed.CHANGE_LIBRARY, Scope.LIBRARY_WRITE),
    response={201: ImageOut, 200: ImageOut},
    summary="Upload a picture",
    openapi_extra=UPLOAD_BODY,
)
def upload(
    request: ApiRequest,
    response: HttpResponse,
    idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
) -> Status[object]:
    """Add a PNG, JPEG or WebP of at most 20 MB and 40 million pixels to the library.

    Send it as the `file` of a form, or as JSON. The picture is turned upright and its private
    metadata is left behind. The same bytes again are the same image: 200 instead of 201.
    """
    received = received_from(request)
    with checked(membership=request.auth.membership, received=received) as keep:
        reply = once(
            membership=request.auth.membership,
            route="POST /images",
            key=idempotency_key,
            request=digest(received.data) + received.name.encode(),
            deed=lambda: kept(request.auth, keep()),
        )
    response["Location"] = f"/api/v1/images/{reply.body['id']}"
    note_replay(response, reply)
    return Status(reply.status, reply.body)


def kept(caller: Caller, upload: Upload) -> Reply:
    """Return the answer for an upload that was just kept."""
    body = ImageOut.of(upload.image, caller).model_dump(mode="json")
    return Reply(201 if upload.is_new else 200, body)


def received_from(request: HttpRequest) -> Received:
    """Return the one picture in a request's body.

    Raises UnsupportedMedia, TooLarge, Malformed, Invalid, InvalidImageData.
    """
    if request.content_type == JSON:
        sent = read(request, ImageData)
        return Received(from_base64(sent.data, max_bytes=settings.MAX_UPLOAD_BYTES), sent.name)
    if request.content_type != MULTIPART:
        raise UnsupportedMedia(f"Send the picture as {MULTIPART} or as {JSON}.")
    files = [(field, one) for field, many in request.FILES.lists() for one in many]
    unknown = ({field for field, _ in files} - {"file"}) | (set(request.POST) - FORM_FIELDS)
    if unknown or len(files) != 1:
        raise Invalid(
            "Send one picture as the field `file`, with a file name.",
            fields=[FieldError("file", "one_file", "One file, and no other fields but `name`")],
        )
    file = files[0][1]
    if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
        raise TooLarge(f"A picture may have at most {settings.MAX_UPLOAD_BYTES // 1_000_000} MB.")
    return Received(file.read(), request.POST.get("name") or file.name or "")


@router.get("/images", auth=SEE, response=LibraryPage, summary="List the library")
def list_images(request: ApiRequest, query: Query[LibraryQuery]) -> LibraryPage:
    """Return the account's pictures that match, the newest first, without those in the trash.

    `q` takes words, all of which have to occur, `-word` for one that must not, and the operators
    of the page's search field, such as `tag:fox from:2026-10`. 422 names what is no operator, or no
    value of one; a colon in a time or in an address of the web belongs to a word.
    """
    filters, unknown = read_filters(request.GET)
    if unknown:
        raise Invalid(
            "A filter means nothing.",
            fields=[
                FieldError(
                    name if name in NAMES else "q", "unknown_value", "Not a value of this filter"
                )
                for name in (one.partition(":")[0] for one in unknown)
            ],
        )
    account, user = request.auth.account, request.auth.membership.user
    found = list_page(account, user, filters, limit=query.limit, cursor=query.cursor)
    return LibraryPage(
        items=KeptImageOut.of_all(found.images, request.auth),
        next_cursor=found.next_cursor,
        facets=FacetsOut.of(facets(account, user, filters)) if query.facets else None,
    )


@router.get("/images/{uuid:image_id}", auth=SEE, response=KeptImageOut, summary="Show a picture")
def get_image(request: ApiRequest, image_id: UUID) -> KeptImageOut:
    """Return what is known of one picture."""
    return KeptImageOut.of_all([image_of(request, image_id)], request.auth)[0]


@router.api_operation(
    ["GET", "HEAD"], "/images/{uuid:image_id}/original", auth=SEE, summary="Get the original"
)
def get_original(request: ApiRequest, image_id: UUID, query: Query[BytesQuery]) -> HttpResponseBase:
    """Return the stored bytes: all of them, or a range of them.

    A result is exactly what the provider sent. With `download=1` browsers save it under a name.
    """
    image = image_of(request, image_id)
    file = image.file
    if file is None:
        raise NoSuchImage
    release_connections()
    return bytes_response(
        request,
        open_chunks=partial(storage.open_chunks, file.key),
        size=file.bytes,
        mime=file.mime,
        etag=bytes(file.sha256).hex(),
        filename=f"{file_stem(image)}.{file.extension}",
        disposition="attachment" if query.download else "inline",
    )


@router.get("/images/{uuid:image_id}/converted", auth=SEE, summary="Get a copy in another format")
def get_converted(
    request: ApiRequest, image_id: UUID, query: Query[ConvertedQuery]
) -> HttpResponseBase:
    """Return the picture as PNG, JPEG or WebP, upright, in sRGB, without metadata.

    It is made while you wait, and not kept: 503 with `Retry-After` when too many others wait. In a
    JPEG what was transparent is white.
    """
    image = image_of(request, image_id)
    file = image.file
    if file is None:
        raise NoSuchImage
    conversion = Conversion(query.format, query.side, query.quality)
    etag = conversion.etag(file)
    release_connections()
    known = not_modified(request, etag=etag, max_age=RENDITION_AGE)
    if known is not None:
        return known
    made = converted(file=file, conversion=conversion)
    return bytes_response(
        request,
        open_chunks=lambda start, end: storage.Chunks(
            BytesIO(made.data[start:end]), length=end - start
        ),
        size=len(made.data),
        mime=made.mime,
        etag=etag,
        filename=f"{file_stem(image)}.{conversion.extension}",
        disposition="attachment",
        max_age=RENDITION_AGE,
    )


@router.api_operation(
    ["GET", "HEAD"],
    "/images/{uuid:image_id}/renditions/{name}",
    auth=SEE,
    summary="Get a smaller WebP",
)
def get_rendition(request: ApiRequest, image_id: UUID, name: str) -> HttpResponseBase:
    """Return a rendition by its longest side: 256, 512 or 1024 pixels.

    Until it is made, and when the picture is no larger, the original is sent in its place.
    """
    image = image_of(request, image_id)
    if name not in map(str, SIDES) or image.file is None:
        raise NoSuchRendition(f"Renditions are named {', '.join(map(str, SIDES))}.")
    key, mime, size = rendition_or_original(image=image, name=name)
    is_made = key != image.file.key
    release_connections()
    return bytes_response(
        request,
        open_chunks=partial(storage.open_chunks, key),
        size=size,
        mime=mime,
        etag=f"{bytes(image.file.sha256).hex()}{f'-{name}' if is_made else ''}",
        max_age=RENDITION_AGE if is_made else 0,
    )


def image_of(request: ApiRequest, image_id: UUID) -> Image:
    """Return an image of the caller's account with its file. Raises NoSuchImage."""
    images = Image.objects.owned_by(request.auth.account).newest_first()
    image = images.filter(pk=image_id).first()
    if image is None:
        raise NoSuchImage("There is no such picture in this account.")
    return image
