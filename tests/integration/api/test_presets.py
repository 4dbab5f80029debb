"""Presets and source sets by the API."""

import pytest

from generations.models import Preset, SourceSet
from imagestudio.accounts.models import Role, Scope
from tests.factories import bearer, make_image, make_preset, make_source_set

pytestmark = pytest.mark.django_db
INK = {"name": "Ink", "prompt": "{prompt}, in ink", "parameters": {"quality": "high"}}


@pytest.fixture
def member(cast):
    return cast.membership(Role.CREATOR)


@pytest.fixture
def program(client, member):
    """Return a program that may read and write the library."""
    client.defaults["HTTP_AUTHORIZATION"] = bearer(member, Scope.LIBRARY_READ, Scope.LIBRARY_WRITE)[
        "Authorization"
    ]
    return client


def send(program, address, body, **headers):
    return program.post(f"/api/v1/{address}", body, "application/json", headers=headers)


def test_a_preset_is_saved_once_listed_changed_removed_and_restored(program):
    first = send(program, "presets", INK, **{"Idempotency-Key": "one"})
    again = send(program, "presets", INK, **{"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    body = first.json()
    assert body["parameters"] == {
        "model": "openai/gpt-image-2",
        "quality": "high",
        "size": "auto",
        "background": "auto",
        "output_format": "png",
    }
    address = first["Location"]
    assert program.get(address).json() == body
    changed = program.patch(address, {"prompt": "In oil"}, "application/json").json()
    assert changed == {**body, "prompt": "In oil"}
    assert program.get("/api/v1/presets").json()["items"] == [changed]
    assert program.delete(address).status_code == 204
    assert program.get(address).status_code == 404
    assert program.get("/api/v1/presets").json()["items"] == []
    assert program.post(f"{address}/restore").json() == changed


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"name": ""}, 422, "name"),
        ({"name": "x" * 81}, 422, "name"),
        ({"prompt": "", "parameters": None}, 422, "prompt"),
        ({"parameters": {"model": "none"}}, 422, "model"),
        ({"parameters": {"size": "1x1"}}, 422, "size"),
        ({"colour": "red"}, 422, "colour"),
        ({"name": "OIL"}, 409, "name"),
    ],
)
def test_bad_presets_are_refused(program, member, change, status, field):
    make_preset(member, name="Oil")
    answer = send(program, "presets", {**INK, **change})
    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == field
    assert Preset.objects.count() == 1


def test_a_source_set_says_what_has_left_the_library(program, member, team):
    images = [make_image(team, member.user) for _ in range(2)]
    sources = [{"image_id": str(one.pk), "role": "style"} for one in images]
    made = send(program, "source-sets", {"name": "Mascot", "sources": sources})
    assert made.status_code == 201
    images[1].trashed_at = images[1].added_at
    images[1].save()
    shown = program.get(made["Location"]).json()
    assert [(one["position"], one["is_in_library"]) for one in shown["sources"]] == [
        (1, True),
        (2, False),
    ]
    images[0].moderation = "hidden_all"
    images[0].save()
    shown = program.get(made["Location"]).json()
    assert [one["image_id"] for one in shown["sources"]] == [None, str(images[1].pk)]
    renamed = program.patch(made["Location"], {"name": "Logo"}, "application/json").json()
    assert renamed == {**shown, "name": "Logo"}
    assert program.delete(made["Location"]).status_code == 204
    assert program.post(f"{made['Location']}/restore").json() == renamed
    assert program.get("/api/v1/source-sets").json()["items"] == [renamed]


@pytest.mark.parametrize("sources", [[], [{"image_id": "{own}"}] * 17, [{"image_id": "x"}], [{}]])
def test_bad_source_sets_are_refused(program, member, team, sources):
    own = str(make_image(team, member.user).pk)
    filled = [{key: value.replace("{own}", own) for key, value in one.items()} for one in sources]
    assert send(program, "source-sets", {"name": "a", "sources": filled}).status_code == 422
    assert not SourceSet.objects.exists()


def test_names_are_free_in_every_account(cast, member):
    make_preset(member, name="Ink")
    make_preset(cast.membership_of_stranger(), name="Ink")
    image = make_image(cast.others, cast.user("stranger"))
    make_source_set(cast.membership_of_stranger(), image, name="Ink")
