"""Who has no money left asks those who can give some, and gets an answer."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from imagestudio.accounts.exceptions import RoleTooLow
from imagestudio.accounts.models import Role
from imagestudio.errors import Invalid
from imagestudio.money.exceptions import (
    NoSuchRequest,
    NothingToRaise,
    OperatorsOnly,
    RequestAnswered,
)
from imagestudio.money.models import Budget, BudgetPeriod, BudgetRequest
from imagestudio.money.services import answer_request, ask_for_budget, set_budget
from tests.factories import make_user, personal
from tests.integration.money.conftest import do_jobs, told

Whose = BudgetRequest.Whose


def asked(cast, name=Role.CREATOR, **wish) -> BudgetRequest:
    return ask_for_budget(membership=cast.membership(name), **wish)


def test_ones_own_limit_is_asked_of_owners_and_admins(cast, team, creator):
    set_budget(account=team, limit=100)
    set_budget(account=team, member=creator, limit=50)

    request = asked(cast, amount=80, note=" Posters ")

    assert (request.whose, request.amount, request.note) == (Whose.MEMBER, 80, "Posters")
    do_jobs()
    (letter,) = mail.outbox
    assert letter.to == [cast.user("owner").email, cast.user("admin").email]
    assert "Posters" in letter.body


def test_the_accounts_limit_is_asked_of_the_operators(cast, team, creator):
    set_budget(account=team, limit=40)
    set_budget(account=team, member=creator, limit=50)

    assert asked(cast).whose == Whose.ACCOUNT

    do_jobs()
    (letter,) = mail.outbox
    assert letter.to == [cast.user("operator").email]
    assert f"setbudget {team.slug}" in letter.body


def test_in_a_personal_account_the_operators_are_asked(db):
    membership = personal(make_user())
    set_budget(account=membership.account, limit=100)
    set_budget(account=membership.account, member=membership.user, limit=50)
    assert ask_for_budget(membership=membership).whose == Whose.ACCOUNT


def test_without_a_limit_there_is_nothing_to_ask_for(cast):
    with pytest.raises(NothingToRaise):
        asked(cast)


def test_who_cannot_spend_cannot_ask(cast, team):
    set_budget(account=team, limit=1)
    with pytest.raises(RoleTooLow):
        asked(cast, Role.VIEWER)


def test_a_note_has_an_end(cast, team):
    set_budget(account=team, limit=1)
    with pytest.raises(Invalid):
        asked(cast, note="x" * 501)


def test_asking_twice_is_one_open_request(cast, team, creator):
    set_budget(account=team, limit=1)
    assert asked(cast) == asked(cast, note="again")
    assert told(team) == ["budget.changed", "budget.asked"]
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetRequest.objects.create(account=team, user=creator, whose=Whose.ACCOUNT)


def test_an_open_request_follows_the_limit_that_stops_the_member_now(cast, team, creator):
    set_budget(account=team, limit=100)
    set_budget(account=team, member=creator, limit=50)
    first = asked(cast)
    set_budget(account=team, limit=40)

    again = asked(cast, note="Now the account's")

    assert again == first
    assert (again.whose, again.note) == (Whose.ACCOUNT, "Now the account's")
    do_jobs()
    assert mail.outbox[-1].to == [cast.user("operator").email]


def test_an_owner_raises_the_members_limit(cast, team, creator):
    set_budget(account=team, member=creator, limit=50)
    request = asked(cast)
    do_jobs()

    answered = answer_request(
        membership=cast.membership(Role.OWNER), request_id=request.pk, limit=90
    )

    assert (answered.granted, answered.answered_by) == (True, cast.user(Role.OWNER))
    assert BudgetPeriod.objects.get(member=creator).limit == 90
    assert Budget.objects.get(member=creator).limit == 90
    do_jobs()
    assert mail.outbox[-1].to == [creator.email]
    assert "raised" in mail.outbox[-1].subject
    assert asked(cast) != request


def test_declining_changes_no_limit(cast, team, creator):
    set_budget(account=team, member=creator, limit=50)
    request = asked(cast)
    answered = answer_request(
        membership=cast.membership(Role.ADMIN), request_id=request.pk, limit=None
    )
    assert answered.granted is False
    assert BudgetPeriod.objects.get(member=creator).limit == 50


def test_it_is_answered_once_and_a_late_answer_changes_nothing(cast, team, creator):
    set_budget(account=team, member=creator, limit=50)
    request, owner = asked(cast), cast.membership(Role.OWNER)
    answer_request(membership=owner, request_id=request.pk, limit=None)
    with pytest.raises(RequestAnswered):
        answer_request(membership=owner, request_id=request.pk, limit=10**6)
    assert BudgetPeriod.objects.get(member=creator).limit == 50


def test_only_those_who_set_a_limit_answer(cast, team, creator):
    set_budget(account=team, member=creator, limit=50)
    own = asked(cast)
    with pytest.raises(RoleTooLow):
        answer_request(membership=cast.membership(Role.CREATOR), request_id=own.pk, limit=90)
    set_budget(account=team, limit=1)
    of_account = asked(cast, Role.OWNER)
    with pytest.raises(OperatorsOnly):
        answer_request(membership=cast.membership(Role.OWNER), request_id=of_account.pk, limit=90)
    with pytest.raises(NoSuchRequest):
        answer_request(membership=cast.membership_of_stranger(), request_id=own.pk, limit=90)


@pytest.mark.parametrize(("limit", "granted"), [("25", True), ("none", True), ("24.99", False)])
def test_setbudget_answers_the_open_requests_about_it(cast, team, creator, limit, granted):
    set_budget(account=team, limit=1)
    request = asked(cast, amount=25_000_000)

    call_command("setbudget", team.slug, limit, stdout=StringIO())

    request.refresh_from_db()
    assert (request.granted, request.answered_by) == (granted, None)
    assert told(team)[-2:] == ["budget.changed", "budget.answered"]


def test_setbudget_sets_a_members_limit(team, creator):
    output = StringIO()
    call_command("setbudget", team.slug, "12.50", "--member", creator.email.upper(), stdout=output)
    assert Budget.objects.get(account=team, member=creator).limit == 12_500_000
    assert f"{creator.email} in {team.slug}: $12.50 a month" in output.getvalue()


@pytest.mark.parametrize("words", [["nobody", "1"], ["{team}", "much"], ["{team}", "-1"]])
def test_setbudget_says_what_it_does_not_understand(team, words):
    with pytest.raises(CommandError):
        call_command("setbudget", *(word.format(team=team.slug) for word in words))


def test_setbudget_knows_only_members(cast, team):
    with pytest.raises(CommandError, match="not a member"):
        call_command("setbudget", team.slug, "1", "--member", cast.user("stranger").email)
