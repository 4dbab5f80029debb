"""The page of a public picture: its words, its neighbours, loving it, making one's own of it."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from imagestudio.accounts.models import Role
from imagestudio.library.models import Love, Publication
from tests.factories import make_user, sign_in
from tests.threads import at_once


def html_of(client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_it_shows_what_was_published(stranger, published) -> None:
    image = published("Lighthouse", prompt="A tower <by> the sea", name="Studio North")
    html = html_of(stranger, f"/explore/{image.pk}/")
    for words in ("Lighthouse", "A tower <by> the sea", "Studio North", "openai/gpt-image-2"):
        assert words in html
    assert f"/explore/{image.pk}/renditions/1024" in html
    assert "original" not in html


def test_without_its_prompt_it_cannot_be_remixed(stranger, creator_client, published) -> None:
    image = published()
    html = html_of(stranger, f"/explore/{image.pk}/")
    assert "Remix" not in html
    assert creator_client.get(f"/explore/{image.pk}/remix").status_code == 404


def test_a_public_picture_can_be_passed_on(stranger, published, settings) -> None:
    settings.PUBLIC_URL = "https://studio.example.com"
    image = published("Lighthouse", prompt="A tower")
    html = html_of(stranger, f"/explore/{image.pk}/")
    address = f"https://studio.example.com/explore/{image.pk}/"
    assert f'<meta property="og:url" content="{address}">' in html
    assert f'<meta property="og:image" content="{address}renditions/1024">' in html
    assert '<meta property="og:title" content="Lighthouse">' in html
    assert 'rel="alternate" type="application/atom+xml"' in html


@pytest.mark.parametrize(
    ("query", "order"), [("", "CBA"), ("?sort=loved", "BCA"), ("?q=odd", "CA")]
)
def test_pictures_lead_to_each_other_in_the_order_one_came_from(
    stranger, published, query, order
) -> None:
    images = {name: published(f"{name} {'odd' if name in 'AC' else 'even'}") for name in "ABC"}
    Publication.objects.filter(pk=images["B"].pk).update(loves=2)
    names = {one.pk: name for name, one in images.items()}
    for place, name in enumerate(order):
        context = stranger.get(f"/explore/{images[name].pk}/{query}").context
        beside = [context["previous"], context["following"]]
        wanted = [order[place - 1] if place else None, (order + " ")[place + 1].strip() or None]
        assert [one and names[one.id] for one in beside] == wanted


def test_a_love_is_counted_once_and_can_be_taken_back(cast, published, api) -> None:
    image = published()
    page, love = f"/explore/{image.pk}/", f"/explore/{image.pk}/love"
    person = cast.signed_in("stranger")
    for _ in range(2):
        assert person.post(love)["Location"] == page
    assert 'aria-pressed="true"' in html_of(person, page)
    assert api.put(f"/api/v1{love}").json() == {"loves": 2, "is_loved": True}
    part = person.post(love, {"loves": "0"}, headers={"HX-Request": "true"}).content.decode()
    assert 'aria-pressed="false"' in part
    assert "<html" not in part
    assert api.delete(f"/api/v1{love}").json() == {"loves": 0, "is_loved": False}
    assert api.delete(f"/api/v1{love}").json() == {"loves": 0, "is_loved": False}


def test_whoever_loves_faster_than_one_can_look_has_to_wait(cast, published, monkeypatch) -> None:
    monkeypatch.setattr("imagestudio.library.services.publishing.LOVES_PER_MINUTE", 2)
    love, person = f"/explore/{published().pk}/love", cast.signed_in("stranger")
    assert [person.post(love, {"loves": n}).status_code for n in "101"] == [302, 302, 429]
    assert not Love.objects.exists()
    assert cast.signed_in("viewer").post(love).status_code == 302


def test_whoever_is_not_signed_in_comes_back_to_the_picture(client, published) -> None:
    image = published()
    page = f"/explore/{image.pk}/"
    answer = client.post(f"{page}love")
    assert parse_qs(urlsplit(answer["Location"]).query) == {"next": [page]}
    assert f"/accounts/login/?next={page}" in html_of(client, page)
    assert not Love.objects.exists()


def test_many_loves_at_once_are_all_counted(rows, cast, published) -> None:
    image = published()
    people = [make_user() for _ in range(6)]
    twice_each = iter([sign_in(one) for one in people for _ in range(2)])

    def love() -> int:
        return next(twice_each).post(f"/explore/{image.pk}/love").status_code

    assert at_once(2 * len(people), love) == [302] * 2 * len(people)
    assert Publication.objects.get().loves == Love.objects.count() == len(people)


def test_remix_begins_with_the_prompt_and_how_it_was_made(cast, published) -> None:
    image = published("Lighthouse", prompt="A tower by the sea")
    person = cast.user("stranger")
    answer = sign_in(person).get(f"/explore/{image.pk}/remix")
    assert answer["Location"] == f"/a/{person.personal_account.slug}/?remix={image.pk}"
    page = sign_in(person).get(answer["Location"])
    assert page.context["form"].initial == {
        "prompt": "A tower by the sea",
        "model": "openai/gpt-image-2",
        "quality": "high",
        "size": "1024x1024",
    }
    assert page.context["sources"] == ()


def test_remix_waits_until_one_has_signed_in(stranger, published) -> None:
    image = published(prompt="A tower")
    address = f"/explore/{image.pk}/remix"
    answer = stranger.get(address)
    assert parse_qs(urlsplit(answer["Location"]).query) == {"next": [address]}


def test_the_words_are_those_that_were_published(stranger, published, cast) -> None:
    image = published("Lighthouse", prompt="A tower")
    image.title, image.prompt = "CHANGED", "CHANGED"
    image.save(update_fields=["title", "prompt"])
    person = cast.signed_in(Role.VIEWER)
    assert "CHANGED" not in html_of(stranger, f"/explore/{image.pk}/")
    assert "CHANGED" not in html_of(person, f"/explore/{image.pk}/remix")


def test_the_api_gives_the_same(stranger, published) -> None:
    image = published("Lighthouse", name="Studio North")
    item = stranger.get("/api/v1/explore").json()["items"][0]
    assert item == stranger.get(f"/api/v1/explore/{image.pk}").json()
    assert (item["title"], item["name"], item["prompt"], item["model"]) == (
        "Lighthouse",
        "Studio North",
        "",
        "",
    )
    small = item["urls"]["renditions"]["256"]
    assert re.fullmatch(r"/explore/[0-9a-f-]+/renditions/256", small)
    assert b"".join(stranger.get(small))
