"""Reusing a picture: everything that it was made of, wherever that is known, and what is gone."""

import pytest

from generations.catalogue import Parameters
from generations.models import Batch, State
from imagestudio.accounts.models import Role
from imagestudio.library.models import Derivation, Image
from tests.factories import make_generation, make_image


@pytest.fixture
def sources(cast, team):
    return [make_image(team, cast.user(Role.CREATOR)) for _ in range(2)]


def begun(window, team, image):
    """Return what the composer begins with when this picture is reused."""
    context = window.get(f"/a/{team.slug}/?reuse={image.pk}").context
    asked = {name: context["form"][name].value() for name in ("prompt", "size", "quality")}
    return asked, [(one.key, one.role) for one in context["sources"]]


def test_a_picture_of_another_member_is_reused_with_everything(window, team, cast, sources):
    made = make_generation(
        cast.membership(Role.OWNER),
        state=State.COMPLETED,
        sources=sources,
        prompt="A fox",
        parameters=Parameters(size="1024x1536", quality="low"),
    )
    wanted = {"prompt": "A fox", "size": "1024x1536", "quality": "low"}
    assert begun(window, team, made.image) == (wanted, [(one.pk, "") for one in sources])


def test_an_import_is_reused_as_far_as_the_library_remembers(window, team, cast, sources):
    image = make_image(
        team,
        cast.user(Role.OWNER),
        origin=Image.Origin.GENERATED,
        prompt="An older fox",
        model="openai/gpt-image-1.5",
        quality="high",
        size="1536x1024",
    )
    Derivation.objects.create(
        account=team, child=image, parent=sources[1], position=1, role="style"
    )
    wanted = {"prompt": "An older fox", "size": "1536x1024", "quality": "high"}
    assert begun(window, team, image) == (wanted, [(sources[1].pk, "style")])
    page = window.get(f"/a/{team.slug}/images/{image.pk}/").content.decode()
    assert f"?reuse={image.pk}" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"trashed": True}, "In the trash"),
        ({"moderation": "hidden_all"}, "No longer here"),
        ({"purged": True}, "No longer here"),
    ],
)
def test_a_source_that_is_gone_is_shown_and_not_dropped(
    window, post, team, cast, sources, fields, words
):
    made = make_generation(
        cast.membership(Role.CREATOR), state=State.COMPLETED, sources=sources, prompt="Both"
    )
    gone = sources[0]
    changes = {"trashed_at": gone.added_at} if "trashed" in fields else dict(fields)
    if "purged" in fields:
        changes = {"purged_at": gone.added_at, "file": None}
    Image.objects.filter(pk=gone.pk).update(**changes)
    html = window.get(f"/a/{team.slug}/?reuse={made.image_id}").content.decode()
    assert words in html
    assert html.index(str(gone.pk)) < html.index(str(sources[1].pk))
    wish = {
        "prompt": "Both",
        "model": "openai/gpt-image-2",
        "size": "auto",
        "quality": "auto",
        "background": "auto",
        "output_format": "png",
        "count": "1",
        "source": [str(one.pk) for one in sources],
    }
    refused = post(f"/a/{team.slug}/", wish)
    assert refused.status_code == 422
    assert "Image 1 is not in the library." in refused.content.decode()
    assert words in refused.content.decode()
    assert Batch.objects.count() == 1


def test_what_somebody_else_has_looks_like_what_never_was(window, team, cast):
    theirs = make_image(cast.others, cast.user("stranger"), trashed_at="2026-01-01T00:00:00Z")
    html = window.get(f"/a/{team.slug}/composer/sources?source={theirs.pk}").content.decode()
    assert "No longer here" in html


def test_an_upload_has_nothing_to_reuse(window, team, sources):
    page = window.get(f"/a/{team.slug}/images/{sources[0].pk}/").content.decode()
    assert "?reuse=" not in page
