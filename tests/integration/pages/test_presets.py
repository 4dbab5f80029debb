"""Presets and source sets: kept from the composer, used again, changed, removed and put back."""

from urllib.parse import urlencode

import pytest

from generations.models import Preset, SourceSet, State
from generations.services import kept
from imagestudio.accounts.models import Role
from tests.factories import make_generation, make_image, make_preset, make_source_set

HTMX = {"headers": {"HX-Request": "true"}}
COMPOSED = {
    "prompt": "{prompt}, in ink",
    "model": "openai/gpt-image-2",
    "size": "1024x1536",
    "quality": "high",
    "output_format": "webp",
    "background": "auto",
    "count": "3",
}


@pytest.fixture
def member(cast):
    return cast.membership(Role.CREATOR)


@pytest.fixture
def images(team, member):
    return [make_image(team, member.user) for _ in range(2)]


def test_the_composer_is_kept_with_its_parameters(post, team):
    fields = {**COMPOSED, "name": " Ink ", "keeps_parameters": "on"}
    html = post(f"/a/{team.slug}/presets/", fields, **HTMX).content.decode()
    assert "“Ink” is saved" in html
    preset = Preset.objects.owned_by(team).kept().get()
    assert (preset.name, preset.prompt, preset.model) == (
        "Ink",
        COMPOSED["prompt"],
        COMPOSED["model"],
    )
    assert preset.parameters == {
        "quality": "high",
        "size": "1024x1536",
        "background": "auto",
        "output_format": "webp",
    }


def test_a_style_has_no_parameters_and_a_preset_begins_the_composer(post, window, team):
    post(f"/a/{team.slug}/presets/", {**COMPOSED, "name": "Ink"})
    preset = Preset.objects.owned_by(team).kept().get()
    assert (preset.model, preset.parameters) == ("", {})
    html = window.get(f"/a/{team.slug}/?preset={preset.pk}").content.decode()
    assert 'data-mode="preset" data-sets-parameters="no"' in html
    assert "{prompt}, in ink</textarea>" in html


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"name": ""}, 422, "This field is required."),
        ({"name": "a" * 81}, 422, "at most 80"),
        ({"name": "a\u2028b"}, 422, "in one line"),
        ({"name": "ink"}, 409, "This name is taken"),
        ({"prompt": " "}, 422, "Write a prompt or a style"),
        ({"prompt": "x" * 32_001}, 422, "GPT Image 2 reads 32,000"),
        ({"prompt": "a\0"}, 422, "Null characters"),
        ({"keeps_parameters": "on", "size": "7x7"}, 422, "does not offer this size"),
        ({"keeps_parameters": "on", "model": "openai/none"}, 422, "does not know this model"),
    ],
)
@pytest.mark.parametrize("extra", [{}, HTMX], ids=["form", "script"])
def test_what_cannot_be_kept_is_said_in_words(post, team, member, change, status, words, extra):
    make_preset(member, name="Ink")
    response = post(f"/a/{team.slug}/presets/", {**COMPOSED, "name": "New", **change}, **extra)
    assert response.status_code == status
    assert words in response.content.decode()
    assert Preset.objects.count() == 1


def test_there_is_an_end_to_keeping(post, team, member, monkeypatch):
    monkeypatch.setattr(kept, "MOST_KEPT", 1)
    make_preset(member)
    assert post(f"/a/{team.slug}/presets/", {**COMPOSED, "name": "New"}).status_code == 409


def test_a_preset_is_changed_and_a_refused_change_is_not_lost(post, team, member):
    preset, other = make_preset(member, name="Ink"), make_preset(member, name="Oil")
    address = f"/a/{team.slug}/presets/{preset.pk}/change"
    refused = post(address, {"name": other.name, "prompt": "a new text"})
    assert refused.status_code == 409
    assert "a new text</textarea>" in refused.content.decode()
    assert post(address, {"name": "Pencil", "prompt": "In pencil"}).status_code == 302
    preset.refresh_from_db()
    assert (preset.name, preset.prompt) == ("Pencil", "In pencil")
    assert post(address, {"name": "Pencil", "prompt": ""}).status_code == 422


