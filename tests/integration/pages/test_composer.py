"""The composer as a form: what it takes, what it refuses, and that it happens once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from generations.models import Batch, Generation, Source
from imagestudio.accounts.models import Role
from imagestudio.library.models import Image
from imagestudio.money.models import Hold
from imagestudio.money.services import set_budget
from tests.factories import make_generation, make_image, paint, personal

WISH = {
    "prompt": "A red fox",
    "model": "openai/gpt-image-2",
    "size": "1024x1024",
    "quality": "low",
    "output_format": "png",
    "background": "auto",
    "count": "1",
}
HTMX = {"headers": {"HX-Request": "true"}}


def test_it_makes_a_batch_and_leads_back(post, team):
    response = post(f"/a/{team.slug}/", {**WISH, "count": "3"})
    assert response.status_code == 302
    assert response["Location"] == f"/a/{team.slug}/"
    assert Generation.objects.owned_by(team).count() == 3


def test_scripts_get_the_tiles_and_a_new_key(post, team):
    html = post(f"/a/{team.slug}/", {**WISH, "key": "k1"}, **HTMX).content.decode()
    generation = Generation.objects.owned_by(team).get()
    assert f'id="generation-{generation.pk}"' in html
    assert 'id="composer-key"' in html
    assert 'value="k1"' not in html


def test_files_of_the_form_become_sources_behind_those_of_the_library(post, team, cast):
    image = make_image(team, cast.user(Role.CREATOR))
    file = SimpleUploadedFile("mine.png", paint(), "image/png")
    post(f"/a/{team.slug}/", {**WISH, "source": str(image.pk), "role": "style", "files": file})
    sources = Source.objects.filter(generation__account=team).order_by("position")
    assert [source.role for source in sources] == ["style", ""]
    assert sources[0].image == image
    assert sources[1].image.title == "mine"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"prompt": " "}, "Say what the picture should show."),
        ({"prompt": "x" * 32_001}, "GPT Image 2 reads 32,000"),
        ({"prompt": "a\0b"}, "Null characters are not allowed."),
        ({"model": "openai/none"}, "The studio does not know this model."),
        ({"model": ""}, "This field is required."),
        ({"size": "17x4"}, "does not offer this size"),
        ({"background": "transparent"}, "openai/gpt-image-1.5"),
        ({"count": "0"}, "Ask for 1 to 16 pictures at once."),
        ({"count": "17"}, "Ask for 1 to 16 pictures at once."),
        ({"count": "many"}, "Enter a whole number."),
        ({"source": "not-an-id"}, "A source is not a picture of this library."),
        ({"source": "00000000-0000-7000-8000-000000000000"}, "Image 1 is not in the library."),
        ({"key": "é"}, "printable ASCII"),
        ({"parent": "00000000-0000-7000-8000-000000000000"}, "not in this account"),
    ],
)
@pytest.mark.parametrize("extra", [{}, HTMX], ids=["form", "script"])
def test_bad_input_is_the_form_again_with_words_and_nothing_is_stored(
    post, team, change, words, extra
):
    response = post(f"/a/{team.slug}/", {**WISH, **change}, **extra)
    assert response.status_code in (404, 422)
    assert words in response.content.decode()
    assert not Batch.objects.exists()
    assert not Hold.objects.exists()


def test_seventeen_sources_are_refused(post, team, cast):
    images = [make_image(team, cast.user(Role.CREATOR)) for _ in range(17)]
    response = post(f"/a/{team.slug}/", {**WISH, "source": [str(one.pk) for one in images]})
    assert "at most 16 source pictures" in response.content.decode()
    assert not Batch.objects.exists()


@pytest.mark.parametrize("data", [b"", b"only words", paint()[:60]], ids=["empty", "text", "cut"])
def test_a_bad_file_is_refused_and_nothing_is_stored(post, team, data):
    file = SimpleUploadedFile("bad.png", data, "image/png")
    response = post(f"/a/{team.slug}/", {**WISH, "files": file})
    assert response.status_code in (415, 422)
    assert not Image.objects.exists()
    assert not Hold.objects.exists()


def test_a_picture_of_somebody_else_is_no_source(post, team, cast):
    stranger = cast.user("stranger")
    image = make_image(cast.others, stranger)
    response = post(f"/a/{team.slug}/", {**WISH, "source": str(image.pk)})
    assert "Image 1 is not in the library." in response.content.decode()


def test_the_same_form_twice_is_one_batch(post, team):
    first = post(f"/a/{team.slug}/", {**WISH, "key": "again"})
    second = post(f"/a/{team.slug}/", {**WISH, "key": "again"})
    third = post(f"/a/{team.slug}/", {**WISH, "key": "again"}, **HTMX)
    assert [first.status_code, second.status_code, third.status_code] == [302, 302, 200]
    assert Batch.objects.owned_by(team).count() == 1
    html = third.content.decode()
    assert f'id="generation-{Generation.objects.owned_by(team).get().pk}"' in html
    assert 'id="composer-key"' in html  # the next wish is another one


def test_another_wish_under_a_used_key_gets_a_new_key(post, team):
    post(f"/a/{team.slug}/", {**WISH, "key": "again"}, **HTMX)
    other = post(f"/a/{team.slug}/", {**WISH, "prompt": "A wolf", "key": "again"}, **HTMX)
    assert other.status_code == 422
    html = other.content.decode()
    assert "sent a moment ago" in html
    assert 'id="composer-key"' in html
    assert Batch.objects.owned_by(team).count() == 1


def test_without_money_nothing_is_made_and_it_is_said(post, team):
    set_budget(account=team, limit=0)
    response = post(f"/a/{team.slug}/", WISH)
    assert response.status_code == 402
    assert "is left of the account&#x27;s budget" in response.content.decode()
    assert not Batch.objects.exists()


def test_a_form_without_its_token_is_refused(window, team):
    response = window.post(f"/a/{team.slug}/", WISH)
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()
    assert not Batch.objects.exists()


def test_a_viewer_sees_no_composer_and_cannot_send(cast, team):
    viewer = cast.signed_in(Role.VIEWER)
    assert 'id="composer"' not in viewer.get(f"/a/{team.slug}/").content.decode()
    assert viewer.post(f"/a/{team.slug}/", WISH).status_code == 403
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"quality": "low"}, ["Create", "about", "$0.006"]),
        ({"quality": "low", "count": "4"}, ["Create 4", "$0.02"]),
        ({"quality": "auto", "size": "auto"}, ["$0.21"]),
        ({"quality": "low", "source": "any"}, ["Edit", "$0.06"]),
    ],
)
def test_the_price_follows_the_form(post, team, fields, words):
    html = post(f"/a/{team.slug}/composer/price", {**WISH, **fields}).content.decode()
    assert all(word in html for word in words)


@pytest.mark.parametrize("fields", [{}, {"count": "-1"}, {"count": "x"}, {"quality": "best"}])
def test_what_has_no_price_has_none(post, team, fields):
    sent = {**WISH, **fields} if fields else {}
    html = post(f"/a/{team.slug}/composer/price", sent).content.decode()
    assert "$" not in html


def test_the_menus_of_a_model_keep_what_it_has_and_say_what_it_has_not(window, team):
    asked = "model=openai/gpt-image-2&quality=high&background=transparent"
    html = window.get(f"/a/{team.slug}/composer/parameters?{asked}").content.decode()
    assert '<option value="high" selected>' in html
    assert 'value="transparent"' not in html
    assert "openai/gpt-image-1.5" in html


def test_what_will_be_sent_names_the_values_that_leave(post, team, cast):
    image = make_image(team, cast.user(Role.CREATOR))
    fields = {**WISH, "source": str(image.pk), "count": "2"}
    html = post(f"/a/{team.slug}/composer/preview", fields).content.decode()
    assert "one call for each" in html
    assert "<dt>quality</dt><dd><code>low</code>" in html
    assert "output_format" not in html  # PNG is the gateway's default and is not sent
    assert "64 × 48" in html


def test_an_upload_is_answered_with_its_thumbnail(post, team):
    file = SimpleUploadedFile("mine.png", paint(), "image/png")
    html = post(f"/a/{team.slug}/composer/sources", {"file": file}).content.decode()
    image = Image.objects.owned_by(team).get()
    assert f'data-image="{image.pk}"' in html


def test_a_bad_upload_is_answered_with_words(post, team):
    file = SimpleUploadedFile("<b>.png", b"only words", "image/png")
    response = post(f"/a/{team.slug}/composer/sources", {"file": file})
    assert response.status_code == 422
    assert "&lt;b&gt;.png" in response.content.decode()
    assert post(f"/a/{team.slug}/composer/sources").status_code == 422


def test_thumbnails_of_others_are_not_drawn(window, team, cast):
    image = make_image(cast.others, cast.user("stranger"))
    response = window.get(f"/a/{team.slug}/composer/sources?source={image.pk}")
    html = response.content.decode()
    assert "No longer here" in html
    assert "<img" not in html


def test_reuse_fills_in_everything(window, team, cast):
    image = make_image(team, cast.user(Role.CREATOR))
    generation = make_generation(
        cast.membership(Role.CREATOR), prompt="<i>Again</i>", sources=[image]
    )
    html = window.get(f"/a/{team.slug}/?from={generation.pk}").content.decode()
    assert "&lt;i&gt;Again&lt;/i&gt;</textarea>" in html
    assert f'data-image="{image.pk}"' in html
    assert 'data-mode="replace"' in html


@pytest.mark.parametrize("name", ["from", "source", "add"])
@pytest.mark.parametrize("value", ["nonsense", "00000000-0000-7000-8000-000000000000"])
def test_beginning_with_what_is_not_there_is_not_found(window, team, name, value):
    assert window.get(f"/a/{team.slug}/?{name}={value}").status_code == 404


def test_beginning_with_what_is_not_yours_is_not_found(window, team, cast):
    stranger = personal(cast.user("stranger"))
    image = make_image(stranger.account, stranger.user)
    generation = make_generation(stranger)
    assert window.get(f"/a/{team.slug}/?source={image.pk}").status_code == 404
    assert window.get(f"/a/{team.slug}/?from={generation.pk}").status_code == 404


def test_u2_another_file_of_the_same_name_and_size_under_the_same_key_is_refused(post, team):
    def ask(data):
        file = SimpleUploadedFile("f.png", data, "image/png")
        return post(f"/a/{team.slug}/", {**WISH, "key": "k1", "files": file})

    one, other = paint(colour="#010203"), paint(colour="#030201")
    assert len(one) == len(other)
    assert (ask(one).status_code, ask(one).status_code) == (302, 302)
    assert ask(other).status_code == 422
    assert Generation.objects.owned_by(team).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": "9b2e7c9e-0000-4000-8000-000000000000", "role": "hero"},
        {"source": "not an id"},
        {"picture": SimpleUploadedFile("f.png", paint(), "image/png")},
    ],
    ids=["role", "id", "field of the file"],
)
def test_sources_that_cannot_be_taken_are_never_left_out(post, team, wrong):
    assert post(f"/a/{team.slug}/", {**WISH, **wrong}).status_code == 422
    assert not Generation.objects.exists()
