"""The six calls of the model's catalogue page, through the API and through the page.

Simple; high quality; a portrait; WebP at high quality; an edit of one image, as raw base64 and as
a data URI; a composition of several, up to sixteen, in their order. Each is asked for as a person
or program would, made by the worker's own code, and looked at in the library and on its page.
"""

import base64
import hashlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Pillow

from generations.models import Generation, State
from imagestudio.accounts.models import Scope
from imagestudio.library import storage
from tests import pictures
from tests.factories import bearer, sign_in
from tests.integration.generations.conftest import (
    alice,
    attempts_of,
    calls_of,
    media,
)

__all__ = ["alice", "media"]

# id, what is asked for, how many sources go in, what the picture must be
CALLS = [
    ("simple", {}, 0, ((1024, 1024), "PNG")),
    ("high quality", {"quality": "high"}, 0, ((1024, 1024), "PNG")),
    ("portrait", {"size": "1024x1536"}, 0, ((1024, 1536), "PNG")),
    ("webp", {"output_format": "webp", "quality": "high"}, 0, ((1024, 1024), "WEBP")),
    ("edit", {"size": "1024x1024"}, 1, ((1024, 1024), "PNG")),
    ("composition", {"size": "1536x1024"}, 4, ((1536, 1024), "PNG")),
    ("sixteen", {"output_format": "jpeg"}, 16, ((1024, 1024), "JPEG")),
]
IDS = [call[0] for call in CALLS]


def painted(number: int) -> bytes:
    return pictures.png(width=40, height=30, colour=f"#{number * 15:02x}4080")


def by_api(maker, asked, sources) -> Client:
    """Ask with a token; the sources are raw base64 and data URIs by turns."""
    texts = [base64.b64encode(data).decode() for data in sources]
    client = Client(headers=bearer(maker.membership, *Scope))
    answer = client.post(
        "/api/v1/generations",
        {
            "prompt": "A red fox in the snow",
            "sources": [
                {"data": text if index % 2 else f"data:image/png;base64,{text}"}
                for index, text in enumerate(texts)
            ],
            **asked,
        },
        content_type="application/json",
    )
    assert answer.status_code == 202, answer.content
    return client


def by_page(maker, asked, sources) -> Client:
    """Ask with the form, as a browser without scripts does."""
    client = sign_in(maker.membership.user)
    answer = client.post(
        f"/a/{maker.membership.account.slug}/",
        {
            "prompt": "A red fox in the snow",
            "model": "openai/gpt-image-2",
            "size": "auto",
            "quality": "auto",
            "output_format": "png",
            "background": "auto",
            "count": "1",
            "files": [
                SimpleUploadedFile(f"{index}.png", data, "image/png")
                for index, data in enumerate(sources)
            ],
            **asked,
        },
    )
    assert answer.status_code in {200, 302}, answer.content
    return client


@pytest.mark.parametrize("call", CALLS, ids=IDS)
@pytest.mark.parametrize("ask", [by_api, by_page])
def test_the_six_calls(alice, emulator, ask, call):
    _, asked, count, (size, form) = call
    client = ask(alice, asked, [painted(number) for number in range(count)])

    generation = Generation.objects.get()
    alice.work(generation)

    assert generation.state == State.COMPLETED
    picture = Pillow.open(BytesIO(storage.read(generation.image.file.key)))
    assert (picture.size, picture.format) == (size, form)
    (sent,) = calls_of(emulator, generation)
    kept = [source.file for source in generation.sources.select_related("file")]
    assert [one["sha256"] for one in sent["request"]["sources"]] == [
        hashlib.sha256(storage.read(file.key)).hexdigest() for file in kept
    ]
    assert [one.parent for one in generation.image.parents.order_by("position")] == [
        source.image for source in generation.sources.order_by("position")
    ]

    (attempt,) = attempts_of(generation)
    assert attempt.answer["state"] == "Completed"
    if ask is by_page:
        page = client.get(
            f"/a/{alice.membership.account.slug}/images/{generation.image_id}/"
        ).content.decode()
        assert "Completed" in page
        assert attempt.answer["result"]["image"] in page
        assert "Unified" in page
    else:
        told = client.get(f"/api/v1/generations/{generation.pk}").json()["attempts"][0]
        assert told["answer"]["state"] == "Completed"
        assert told["answer"]["result"]["image"] == attempt.answer["result"]["image"]
        assert told["answer"]["gatewayMetadata"]["keySource"] == "Unified"


@pytest.mark.parametrize("obeyed", [True, False], ids=["obeyed", "ignored"])
def test_a_transparent_background_is_made_by_the_older_model_and_checked(alice, emulator, obeyed):
    if not obeyed:
        emulator.set_fault("undeclared_ignored")

    image = alice.made(
        "A sticker of a fox", model="openai/gpt-image-1.5", background="transparent"
    ).image

    assert image.file.has_alpha is obeyed
    client = sign_in(alice.membership.user)
    page = client.get(f"/a/{alice.membership.account.slug}/images/{image.pk}/").content.decode()
    assert ("transparent" in page.lower()) is True
    assert ("opaque" in page.lower()) is not obeyed
