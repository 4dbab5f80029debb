"""What tests of exports share: a library to carry away, and a way to compare two of them."""

import json
import zipfile
from pathlib import Path
from random import Random

import pytest

from imagestudio.accounts.models import Account, User
from imagestudio.library.archive import zipped
from imagestudio.library.models import (
    Album,
    AlbumItem,
    Derivation,
    Favourite,
    Image,
    ImageTag,
    Tag,
)
from imagestudio.library.services.downloads import no_details
from imagestudio.library.services.exports import export_of
from tests.factories import make_image, paint

WORDS = ("A red fox", "山水画风景", "Ärger 🦊", "", "x" * 120)


def make_library(account: Account, user: User, *, seed: int, count: int = 6) -> list[Image]:
    """Return the pictures of a library that chance has made, with all that hangs on them."""
    chance = Random(seed)
    images: list[Image] = []
    for number in range(count):
        origin = chance.choice(["uploaded", "generated"])
        data = paint(20 + chance.randrange(9), 20, kind=chance.choice(["PNG", "JPEG", "WEBP"]))
        image = make_image(
            account,
            user,
            data=data,
            origin=origin,
            title=chance.choice(WORDS),
            prompt=chance.choice(WORDS) if origin == "generated" else "",
            model="openai/gpt-image-2" if origin == "generated" else "",
            quality="high" if origin == "generated" else "",
        )
        parents = chance.sample(images, min(len(images), chance.randrange(3)))
        for position, parent in enumerate(parents, start=1):
            Derivation.objects.create(
                account=account, child=image, parent=parent, position=position, role="style"
            )
        images.append(image)
        if chance.random() < 0.3:
            Favourite.objects.create(
                account=account, user=user, image=image, added_at=image.added_at
            )
        del number
    for name in ("Fox", "Überall", "风景"):
        tag = Tag.objects.create(account=account, name=name, folded=name.casefold())
        for image in chance.sample(images, 2):
            ImageTag.objects.create(tag=tag, image=image, added_at=image.added_at)
    top = None
    for name in ("Outer", "Inner", "Other"):
        album = Album.objects.create(
            account=account,
            name=name,
            made_by=user,
            parent=top if name == "Inner" else None,
            position=chance.randrange(1000),
        )
        top = top or album
        shown = chance.sample(images, 3)
        for position, image in enumerate(shown, start=1):
            AlbumItem.objects.create(
                album=album, image=image, position=position * 10, added_at=image.added_at
            )
        Album.objects.filter(pk=album.pk).update(cover=shown[-1])
    return images


def exported(account: Account, user: User, path: Path) -> Path:
    """Return the ZIP of an account's export."""
    entries = export_of(account=account, user=user, details=no_details)
    path.write_bytes(b"".join(zipped(entries)))
    return path


def told(path: Path) -> dict:
    """Return what an export says, with the names of pictures and albums in place of their ids."""
    archive = zipfile.ZipFile(path)
    assert archive.testzip() is None

    def lines(name):
        return [json.loads(line) for line in archive.read(name).splitlines()]

    images, albums = lines("images.jsonl"), lines("albums.jsonl")
    name_of = {one["id"]: f"picture {one['sha256']}" for one in images}
    name_of |= {one["id"]: one["name"] for one in albums if one["type"] == "album"}
    for one in images:
        one["id"] = name_of[one["id"]]
        one["albums"] = sorted(album["name"] for album in one["albums"])
        one["sources"] = [
            source | {"image": name_of.get(source["image"])} for source in one["sources"]
        ]
        del one["created_by"], one["placeholder"]  # of this account; made from the picture anew
    for one in albums:
        for field in ("id", "parent", "cover", "image"):
            one[field] = name_of.get(one.get(field))
        one.pop("made_at", None)
    files = {name: archive.read(name) for name in archive.namelist() if name.startswith("files/")}
    return {
        "images": images,
        "albums": albums,
        "errors": lines("errors.jsonl"),
        "files": files,
        "end": json.loads(archive.read("end.json")),
    }


@pytest.fixture
def zip_path(tmp_path: Path) -> Path:
    return tmp_path / "library.zip"