@pytest.mark.parametrize("kind", ["presets", "source-sets"])
def test_what_was_removed_can_be_put_back_unless_its_name_was_taken(
    post, window, team, member, images, kind
):
    def make():
        if kind == "presets":
            return make_preset(member, name="Same")
        return make_source_set(member, *images, name="Same")

    kept = make()
    back = post(f"/a/{team.slug}/{kind}/{kept.pk}/remove")
    html = window.get(back["Location"]).content.decode()
    assert "“Same” was removed." in html
    assert post(f"/a/{team.slug}/{kind}/{kept.pk}/remove").status_code == 404
    second = make()
    assert post(f"/a/{team.slug}/{kind}/{kept.pk}/restore").status_code == 409
    post(f"/a/{team.slug}/{kind}/{second.pk}/remove")
    assert post(f"/a/{team.slug}/{kind}/{kept.pk}/restore").status_code == 302
    assert type(kept).objects.owned_by(team).kept().get() == kept
    assert post(f"/a/{team.slug}/{kind}/{kept.pk}/explode").status_code == 404


def test_sources_are_kept_in_their_order_with_their_roles(post, window, team, images):
    keys = [str(one.pk) for one in images[::-1]]
    fields = {"name": "Mascot", "source": keys, "role": ["style", ""]}
    assert "is saved" in post(f"/a/{team.slug}/source-sets/", fields, **HTMX).content.decode()
    kept = SourceSet.objects.owned_by(team).kept().get()
    assert [(str(one.image_id), one.role) for one in kept.items.all()] == [
        (keys[0], "style"),
        (keys[1], ""),
    ]
    page = window.get(f"/a/{team.slug}/?set={kept.pk}")
    assert [(str(one.key), one.role) for one in page.context["sources"]] == [
        (keys[0], "style"),
        (keys[1], ""),
    ]


@pytest.mark.parametrize("fields", [{}, {"source": "no-id"}, {"source": ["{0}"] * 17}])
def test_a_set_has_1_to_16_pictures_of_the_library(post, team, images, fields):
    filled = urlencode(fields, doseq=True).replace("%7B0%7D", str(images[0].pk))
    answer = post(
        f"/a/{team.slug}/source-sets/",
        {"name": "None", **{k: [p.split("=")[1] for p in filled.split("&")] for k in fields}},
    )
    assert answer.status_code == 422
    assert not SourceSet.objects.exists()


def test_a_source_that_left_the_library_keeps_its_place(window, team, member, images):
    kept = make_source_set(member, *images)
    images[0].trashed_at = images[0].added_at
    images[0].save()
    sources = window.get(f"/a/{team.slug}/?set={kept.pk}").context["sources"]
    assert [(one.key, one.image, one.is_in_trash) for one in sources] == [
        (images[0].pk, None, True),
        (images[1].pk, images[1], False),
    ]
    assert "No longer in the library" in window.get(f"/a/{team.slug}/presets/").content.decode()


def test_a_persons_last_prompts_are_found_again(window, team, member, cast):
    for prompt in ("A red fox", "A lighthouse", "A red fox"):
        make_generation(member, state=State.CANCELLED, prompt=prompt)
    make_generation(cast.membership(Role.OWNER), state=State.CANCELLED, prompt="Not mine")
    used = window.get(f"/a/{team.slug}/composer/prompts").context["used"]
    assert [one.prompt for one in used] == ["A red fox", "A lighthouse"]
    found = window.get(f"/a/{team.slug}/composer/prompts?q=FOX+red").context["used"]
    assert [one.prompt for one in found] == ["A red fox"]
    nothing = window.get(f"/a/{team.slug}/composer/prompts?q=%25").content.decode()
    assert "Nothing here has these words." in nothing


def test_viewers_look_and_change_nothing(cast, team, member):
    make_preset(member, name="Ink")
    html = cast.signed_in(Role.VIEWER).get(f"/a/{team.slug}/presets/").content.decode()
    assert "Ink" in html
    assert "Change or remove" not in html
    assert "New preset" not in html
