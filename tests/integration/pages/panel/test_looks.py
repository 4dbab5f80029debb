"""The pages of a look into a private library, and the page on which its owners read of it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imagestudio.accounts.models import Role
from imagestudio.moderation.models import Case, Look
from imagestudio.moderation.services.looks.beginning import end_look
from imagestudio.moderation.services.looks.telling import tell_looks
from tests.factories import make_copies, make_image, make_look, sign_in
from tests.integration.moderation.conftest import later
from tests.integration.pages.panel.steps import PART, bytes_of, page

WISH = {"reason": "hate", "text": "Two people have written to us.", "hours": "1"}


@pytest.fixture
def senior(cast):
    return cast.signed_in("senior_moderator")


@pytest.fixture
def look(cast, team, image):
    return make_look(cast.user("senior_moderator"), team)


def age_sign_in(client, seconds):
    """Let what a session remembers of signing in be so old."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= seconds
    session.save()


def routes_of(look, image, key="x"):
    """Return every address of a look with its method."""
    root = f"/moderation/looks/{look.pk}/"
    one = f"{root}images/{image.pk}/"
    return [
        *(("get", address) for address in (root, one, f"{one}covered", f"{one}picture?key={key}")),
        *(("post", address) for address in (f"{one}reveal", f"{one}case")),
    ]


def key_in(answer):
    return re.search(r"key=([^\"]+)", answer.content.decode())[1]


def test_a_look_is_begun_goes_through_a_library_and_ends(cast, team, senior, image):
    shown = page(senior, f"looks/new?account={team.slug}")
    assert f'value="{team.slug}"' in shown
    assert 'name="notice"' not in shown  # owners are told when it ends
    begun = senior.post("/moderation/looks/new", {"account": team.slug, **WISH})
    root = begun["Location"].removeprefix("/moderation/")

    library = page(senior, root)
    assert "You are looking into" in library
    assert "Reported picture" in library
    assert "/renditions/" not in library
    assert "You are looking into" in page(senior, f"{root}?q=reported&since=2020-01-01")
    for nothing in ("q=hen", "until=2020-01-01", "trash=on"):
        assert "Nothing in this library is like that." in page(senior, f"{root}?{nothing}")
    assert "Reported picture" in page(senior, f"{root}?since=yesterday&until=9999-12-31")
    assert "Reported picture" in page(senior, f"{root}images/{image.pk}/")

    assert "Go on" in page(senior, "looks/")
    ended = senior.post(f"/moderation/{root}end", follow=True)
    assert b"The look has ended." in ended.content
    assert senior.get(f"/moderation/{root}").status_code == 404


def test_a_picture_is_covered_until_it_is_asked_for(senior, look, image):
    one = f"/moderation/looks/{look.pk}/images/{image.pk}"
    assert f"{one}/picture" not in senior.get(f"{one}/").content.decode()
    bytes_of(senior, f"{one}/covered")
    part = senior.post(f"{one}/reveal", headers=PART)
    whole = senior.post(f"{one}/reveal")
    assert b"<html" not in part.content
    assert b"<html" in whole.content

    answer = bytes_of(senior, f"{one}/picture?key={key_in(part)}")

    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Type"] == "image/webp"  # never the original
    assert look.entries.filter(verb="viewed", image=image).count() == 2


def test_after_its_end_no_route_of_it_answers_in_any_tab(cast, senior, look, image):
    key = key_in(senior.post(f"/moderation/looks/{look.pk}/images/{image.pk}/reveal"))
    other_tab = cast.signed_in("senior_moderator")
    other_tab.post(f"/moderation/looks/{look.pk}/end")
    for method, address in routes_of(look, image, key):
        assert getattr(senior, method)(address).status_code == 404, address


def test_it_ends_by_the_clock_of_the_database_between_two_clicks(senior, look, image):
    key = key_in(senior.post(f"/moderation/looks/{look.pk}/images/{image.pk}/reveal"))
    later(Look, look.pk, began_at=-timedelta(hours=2), until=-timedelta(seconds=1))
    for method, address in routes_of(look, image, key):
        assert getattr(senior, method)(address).status_code == 404, address


def test_a_look_is_its_own_moderators_alone_and_opens_nothing_else(cast, team, senior, look, image):
    colleague = cast.signed_in("operator")
    key = key_in(senior.post(f"/moderation/looks/{look.pk}/images/{image.pk}/reveal"))
    for client in (colleague, cast.signed_in("moderator"), cast.signed_in(Role.OWNER)):
        for method, address in routes_of(look, image, key):
            assert getattr(client, method)(address).status_code == 404, address
    foreign = make_image(cast.others, cast.user("stranger"))
    for method, address in routes_of(look, foreign, key)[1:]:
        assert getattr(senior, method)(address).status_code == 404, address
    for elsewhere in (
        f"/a/{team.slug}/library/",
        f"/a/{team.slug}/images/{image.pk}/",
        f"/api/v1/images/{image.pk}?account={team.slug}",
        f"/api/v1/images/{image.pk}/original?account={team.slug}",
    ):
        assert senior.get(elsewhere).status_code == 404, elsewhere


