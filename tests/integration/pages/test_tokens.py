"""API tokens: made on a page, shown once, revoked."""

import re

import pytest
from django.test import Client

from imagestudio.accounts.models import Role, Token
from imagestudio.accounts.services.factors import has_second_factor
from tests.factories import PASSWORD, confirm, make_user, personal, sign_in, with_factor


@pytest.fixture
def signed_in(cast):
    """Return a browser in which the creator has just confirmed the password."""
    return confirm(cast.signed_in(Role.CREATOR))


def test_a_token_is_shown_once_and_works(signed_in, team):
    page = signed_in.post(f"/a/{team.slug}/tokens/", {"name": "Script", "scopes": "library:read"})
    secret = re.search(r"ist_[0-9A-Za-z]{36}", page.content.decode())[0]
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/images").status_code == 200
    assert secret not in signed_in.get(f"/a/{team.slug}/tokens/").content.decode()


def test_a_revoked_token_is_dead_at_once(signed_in, team):
    page = signed_in.post(f"/a/{team.slug}/tokens/", {"name": "Script", "scopes": "library:read"})
    secret = re.search(r"ist_[0-9A-Za-z]{36}", page.content.decode())[0]
    token = Token.objects.get()
    after = signed_in.post(f"/a/{team.slug}/tokens/{token.pk}/revoke", follow=True)
    assert "is revoked" in after.content.decode()
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/images").status_code == 401


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": "No scopes"},
        {"name": " ", "scopes": "library:read"},
        {"name": "x" * 101, "scopes": "library:read"},
        {"name": "Wrong", "scopes": "everything"},
        {"name": "Moderator", "scopes": "moderate"},
        {"name": "Short", "scopes": "library:read", "days": "0"},
        {"name": "Long", "scopes": "library:read", "days": "99999999999"},
    ],
)
def test_bad_input_is_the_form_again(signed_in, team, fields):
    page = signed_in.post(f"/a/{team.slug}/tokens/", fields)
    assert page.status_code == 422
    assert "field-error" in page.content.decode()
    assert not Token.objects.exists()


def test_a_token_needs_a_confirmed_password(cast, team):
    client = cast.signed_in(Role.CREATOR)
    page = client.post(f"/a/{team.slug}/tokens/", {"name": "Script", "scopes": "library:read"})
    assert page["Location"].startswith("/accounts/reauthenticate/")
    assert not Token.objects.exists()
    resumed = client.post(page["Location"], {"password": PASSWORD})
    assert "ist_" in resumed.content.decode()
    assert Token.objects.get().name == "Script"


def test_nobody_revokes_the_token_of_another_member(signed_in, team, cast):
    token = Token.objects.create(
        account=team,
        user=cast.user(Role.OWNER),
        name="Not yours",
        scopes=["library:read"],
        hash=b"x" * 32,
    )
    assert "Not yours" not in signed_in.get(f"/a/{team.slug}/tokens/").content.decode()
    assert signed_in.post(f"/a/{team.slug}/tokens/{token.pk}/revoke").status_code == 404


def test_only_a_moderator_can_make_one_that_moderates(cast):
    for name, status in (("creator", 422), ("moderator", 200)):
        mine = personal(cast.user(name)).account
        browser = confirm(cast.signed_in(name))
        fields = {"name": "Queue", "scopes": "moderate"}
        assert browser.post(f"/a/{mine.slug}/tokens/", fields).status_code == status
        by_call = browser.post(
            f"/api/v1/tokens?account={mine.slug}",
            {"name": "Queue", "scopes": ["moderate"]},
            content_type="application/json",
        )
        assert (by_call.status_code == 201) is (name == "moderator")
    assert {token.user for token in Token.objects.all()} == {cast.user("moderator")}


def test_one_that_moderates_takes_the_second_factor_that_it_stands_in_for(cast):
    newcomer = make_user(site_role="moderator")
    address = f"/a/{personal(newcomer).account.slug}/tokens/"
    browser = confirm(sign_in(newcomer))
    for told in ("Set up a second factor first", "Confirm your second factor first"):
        page = browser.post(address, {"name": "Queue", "scopes": "moderate"})
        by_call = browser.post(
            "/api/v1/tokens",
            {"name": "Queue", "scopes": ["moderate"]},
            content_type="application/json",
        )
        assert (page.status_code, by_call.status_code) == (403, 403)
        assert told in page.content.decode()
        if not has_second_factor(newcomer):
            with_factor(newcomer)  # the session is from before
    assert not Token.objects.exists()
