"""U22: an id of somebody else in a body is answered like an id of nothing."""

import json
import re
from typing import Any

import pytest

from generations.models import Generation, Source, SourceSet
from imagestudio.library.models import ShareLink
from tests.integration.isolation.stage import Answer, Stage
from tests.integration.isolation.table import Row

pytestmark = pytest.mark.django_db

NOTHING = "019aa1b2-0000-7000-8000-000000000000"
OF_THIS_REQUEST = re.compile(rb'"request_id":\s*"[0-9a-f]+"')
COMPOSER = {
    "prompt": "A fox",
    "model": "openai/gpt-image-2",
    "size": "auto",
    "quality": "auto",
    "background": "auto",
    "output_format": "png",
    "count": "1",
}

BODIES: dict[str, tuple[str, dict[str, Any]]] = {
    "source": ("/api/v1/generations", {"prompt": "a", "sources": [{"image_id": "{image}"}]}),
    "second-source": (
        "/api/v1/generations",
        {"prompt": "a", "sources": [{"image_id": "{own}"}, {"image_id": "{image}"}]},
    ),
    "parent": ("/api/v1/generations", {"prompt": "a", "parent_id": "{failed}"}),
    "priced-source": ("/api/v1/estimates", {"prompt": "a", "sources": [{"image_id": "{image}"}]}),
    "downloaded": ("/api/v1/exports", {"ids": ["{image}"]}),
    "shared-image": ("/api/v1/shares", {"image_id": "{image}"}),
    "shared-album": ("/api/v1/shares", {"album_id": "{album}"}),
    "set-source": ("/api/v1/source-sets", {"name": "a", "sources": [{"image_id": "{image}"}]}),
    "changed": ("/api/v1/changes", {"deed": "favourite", "ids": ["{image}"]}),
    "its-album": (
        "/api/v1/changes",
        {"deed": "add_to_album", "ids": ["{own}"], "album": "{album}"},
    ),
    "parent-album": ("/api/v1/albums", {"name": "a", "parent": "{album}"}),
    "reported": ("/api/v1/reports", {"image_id": "{waiting}", "reason": "hate"}),
    "reported-private": ("/api/v1/reports", {"image_id": "{image}", "reason": "hate"}),
    "decided-together": (
        "/api/v1/moderation/bulk-deeds",
        {"choice": "ticked", "cases": [{"id": "{case}", "version": 0}], "action": "keep"},
    ),
    "priced-parent": ("/api/v1/estimates", {"prompt": "a", "parent_id": "{failed}"}),
}
FORMS = {
    "composer-source": ("/a/{slug}/", {"source": "{image}"}),
    "composer-parent": ("/a/{slug}/", {"parent": "{failed}"}),
    "album-parent": ("/a/{slug}/albums/", {"name": "a", "parent": "{album}"}),
    "changed-image": ("/a/{slug}/library/changes", {"deed": "favourite", "id": "{image}"}),
    "downloaded": ("/a/{slug}/library/download", {"id": "{image}"}),
    "decided-together": ("/moderation/bulk/new", {"case": "{case}:0"}),
    "set-source": ("/a/{slug}/source-sets/", {"name": "a", "source": "{image}"}),
    "preview-source": ("/a/{slug}/composer/preview", {"source": "{image}"}),
}
QUERIES = {
    "compared": "/a/{slug}/compare/?a={own}&b={image}",
    "to-compare": "/a/{slug}/compare/?a={image}",
    "composer-again": "/a/{slug}/?from={failed}",
    "composer-edit": "/a/{slug}/?source={image}",
    "composer-reuse": "/a/{slug}/?reuse={image}",
    "composer-preset": "/a/{slug}/?preset={preset}",
    "composer-set": "/a/{slug}/?set={source_set}",
    "composer-remix": "/a/{slug}/?remix={image}",
    "composer-remix-waiting": "/a/{slug}/?remix={waiting}",
    "composer-add": "/a/{slug}/?add={image}",
}


def answers(stage: Stage, row: Row) -> tuple[Answer, Answer]:
    """Return what the neighbour gets for an id of the team, and for one of nothing."""
    foreign = stage.ask(row, "neighbour")
    stage.things |= {"image": NOTHING, "failed": NOTHING, "album": NOTHING}
    names = ("image", "failed", "preset", "source_set", "waiting", "case")
    stage.things |= dict.fromkeys(names, NOTHING)
    return foreign, stage.ask(row, "neighbour")


def bare(answer: Answer) -> bytes:
    """Return an answer without what every request has of its own."""
    return OF_THIS_REQUEST.sub(b"", answer.content)


@pytest.mark.parametrize(("address", "body"), BODIES.values(), ids=BODIES)
def test_in_the_api(stage: Stage, address: str, body: dict[str, Any]) -> None:
    own = stage.make_image_of_neighbour()
    filled = json.loads(json.dumps(body).replace("{own}", str(own)))
    foreign, nothing = answers(stage, Row("", "POST", address, {}, json=filled))
    assert foreign.status in {404, 422}
    assert (foreign.status, bare(foreign)) == (nothing.status, bare(nothing))
    assert not Generation.objects.owned_by(stage.cast.others).exists()
    assert not Source.objects.exists()
    assert not ShareLink.objects.owned_by(stage.cast.others).exists()
    assert not SourceSet.objects.owned_by(stage.cast.others).kept().exists()


@pytest.mark.parametrize(("address", "fields"), FORMS.values(), ids=FORMS)
def test_in_the_composer(stage: Stage, address: str, fields: dict[str, str]) -> None:
    row = Row("", "POST", address, {}, form=COMPOSER | fields)
    foreign, nothing = answers(stage, row)
    assert foreign.status == nothing.status
    assert not foreign.is_marked
    assert not Generation.objects.owned_by(stage.cast.others).exists()
    assert not Source.objects.exists()


@pytest.mark.parametrize("address", QUERIES.values(), ids=QUERIES)
def test_in_an_address(stage: Stage, address: str) -> None:
    own = str(stage.make_image_of_neighbour())
    foreign, nothing = answers(stage, Row("", "GET", address.replace("{own}", own), {}))
    assert (foreign.status, nothing.status) == (404, 404)
    assert not foreign.is_marked
