"""People object to a decision, once, in time; somebody else looks at it."""

from datetime import timedelta

import pytest

from imagestudio.accounts.models import Role, SiteRole, Standing
from imagestudio.accounts.services.closing import blank
from imagestudio.library.models import Image
from imagestudio.moderation.exceptions import (
    ActionNotOffered,
    AppealInvalid,
    CannotAppeal,
    CannotReverse,
    NoSuchDecision,
)
from imagestudio.moderation.models import Appeal, Case, Decision, Report
from imagestudio.moderation.permissions import offered
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.cases import person
from imagestudio.moderation.services.deciding import Verdict, decide, take_back
from imagestudio.moderation.services.publishing import publish
from tests.factories import make_user
from tests.integration.moderation.conftest import decided, later, opened, told
from tests.threads import at_once


@pytest.fixture
def maker(cast):
    return cast.user(Role.CREATOR)


@pytest.fixture
def other(cast):
    return make_user("other", site_role=SiteRole.MODERATOR)


def hidden(cast, image, action=Action.HIDE):
    decision = decided(cast.user("moderator"), image, action)
    told(decision)
    return decision


def answer(moderator, case, action):
    case.refresh_from_db()
    return decide(
        moderator=moderator, case_id=case.pk, version=case.version, verdict=Verdict(action)
    )


def test_another_moderator_overturns_it(cast, image, maker, other):
    decision = hidden(cast, image)
    made = appeal(user=maker, decision_id=decision.pk, text=" It is only a lighthouse. ")
    case = Case.objects.unclosed().get()
    assert (case.lane, made.text) == (Case.Lane.APPEAL, "It is only a lighthouse.")
    assert offered(case, cast.user("moderator")) == []
    with pytest.raises(ActionNotOffered):
        answer(cast.user("moderator"), case, Action.REVERSE)
    with pytest.raises(CannotReverse):
        take_back(moderator=cast.user("senior_moderator"), decision_id=decision.pk)
    reversal = answer(other, case, Action.REVERSE)
    image.refresh_from_db()
    made.refresh_from_db()
    assert image.moderation == "clear"
    assert (made.outcome, made.decided_by) == (Appeal.Outcome.OVERTURNED, other)
    assert (reversal.reverses, reversal.affected) == (decision, maker)
    assert reversal.origin == Decision.Origin.APPEAL
    case.refresh_from_db()
    assert case.outcome == Case.Outcome.NO_VIOLATION


def test_or_upholds_it(cast, image, maker, other):
    decision = hidden(cast, image)
    made = appeal(user=maker, decision_id=decision.pk, text="No!")
    case = made.case
    Report.objects.create(case=case, reporter=cast.user("viewer"), reason="hate", weight=1)
    upheld = answer(other, case, Action.UPHOLD)
    image.refresh_from_db()
    made.refresh_from_db()
    assert (image.moderation, made.outcome) == ("hidden_public", Appeal.Outcome.UPHELD)
    assert "The decision stays" in upheld.notice.subject
    assert "did something about it" in Report.objects.get().answer
    with pytest.raises(CannotAppeal):
        appeal(user=maker, decision_id=decision.pk, text="No!")


def test_a_later_decision_stays_as_it_is(cast, image, maker, other):
    first = hidden(cast, image)
    second = decided(cast.user("moderator"), image, Action.BLUR)
    told(second)
    made = appeal(user=maker, decision_id=first.pk, text="No!")
    answer(other, made.case, Action.REVERSE)
    image.refresh_from_db()
    assert image.moderation == "blurred"


def test_an_overturned_rejection_is_published(cast, image, maker, other):
    ask(cast, image)
    decision = hidden(cast, image, Action.REJECT)
    made = appeal(user=maker, decision_id=decision.pk, text="No!")
    answer(other, made.case, Action.REVERSE)
    image.refresh_from_db()
    assert (image.review, bool(image.publication.published_at)) == ("approved", True)


def test_words_that_were_asked_for_since_are_still_looked_at(cast, image, maker, other):
    ask(cast, image)
    decision = hidden(cast, image, Action.REJECT)
    made = appeal(user=maker, decision_id=decision.pk, text="No!")
    Image.objects.filter(pk=image.pk).update(title="Something else")
    ask(cast, image)
    answer(other, made.case, Action.REVERSE)
    image.refresh_from_db()
    made.case.refresh_from_db()
    assert image.review == "requested"
    assert (made.case.state, made.case.lane) == (Case.State.OPEN, Case.Lane.REVIEW)