def test_a_second_factor_that_was_confirmed_long_ago_begins_no_look(cast, team, senior):
    age_sign_in(senior, 660)
    asked = senior.get(f"/moderation/looks/new?account={team.slug}")
    assert asked["Location"].startswith("/accounts/2fa/reauthenticate/?next=/moderation/looks/new")
    answer = senior.post("/moderation/looks/new", {"account": team.slug, **WISH})
    assert answer.status_code == 403
    assert WISH["text"] in answer.content.decode()  # nothing that was written is lost
    wish = {**WISH, "account": team.slug, "hours": 1}
    told = senior.post("/api/v1/moderation/looks", wish, content_type="application/json")
    assert (told.status_code, told.json()["code"]) == (403, "second_factor_first")
    assert not Look.objects.exists()


def test_what_is_wrong_with_a_wish_is_said_and_the_same_look_goes_on(cast, team, senior):
    for wrong, status in (({"text": "Just so."}, 422), ({"hours": "99"}, 422)):
        answer = senior.post("/moderation/looks/new", {"account": team.slug, **WISH, **wrong})
        assert answer.status_code == status
    own = cast.user("senior_moderator").personal_account.slug
    refused = senior.post("/moderation/looks/new", {"account": own, **WISH})
    assert refused.status_code == 403
    assert b"account of their own" in refused.content
    twice = [
        senior.post("/moderation/looks/new", {"account": team.slug, **WISH})["Location"]
        for _ in range(2)
    ]
    assert twice[0] == twice[1]


def test_a_large_library_is_read_page_by_page_each_in_the_log(cast, senior, look, image):
    make_copies(image, 60)
    first = page(senior, f"looks/{look.pk}/")
    [link] = re.findall(r'class="older" href="([^"]+)"', first)
    assert "Number 59" in senior.get(link).content.decode()
    assert "Number 59" not in first
    assert look.entries.filter(verb="leafed").count() == 2
    assert senior.get(f"/moderation/looks/{look.pk}/?cursor=x").status_code == 422


def test_a_page_takes_as_many_statements_for_many_pictures_as_for_few(senior, look, image):
    def statements(path):
        with CaptureQueriesContext(connection) as captured:
            assert senior.get(path).getvalue()
        return len(captured)

    root, few = f"/moderation/looks/{look.pk}/", statements(f"/moderation/looks/{look.pk}/")
    make_copies(image, 30)
    assert statements(root) == few <= 22
    assert statements(f"{root}images/{image.pk}/") <= 20
    assert statements(f"{root}images/{image.pk}/covered") <= 20


def test_a_case_is_opened_from_a_picture(senior, look, image):
    address = f"/moderation/looks/{look.pk}/images/{image.pk}/case"
    assert senior.post(address, {"reason": "hate"}).status_code == 422
    opened = senior.post(address, {"reason": "hate", "text": "A raised fist"})
    case = Case.objects.get(image=image)
    assert opened["Location"] == f"/moderation/cases/{case.pk}/"
    assert "A raised fist" in page(senior, f"cases/{case.pk}/")
    assert "Look into the library" in page(senior, f"cases/{case.pk}/")


def test_owners_read_who_has_looked_in_and_others_of_them_do_not(cast, team, senior, look):
    owner = cast.signed_in(Role.OWNER)
    address = f"/a/{team.slug}/looks/"
    assert b"Nobody of the staff" in owner.get(address).content  # it goes on
    assert address.encode() in owner.get(f"/a/{team.slug}/account/").content
    end_look(moderator=cast.user("senior_moderator"), look_id=look.pk)
    tell_looks()

    shown = owner.get(address).content.decode()

    assert "A senior moderator" in shown
    assert "graphic violence" in shown
    assert cast.user("senior_moderator").email not in shown
    assert look.text not in shown


def test_looks_stand_in_the_log_and_its_export_but_not_for_members_of_the_account(
    cast, team, senior, look
):
    lines = page(senior, f"audit/?look={look.pk}")
    assert look.text in lines
    exported = senior.post("/moderation/audit/export", {"form": "csv", "look": str(look.pk)})
    assert str(look.pk) in b"".join(exported.streaming_content).decode()
    member = cast.user("moderator")
    team.memberships.create(user=member, role=Role.VIEWER)
    assert look.text in page(cast.signed_in("operator"), "audit/")
    assert look.text not in page(sign_in(member), "audit/")


def test_programs_list_and_end_looks_and_begin_none(cast, team, senior, look):
    [told] = senior.get("/api/v1/moderation/looks").json()["items"]
    assert (told["id"], told["account"], told["pages"]) == (str(look.pk), team.slug, 0)
    answer = senior.post(f"/api/v1/moderation/looks/{look.pk}/end")
    assert (answer.status_code, answer.json()["ending"]) == (200, "hand")
    wish = {**WISH, "account": team.slug, "hours": 1}
    made = senior.post("/api/v1/moderation/looks", wish, content_type="application/json")
    assert made.status_code == 201
    for wrong in ({"hours": 25}, {"text": "short"}, {"who": "me"}, {"notice": "never"}):
        answer = senior.post(
            "/api/v1/moderation/looks", {**wish, **wrong}, content_type="application/json"
        )
        assert answer.status_code == 422
