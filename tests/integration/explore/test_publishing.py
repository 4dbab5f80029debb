"""Publishing from a picture's own page: what is asked, what is told, and taking it back."""

import pytest

from imagestudio.accounts.models import Role, Trust, User
from imagestudio.library.models import Image, Publication
from imagestudio.moderation.models import Case
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.deciding import Verdict, decide
from imagestudio.moderation.services.notices import Notice
from tests.factories import make_image

PART = {"HX-Request": "true"}


@pytest.fixture
def image(cast) -> Image:
    user = cast.user(Role.CREATOR)
    return make_image(cast.team, user, title="Lighthouse", prompt="A tower")


@pytest.fixture
def own_page(team, image) -> str:
    return f"/a/{team.slug}/images/{image.pk}/"


@pytest.fixture
def trusted(cast) -> None:
    User.objects.filter(pk=cast.user(Role.CREATOR).pk).update(trust=Trust.TRUSTED)


def settle(cast, action: Action, **fields: str) -> None:
    case = Case.objects.unclosed().get()
    decide(
        moderator=cast.user("moderator"),
        case_id=case.pk,
        version=case.version,
        verdict=Verdict(action, **fields),
    )
    Notice.objects.update(sent_at=Notice.objects.get().made_at)


def test_it_says_what_happens_next_and_waits(creator_client, own_page) -> None:
    html = creator_client.get(own_page).content.decode()
    assert "Somebody of the studio looks at it first." in html
    answer = creator_client.post(f"{own_page}publish", {"shows_prompt": "on"}, follow=True)
    assert answer.redirect_chain == [(own_page, 302)]
    html = answer.content.decode()
    assert "Waits to be looked at." in html
    assert "Withdraw" in html
    waiting = Publication.objects.get()
    assert (waiting.title, waiting.prompt, waiting.name) == ("Lighthouse", "A tower", "")
    assert creator_client.get("/explore/").context["pictures"] == []


def test_of_somebody_trusted_it_is_public_at_once(creator_client, trusted, own_page, team) -> None:
    assert "It is public at once." in creator_client.get(own_page).content.decode()
    part = creator_client.post(f"{own_page}publish", {"shows_name": "on"}, headers=PART)
    html = part.content.decode()
    assert "<html" not in html
    assert "Public since" in html
    (shown,) = creator_client.get("/explore/").context["pictures"]
    assert (shown.title, shown.prompt, shown.name) == ("Lighthouse", "", team.name)
    part = creator_client.post(f"{own_page}withdraw", headers=PART)
    assert "Public since" not in part.content.decode()
    assert creator_client.get("/explore/").context["pictures"] == []


def test_whose_picture_is_not_published_is_told_why(cast, creator_client, own_page) -> None:
    creator_client.post(f"{own_page}publish")
    settle(cast, Action.REJECT, reason="sexual_unlabelled", facts="Bare skin.")
    html = creator_client.get(own_page).content.decode()
    assert "Not published: Nudity or sexual content." in html
    assert "Publish again" in html
    others = cast.signed_in(Role.ADMIN).get(own_page).content.decode()
    assert "Not published." in others  # the reason is told to the person whom it is about


def test_what_a_decision_keeps_back_cannot_be_published(creator_client, own_page, image) -> None:
    Image.objects.filter(pk=image.pk).update(moderation="hidden_public")
    html = creator_client.get(own_page).content.decode()
    assert "Kept from others for now." in html
    assert 'popovertarget="publish"' not in html
    assert creator_client.post(f"{own_page}publish").status_code == 409
    assert not Publication.objects.exists()


def test_viewers_see_how_it_stands_and_change_nothing(
    cast, creator_client, trusted, own_page
) -> None:
    creator_client.post(f"{own_page}publish")
    viewer = cast.signed_in(Role.VIEWER)
    html = viewer.get(own_page).content.decode()
    assert "Public since" in html
    assert not [one for one in ("Withdraw", 'popovertarget="publish"') if one in html]


def test_without_explore_nothing_is_said_of_it(creator_client, own_page, settings) -> None:
    settings.EXPLORE_IS_ON = False
    assert "publication" not in creator_client.get(own_page).content.decode()
    assert creator_client.post(f"{own_page}publish").status_code == 403


def test_programs_publish_and_take_back(api, trusted, image) -> None:
    address = f"/api/v1/images/{image.pk}/publication"
    assert api.get(address).json()["state"] == "private"
    answer = api.post(address, {"shows_prompt": True}, "application/json")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["state"], told["prompt"], told["name"]) == ("public", "A tower", "")
    assert api.get(address).json() == told
    assert api.delete(address).status_code == 204
    assert api.get(address).json()["state"] == "private"
    for wrong in ({"shows_prompt": "yes"}, {"title": "Other"}):
        assert api.post(address, wrong, "application/json").status_code == 422


def test_pictures_that_others_see_are_marked_in_the_library(
    creator_client, trusted, own_page, team
) -> None:
    library = f"/a/{team.slug}/library/"
    assert "tile-mark" not in creator_client.get(library).content.decode()
    creator_client.post(f"{own_page}publish")
    html = creator_client.get(f"{library}?visibility=public").content.decode()
    assert html.count("tile-mark") == 1
