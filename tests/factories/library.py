"""Images whose bytes are stored."""

from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image as Pillow

from imagestudio.accounts.models import Account, User
from imagestudio.library import storage
from imagestudio.library.models import File, Image, Rendition
from imagestudio.library.search import search_of
from tests.factories.pictures import paint


def make_image(account: Account, user: User, *, data: bytes | None = None, **fields: Any) -> Image:
    """Return an uploaded image whose bytes are stored and whose smallest rendition is made."""
    painted = data or paint()
    picture = Pillow.open(BytesIO(painted))
    mime = Pillow.MIME[picture.format]
    key = f"uploads/{uuid4()}"
    storage.save(key, painted)
    digest = sha256(painted).digest()
    file = File.objects.create(
        account=account,
        sha256=digest,
        received_sha256=digest,
        mime=mime,
        bytes=len(painted),
        width=picture.width,
        height=picture.height,
        key=key,
    )
    make_rendition(file)
    wanted = {
        "origin": Image.Origin.UPLOADED,
        "title": "A painted picture",
        "format": mime.rpartition("/")[2],
        "placeholder": "#808080",
        "created_by": user,
        **fields,
    }
    wanted.setdefault(
        "search", search_of(account.pk, wanted.get("prompt", ""), wanted.get("title", ""))
    )
    return Image.objects.create(
        account=account, file=file, width=file.width, height=file.height, **wanted
    )


def make_copies(image: Image, count: int, **fields: Any) -> list[Image]:
    """Return so many more images of the same file, laid in one statement, the newest first."""
    copies = [
        Image(
            account=image.account,
            file=image.file,
            created_by=image.created_by,
            origin=image.origin,
            format=image.format,
            width=image.width,
            height=image.height,
            placeholder=image.placeholder,
            **{
                "title": f"Number {number}",
                "added_at": image.added_at - timedelta(seconds=number + 1),
                **fields,
            },
        )
        for number in range(count)
    ]
    return Image.objects.bulk_create(copies)


def make_rendition(file: File, name: str = "256") -> Rendition:
    """Return a stored rendition of a file."""
    data = paint(file.width, file.height, kind="WEBP")
    key = f"{file.key}.{name}.webp"
    storage.save(key, data, replace=True)
    return Rendition.objects.create(
        file=file, name=name, key=key, bytes=len(data), width=file.width, height=file.height
    )
