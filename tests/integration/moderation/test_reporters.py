"""Whose reports weigh how much: accuracy, crowds of newcomers, and who is muted."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import transaction
from django.utils import timezone

from imagestudio.accounts.models import Role, User
from imagestudio.library.models import Image
from imagestudio.library.services.publishing import lock_image
from imagestudio.library.services.publishing import publish as show
from imagestudio.moderation.exceptions import NoSuchPerson, RankTooLow
from imagestudio.moderation.models import AuditEntry, BulkDeed, Case, Mute, Report
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services import bulk, reporters
from imagestudio.moderation.services.bulk import Chosen, working
from imagestudio.moderation.services.deciding import Verdict
from imagestudio.moderation.services.reporters import Accuracy
from imagestudio.moderation.services.reports import report_publication
from tests.factories import make_case, make_copies, make_image, make_user
from tests.threads import at_once

INVALID = Verdict(Action.KEEP, outcome=Case.Outcome.INVALID_REPORT)


@pytest.fixture
def public(image):
    """Return the picture, which everybody sees."""
    with transaction.atomic():
        show(
            image=lock_image(image.pk),
            user=image.created_by,
            shows_prompt=False,
            name="",
            is_approved=True,
        )
    return image


@pytest.fixture
def known(cast):
    """Return somebody who has been here for long."""
    User.objects.update(joined_at=timezone.now() - timedelta(days=30))
    return User.objects.get(pk=cast.user("stranger").pk)


def report(image, reporter, reason="hate"):
    given = {"reporter": reporter, "address": "198.51.100.1", "reason": reason, "text": "Look."}
    return report_publication(image_id=image.pk, **given)


def history(image, reporter, right, wrong):
    """Let so many reports of somebody have been right, and so many wrong."""
    ends = ["actioned"] * right + ["no_violation"] * wrong
    now = timezone.now()
    for copy, outcome in zip(make_copies(image, len(ends)), ends, strict=True):
        case = make_case(copy, reporter, state="closed", outcome=outcome, closed_at=now)
        case.reports.update(answered_at=now, at=now - timedelta(days=1))


@pytest.mark.parametrize(
    ("right", "handled", "bonus"),
    [(0, 0, 0), (4, 4, 0), (0, 4, 0), (5, 5, 1.16), (64, 64, 3), (0, 16, -2), (7, 10, 0)],
)
def test_accuracy_counts_from_some_reports_on_and_more_with_more(right, handled, bonus):
    assert Accuracy(right, handled).bonus == pytest.approx(bonus, abs=0.01)


@pytest.mark.parametrize(
    ("right", "wrong", "weight"), [(0, 0, 4), (4, 0, 4), (6, 0, 7), (0, 6, 1), (0, 16, 0)]
)
def test_a_report_weighs_what_its_makers_word_is_worth(known, public, image, right, wrong, weight):
    history(image, known, right, wrong)
    assert report(public, known).weight == weight


def test_what_was_neither_right_nor_wrong_does_not_count(known, public, image):
    history(image, known, 6, 0)
    Case.objects.filter(state="closed").update(outcome="withdrawn")
    assert report(public, known).weight == 4


def test_a_crowd_of_newcomers_weighs_as_much_as_one_known_person(rows, cast, public):
    people = User.objects.bulk_create(User(email=f"n{n}@example.test") for n in range(6))
    turn = count()
    made = at_once(6, lambda: report(public, people[next(turn)]))
    assert sum(one.weight for one in made) == Case.objects.get().weight == 4
    Report.objects.update(at=timezone.now() - timedelta(hours=2))
    assert report(public, make_user("later")).weight == 2


def test_a_muted_persons_report_is_kept_and_changes_nothing(cast, known, public):
    reporters.mute(moderator=cast.user("moderator"), user_id=known.pk, text="Reports all of us.")
    first, second = report(public, known), report(public, known, reason="child_safety")
    assert first == second
    assert (first.case, first.image, first.weight) == (None, public, 0)
    assert not Case.objects.exists()

    other = report(public, make_user("other"))
    Case.objects.update(snoozed_until=timezone.now() + timedelta(days=1))
    third = report(public, known, reason="child_safety")
    case = Case.objects.get()
    assert (third.case, other.case) == (case, case)
    assert (case.weight, case.lane) == (other.weight, Case.Lane.REPORT)
    assert case.snoozed_until


def test_who_is_muted_is_heard_again_when_a_senior_says_so(cast, known, public):
    moderator, senior = cast.user("moderator"), cast.user("senior_moderator")
    made = reporters.mute(moderator=moderator, user_id=known.pk)
    assert reporters.mute(moderator=senior, user_id=known.pk) == made
    with pytest.raises(RankTooLow):
        reporters.unmute(moderator=moderator, user_id=known.pk)
    for _ in range(2):
        reporters.unmute(moderator=senior, user_id=known.pk)
    assert report(public, known).weight == 4
    verbs = AuditEntry.objects.filter(user=known).order_by("at").values_list("verb", flat=True)
    assert [one for one in verbs if "muted" in one] == ["muted", "unmuted"]


def test_nobody_mutes_themselves_their_equals_or_nobody(cast, image):
    moderator = cast.user("moderator")
    for user in (moderator, cast.user("senior_moderator")):
        with pytest.raises(RankTooLow):
            reporters.mute(moderator=moderator, user_id=user.pk)
    with pytest.raises(NoSuchPerson):
        reporters.mute(moderator=moderator, user_id=image.pk)
    assert not Mute.objects.exists()


def test_all_reports_of_somebody_are_invalid_and_that_is_undone_as_one(
    rows, cast, image, known, monkeypatch
):
    monkeypatch.setattr(working, "AT_ONCE", 60)
    moderator = cast.user("moderator")
    alone = [make_case(one, known) for one in make_copies(image, 3)]
    shared = make_case(make_image(cast.team, cast.user(Role.OWNER)), known, cast.user("viewer"))
    strangers = make_case(Image.objects.get(pk=image.pk), known)
    Report.objects.create(case=strangers, reason="hate", weight=1)
    chosen = Chosen(BulkDeed.Choice.REPORTER, str(known.pk))
    deed = bulk.choose(moderator=moderator, chosen=chosen)
    bulk.try_out(moderator=moderator, deed_id=deed.pk, verdict=INVALID)

    deed = bulk.begin(moderator=moderator, deed_id=deed.pk, action=Action.KEEP)

    closed = Case.objects.filter(state="closed", outcome="invalid_report")
    assert {one.pk for one in closed} == {one.pk for one in alone}
    assert set(Case.objects.unclosed()) == {shared, strangers}
    assert "not one that we can act on" in alone[0].reports.get().answer
    assert reporters.accuracy_of([known.pk])[known.pk] == Accuracy(0, 3)
    bulk.undo(moderator=moderator, deed_id=deed.pk)
    assert Case.objects.unclosed().count() == 5
    assert not reporters.accuracy_of([known.pk])
