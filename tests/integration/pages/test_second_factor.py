"""Whoever looks at other people's things signs in with more than a password."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from imagestudio.accounts.models import Scope, SiteRole
from imagestudio.accounts.services.factors import has_second_factor
from tests.factories import bearer, confirm, make_user, personal, sign_in, with_factor

CONFIRM = "/accounts/2fa/reauthenticate/"


@pytest.fixture
def operator(db):
    return make_user("operator", site_role=SiteRole.OPERATOR)


def code_of(user):
    """Return what the person's app shows now."""
    secret = Authenticator.objects.get(user=user, type="totp").data["secret"]
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_without_one_the_admin_says_how_to_set_it_up(operator):
    page = sign_in(operator).get("/admin/")
    assert page.status_code == 403
    assert 'href="/accounts/2fa/totp/activate/"' in page.content.decode()
    assert sign_in(operator).post("/admin/accounts/user/").status_code == 403


def test_recovery_codes_alone_are_no_second_factor(operator):
    Authenticator.objects.create(user=operator, type="recovery_codes", data={})
    assert not has_second_factor(operator)
    assert sign_in(operator).get("/admin/").status_code == 403


@pytest.mark.parametrize("kind", ["totp", "webauthn"])
def test_an_app_or_a_passkey_is_one(operator, kind):
    Authenticator.objects.create(user=operator, type=kind, data={})
    assert has_second_factor(operator)
    assert sign_in(operator).get("/admin/").status_code == 200


def test_a_session_from_before_is_confirmed_once(operator):
    browser = sign_in(operator)
    with_factor(operator)
    asked = browser.get("/admin/accounts/user/")
    assert asked["Location"] == f"{CONFIRM}?next=/admin/accounts/user/"
    # A password would lead back here.
    assert "/accounts/reauthenticate/" not in browser.get(asked["Location"]).content.decode()
    shown = browser.post(CONFIRM, {"code": code_of(operator), "next": "/admin/accounts/user/"})
    assert shown["Location"] == "/admin/accounts/user/"
    assert browser.get("/admin/accounts/user/").status_code == 200
    assert browser.get("/admin/accounts/token/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_setting_one_up_shows_it(operator):
    browser, other = confirm(sign_in(operator)), sign_in(operator)
    browser.get("/accounts/2fa/totp/activate/")
    secret = browser.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    browser.post("/accounts/2fa/totp/activate/", {"code": code})
    assert has_second_factor(operator)
    assert browser.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302  # not what was signed in elsewhere


def test_a_wrong_code_opens_nothing(operator):
    browser = sign_in(operator)
    with_factor(operator)
    wrong = f"{(int(code_of(operator)) + 1) % 1_000_000:06}"
    browser.post(CONFIRM, {"code": wrong, "next": "/admin/"})
    assert browser.get("/admin/").status_code == 302


def test_a_factor_that_was_taken_away_proves_nothing(operator):
    browser = sign_in(with_factor(operator))
    Authenticator.objects.filter(user=operator).delete()
    assert browser.get("/admin/").status_code == 403
    with_factor(operator)
    assert browser.get("/admin/").status_code == 302


def test_their_own_studio_is_open_without_one(operator):
    browser, slug = sign_in(operator), personal(operator).account.slug
    for path in (f"/a/{slug}/", f"/a/{slug}/library/", f"/a/{slug}/tokens/", "/operations/"):
        assert browser.get(path).status_code in (200, 302), path
    assert browser.get(f"/a/{slug}/library/").status_code == 200


def test_a_part_of_a_page_sends_the_whole_page_to_confirm(operator):
    browser = sign_in(operator)
    with_factor(operator)
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/admin/"}
    assert browser.get("/admin/", headers=here)["HX-Redirect"] == f"{CONFIRM}?next=%2Fadmin%2F"


def test_others_are_answered_as_before(cast):
    assert cast.signed_in("owner").get("/admin/").status_code == 302
    assert cast.signed_in("owner").get("/moderation/").status_code == 404


# The panel


@pytest.fixture
def moderator(db):
    return make_user("moderator", site_role=SiteRole.MODERATOR)


def test_the_panel_opens_with_one_alone(moderator):
    browser = sign_in(moderator)
    page = browser.get("/moderation/")
    assert page.status_code == 403
    assert "Set up a second factor first" in page.content.decode()
    with_factor(moderator)
    assert browser.get("/moderation/")["Location"] == f"{CONFIRM}?next=/moderation/"
    assert sign_in(moderator).get("/moderation/").status_code == 200


def test_so_does_its_api(moderator):
    browser = sign_in(moderator)
    address = "/api/v1/moderation/cases"
    refused = browser.get(address)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_missing")
    with_factor(moderator)
    assert browser.get(address).json()["code"] == "second_factor_first"
    assert sign_in(moderator).get(address).status_code == 200


def test_a_token_moderates_while_its_person_has_one(moderator):
    program = Client(headers=bearer(personal(moderator), Scope.MODERATE, Scope.LIBRARY_READ))
    refused = program.get("/api/v1/moderation/cases")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_missing")
    assert program.get("/api/v1/images").status_code == 200
    with_factor(moderator)
    assert program.get("/api/v1/moderation/cases").status_code == 200


def test_the_admin_leads_to_the_panel(operator):
    page = sign_in(with_factor(operator)).get("/admin/").content.decode()
    assert 'href="/moderation/"' in page
