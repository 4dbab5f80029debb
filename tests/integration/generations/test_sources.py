"""Edits and compositions: what is sent, in which order, and what is remembered of it."""

import hashlib
import uuid
from io import BytesIO

import pytest
from PIL import Image as Pillow

from generations.exceptions import RequestInvalid
from generations.models import Generation
from generations.services.requests import SourceWish
from imagestudio.errors import StudioError
from imagestudio.library import storage
from imagestudio.library.exceptions import SourceMissing
from imagestudio.library.models import File, Image
from imagestudio.library.services.uploads import Received, add_upload
from imagestudio.money.models import Hold
from tests import pictures
from tests.integration.generations.conftest import calls_of

COLOURS = [f"#{11 * n:02x}{255 - 9 * n:02x}{(37 * n) % 256:02x}" for n in range(16)]


def uploaded(maker, count: int) -> list[Image]:
    return [
        add_upload(
            membership=maker.membership, received=Received(pictures.png(colour=colour))
        ).image
        for colour in COLOURS[:count]
    ]


def sent_digests(call) -> list[str]:
    return [source["sha256"] for source in call["request"]["sources"]]


def test_sixteen_sources_leave_in_their_order(alice, emulator):
    images = list(reversed(uploaded(alice, 16)))

    generation = alice.made("All of them on one table", images=images)

    (call,) = calls_of(emulator, generation)
    kept = [hashlib.sha256(storage.read(image.file.key)).hexdigest() for image in images]
    assert sent_digests(call) == kept


def test_the_picture_remembers_its_parents_in_order(alice):
    images = uploaded(alice, 3)

    generation = alice.made("One of three", images=images)

    parents = generation.image.parents.order_by("position")
    assert [(one.position, one.parent) for one in parents] == list(enumerate(images, 1))


def test_bytes_in_the_request_enter_the_library_and_become_sources(alice, emulator):
    sources = [
        SourceWish(received=Received(pictures.png(colour="red"), "red.png")),
        SourceWish(received=Received(pictures.jpeg(colour="blue"), "blue.jpg"), role="style"),
    ]

    generation = alice.made("Red and blue", sources=sources)

    first, second = generation.sources.order_by("position")
    assert (first.image.title, second.image.title) == ("red", "blue")
    assert second.role == "style"
    (call,) = calls_of(emulator, generation)
    assert [source["format"] for source in call["request"]["sources"]] == ["png", "jpeg"]


def test_a_result_can_be_edited(alice):
    original = alice.made("A red cup")

    edited = alice.made("Make it blue", images=[original.image])

    assert edited.image.parents.get().parent == original.image


def test_trashing_a_source_does_not_change_a_waiting_edit(alice, emulator):
    (image,) = uploaded(alice, 1)
    generation = alice.ask("Edit", images=[image])
    Image.objects.filter(pk=image.pk).update(trashed_at="2026-01-01T00:00Z")

    alice.work(generation)

    assert generation.state == "completed"


def test_seventeen_sources_are_refused_before_anything_is_held(alice):
    images = uploaded(alice, 16)

    with pytest.raises(RequestInvalid) as caught:
        alice.ask("Too many", images=[*images, images[0]])
    assert [field.field for field in caught.value.fields] == ["sources"]
    assert not Generation.objects.exists()
    assert not Hold.objects.exists()


@pytest.mark.parametrize("whose", ["nobody", "bob"])
def test_a_foreign_source_looks_like_one_that_does_not_exist(alice, bob, whose):
    other = uploaded(bob, 1)[0].pk if whose == "bob" else uuid.uuid4()

    with pytest.raises(SourceMissing) as caught:
        alice.ask("Steal", sources=[SourceWish(image_id=other)])
    assert str(caught.value) == "A source is not in this account's library."
    assert not Hold.objects.exists()


def test_one_bad_source_of_two_stores_nothing(alice, tmp_path):
    sources = [
        SourceWish(received=Received(pictures.png())),
        SourceWish(received=Received(b"not a picture")),
    ]

    with pytest.raises(StudioError):
        alice.ask("Half", sources=sources)

    assert not File.objects.exists()
    assert not Generation.objects.exists()
    assert not [path for path in (tmp_path / "media").rglob("*") if path.is_file()]


def test_what_is_too_large_to_send_is_re_encoded_to_fit(alice, emulator, settings):
    settings.SEND_LIMIT = 120_000
    noise = pictures.saved(pictures.noise(width=512, height=512), "PNG")
    large = add_upload(membership=alice.membership, received=Received(noise)).image
    small = uploaded(alice, 1)[0]

    generation = alice.made("Both", images=[large, small])

    (call,) = calls_of(emulator, generation)
    assert call["request"]["body_bytes"] <= settings.SEND_LIMIT
    assert sent_digests(call)[1] == hashlib.sha256(storage.read(small.file.key)).hexdigest()
    assert generation.sources.get(position=1).file == large.file  # the stored one is untouched


def test_a_jpeg_with_private_metadata_leaves_without_it(alice, emulator):
    exif = Pillow.Exif()
    exif[0x010E] = "SECRET-PLACE"
    photo = pictures.jpeg(exif=exif.tobytes())
    assert b"SECRET-PLACE" in photo

    image = add_upload(membership=alice.membership, received=Received(photo)).image

    kept = storage.read(image.file.key)
    assert b"SECRET-PLACE" not in kept
    assert not Pillow.open(BytesIO(kept)).getexif()
