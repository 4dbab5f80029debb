"""Closing a user: signed out everywhere, nameless, and free to sign up anew."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from generations.models import State
from imagestudio.accounts.models import Membership, Role, Scope, Standing, User
from imagestudio.accounts.services.members import change_role
from imagestudio.lifecycle import close_user, finish_closing
from imagestudio.money.models import Hold
from tests.factories import (
    PASSWORD,
    bearer,
    confirm,
    make_generation,
    make_image,
    make_team,
    personal,
    sign_in,
)
from tests.integration.teams.tables import contents


@pytest.fixture
def creator(cast):
    return cast.user(Role.CREATOR)


def test_on_the_page(cast, team, creator):
    browser, elsewhere = confirm(cast.signed_in(Role.CREATOR)), cast.signed_in(Role.CREATOR)
    page = browser.get("/accounts/close/")
    assert "Memberships in teams" in page.content.decode()
    assert browser.post("/accounts/close/", {"typed": "me"}).status_code == 422
    assert not User.objects.filter(closed_at__isnull=False).exists()
    done = browser.post("/accounts/close/", {"typed": creator.email.upper()}, follow=True)
    assert "Your user is closed" in done.content.decode()
    for one in (browser, elsewhere):
        assert one.get(f"/a/{team.slug}/")["Location"].startswith("/accounts/login/")


def test_it_wants_the_password(cast, creator):
    answer = cast.signed_in(Role.CREATOR).post("/accounts/close/", {"typed": creator.email})
    assert answer["Location"].startswith("/accounts/reauthenticate/")


def test_nothing_tells_who_they_were_and_what_they_made_stays(cast, team, creator):
    membership, email = cast.membership(Role.CREATOR), creator.email
    headers = bearer(membership, *Scope)
    EmailAddress.objects.create(user=creator, email=email, verified=True, primary=True)
    Authenticator.objects.create(user=creator, type="totp", data={})
    image = make_image(team, creator)
    close_user(user=creator)
    creator.refresh_from_db()
    assert email not in str(User.objects.values().get(pk=creator.pk))
    assert (creator.is_active, creator.standing) == (False, Standing.CLOSED)
    assert not EmailAddress.objects.exists()
    assert not Authenticator.objects.filter(user=creator).exists()
    assert not Membership.objects.filter(user=creator, account=team).exists()
    assert Client(headers=headers).get("/api/v1/images").status_code == 401
    image.refresh_from_db()
    assert (image.created_by_id, image.trashed_at) == (creator.pk, None)
    assert creator.personal_account.closed_at is not None
    page = cast.signed_in(Role.OWNER).get(f"/a/{team.slug}/library/")
    assert email not in page.content.decode()


def test_the_address_is_free_to_sign_up_anew(settings, creator):
    settings.ACCOUNT_RATE_LIMITS = False
    email = creator.email
    close_user(user=creator)
    browser = Client()
    browser.post("/accounts/signup/", {"email": email, "password1": PASSWORD})
    new = User.objects.get(email=email)
    assert new.pk != creator.pk
    assert browser.get("/")["Location"] == f"/a/{personal(new).account.slug}/"


def test_nobody_leaves_a_team_without_an_owner(cast, team):
    owner = cast.user(Role.OWNER)
    second = make_team(owner, admin=cast.user(Role.ADMIN))
    browser = confirm(sign_in(owner))
    before = contents()
    page = browser.post("/accounts/close/", {"typed": owner.email})
    assert page.status_code == 422
    assert team.name in page.content.decode()
    assert second.name in page.content.decode()
    with pytest.raises(CommandError, match="no other owner"):
        call_command("closeuser", owner.email)
    assert contents() == before
    for one in (team, second):
        membership = Membership.objects.get(account=one, user=owner)
        change_role(membership=membership, user_id=cast.user(Role.ADMIN).pk, role=Role.OWNER)
    call_command("closeuser", owner.email)
    assert not Membership.objects.filter(user=owner).exclude(account__person=owner).exists()


def test_the_page_names_the_teams_that_need_another_owner_first(cast, team):
    page = confirm(cast.signed_in(Role.OWNER)).get("/accounts/close/").content.decode()
    assert f'href="/a/{team.slug}/members/"' in page.partition("What becomes of what")[0]


def test_what_they_wait_for_is_cancelled_everywhere(cast, creator):
    waiting = [make_generation(cast.membership(Role.CREATOR)), make_generation(personal(creator))]
    others = make_generation(cast.membership(Role.ADMIN))
    close_user(user=creator)
    finish_closing(account_id=creator.personal_account.pk)
    for one in [*waiting, others]:
        one.refresh_from_db()
    assert [one.state for one in waiting] == [State.CANCELLED] * 2
    assert others.state == State.QUEUED
    assert Hold.objects.filter(state="held").count() == 1


def test_it_is_final_and_happens_once(cast, creator):
    slug = creator.personal_account.slug
    close_user(user=creator)
    with pytest.raises(CommandError, match="that is final"):
        call_command("closeaccount", slug, "--reopen")
    with pytest.raises(CommandError, match="closed before"):
        call_command("closeuser", User.objects.get(pk=creator.pk).email)


def test_a_dry_run_changes_nothing(creator, capsys):
    before = contents()
    call_command("closeuser", creator.email, "--dry-run")
    assert "1  Memberships in teams: end" in capsys.readouterr().out
    assert contents() == before
