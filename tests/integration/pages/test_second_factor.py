"""Whoever looks at other people's things signs in with more than a password."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from imagestudio.accounts.models import SiteRole
from imagestudio.accounts.services.factors import has_second_factor
from tests.factories import make_user, personal, sign_in, with_factor

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
    shown = browser.post(CONFIRM, {"code": code_of(operator), "next": "/admin/accounts/user/"})
    assert shown["Location"] == "/admin/accounts/user/"
    assert browser.get("/admin/accounts/user/").status_code == 200
    assert browser.get("/admin/accounts/token/").status_code == 200


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
