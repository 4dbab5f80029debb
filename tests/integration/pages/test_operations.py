"""What those who run the studio see: alarms on every page, money in doubt, what no log verified."""

import pytest

from generations.models import Alarm, Attempt, State
from generations.services.alarms import ring
from generations.services.circuits import MOST_FAILURES, note_failure
from imagestudio.money.models import BudgetPeriod
from imagestudio.money.services import ask_for_budget, set_budget
from tests.factories import make_generation, newest_attempt


@pytest.fixture
def operator(cast):
    return cast.signed_in("operator")


def shown(client, address="/operations/") -> str:
    return client.get(address).content.decode()


def test_nothing_needs_anybody(operator):
    page = shown(operator)

    assert "Nothing." in page
    assert page.count("None.") == 2


def test_a_call_in_doubt_is_listed_with_its_money(cast, operator):
    lost = make_generation(cast.membership("creator"), state=State.UNKNOWN)
    attempt = newest_attempt(lost)
    Attempt.objects.filter(pk=attempt.pk).update(looks=3)

    page = shown(operator)

    assert cast.team.slug in page
    assert cast.user("creator").email in page
    assert "asked 3 times" in page
    assert f"{attempt.hold.amount / 1_000_000:.2f}" in page


def test_what_the_log_charged_without_a_picture_is_said(cast, operator):
    lost = make_generation(cast.membership("creator"), state=State.UNKNOWN)
    lost.attempts.update(logged_cost=210_000)

    assert "billed $0.21, no picture" in shown(operator)


def test_a_refusal_is_listed_once_its_money_was_given_back_unverified(cast, operator):
    refused = make_generation(cast.membership("creator"), state=State.REFUSED)
    assert "1 call," not in shown(operator)

    attempt = newest_attempt(refused)
    attempt.hold.state = "released"
    attempt.hold.save(update_fields=["state"])
    assert "1 call," in shown(operator)

    refused.attempts.update(logged_cost=0)
    assert "1 call," not in shown(operator)


def test_an_alarm_is_on_every_page_of_an_operator_and_of_nobody_else(cast, operator):
    ring(Alarm.Kind.PROVIDER_BUDGET, "Top it up.")
    words = "The credit at the gateway is used up"
    home = cast.user("operator").memberships.get().account.slug

    assert words in shown(operator, f"/a/{home}/activity/")
    assert "Top it up." in shown(operator)
    assert words not in shown(cast.signed_in("owner"), f"/a/{cast.team.slug}/activity/")


def test_a_model_that_rests_is_named(operator):
    for _ in range(MOST_FAILURES):
        note_failure(model="openai/gpt-image-2", code="unknown_outcome")

    assert "calls failed one after another" in shown(operator)


def test_it_takes_as_many_statements_for_many_rows_as_for_few(
    cast, operator, django_assert_max_num_queries
):
    for _ in range(4):
        make_generation(cast.membership("creator"), state=State.UNKNOWN)

    with django_assert_max_num_queries(16):
        shown(operator)


def test_an_account_sees_what_of_its_money_is_in_doubt(cast):
    lost = make_generation(cast.membership("creator"), state=State.UNKNOWN)
    lost.attempts.update(logged_cost=210_000)
    viewer, home = cast.signed_in("viewer"), f"/a/{cast.team.slug}"

    page = shown(viewer, f"{home}/account/")
    assert "is for 1 call that may have been billed" in page
    assert "This picture was billed ($0.21)" in shown(viewer, f"{home}/activity/?state=unknown")


@pytest.mark.parametrize(("form", "granted"), [({"limit": "25"}, True), ({"decline": "on"}, False)])
def test_an_operator_answers_who_asks_for_a_higher_limit_of_an_account(
    cast, operator, form, granted
):
    set_budget(account=cast.team, limit=1_000_000)
    creator = cast.membership("creator")
    asked = ask_for_budget(membership=creator, amount=25_000_000, note="The fair is next week.")
    assert "The fair is next week." in shown(operator)

    address = f"/operations/requests/{asked.pk}"
    assert cast.signed_in("owner").post(address, form).status_code == 404
    assert operator.post(address, form).status_code == 302

    asked.refresh_from_db()
    assert (asked.granted, asked.answered_by) == (granted, cast.user("operator"))
    limit = BudgetPeriod.objects.owned_by(cast.team).get().limit
    assert limit == (25_000_000 if granted else 1_000_000)
    page = operator.post(address, form, follow=True).content.decode()
    assert "The fair is next week." not in page
    assert "Somebody has answered it before." in page
