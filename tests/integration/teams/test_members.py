"""Roles, removing, leaving: what each member may do to whom, and what ends with a membership."""

import pytest
from django.test import Client

from imagestudio.accounts.auth import Caller, still_holds
from imagestudio.accounts.exceptions import LastOwner
from imagestudio.accounts.models import Invitation, Membership, Role, Scope, Token
from imagestudio.accounts.permissions import Deed
from imagestudio.accounts.services.invitations import invite, join
from imagestudio.accounts.services.members import change_role, leave, remove_member
from imagestudio.errors import StudioError
from tests.factories import bearer, make_generation, make_image, make_user, personal
from tests.threads import at_once

# Who may give which role to whom: (acting, target, new role).
ALLOWED = {
    *(
        (Role.OWNER, target, new)
        for target in (Role.ADMIN, Role.CREATOR, Role.VIEWER)
        for new in Role
    ),
    *(
        (Role.ADMIN, target, new)
        for target in (Role.ADMIN, Role.CREATOR, Role.VIEWER)
        for new in (Role.ADMIN, Role.CREATOR, Role.VIEWER)
    ),
}


def role_of(cast, name):
    return Role(cast.membership(name).role)


@pytest.mark.parametrize("acting", Role)
@pytest.mark.parametrize("target", [Role.ADMIN, Role.CREATOR, Role.VIEWER])
def test_who_may_give_which_role_to_whom(cast, acting, target):
    for new in Role:
        try:
            change_role(membership=cast.membership(acting), user_id=cast.user(target).pk, role=new)
        except StudioError:
            changed = False
        else:
            changed = role_of(cast, target) == new
        Membership.objects.filter(account=cast.team, user=cast.user(target)).update(role=target)
        assert changed == ((acting, target, new) in ALLOWED), new


@pytest.mark.parametrize("acting", [Role.ADMIN, Role.CREATOR, Role.VIEWER])
def test_only_an_owner_touches_an_owner(cast, acting):
    owner = cast.user(Role.OWNER).pk
    for deed in (
        lambda: change_role(membership=cast.membership(acting), user_id=owner, role=Role.VIEWER),
        lambda: remove_member(membership=cast.membership(acting), user_id=owner),
    ):
        with pytest.raises(StudioError):
            deed()
    assert role_of(cast, Role.OWNER) == Role.OWNER


def test_the_last_owner_stays_one(cast):
    mine = cast.membership(Role.OWNER)  # another owner is suspended, and cannot sign in
    for deed in (
        lambda: change_role(membership=mine, user_id=mine.user_id, role=Role.ADMIN),
        lambda: remove_member(membership=mine, user_id=mine.user_id),
        lambda: leave(membership=mine),
    ):
        with pytest.raises(LastOwner):
            deed()
    assert role_of(cast, Role.OWNER) == Role.OWNER


def test_an_account_is_handed_over(cast, told):
    mine = cast.membership(Role.OWNER)
    change_role(membership=mine, user_id=cast.user(Role.VIEWER).pk, role=Role.OWNER)
    leave(membership=mine)
    assert role_of(cast, Role.VIEWER) == Role.OWNER
    assert told() == ["member.role_changed", "member.left"]


def test_two_owners_who_demote_each_other_at_once_leave_one(rows, cast):
    first, second = cast.user(Role.OWNER), cast.user(Role.ADMIN)
    Membership.objects.filter(user=second, account=cast.team).update(role=Role.OWNER)
    pairs = [
        (cast.membership(Role.OWNER), second.pk),
        (cast.membership(Role.ADMIN), first.pk),
    ]

    def demote() -> str:
        acting, target = pairs.pop()
        try:
            change_role(membership=acting, user_id=target, role=Role.VIEWER)
        except StudioError as error:
            return error.code
        return "done"

    assert sorted(at_once(2, demote)) == ["done", "role_too_low"]
    assert cast.team.memberships.owners().count() == 1


def test_two_owners_who_leave_at_once_leave_one(rows, cast):
    Membership.objects.filter(user=cast.user(Role.ADMIN), account=cast.team).update(role=Role.OWNER)
    leaving = [cast.membership(Role.OWNER), cast.membership(Role.ADMIN)]

    def go() -> str:
        try:
            leave(membership=leaving.pop())
        except StudioError as error:
            return error.code
        return "done"

    assert sorted(at_once(2, go)) == ["done", "last_owner"]
    assert cast.team.memberships.owners().count() == 1


def test_a_new_role_counts_from_the_next_request(cast, team):
    browser, headers = cast.signed_in(Role.CREATOR), bearer(cast.membership(Role.CREATOR), *Scope)
    membership = cast.membership(Role.CREATOR)
    stream = Caller(membership, Deed.GENERATE, token_id=Token.objects.get().pk)
    assert still_holds(stream)
    change_role(
        membership=cast.membership(Role.ADMIN), user_id=membership.user_id, role=Role.VIEWER
    )
    for caller in (browser, Client(headers=headers)):
        answer = caller.post(
            f"/api/v1/estimates?account={team.slug}", {"prompt": "a"}, "application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low")
    assert not still_holds(stream)


