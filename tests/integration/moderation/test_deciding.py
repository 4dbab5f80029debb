"""Moderators decide: once, on what they have seen, and only what is theirs to decide."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from imagestudio.accounts.models import Role, SiteRole
from imagestudio.errors import StudioError
from imagestudio.library.models import Image
from imagestudio.moderation.exceptions import (
    ActionNotOffered,
    CannotReverse,
    CaseChanged,
    DecisionInvalid,
    NoSuchCase,
    NoSuchDecision,
    RankTooLow,
)
from imagestudio.moderation.models import AuditEntry, Case, Decision
from imagestudio.moderation.permissions import offered
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.cases import escalate, person, whole_account
from imagestudio.moderation.services.deciding import Verdict, decide, take_back
from imagestudio.moderation.services.panel.drafts import open_about
from tests.factories import make_image, make_user
from tests.integration.moderation.conftest import WHY, decided, later, opened, told
from tests.threads import at_once

ABSENT = "01234567-89ab-7def-8123-456789abcdef"


def test_two_tabs_make_one_decision(rows, cast, image):
    case, actions = opened(image), iter([Action.HIDE, Action.BLUR])
    verdicts = [Verdict(action, **WHY) for action in actions]
    turn = count()

    def one():
        verdict = verdicts[next(turn)]
        who = cast.user("moderator")
        try:
            return decide(moderator=who, case_id=case.pk, version=0, verdict=verdict)
        except CaseChanged as error:
            return error

    answers = at_once(2, one)
    assert sorted(type(one).__name__ for one in answers) == ["CaseChanged", "Decision"]
    image.refresh_from_db()
    assert image.moderation == Decision.objects.get().moderation
    assert next(one for one in answers if isinstance(one, CaseChanged)).extra["version"] == 1


def test_an_action_that_is_not_offered_leaves_a_line_that_stays(rows, cast, image):
    for action in (Action.QUARANTINE, Action.RESTORE, Action.APPROVE, Action.SUSPEND):
        with pytest.raises(ActionNotOffered):
            decided(cast.user("moderator"), image, action, **WHY)
    lines = AuditEntry.objects.filter(verb="refused", actor=cast.user("moderator"))
    assert [one.data["action"] for one in lines.order_by("at")] == [
        "quarantine",
        "restore",
        "approve",
        "suspend",
    ]
    assert not Decision.objects.exists()


def test_a_rank_that_was_just_taken_counts_no_more(cast, image):
    moderator = cast.user("moderator")
    type(moderator).objects.filter(pk=moderator.pk).update(site_role=SiteRole.NONE)
    with pytest.raises(ActionNotOffered):
        decided(moderator, image, Action.HIDE)


@pytest.mark.parametrize(
    ("moderator", "whose", "restricts"),
    [
        ("moderator", "creator", True),
        ("moderator", "moderator", None),
        ("moderator", "senior_moderator", False),
        ("senior_moderator", "moderator", True),
        ("senior_moderator", "operator", False),
        ("operator", "senior_moderator", True),
        ("operator", "operator", None),
        ("creator", "viewer", None),
    ],
)
def test_who_decides_about_whom(cast, moderator, whose, restricts):
    who, affected = cast.user(moderator), cast.user(whose)
    about = [person(affected), make_image(affected.personal_account, affected)]
    for subject in about:
        actions = offered(opened(subject), who)
        assert bool(actions) is (restricts is not None)
        mild = {Action.WARN, Action.BLUR} & set(actions)
        assert bool(mild) is bool(restricts)


def test_nobody_of_the_same_rank(cast):
    other = make_user("other", site_role=SiteRole.MODERATOR)
    assert offered(opened(person(other)), cast.user("moderator")) == [Action.KEEP]


def test_nobody_decides_about_an_account_of_theirs(cast):
    case = opened(whole_account(cast.team))
    assert Action.WARN in offered(case, cast.user("moderator"))
    assert offered(opened(whole_account(cast.others)), cast.user("stranger")) == []
    cast.team.memberships.create(user=cast.user("moderator"), role=Role.VIEWER)
    assert offered(case, cast.user("moderator")) == []


def test_only_their_rank_ends_what_it_took_a_rank_to_begin(cast, image):
    decided(cast.user("senior_moderator"), image, Action.QUARANTINE)
    case = opened(image)
    assert offered(case, cast.user("moderator")) == [Action.KEEP]
    assert Action.RESTORE in offered(case, cast.user("senior_moderator"))
    suspended = person(cast.user("viewer"))
    decided(cast.user("senior_moderator"), suspended, Action.SUSPEND)
    suspended = person(type(cast.user("viewer")).objects.get(pk=cast.user("viewer").pk))
    assert offered(opened(suspended), cast.user("moderator")) == [Action.KEEP]
    seniors = offered(opened(suspended), cast.user("senior_moderator"))
    assert seniors == [Action.KEEP, Action.REINSTATE]


def test_what_is_escalated_is_for_seniors(cast, image):
    case = opened(image)
    escalate(moderator=cast.user("moderator"), case_id=case.pk, version=0, text="Look")
    case.refresh_from_db()
    assert offered(case, cast.user("moderator")) == []
    assert Action.HIDE in offered(case, cast.user("senior_moderator"))
    with pytest.raises(CaseChanged):
        escalate(moderator=cast.user("moderator"), case_id=case.pk, version=0, text="Again")


def test_a_maker_who_has_left_is_not_told_what_the_picture_is_called(cast, image):
    cast.membership(Role.CREATOR).delete()
    decision = decided(cast.user("moderator"), image, Action.HIDE)
    assert decision.affected == cast.user(Role.OWNER)
    assert "Lighthouse" in decision.notice.text


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": "", "facts": "It says so."},
        {"reason": "hate", "facts": "  "},
        {"reason": "ugly", "facts": "It says so."},
        {"facts": "x" * 2001},
        {"facts": "a\0b"},
        {"note": "x" * 2001},
        {"legal_ground": "x" * 501},
        {"ends_at": timezone.now() - timedelta(seconds=1)},
        {"ends_at": datetime(2040, 1, 1)},  # noqa: DTZ001 - that is what is wrong with it
        {"outcome": Case.Outcome.NO_VIOLATION},
    ],
)
def test_a_verdict_that_is_not_whole_changes_nothing(cast, image, fields):
    with pytest.raises(DecisionInvalid):
        decided(cast.user("moderator"), image, Action.HIDE, **{**WHY, **fields})
    assert not Decision.objects.exists()


def test_what_does_not_restrict_has_no_end(cast, image):
    with pytest.raises(DecisionInvalid):
        decided(
            cast.user("moderator"),
            image,
            Action.KEEP,
            ends_at=timezone.now() + timedelta(days=1),
        )


def test_a_report_can_be_called_invalid(cast, image):
    decided(cast.user("moderator"), image, Action.KEEP, outcome=Case.Outcome.INVALID_REPORT)
    assert Case.objects.get().outcome == Case.Outcome.INVALID_REPORT


@pytest.mark.parametrize("missing", ["policy", "reason", "facts"])
def test_the_database_refuses_a_restriction_without_reasons(cast, image, missing):
    decision = decided(cast.user("moderator"), image, Action.HIDE)
    columns = [one.column for one in Decision._meta.concrete_fields]
    names = ", ".join(f'"{one}"' for one in columns)
    values = ", ".join(
        {"id": "gen_random_uuid()", "case_version": "99", missing: "''"}.get(one, f'"{one}"')
        for one in columns
    )
    statement = (
        f"INSERT INTO moderation_decision ({names}) SELECT {values} FROM moderation_decision"
    )
    with (
        pytest.raises(IntegrityError, match="decision_gives_reasons"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Decision.objects.get() == decision


def test_what_is_taken_back_at_once_was_never_there(cast, image):
    me = cast.user("moderator")
    for action in (Action.KEEP, Action.BLUR):
        decision = decided(me, image, action)
        take_back(moderator=me, decision_id=decision.pk)
        case = Case.objects.get()
        image.refresh_from_db()
        assert (case.state, case.claimed_by) == (Case.State.OPEN, me)
        assert image.moderation == Image.Moderation.CLEAR
        with pytest.raises(CannotReverse):
            take_back(moderator=me, decision_id=decision.pk)


def test_later_it_takes_a_senior(cast, image):
    me, senior = cast.user("moderator"), cast.user("senior_moderator")
    hidden = decided(me, image, Action.HIDE)
    told(hidden)
    with pytest.raises(RankTooLow):
        take_back(moderator=me, decision_id=hidden.pk)
    reversal = take_back(moderator=senior, decision_id=hidden.pk, text="A mistake.")
    image.refresh_from_db()
    assert image.moderation == Image.Moderation.CLEAR
    assert "A mistake." in reversal.notice.text
    kept = decided(me, image, Action.KEEP)
    later(Decision, kept.pk, at=-timedelta(minutes=1))
    with pytest.raises(CannotReverse):
        take_back(moderator=senior, decision_id=kept.pk)


def test_one_decision_about_a_picture_outlives_the_other(cast, image):
    first = decided(cast.user("moderator"), image, Action.BLUR)
    second = decided(cast.user("moderator"), image, Action.HIDE)
    take_back(moderator=cast.user("senior_moderator"), decision_id=first.pk)
    image.refresh_from_db()
    assert image.moderation == "hidden_public"
    take_back(moderator=cast.user("senior_moderator"), decision_id=second.pk)
    image.refresh_from_db()
    assert image.moderation == "clear"


def test_what_is_not_there(cast):
    verdict = Verdict(Action.KEEP)
    calls = {
        NoSuchCase: lambda who: decide(moderator=who, case_id=ABSENT, version=0, verdict=verdict),
        NoSuchDecision: lambda who: take_back(moderator=who, decision_id=ABSENT),
    }
    for error, call in calls.items():
        with pytest.raises(error) as raised:
            call(cast.user("operator"))
        assert isinstance(raised.value, StudioError)


def test_a_case_about_the_person_behind_a_picture_is_about_who_made_it(cast, image):
    cast.membership(Role.CREATOR).delete()
    me = cast.user("moderator")
    about = open_about(moderator=me, case_id=opened(image).pk, about=Case.Kind.USER)
    assert (about.user, about.claimed_by) == (image.created_by, me)
