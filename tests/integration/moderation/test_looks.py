"""Looks into private libraries: who may, for what reason, for how long, and who is told."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from imagestudio.accounts.models import Account, Membership, Role, SiteRole, User
from imagestudio.accounts.services.access import change_site_role
from imagestudio.moderation.exceptions import (
    AlreadyLooking,
    CannotLook,
    LookInvalid,
    NoSuchCase,
    NoSuchLook,
)
from imagestudio.moderation.mail import mail_look
from imagestudio.moderation.models import AuditEntry, Look, LookNotice
from imagestudio.moderation.services.looks import seeing
from imagestudio.moderation.services.looks.beginning import end_look, end_unfit
from imagestudio.moderation.services.looks.telling import looks_into, tell_looks
from imagestudio.moderation.tasks import upkeep
from tests.factories import make_case, make_image, make_look, make_user
from tests.integration.moderation.conftest import later

HOUR = timedelta(hours=1)


@pytest.fixture
def senior(cast):
    return cast.user("senior_moderator")


def over(look):
    """Let the time of a look be over."""
    later(Look, look.pk, began_at=-2 * HOUR, until=-HOUR)


def join(team, user, role=Role.CREATOR):
    return Membership.objects.create(account=team, user=user, role=role)


def shut(account):
    Account.objects.filter(pk=account.pk).update(closed_at="2026-01-01T00:00Z")


def lines(look):
    return list(look.entries.order_by("at", "id").values_list("verb", flat=True))


def test_a_look_says_who_why_and_until_when_and_so_does_the_log(cast, team, senior):
    case = make_case(make_image(team, cast.user(Role.CREATOR)))
    look = make_look(senior, team, hours=2, case=case.pk)

    assert (look.by, look.role, look.reason) == (senior, "senior_moderator", "graphic_violence")
    assert look.until - look.began_at == 2 * HOUR
    [line] = look.entries.all()
    assert (line.verb, line.account, line.case, line.text) == ("look_began", team, case, look.text)
    assert (line.data["hours"], line.data["reason"]) == (2, look.reason)


@pytest.mark.parametrize(
    "wanted",
    [
        {"text": "Because I can."},
        {"text": " " * 40},
        {"text": "x" * 2001},
        {"text": "\0" * 30},
        {"reason": "curiosity"},
        {"hours": 0},
        {"hours": 25},
        {"notice": "never"},
    ],
)
def test_a_look_that_does_not_say_what_it_must_is_none(team, senior, wanted):
    with pytest.raises(LookInvalid):
        make_look(senior, team, **wanted)
    assert not Look.objects.exists()


@pytest.mark.parametrize("column", ["notice = 'never'", "text = 'short'", "until = began_at"])
def test_the_database_keeps_to_it(team, senior, column):
    look = make_look(senior, team)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE moderation_look DISABLE TRIGGER USER")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(f"UPDATE moderation_look SET {column} WHERE id = %s", [look.pk])
        cursor.execute("ALTER TABLE moderation_look ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE moderation_look SET text = 'something else was the reason'",
        "UPDATE moderation_look SET until = until + interval '1 minute'",
        "UPDATE moderation_look SET ended_at = NULL, ending = '', tell_at = NULL",
        "DELETE FROM moderation_look",
        "TRUNCATE moderation_look CASCADE",
    ],
)
def test_what_was_said_is_never_changed(team, senior, statement):
    end_look(moderator=senior, look_id=make_look(senior, team).pk)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            cursor.execute(statement)


def test_nobody_looks_who_is_no_senior_or_into_what_is_theirs_or_of_their_rank(cast, team, senior):
    for name in ("moderator", Role.OWNER):
        with pytest.raises(NoSuchLook):
            make_look(cast.user(name), team)
    with pytest.raises(CannotLook):
        make_look(senior, senior.personal_account)
    for colleague in (make_user(site_role="senior_moderator"), cast.user("operator")):
        with pytest.raises(CannotLook):
            make_look(senior, colleague.personal_account)
    assert make_look(cast.user("operator"), senior.personal_account)
    assert make_look(senior, cast.user("moderator").personal_account)
    join(team, senior)
    with pytest.raises(CannotLook):
        make_look(senior, team)


def test_what_there_is_not_cannot_be_looked_into(cast, team, senior):
    with pytest.raises(NoSuchLook):
        make_look(senior, Account(slug="nowhere"))
    with pytest.raises(NoSuchLook):
        make_look(senior, team, person=cast.user("stranger").pk)
    elsewhere = make_case(make_image(cast.others, cast.user("stranger")))
    with pytest.raises(LookInvalid):
        make_look(senior, team, case=elsewhere.pk)
    own = make_case(make_image(team, senior))
    with pytest.raises(NoSuchCase):
        make_look(senior, team, case=own.pk)
    shut(team)
    with pytest.raises(NoSuchLook):
        make_look(senior, team)
    assert not Look.objects.exists()


def test_there_is_one_at_a_time_and_another_once_it_is_over(team, senior):
    first = make_look(senior, team)
    with pytest.raises(AlreadyLooking) as refused:
        make_look(senior, team)
    assert refused.value.extra["look_id"] == first.pk
    over(first)
    assert make_look(senior, team) != first
    first.refresh_from_db()
    assert (first.ending, first.ended_at) == ("time", first.until)


def test_what_is_seen_is_the_library_without_what_staff_has_made(cast, team, senior):
    creator, owner = cast.user(Role.CREATOR), cast.user(Role.OWNER)
    fox = make_image(team, creator, prompt="a red fox", title="")
    hen = make_image(team, owner, prompt="a hen", title="", trashed_at="2026-01-01T00:00Z")
    make_image(team, creator, moderation="hidden_all")
    make_image(team, senior)
    make_image(team, cast.user("operator"))
    make_image(cast.others, cast.user("stranger"))
    look = make_look(senior, team)

    def seen(**wanted):
        return seeing.leaf(look=look, wanted=seeing.Wanted(**wanted), cursor=None).images

    assert seen() == seen(words="fox") == [fox]
    assert seen(words="hen") == seen(since=fox.added_at.date() + 2 * timedelta(days=1)) == []
    assert seen(is_trash=True) == [hen]
    assert set(seeing.images_of(look)) == {fox, hen}
    alone = make_look(cast.user("operator"), team, person=owner.pk)
    assert list(seeing.images_of(alone)) == [hen]
    assert seeing.leaf(look=alone, wanted=seeing.Wanted(), cursor=None).images == []


def test_each_page_and_each_picture_that_is_seen_leaves_a_line(cast, team, senior):
    image = make_image(team, cast.user(Role.CREATOR))
    look = make_look(senior, team)
    seeing.leaf(look=look, wanted=seeing.Wanted(words="fox"), cursor=None)
    seeing.read_picture(look=look, image_id=image.pk)
    seeing.reveal(look=look, image_id=image.pk)

    assert lines(look) == ["look_began", "leafed", "leafed", "viewed"]
    viewed = look.entries.get(verb="viewed")
    assert (viewed.actor, viewed.image, viewed.user) == (senior, image, image.created_by)
    assert (viewed.account, viewed.case) == (team, None)


def test_it_ends_by_itself_and_by_hand(team, senior, cast):
    look = make_look(senior, team)
    assert seeing.look_of(senior, look.pk) == look
    over(look)
    with pytest.raises(NoSuchLook):  # though nobody has noted yet that it is over
        seeing.look_of(senior, look.pk)
    upkeep(0)
    look.refresh_from_db()
    assert look.ending == "time"
    other = make_look(senior, team)
    with pytest.raises(NoSuchLook):
        end_look(moderator=cast.user("operator"), look_id=other.pk)
    assert end_look(moderator=senior, look_id=other.pk).ending == "hand"
    assert end_look(moderator=senior, look_id=other.pk).ending == "hand"
    with pytest.raises(NoSuchLook):
        seeing.look_of(senior, other.pk)
    assert lines(other) == ["look_began", "look_ended"]


@pytest.mark.parametrize("is_asked", [True, False])
@pytest.mark.parametrize(
    "loss",
    [
        lambda user, team: change_site_role(user=user, role=SiteRole.MODERATOR),
        lambda user, team: user.authenticator_set.all().delete(),
        lambda user, team: User.objects.filter(pk=user.pk).update(is_active=False),
        lambda user, team: join(team, user),
        lambda user, team: join(team, make_user(site_role="operator")),
        lambda user, team: shut(team),
    ],
    ids=["role", "factor", "suspended", "joined", "colleague", "closed"],
)
def test_it_ends_when_the_right_to_it_is_lost(team, senior, loss, is_asked):
    look = make_look(senior, team)
    loss(senior, team)
    senior.refresh_from_db()
    if is_asked:
        with pytest.raises(NoSuchLook):
            seeing.look_of(senior, look.pk)
    end_unfit()
    look.refresh_from_db()
    assert look.ending == "right"


def test_owners_are_told_by_letter_and_on_their_page_by_the_role_alone(cast, team, senior):
    image = make_image(team, cast.user(Role.CREATOR))
    look = make_look(senior, team)
    seeing.leaf(look=look, wanted=seeing.Wanted(), cursor=None)
    for _ in range(2):
        seeing.reveal(look=look, image_id=image.pk)
    assert tell_looks() == 0
    end_look(moderator=senior, look_id=look.pk)
    assert (tell_looks(), tell_looks()) == (1, 0)

    notices = list(LookNotice.objects.all())
    assert {one.user for one in notices} == {cast.user(Role.OWNER), cast.user("suspended")}
    for one in notices * 2:
        mail_look(notice_id=one.pk)
    letter = mail.outbox[0]
    assert len(mail.outbox) == 2
    for words in ("a senior moderator", team.name, "Graphic violence", "1 picture uncovered"):
        assert words in letter.body
    assert re.search(rf"/a/{team.slug}/looks/$", letter.body, re.MULTILINE)
    assert senior.email not in letter.body
    assert look.text not in letter.body
    [row] = looks_into(cast.membership(Role.ADMIN), cursor=None).rows
    assert (row.look, row.leaves, row.uncovered) == (look, 1, 1)
    assert AuditEntry.objects.get(verb="look_told").data == {"owners": 2}


def test_only_an_operator_lets_owners_be_told_later_and_only_where_the_setting_says_so(
    cast, team, senior, settings
):
    operator, delayed = cast.user("operator"), {"notice": "after_30_days"}
    with pytest.raises(CannotLook):
        make_look(operator, team, **delayed)
    settings.LOOK_NOTICE = "after_30_days"
    with pytest.raises(CannotLook):
        make_look(senior, team, **delayed)
    look = end_look(moderator=operator, look_id=make_look(operator, team, **delayed).pk)
    assert look.tell_at - look.ended_at == timedelta(days=30)
    assert tell_looks() == 0
    assert looks_into(cast.membership(Role.OWNER), cursor=None).rows == []
    later(Look, look.pk, tell_at=-HOUR)
    upkeep(0)
    assert LookNotice.objects.filter(user=cast.user(Role.OWNER)).exists()


def test_a_case_is_opened_on_what_was_seen(cast, team, senior):
    image = make_image(team, cast.user(Role.CREATOR))
    look = make_look(senior, team)
    for reason, lane in (("hate", 20), ("ip_complaint", 0), ("child_safety", 0)):
        case = seeing.open_case_on(look=look, image_id=image.pk, reason=reason, text="A fist.")
        assert (case.image, case.lane, case.reports.count()) == (image, lane, 0)
    said = case.entries.filter(verb="noted").latest("at")
    assert (said.look, said.text, said.data["reason"]) == (look, "A fist.", "child_safety")
    for wrong in ({"reason": "x"}, {"text": ""}):
        with pytest.raises(LookInvalid):
            seeing.open_case_on(
                look=look, image_id=image.pk, **{"reason": "hate", "text": "A fist.", **wrong}
            )
