"""Django's admin: for operators, to look at only, without secrets and contents."""

import pytest

from generations.models import Generation, State
from imagestudio.accounts.models import Role
from tests.factories import bearer, make_generation

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
