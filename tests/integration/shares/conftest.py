"""What the tests of links share: an account with a picture and an album, and a stranger."""

from collections.abc import Callable

import pytest
from django.test import Client

from imagestudio.accounts.models import Role
from imagestudio.library.models import Album, AlbumItem, Image
from imagestudio.library.services.shares import NewLink, share_album, share_image
from tests.factories import Cast, make_image

ShareImage = Callable[..., NewLink]


@pytest.fixture
def image(cast: Cast) -> Image:
    fields = {"title": "MARKED title", "prompt": "MARKED prompt"}
    return make_image(cast.team, cast.user(Role.CREATOR), **fields)


@pytest.fixture
def album(cast: Cast) -> Album:
    """Return an album of three pictures, in another order than that of the library."""
    user = cast.user(Role.CREATOR)
    album = Album.objects.create(account=cast.team, name="Foxes", made_by=user)
    for position in (3, 1, 2):
        one = make_image(cast.team, user, title=f"Number {position}")
        put(album, one, position=position)
    return album


def put(album: Album, image: Image, *, position: int = 9) -> AlbumItem:
    """Put a picture into an album."""
    return AlbumItem.objects.create(
        album=album, image=image, position=position, added_at=image.added_at
    )


@pytest.fixture
def share(cast: Cast) -> Callable[..., str]:
    """Return a way to share something on these terms, which gives the address for strangers."""

    def make(thing: Image | Album, **terms: object) -> str:
        membership = cast.membership(Role.CREATOR)
        if isinstance(thing, Album):
            new = share_album(membership=membership, album_id=thing.pk, terms=terms)
        else:
            new = share_image(membership=membership, image_id=thing.pk, terms=terms)
        return f"/s/{new.secret}/"

    return make


@pytest.fixture
def stranger() -> Client:
    """Return a browser that knows nobody."""
    return Client(enforce_csrf_checks=True)
