"""Tokens, cookies and CSRF: how a caller is let in, and how not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from imagestudio.accounts.models import Membership, Role, Scope, Standing, Token
from imagestudio.accounts.services.access import change_account_standing, change_standing
from imagestudio.accounts.services.tokens import BASE62, create_token, is_well_formed
from tests.factories import Cast, bearer, confirm, make_generation

ADDRESS = "/api/v1/generations"


@pytest.fixture
def secret(cast: Cast) -> str:
    membership = cast.membership(Role.CREATOR)
    return create_token(membership=membership, name="test", scopes=[Scope.GENERATE]).secret


def call(authorization: str, address: str = ADDRESS) -> object:
    return Client().get(address, headers={"Authorization": authorization})


def test_a_token_opens_its_account(cast: Cast, secret: str) -> None:
    make_generation(cast.membership(Role.OWNER))
    answer = call(f"Bearer {secret}")
    assert (answer.status_code, len(answer.json()["items"])) == (200, 1)
    assert Token.objects.get().last_used_at is not None


def flipped(secret: str) -> str:
    """Return a token with one other character, so that its checksum is wrong."""
    other = BASE62[(BASE62.index(secret[10]) + 1) % 62]
    return secret[:10] + other + secret[11:]


@pytest.mark.parametrize(
    "spoil",
    [flipped, str.upper, lambda s: f" {s}", lambda s: f"{s} ", lambda s: s[4:], lambda s: s + "0"],
    ids=["checksum", "upper-case", "space-before", "space-after", "no-prefix", "longer"],
)
def test_u35_a_spoilt_token_is_turned_away_without_a_query(
    secret: str, spoil, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        answer = call(f"Bearer {spoil(secret)}")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["", "Bearer", "Basic dXNlcjpwYXNz", "ist_", "Token {secret}"])
def test_other_headers_are_turned_away(secret: str, header: str) -> None:
    assert call(header.format(secret=secret)).status_code == 401


def test_u35_a_revoked_token_is_dead(secret: str) -> None:
    Token.objects.update(revoked_at=timezone.now())
    assert call(f"Bearer {secret}").status_code == 401


def test_u35_an_expired_token_is_dead(secret: str) -> None:
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert call(f"Bearer {secret}").status_code == 401


def test_a_token_dies_with_the_membership(cast: Cast, secret: str) -> None:
    Membership.objects.filter(user=cast.user(Role.CREATOR), account=cast.team).delete()
    assert call(f"Bearer {secret}").status_code == 401


def test_u14_suspending_the_user_kills_tokens_and_sessions(cast: Cast, secret: str) -> None:
    browser = cast.signed_in(Role.CREATOR)
    change_standing(user=cast.user(Role.CREATOR), standing=Standing.SUSPENDED)
    assert call(f"Bearer {secret}").status_code == 401
    assert browser.get(ADDRESS).status_code == 401


def test_u14_suspending_the_account_closes_it_to_everybody(cast: Cast, secret: str) -> None:
    change_account_standing(account=cast.team, standing=Standing.SUSPENDED)
    answer = call(f"Bearer {secret}")
    assert (answer.status_code, answer.json()["code"]) == (403, "standing")


def test_u13_who_may_not_make_pictures_may_still_see_them(cast: Cast, secret: str) -> None:
    change_standing(user=cast.user(Role.CREATOR), standing=Standing.GENERATION_BLOCKED)
    headers = {"Authorization": f"Bearer {secret}"}
    assert Client(headers=headers).get(ADDRESS).status_code == 200
    for path in ("", "s"):
        answer = Client(headers=headers).post(
            ADDRESS if path else "/api/v1/estimates", {"prompt": "a"}, "application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "standing")


def test_u35_a_token_in_the_address_is_refused_even_beside_a_session(
    cast: Cast, secret: str
) -> None:
    answer = cast.signed_in(Role.CREATOR).get(ADDRESS, {"token": secret})
    assert answer.status_code == 401
    assert "revoke" in answer.json()["detail"]


def test_u35_a_token_needs_a_scope_of_the_operation(cast: Cast) -> None:
    reader = Client(headers=bearer(cast.membership(Role.CREATOR), Scope.ACCOUNT_READ))
    answer = reader.get(ADDRESS)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert "generate or library:read" in answer.json()["detail"]


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_u35_a_token_can_never_manage_tokens(api: Client, method: str) -> None:
    address = "/api/v1/tokens" if method != "delete" else f"/api/v1/tokens/{Token.objects.get().pk}"
    body = {"name": "more", "scopes": list(Scope.values)}
    answer = getattr(api, method)(address, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "token_not_enough")
    assert Token.objects.filter(revoked_at=None).count() == 1


def test_a_token_names_its_account(api: Client, cast: Cast) -> None:
    assert api.get(ADDRESS, {"account": cast.team.slug}).status_code == 200
    mine = cast.user(Role.CREATOR).personal_account.slug
    assert api.get(ADDRESS, {"account": mine}).status_code == 404


def test_a_wrong_token_is_not_saved_by_a_cookie(cast: Cast) -> None:
    browser = cast.signed_in(Role.CREATOR)
    assert browser.get(ADDRESS).status_code == 200
    assert browser.get(ADDRESS, headers={"Authorization": "Bearer ist_x"}).status_code == 401


def test_a_session_begins_in_the_personal_account(cast: Cast) -> None:
    make_generation(cast.membership(Role.CREATOR))
    browser = cast.signed_in(Role.CREATOR)
    assert browser.get(ADDRESS).json()["items"] == []
    assert len(browser.get(ADDRESS, {"account": cast.team.slug}).json()["items"]) == 1


@pytest.mark.parametrize("slug", ["no-such", "", "a b", "\0", "../x", "ä", "a" * 500])
def test_an_account_that_is_not_there(cast: Cast, slug: str) -> None:
    answer = cast.signed_in(Role.CREATOR).get(ADDRESS, {"account": slug})
    assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")


def test_u15_a_cookie_alone_changes_nothing(cast: Cast) -> None:
    browser = cast.signed_in(Role.CREATOR, enforce_csrf_checks=True)
    answer = browser.post(ADDRESS, {"prompt": "a"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_a_cookie_with_the_pages_token_may(cast: Cast, csrf_name: str) -> None:
    browser = cast.signed_in(Role.CREATOR, enforce_csrf_checks=True)
    browser.cookies[csrf_name] = "a" * 32
    answer = browser.post(
        ADDRESS, {"prompt": "a"}, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )
    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("text/plain", {}),
        ("application/json", {"X-HTTP-Method-Override": "GET"}),
        ("application/json", {"Origin": "null", "X-CSRFToken": "a" * 32}),
        ("application/json", {"Origin": "https://evil.example", "X-CSRFToken": "a" * 32}),
        ("application/x-www-form-urlencoded", {}),
    ],
    ids=["text", "override", "null-origin", "other-origin", "form"],
)
def test_u16_tricks_do_not_get_around_csrf(cast: Cast, csrf_name: str, kind, headers) -> None:
    browser = cast.signed_in(Role.CREATOR, enforce_csrf_checks=True)
    browser.cookies[csrf_name] = "a" * 32
    answer = browser.post(ADDRESS, b'{"prompt": "a"}', content_type=kind, headers=headers)
    assert answer.status_code in {403, 415}


def test_nobody_is_told_to_sign_in(db: None) -> None:
    for answer in (Client().get(ADDRESS), Client().post(ADDRESS)):
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_tokens_are_made_shown_once_listed_and_revoked(cast: Cast) -> None:
    browser = confirm(cast.signed_in(Role.CREATOR))
    address = f"/api/v1/tokens?account={cast.team.slug}"
    made = browser.post(
        address, {"name": "Posters", "scopes": ["generate"], "days": 30}, "application/json"
    )
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert is_well_formed(secret)
    assert call(f"Bearer {secret}").status_code == 200

    listed = browser.get(address)
    assert secret not in listed.content.decode()
    (token,) = listed.json()["items"]
    assert (token["name"], token["hint"]) == ("Posters", secret[-4:])

    one = f"/api/v1/tokens/{token['id']}?account={cast.team.slug}"
    assert browser.delete(one).status_code == 204
    assert browser.delete(one).status_code == 404
    assert call(f"Bearer {secret}").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "scopes": ["generate"]},
        {"name": "a" * 101, "scopes": ["generate"]},
        {"name": "a\0", "scopes": ["generate"]},
        {"name": "a", "scopes": []},
        {"name": "a", "scopes": ["everything"]},
        {"name": "a", "scopes": ["generate"], "days": 0},
        {"name": "a", "scopes": ["generate"], "days": 10**9},
        {"name": "a", "scopes": ["generate"], "account": "other"},
    ],
    ids=lambda body: str(body)[:40],
)
def test_bad_wishes_for_tokens(cast: Cast, body) -> None:
    browser = confirm(cast.signed_in(Role.CREATOR))
    answer = browser.post("/api/v1/tokens", body, "application/json")
    assert answer.status_code == 422
    assert not Token.objects.exists()


def test_a_token_is_made_only_when_the_password_was_just_given(cast: Cast) -> None:
    body = {"name": "Posters", "scopes": ["generate"]}
    answer = cast.signed_in(Role.CREATOR).post("/api/v1/tokens", body, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "password_first")
    assert not Token.objects.exists()


def test_nobody_revokes_the_token_of_somebody_else(cast: Cast, secret: str) -> None:
    token = Token.objects.get()
    address = f"/api/v1/tokens/{token.pk}?account={cast.team.slug}"
    assert cast.signed_in(Role.OWNER).delete(address).status_code == 404
    assert call(f"Bearer {secret}").status_code == 200
