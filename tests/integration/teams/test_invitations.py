"""Inviting people, and coming in: by a letter for one address, or by a link."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from imagestudio.accounts.models import Account, Invitation, Membership, Role, Standing, User
from imagestudio.accounts.services.access import change_standing
from imagestudio.accounts.services.invitations import (
    MOST_A_DAY,
    MOST_ROUNDS,
    hash_of,
    invite,
    join,
    renew_invitation,
    revoke_invitation,
)
from imagestudio.accounts.tasks import mail_invitation
from imagestudio.errors import StudioError
from tests.factories import PASSWORD, make_user, personal, sign_in
from tests.threads import at_once

SIGN_UP = {"password1": PASSWORD}


@pytest.fixture
def admin(cast):
    return cast.membership(Role.ADMIN)


@pytest.fixture
def link(admin):
    return invite(membership=admin, role=Role.CREATOR)


def path(new):
    return f"/invitations/{new.secret}/"


def role_in(team, user):
    found = Membership.objects.filter(account=team, user=user).first()
    return found.role if found else None


def deliver():
    """Write the letters that were enqueued."""
    for job in ProcrastinateJob.objects.filter(task_name="accounts.mail_invitation"):
        mail_invitation(**job.args)


# By a letter


def test_a_letter_lets_its_address_in_once(cast, team, told):
    page = cast.signed_in(Role.ADMIN).post(
        f"/a/{team.slug}/members/invitations", {"email": "Ada@Example.test", "role": "viewer"}
    )
    assert "ada@example.test is invited" in page.content.decode()
    deliver()
    (letter,) = mail.outbox
    assert letter.to == ["ada@example.test"]
    address = re.search(rf"{settings.PUBLIC_URL}(/invitations/\S+/)", letter.body)[1]
    ada = User.objects.create_user("ada@example.test", PASSWORD)
    browser = sign_in(ada)
    assert "Join as viewer" in browser.get(address).content.decode()
    assert role_in(team, ada) is None
    assert browser.post(address)["Location"] == f"/a/{team.slug}/"
    assert role_in(team, ada) == Role.VIEWER
    assert told() == ["member.joined"]
    assert Invitation.objects.get().uses == 1


def test_its_secret_is_kept_nowhere(admin):
    new = invite(membership=admin, role=Role.VIEWER, email="ada@example.test")
    row = Invitation.objects.values().get()
    jobs = [str(job.args) for job in ProcrastinateJob.objects.all()]
    assert new.secret not in f"{row} {jobs}"
    assert bytes(row["hash"]) == hash_of(new.secret)


def test_it_is_for_nobody_else(cast, team, admin):
    new = invite(membership=admin, role=Role.VIEWER, email="ada@example.test")
    stranger = cast.signed_in("stranger")
    assert "the invitation is for ada@example.test" in stranger.get(path(new)).content.decode()
    assert stranger.post(path(new)).status_code == 403
    assert role_in(team, cast.user("stranger")) is None
    assert Invitation.objects.get().uses == 0


def test_a_second_letter_to_an_address_ends_the_first(admin):
    first = invite(membership=admin, role=Role.VIEWER, email="ada@example.test")
    second = invite(membership=admin, role=Role.CREATOR, email="ADA@example.test")
    assert [one.pk for one in Invitation.objects.live()] == [second.invitation.pk]
    assert Client().get(path(first)).status_code == 404


def test_sent_again_it_has_a_new_secret(admin):
    first = invite(membership=admin, role=Role.VIEWER, email="ada@example.test")
    second = renew_invitation(membership=admin, invitation_id=first.invitation.pk)
    assert Client().get(path(first)).status_code == 404
    assert Client().get(path(second)).status_code == 200
    deliver()
    assert [second.secret in letter.body for letter in mail.outbox] == [True]
    for _ in range(MOST_ROUNDS - 2):
        renew_invitation(membership=admin, invitation_id=first.invitation.pk)
    with pytest.raises(StudioError, match="sent often enough"):
        renew_invitation(membership=admin, invitation_id=first.invitation.pk)


def test_what_was_revoked_is_not_mailed(admin):
    new = invite(membership=admin, role=Role.VIEWER, email="ada@example.test")
    revoke_invitation(membership=admin, invitation_id=new.invitation.pk)
    deliver()
    assert mail.outbox == []


# By a link


def test_a_link_lets_in_as_many_as_it_says(team, admin):
    new = invite(membership=admin, role=Role.CREATOR, max_uses=2)
    people = [make_user() for _ in range(3)]
    statuses = [sign_in(one).post(path(new)).status_code for one in people]
    assert statuses == [302, 302, 404]
    assert [role_in(team, one) for one in people] == ["creator", "creator", None]


def test_the_last_use_is_given_once(rows, cast, team):
    new = invite(membership=cast.membership(Role.ADMIN), role=Role.CREATOR, max_uses=1)
    people = [make_user() for _ in range(4)]
    waiting = list(people)

    def come() -> bool:
        try:
            return join(user=waiting.pop(), digest=hash_of(new.secret)).is_new
        except StudioError:
            return False

    assert sorted(at_once(4, come)) == [False, False, False, True]
    assert Membership.objects.filter(account=team, user__in=people).count() == 1


def test_who_accepts_twice_at_once_joins_once(rows, cast, team):
    new = invite(membership=cast.membership(Role.ADMIN), role=Role.CREATOR, max_uses=1)
    ada = make_user()
    joined = at_once(3, lambda: join(user=ada, digest=hash_of(new.secret)).is_new)
    assert sorted(joined) == [False, False, True]
    assert role_in(team, ada) == Role.CREATOR
    assert Invitation.objects.get().uses == 1


def test_who_came_by_a_link_is_no_longer_invited_by_a_letter(admin, link):
    ada = make_user("ada")
    invite(membership=admin, role=Role.VIEWER, email=ada.email)
    join(user=ada, digest=hash_of(link.secret))
    assert [one.is_link for one in Invitation.objects.live()] == [True]


def test_a_link_changes_no_role_and_is_not_used_up_by_a_member(cast, team, link):
    viewer = cast.signed_in(Role.VIEWER)
    page = viewer.post(path(link), follow=True)
    assert "stay, viewer of" in page.content.decode()
    assert role_in(team, cast.user(Role.VIEWER)) == Role.VIEWER
    assert Invitation.objects.get().uses == 0
    assert viewer.get(path(link))["Location"] == f"/a/{team.slug}/"


@pytest.mark.parametrize(
    "spoil",
    [
        {"revoked_at": timezone.now()},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"max_uses": 1, "uses": 1},
    ],
    ids=["revoked", "expired", "used"],
)
def test_a_dead_link_shows_nothing_and_lets_nobody_in(cast, team, link, spoil):
    Invitation.objects.update(**spoil)
    stranger = cast.signed_in("stranger")
    page = stranger.get(path(link))
    assert (page.status_code, team.name in page.content.decode()) == (404, False)
    assert stranger.post(path(link)).status_code == 404
    assert role_in(team, cast.user("stranger")) is None


def test_a_closed_account_and_a_suspended_inviter_invite_nobody(cast, team, link):
    change_standing(user=cast.user(Role.ADMIN), standing=Standing.SUSPENDED)
    assert Client().get(path(link)).status_code == 404
    change_standing(user=cast.user(Role.ADMIN), standing=Standing.OK)
    assert Client().get(path(link)).status_code == 200
    Account.objects.filter(pk=team.pk).update(closed_at=timezone.now())
    assert Client().get(path(link)).status_code == 404


@pytest.mark.parametrize("secret", ["x", "a" * 43, "a" * 400, "ä" * 43, "%00" * 43])
def test_what_is_no_secret_is_not_found(db, secret):
    assert Client().get(f"/invitations/{secret}/").status_code == 404


# Who is not signed in


def test_who_is_not_signed_in_comes_back_without_the_secret_in_any_address(cast, team, link):
    browser = Client()
    html = browser.get(path(link)).content.decode()
    assert "/accounts/login/?next=/invitations/" in html
    assert link.secret not in html
    assert browser.post(path(link))["Location"] == "/accounts/login/?next=/invitations/"
    stranger = cast.user("stranger")
    answer = browser.post(
        "/accounts/login/", {"login": stranger.email, "password": PASSWORD, "next": "/invitations/"}
    )
    assert answer["Location"] == "/invitations/"
    assert "Join as creator" in browser.get("/invitations/").content.decode()
    assert role_in(team, stranger) is None
    browser.post("/invitations/")
    assert role_in(team, stranger) == Role.CREATOR
    assert browser.get("/invitations/").status_code == 404


# Where only invited people sign up


@pytest.fixture
def by_invitation(settings):
    settings.SIGNUP = "invite"
    settings.ACCOUNT_RATE_LIMITS = False


def test_without_an_invitation_sign_up_is_closed(by_invitation, db):
    page = Client().get("/accounts/signup/")
    assert "closed" in page.content.decode()
    Client().post("/accounts/signup/", {"email": "new@example.test", **SIGN_UP})
    assert not User.objects.exists()
    assert "/accounts/signup/" not in Client().get("/").content.decode()


def test_who_signs_up_by_a_link_has_joined(by_invitation, team, link):
    browser = Client()
    assert "/accounts/signup/" in browser.get(path(link)).content.decode()
    wish = {"email": "new@example.test", "next": "/invitations/", **SIGN_UP}
    assert browser.post("/accounts/signup/", wish)["Location"] == "/invitations/"
    assert browser.get("/invitations/")["Location"] == f"/a/{team.slug}/"
    new = get_user(browser)
    assert (new.email, role_in(team, new)) == ("new@example.test", Role.CREATOR)
    assert Invitation.objects.get().uses == 1


def test_a_link_makes_no_more_users_than_it_may_be_used(by_invitation, admin):
    new = invite(membership=admin, role=Role.VIEWER, max_uses=1)
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.get(path(new))
    before = User.objects.count()
    for number, browser in enumerate(browsers):
        browser.post("/accounts/signup/", {"email": f"n{number}@example.test", **SIGN_UP})
    assert User.objects.count() == before + 1


def test_a_letter_makes_a_user_of_its_own_address_alone(by_invitation, team, admin):
    new = invite(membership=admin, role=Role.VIEWER, email="ada@example.test")
    browser = Client()
    browser.get(path(new))
    page = browser.post("/accounts/signup/", {"email": "other@example.test", **SIGN_UP})
    assert "The invitation is for ada@example.test" in page.content.decode()
    assert not User.objects.filter(email="other@example.test").exists()
    browser.post("/accounts/signup/", {"email": "ada@example.test", **SIGN_UP})
    assert role_in(team, User.objects.get(email="ada@example.test")) == Role.VIEWER


def test_where_nobody_signs_up_an_invitation_does_not_help(settings, link):
    settings.SIGNUP = "closed"
    browser = Client()
    assert "/accounts/signup/" not in browser.get(path(link)).content.decode()
    assert "closed" in browser.get("/accounts/signup/").content.decode()


# Who may invite whom


@pytest.mark.parametrize(
    ("name", "role", "email", "code"),
    [
        (Role.ADMIN, Role.OWNER, "a@example.test", "role_too_low"),
        (Role.CREATOR, Role.VIEWER, "a@example.test", "role_too_low"),
        (Role.VIEWER, Role.VIEWER, "", "role_too_low"),
        (Role.OWNER, Role.OWNER, "", "bad_invitation"),
        (Role.OWNER, Role.ADMIN, "", "bad_invitation"),
        (Role.OWNER, Role.VIEWER, "no address", "bad_invitation"),
        (Role.OWNER, Role.VIEWER, "a@example.test\nBcc: b@example.test", "bad_invitation"),
    ],
)
def test_who_cannot_invite_whom(cast, name, role, email, code):
    with pytest.raises(StudioError) as caught:
        invite(membership=cast.membership(name), role=role, email=email)
    assert caught.value.code == code
    assert not Invitation.objects.exists()


def test_an_owner_invites_an_owner(cast):
    mine = cast.membership(Role.OWNER)
    new = invite(membership=mine, role=Role.OWNER, email="a@example.test")
    admin = cast.membership(Role.ADMIN)
    for deed in (renew_invitation, revoke_invitation):  # nor does an admin touch it
        with pytest.raises(StudioError, match="Only an owner"):
            deed(membership=admin, invitation_id=new.invitation.pk)


@pytest.mark.parametrize("wish", [{"days": 0}, {"days": 91}, {"max_uses": 0}, {"max_uses": 10**6}])
def test_senseless_links(admin, wish):
    with pytest.raises(StudioError):
        invite(membership=admin, role=Role.VIEWER, **wish)


def test_a_member_is_not_invited_again_and_nobody_into_a_personal_account(cast, admin):
    with pytest.raises(StudioError, match="is a member of the account already"):
        invite(membership=admin, role=Role.VIEWER, email=cast.user(Role.OWNER).email.upper())
    with pytest.raises(StudioError, match="yours alone"):
        invite(membership=personal(cast.user(Role.OWNER)), role=Role.VIEWER)


def test_an_account_invites_no_crowd_in_a_day(team, admin, link):
    row = link.invitation
    Invitation.objects.bulk_create(
        Invitation(
            account=team,
            role="viewer",
            hash=bytes([number]) * 32,
            made_by=admin.user,
            expires_at=row.expires_at,
            revoked_at=row.expires_at,
        )
        for number in range(MOST_A_DAY - 1)
    )
    with pytest.raises(StudioError, match="at most 100 times a day"):
        invite(membership=admin, role=Role.VIEWER)


def test_the_page_shows_a_link_once(cast, team):
    admin = cast.signed_in(Role.ADMIN)
    page = admin.post(
        f"/a/{team.slug}/members/invitations", {"role": "viewer", "days": "3", "max_uses": "5"}
    )
    secret = re.search(r"/invitations/([-\w]{43})/", page.content.decode())[1]
    assert secret not in admin.get(f"/a/{team.slug}/members/").content.decode()
    row = Invitation.objects.get()
    renewed = admin.post(f"/a/{team.slug}/members/invitations/{row.pk}/renew")
    assert "The link is ready" in renewed.content.decode()
    admin.post(f"/a/{team.slug}/members/invitations/{row.pk}/revoke")
    assert "Nobody is invited" in admin.get(f"/a/{team.slug}/members/").content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "viewer", "email": "no address"},
        {"role": "boss", "email": "a@example.test"},
        {"role": "owner", "email": "a@example.test"},
        {"role": "admin", "days": "3"},
        {"role": "viewer", "days": "x"},
        {},
    ],
)
def test_a_bad_wish_is_the_form_again(cast, team, fields):
    page = cast.signed_in(Role.ADMIN).post(f"/a/{team.slug}/members/invitations", fields)
    assert page.status_code == 422
    assert not Invitation.objects.exists()


def test_by_the_api(cast, team):
    admin, query = cast.signed_in(Role.ADMIN), f"?account={team.slug}"
    address = "/api/v1/account/invitations"
    made = admin.post(address + query, {"role": "viewer", "days": 2}, "application/json")
    assert made.status_code == 201
    assert Client().get(made.json()["link"].removeprefix(settings.PUBLIC_URL)).status_code == 200
    one = f"{address}/{made.json()['invitation']['id']}"
    assert len(admin.get(address + query).json()["items"]) == 1
    assert admin.post(f"{one}/renew{query}").status_code == 200
    assert admin.delete(one + query).status_code == 204
    assert admin.delete(one + query).status_code == 404
    wrong = admin.post(address + query, {"role": "viewer", "email": "x"}, "application/json")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "email")
