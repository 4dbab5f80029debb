"""Making a team, and giving it another name."""

import pytest

from imagestudio.accounts.models import Account, Membership, Role
from imagestudio.accounts.services.teams import MOST_TEAMS, create_team
from tests.factories import make_user, sign_in


def test_a_team_belongs_to_who_made_it(db):
    user = make_user("ada")
    page = sign_in(user).post("/teams/new/", {"name": "  Poster   Workshop "})
    team = Account.objects.get(kind="team")
    assert page["Location"] == "/a/poster-workshop/members/"
    assert (team.name, team.slug, team.made_by) == ("Poster Workshop", "poster-workshop", user)
    assert Membership.objects.get(account=team).role == Role.OWNER


def test_two_teams_of_one_name_have_two_slugs(db):
    first, second = (create_team(user=make_user(), name="Posters") for _ in range(2))
    assert first.slug == "posters"
    assert second.slug.startswith("posters-")


def test_a_name_without_a_latin_letter_has_a_slug_too(db):
    team = create_team(user=make_user(), name="設計 🦊")
    assert (team.name, bool(team.slug)) == ("設計 🦊", True)


@pytest.mark.parametrize("name", ["", "   ", "a" * 101, "a\0b", "line\nbreak\x07"])
def test_a_bad_name_makes_nothing(db, name):
    page = sign_in(make_user()).post("/teams/new/", {"name": name})
    assert page.status_code == 422
    assert not Account.objects.filter(kind="team").exists()


def test_nobody_multiplies_the_budget_of_a_new_account(db):
    user = make_user()
    for number in range(MOST_TEAMS):
        create_team(user=user, name=f"Team {number}")
    Account.objects.filter(made_by=user).update(closed_at="2026-01-01T00:00Z")
    page = sign_in(user).post("/teams/new/", {"name": "One more"})
    assert page.status_code == 422
    assert "The people who run the studio can make you more" in page.content.decode()


def test_operators_make_as_many_as_they_like(db):
    operator = make_user(site_role="operator")
    for number in range(MOST_TEAMS + 1):
        create_team(user=operator, name=f"Team {number}")


def test_another_name_leaves_the_addresses(cast, team):
    owner = cast.signed_in(Role.OWNER)
    owner.post(f"/a/{team.slug}/name", {"name": "Night shift"})
    before, team.name = team.slug, "Night shift"
    team.refresh_from_db()
    assert (team.name, team.slug) == ("Night shift", before)


def test_who_only_makes_pictures_names_nothing(cast, team):
    assert (
        cast.signed_in(Role.CREATOR).post(f"/a/{team.slug}/name", {"name": "x"}).status_code == 403
    )


def test_by_the_api(cast, team):
    browser = cast.signed_in(Role.VIEWER)
    made = browser.post("/api/v1/accounts", {"name": "Mine"}, "application/json")
    assert (made.status_code, made.json()["role"], made.json()["slug"]) == (201, "owner", "mine")
    listed = browser.get("/api/v1/accounts").json()["items"]
    assert [(one["kind"], one["role"]) for one in listed] == [
        ("personal", "owner"),
        ("team", "owner"),
        ("team", "viewer"),
    ]
    address = "/api/v1/account/name?account=mine"
    renamed = browser.put(address, {"name": "Ours"}, content_type="application/json")
    assert (renamed.json()["name"], renamed.json()["slug"]) == ("Ours", "mine")


def test_the_same_key_makes_one_team(cast):
    browser = cast.signed_in(Role.VIEWER)
    for _ in range(2):
        answer = browser.post(
            "/api/v1/accounts",
            {"name": "Mine"},
            "application/json",
            headers={"Idempotency-Key": "1"},
        )
        assert answer.status_code == 201
    assert Account.objects.filter(slug__startswith="mine").count() == 1


def test_a_token_sees_its_own_account_alone(api, team):
    items = api.get("/api/v1/accounts").json()["items"]
    assert [one["slug"] for one in items] == [team.slug]
