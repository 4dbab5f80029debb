"""A bulk deed is taken back as one: unnoticed, or later by reversals of which people are told."""

import pytest

from imagestudio.accounts.models import Role
from imagestudio.moderation.exceptions import (
    BulkSettled,
    RankTooLow,
)
from imagestudio.moderation.models import AuditEntry, Case, Decision, Notice
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services import bulk
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.bulk import working
from imagestudio.moderation.services.deciding import Verdict, take_back
from tests.factories import make_case
from tests.integration.moderation.together import KEEP, N, done, hidden, tell, whys

pytestmark = pytest.mark.usefixtures("patience")


def test_undone_within_seconds_nobody_is_ever_told_and_all_is_as_before(rows, cast, cases):
    moderator = cast.user("moderator")
    deed = done(moderator, cases)
    back = bulk.undo(moderator=moderator, deed_id=deed.pk)
    assert (back.state, back.undone, back.is_unnoticed) == ("undone", N, True)
    assert hidden(cases) == 0
    assert not tell(back)
    unclosed = Case.objects.unclosed().filter(pk__in=[one.pk for one in cases], claimed_by=None)
    assert unclosed.count() == N
    assert not unclosed.filter(reports__answered_at__isnull=False).exists()
    assert AuditEntry.objects.get(verb="back_together").data["undone"] == N
    with pytest.raises(BulkSettled):
        bulk.undo(moderator=moderator, deed_id=deed.pk)


def test_undone_at_work_it_stops_and_takes_back_what_it_has_done(rows, cast, cases, monkeypatch):
    monkeypatch.setattr(working, "AT_ONCE", 0)
    moderator = cast.user("moderator")
    deed = done(moderator, cases)
    with pytest.raises(BulkSettled):
        bulk.undo(moderator=cast.user("senior_moderator"), deed_id=deed.pk)
    bulk.undo(moderator=moderator, deed_id=deed.pk)
    deed = bulk.go_on(deed_id=deed.pk)
    assert (deed.state, deed.left, deed.undone, deed.decided) == ("undone", N - 1, 1, 1)
    assert Case.objects.unclosed().count() == N
    assert not tell(deed)


def test_undone_later_by_a_senior_people_are_told_and_what_was_settled_before_stays(
    rows, cast, cases
):
    moderator, senior = cast.user("moderator"), cast.user("senior_moderator")
    deed = done(moderator, cases)
    tell(deed)
    first, second = Decision.objects.filter(bulk=deed).order_by("at")[:2]
    take_back(moderator=senior, decision_id=first.pk, text="A mistake.")
    appeal(user=cast.user(Role.CREATOR), decision_id=second.pk, text="It is a wave.")
    with pytest.raises(RankTooLow):
        bulk.undo(moderator=moderator, deed_id=deed.pk)

    deed = bulk.undo(moderator=senior, deed_id=deed.pk, text="They were all fine.")

    assert (deed.state, deed.undone, deed.kept, deed.is_unnoticed) == ("undone", N - 2, 2, False)
    assert whys(deed) == ["appealed", "reversed"]
    assert hidden(cases) == 1  # somebody else looks at that one
    tell(deed)
    reversals = Notice.objects.filter(decision__bulk=deed, decision__action="reverse")
    assert reversals.filter(text__contains="They were all fine.").count() == N - 2


def test_what_was_kept_is_open_again_when_it_is_undone_later(rows, cast, cases):
    senior = cast.user("senior_moderator")
    deed = done(cast.user("moderator"), cases, KEEP)
    tell(deed)
    deed = bulk.undo(moderator=senior, deed_id=deed.pk)
    assert (deed.state, deed.undone) == ("undone", N)
    assert Case.objects.unclosed().count() == N
    assert not Notice.objects.exists()


def test_what_gave_something_is_not_undone_as_one(rows, cast, cases):
    done(cast.user("moderator"), cases)
    again = [make_case(one.image) for one in cases]
    deed = done(cast.user("moderator"), again, Verdict(Action.RESTORE))
    assert deed.decided == N
    tell(deed)
    with pytest.raises(BulkSettled):
        bulk.undo(moderator=cast.user("senior_moderator"), deed_id=deed.pk)
