"""Django's admin: for operators, to look at only, without secrets and contents."""

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType

from generations.models import Generation, State
from imagestudio.accounts.models import Role
from tests.factories import bearer, make_generation

OURS = ("accounts.", "money.", "generations.")
LISTS = [
    "accounts/user",
    "accounts/account",
    "accounts/token",
    "generations/generation",
    "generations/attempt",
    "money/budgetperiod",
    "money/hold",
    "money/ledgerentry",
]


@pytest.mark.parametrize("name", LISTS)
def test_operators_look_and_cannot_change(cast, name):
    make_generation(cast.membership(Role.CREATOR), state=State.COMPLETED)
    bearer(cast.membership(Role.CREATOR), "library:read")
    operator = cast.signed_in("operator")
    page = operator.get(f"/admin/{name}/")
    row = page.context["cl"].queryset.first()
    assert operator.get(f"/admin/{name}/{row.pk}/change/").status_code == 200
    assert operator.get(f"/admin/{name}/add/").status_code == 403
    assert operator.post(f"/admin/{name}/{row.pk}/change/", {}).status_code == 403
    assert operator.post(f"/admin/{name}/{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", ["owner", "moderator", "senior_moderator"])
def test_nobody_else_comes_in(cast, name):
    assert cast.signed_in(name).get("/admin/").status_code in (302, 403)


def test_it_shows_neither_prompts_nor_hashes(cast):
    generation = make_generation(cast.membership(Role.CREATOR), prompt="A secret wish")
    bearer(cast.membership(Role.CREATOR), "library:read")
    operator = cast.signed_in("operator")
    path = f"/admin/generations/generation/{Generation.objects.get().pk}/change/"
    assert "A secret wish" not in operator.get(path).content.decode()
    assert "A secret wish" not in operator.get("/admin/generations/generation/").content.decode()
    token = operator.get("/admin/accounts/token/").context["cl"].queryset.get()
    page = operator.get(f"/admin/accounts/token/{token.pk}/change/").content.decode()
    assert "field-hash" not in page
    assert generation.prompt not in page


def test_searching_finds_nothing_and_does_not_fail(cast):
    operator = cast.signed_in("operator")
    for name in LISTS:
        assert operator.get(f"/admin/{name}/?q=nobody%00' OR 1=1").status_code in (200, 302)


def test_nothing_that_packages_bring_along_can_be_seen_or_changed(cast):
    operator = cast.signed_in("operator")
    for name in ("account/emailaddress", "mfa/authenticator", "auth/group"):
        assert operator.get(f"/admin/{name}/").status_code == 404
        assert operator.get(f"/admin/{name}/add/").status_code == 404
    shown = {model._meta.label for model in admin.site._registry}
    assert {label for label in shown if not label.startswith(OURS)} == {
        "procrastinate.ProcrastinateJob"
    }


@pytest.mark.parametrize(
    "path",
    [
        "accounts/account/?kind__exact=%00",
        "money/ledgerentry/?kind__exact=%00",
        "accounts/token/?hash=1",
        "accounts/user/?id=abc",
        "generations/attempt/abc/change/",
        "r/{content_type}/abc/",
    ],
)
def test_an_address_that_makes_no_sense_is_refused(cast, path):
    content_type = ContentType.objects.get_for_model(Generation).pk
    page = cast.signed_in("operator").get(f"/admin/{path.format(content_type=content_type)}")
    assert page.status_code in (302, 400, 404)