def ask(cast, image):
    membership = cast.membership(Role.CREATOR)
    publish(membership=membership, image_id=image.pk, shows_prompt=False, shows_name=False)


def test_two_objections_about_one_picture_are_both_decided(cast, image, maker, other):
    decisions = [hidden(cast, image), hidden(cast, image, Action.BLUR)]
    made = [appeal(user=maker, decision_id=one.pk, text="No!") for one in decisions]
    case = Case.objects.unclosed().get()
    answer(other, case, Action.UPHOLD)
    case.refresh_from_db()
    assert case.state == Case.State.OPEN
    answer(other, case, Action.REVERSE)
    case.refresh_from_db()
    assert case.state == Case.State.CLOSED
    assert sorted(Appeal.objects.values_list("outcome", flat=True)) == ["overturned", "upheld"]
    image.refresh_from_db()
    assert image.moderation == "hidden_public"
    assert len(made) == 2


def test_a_suspended_person_objects_and_is_back(cast, maker, other):
    decision = decided(cast.user("senior_moderator"), person(maker), Action.SUSPEND)
    told(decision)
    made = appeal(user=maker, decision_id=decision.pk, text="It was not me.")
    assert offered(made.case, other) == []  # it took a senior
    answer(cast.user("operator"), made.case, Action.REVERSE)
    maker.refresh_from_db()
    assert (maker.standing, maker.is_active) == (Standing.OK, True)


def test_a_closed_user_stays_closed(cast, maker):
    decision = decided(cast.user("senior_moderator"), person(maker), Action.SUSPEND)
    told(decision)
    maker.refresh_from_db()
    blank(maker)
    take_back(moderator=cast.user("operator"), decision_id=decision.pk)
    maker.refresh_from_db()
    assert (maker.standing, maker.is_active) == (Standing.CLOSED, False)


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001, "a\0b"])
def test_it_says_something(cast, image, maker, text):
    decision = hidden(cast, image)
    with pytest.raises(AppealInvalid):
        appeal(user=maker, decision_id=decision.pk, text=text)
    assert not Case.objects.unclosed().exists()


def test_it_is_in_time(cast, image, maker):
    decision = hidden(cast, image)
    later(Decision, decision.pk, at=-timedelta(days=30, minutes=1))
    with pytest.raises(CannotAppeal):
        appeal(user=maker, decision_id=decision.pk, text="No!")


def test_only_who_was_told_objects(cast, image):
    decision = decided(cast.user("moderator"), image, Action.HIDE)
    for user in (cast.user(Role.CREATOR), cast.user(Role.OWNER), cast.user("stranger")):
        with pytest.raises(NoSuchDecision):  # the creator, too: nobody was told yet
            appeal(user=user, decision_id=decision.pk, text="No!")


def test_what_takes_nothing_is_not_objected_to(cast, image, maker):
    hidden(cast, image)
    image.refresh_from_db()
    shown = hidden(cast, image, Action.RESTORE)
    with pytest.raises(CannotAppeal):
        appeal(user=maker, decision_id=shown.pk, text="No!")


def test_once_also_at_once(rows, cast, image, maker):
    decision = hidden(cast, image)

    def one():
        try:
            return appeal(user=maker, decision_id=decision.pk, text="No!")
        except CannotAppeal as error:
            return error

    answers = at_once(3, one)
    assert len([one for one in answers if isinstance(one, Appeal)]) == 1
    assert len(answers) == 3
    assert Case.objects.unclosed().count() == 1


def test_it_is_either_objected_to_or_taken_back(rows, cast, image, maker):
    decision = hidden(cast, image)
    deeds = [
        lambda: appeal(user=maker, decision_id=decision.pk, text="No!"),
        lambda: take_back(moderator=cast.user("senior_moderator"), decision_id=decision.pk),
    ]

    def one():
        try:
            return deeds.pop()()
        except (CannotAppeal, CannotReverse) as error:
            return error

    answers = at_once(2, one)
    assert sum(isinstance(one, Exception) for one in answers) == 1
    assert Appeal.objects.count() + Decision.objects.filter(reverses=decision).count() == 1
    assert opened(image).appeals.filter(decided_at=None).count() == Appeal.objects.count()