def test_with_a_membership_its_tokens_and_streams_end_for_ever(cast, team, told):
    membership = cast.membership(Role.CREATOR)
    image, generation = make_image(team, membership.user), make_generation(membership)
    headers = bearer(membership, *Scope)
    stream = Caller(membership, Deed.SEE, token_id=Token.objects.get().pk)
    browser = cast.signed_in(Role.CREATOR)
    remove_member(membership=cast.membership(Role.ADMIN), user_id=membership.user_id)
    assert not still_holds(stream)
    assert browser.get(f"/a/{team.slug}/").status_code == 404
    assert Client(headers=headers).get("/api/v1/images").status_code == 401
    Membership.objects.create(account=team, user=membership.user, role=Role.CREATOR)
    assert Client(headers=headers).get("/api/v1/images").status_code == 401
    image.refresh_from_db()
    generation.refresh_from_db()
    assert (image.account, image.trashed_at, generation.state) == (team, None, "queued")
    assert told() == ["member.left"]


def test_who_was_removed_comes_back_by_no_link(cast):
    admin, gone = cast.membership(Role.ADMIN), cast.user(Role.CREATOR)
    link = invite(membership=admin, role=Role.CREATOR)
    letter = invite(membership=admin, role=Role.VIEWER, email="else@example.test")
    remove_member(membership=admin, user_id=gone.pk)
    with pytest.raises(StudioError, match="expired, was revoked"):
        join(user=gone, digest=bytes(link.invitation.hash))
    assert [one.pk for one in Invitation.objects.live()] == [letter.invitation.pk]


def test_who_manages_no_longer_has_no_invitations_open(cast):
    invite(membership=cast.membership(Role.ADMIN), role=Role.VIEWER, email="else@example.test")
    change_role(
        membership=cast.membership(Role.OWNER), user_id=cast.user(Role.ADMIN).pk, role=Role.CREATOR
    )
    assert not Invitation.objects.live().exists()


def test_who_was_demoted_does_not_rise_again_by_leaving_and_a_link(cast):
    admin = cast.membership(Role.ADMIN)
    high = invite(membership=admin, role=Role.CREATOR)
    low = invite(membership=admin, role=Role.VIEWER)
    change_role(membership=admin, user_id=cast.user(Role.CREATOR).pk, role=Role.VIEWER)
    live = set(Invitation.objects.live().values_list("pk", flat=True))
    assert live == {low.invitation.pk} - {high.invitation.pk}


def test_a_removed_member_acts_no_more_even_in_a_request_under_way(cast):
    admin = cast.membership(Role.ADMIN)
    remove_member(membership=cast.membership(Role.OWNER), user_id=admin.user_id)
    with pytest.raises(StudioError, match="no longer a member"):
        invite(membership=admin, role=Role.CREATOR)


def test_nobody_leaves_their_personal_account(cast):
    mine = personal(cast.user(Role.VIEWER))
    answer = cast.signed_in(Role.VIEWER).post("/api/v1/account/leave")
    assert (answer.status_code, answer.json()["code"]) == (409, "personal_account")
    assert Membership.objects.filter(pk=mine.pk).exists()


def test_on_the_page(cast, team):
    admin = cast.signed_in(Role.ADMIN)
    creator, viewer = cast.user(Role.CREATOR), cast.user(Role.VIEWER)
    page = admin.post(f"/a/{team.slug}/members/{viewer.pk}/role", {"role": "creator"}, follow=True)
    assert f"{viewer.email} is creator now" in page.content.decode()
    page = admin.post(f"/a/{team.slug}/members/{creator.pk}/remove", follow=True)
    assert "is no longer a member" in page.content.decode()
    page = cast.signed_in(Role.OWNER).post(f"/a/{team.slug}/members/leave", follow=True)
    assert "An account needs an owner" in page.content.decode()
    page = cast.signed_in(Role.VIEWER).post(f"/a/{team.slug}/members/leave", follow=True)
    assert "You have left" in page.content.decode()
    assert (
        admin.post(f"/a/{team.slug}/members/{creator.pk}/role", {"role": "boss"}).status_code == 302
    )
    assert {one.role for one in Membership.objects.owned_by(team)} == {"owner", "admin"}


def test_by_the_api(cast, team):
    admin, viewer = cast.signed_in(Role.ADMIN), cast.user(Role.VIEWER)
    address = f"/api/v1/account/members/{viewer.pk}?account={team.slug}"
    answer = admin.patch(address, {"role": "owner"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low")
    answer = admin.patch(address, {"role": "creator"}, content_type="application/json")
    assert answer.json()["role"] == "creator"
    assert (
        admin.patch(address, {"role": "boss"}, content_type="application/json").status_code == 422
    )
    assert admin.delete(address).status_code == 204
    assert admin.delete(address).status_code == 404
    listed = admin.get(f"/api/v1/account/members?account={team.slug}").json()["items"]
    assert str(viewer.pk) not in {one["user_id"] for one in listed}


def test_the_page_takes_as_many_statements_for_many_members_as_for_few(
    cast, team, django_assert_max_num_queries
):
    admin, address = cast.signed_in(Role.ADMIN), f"/a/{team.slug}/members/"
    membership = cast.membership(Role.ADMIN)
    for _ in range(5):
        Membership.objects.create(account=team, user=make_user(), role=Role.VIEWER)
        invite(membership=membership, role=Role.VIEWER)
    with django_assert_max_num_queries(9):
        html = admin.get(address).content.decode()
    assert html.count("/remove") == 7  # all but the owners and oneself
