"""A decision about a person or an account counts at once, at every door."""

import pytest
from django.test import Client

from generations.models import Generation, State
from generations.services import attempts
from generations.services.sweep import sweep
from imagestudio.accounts.models import Account, Role, Scope, User
from imagestudio.library.models import Image, Publication
from imagestudio.library.services.publishing import lock_image
from imagestudio.library.services.publishing import publish as show
from imagestudio.library.services.shares import Terms, share_image
from imagestudio.lifecycle import close_account, close_user
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.cases import person, whole_account
from imagestudio.moderation.services.deciding import take_back
from imagestudio.money.models import Hold
from tests.factories import bearer, make_generation, make_image, sign_in
from tests.integration.moderation.conftest import decided, told


@pytest.fixture
def maker(cast):
    return cast.user(Role.CREATOR)


@pytest.fixture
def subject(request, cast, maker):
    """Return the person, or the account, that something is decided about."""
    if request.param == "account":
        return whole_account(cast.team)
    return person(maker)


def everybody_sees(image):
    image = lock_image(image.pk)
    show(image=image, user=image.created_by, shows_prompt=False, name="", is_approved=True)
    return image


both = pytest.mark.parametrize("subject", ["user", "account"], indirect=True)


@both
def test_suspending_ends_everything_and_taking_back_brings_it_back(cast, maker, subject):
    member = cast.membership(Role.CREATOR)
    browser = cast.signed_in(Role.CREATOR)
    program = Client(headers=bearer(member, Scope.LIBRARY_READ))
    home = f"/a/{cast.team.slug}/"
    before = [one.get(path).status_code for one, path in doors(browser, program, home)]
    decision = decided(cast.user("senior_moderator"), subject, Action.SUSPEND)
    after = [one.get(path).status_code for one, path in doors(browser, program, home)]
    assert before == [200, 200]
    assert all(one in (302, 401, 403) for one in after)
    told(decision)
    take_back(moderator=cast.user("operator"), decision_id=decision.pk)
    assert [one.get(path).status_code for one, path in doors(browser, program, home)] == before


def doors(browser, program, home):
    return [(browser, f"{home}library/"), (program, "/api/v1/images")]


@both
@pytest.mark.parametrize("action", [Action.BLOCK_MAKING, Action.SUSPEND])
def test_what_was_not_sent_is_not(cast, subject, action):
    member = cast.membership(Role.CREATOR)
    waiting, queued, running = (make_generation(member) for _ in range(3))
    Generation.objects.filter(pk=waiting.pk).update(admitted_at=None)
    claims = [attempts.claim(generation_id=running.pk, worker=None)]
    decided(cast.user("senior_moderator"), subject, action)
    claims.append(attempts.claim(generation_id=queued.pk, worker=None))
    assert [attempts.mark_sent(claim=one) for one in claims] == [False, False]
    sweep()
    assert set(Generation.objects.values_list("state", flat=True)) == {State.FAILED}
    assert set(Hold.objects.values_list("state", flat=True)) == {Hold.State.RELEASED}
    api = sign_in(member.user)
    wish = {"prompt": "A fox"}
    path = f"/api/v1/generations?account={cast.team.slug}"
    assert api.post(path, wish, content_type="application/json").status_code in (401, 403)


@both
def test_links_and_public_pictures_go_dark(cast, maker, subject):
    member = cast.membership(Role.CREATOR)
    image = everybody_sees(make_image(cast.team, maker))
    link = share_image(membership=member, image_id=image.pk, terms=Terms())
    assert Publication.objects.public().exists()
    decision = decided(cast.user("moderator"), subject, Action.BLOCK_GALLERY)
    assert not Publication.objects.public().exists()
    assert Client().get(f"/s/{link.secret}/").status_code == 200  # a link is not the gallery
    told(decision)
    take_back(moderator=cast.user("operator"), decision_id=decision.pk)
    assert Publication.objects.public().exists()
    decided(cast.user("operator"), subject, Action.SUSPEND)
    assert not Publication.objects.public().exists()
    assert Client().get(f"/s/{link.secret}/").status_code == 404


def test_who_asked_for_it_counts_too(cast, maker):
    image = lock_image(make_image(cast.team, maker).pk)
    admin = cast.user(Role.ADMIN)
    show(image=image, user=admin, shows_prompt=False, name="", is_approved=True)
    decided(cast.user("moderator"), person(admin), Action.BLOCK_GALLERY)
    assert not Publication.objects.public().exists()


@pytest.mark.parametrize("action", [Action.BLUR, Action.HIDE, Action.REMOVE, Action.QUARANTINE])
def test_a_decision_about_a_picture_counts_on_every_page(cast, maker, action):
    member, browser = cast.membership(Role.CREATOR), cast.signed_in(Role.CREATOR)
    image = everybody_sees(make_image(cast.team, maker))
    link = share_image(membership=member, image_id=image.pk, terms=Terms())
    decided(cast.user("senior_moderator"), image, action)
    page = f"/a/{cast.team.slug}/images/{image.pk}/"
    is_gone = action in {Action.REMOVE, Action.QUARANTINE}
    assert browser.get(page).status_code == (404 if is_gone else 200)
    assert Client().get(f"/s/{link.secret}/").status_code == (200 if action == "blur" else 404)
    assert Publication.objects.public().exists() == (action == Action.BLUR)
    assert Image.objects.owned_by(cast.team).filter(pk=image.pk).exists() != is_gone


def test_what_is_closed_stays_closed(cast, maker):
    by_user = decided(cast.user("operator"), person(maker), Action.BLOCK_GALLERY)
    by_team = decided(cast.user("operator"), whole_account(cast.team), Action.SUSPEND)
    told(by_user)
    told(by_team)
    close_account(account=cast.team)
    close_user(user=maker)
    for one in (by_user, by_team):
        take_back(moderator=cast.user("operator"), decision_id=one.pk)
    user, team = User.objects.get(pk=maker.pk), Account.objects.get(pk=cast.team.pk)
    assert (user.standing, user.is_active, bool(user.closed_at)) == ("closed", False, True)
    assert (team.standing, bool(team.closed_at)) == ("ok", True)
    assert cast.signed_in(Role.OWNER).get(f"/a/{cast.team.slug}/library/").status_code == 404
