"""The account's page: limits and who sets them, who asks, and the bar about what is nearly used."""

from uuid import uuid4

import pytest

from generations.models import State
from imagestudio.accounts.models import Membership, Role
from imagestudio.money.models import Budget, BudgetRequest
from imagestudio.money.services import ask_for_budget, set_budget, settle, take_hold
from tests.factories import make_generation

WISH = {
    "prompt": "A fox",
    "model": "openai/gpt-image-2",
    "size": "auto",
    "quality": "auto",
    "background": "auto",
    "output_format": "png",
    "count": "1",
}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def address(team):
    return f"/a/{team.slug}/account/"


def html(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def spend(cast, team, amount):
    user = cast.user(Role.CREATOR)
    one = take_hold(account=team, user=user, attempt_id=uuid4(), amount=amount)
    settle(hold=one, amount=amount)


def test_an_owner_sees_what_each_member_spent_and_sets_a_limit(cast, team, address):
    spend(cast, team, 1_230_000)
    owner, creator = cast.signed_in(Role.OWNER), cast.user(Role.CREATOR)
    path = f"{address}members/{creator.pk}/budget"
    assert "$1.23" in html(owner, address)
    assert owner.post(path, {"limit": "12.50"})["Location"] == address
    assert Budget.objects.get(member=creator).limit == 12_500_000
    page = html(owner, address)
    assert "The member&#x27;s limit is $12.50 a month" in page
    assert 'value="12.50"' in page
    owner.post(path, {"limit": "12.50", "remove": "on"})
    assert Budget.objects.get(member=creator).limit is None


@pytest.mark.parametrize("limit", ["", "much", "-1", "1.234", "1000001"])
def test_a_limit_that_is_none_is_said_and_changes_nothing(cast, team, address, limit):
    owner, creator = cast.signed_in(Role.OWNER), cast.user(Role.CREATOR)
    answer = owner.post(f"{address}members/{creator.pk}/budget", {"limit": limit}, follow=True)
    assert "notice-error" in answer.content.decode()
    assert not Budget.objects.exists()


def test_who_does_not_manage_the_account_sees_only_their_own_share(cast, team, address):
    spend(cast, team, 1_230_000)
    assert "Your share" in html(cast.signed_in(Role.CREATOR), address)
    page = html(cast.signed_in(Role.VIEWER), address)
    assert page.count("$1.23") == 1  # the account's
    assert "Monthly limit" not in page


def test_an_operator_who_is_a_member_sets_the_accounts_limit(cast, team, address):
    Membership.objects.create(account=team, user=cast.user("operator"), role=Role.VIEWER)
    operator = cast.signed_in("operator")
    assert "limit of the account" in html(operator, address)
    operator.post(f"{address}budget", {"limit": "25"})
    assert Budget.objects.get(member=None).limit == 25_000_000


@pytest.mark.parametrize(
    ("path", "spent", "words"),
    [
        ("", 79, None),
        ("", 80, "$20.00 of this account's"),
        ("", 100, "This account's budget of"),
        ("account/", 100, "This account's budget of"),
        ("activity/", 80, "$20.00 of this account's"),
    ],
)
def test_the_bar_stands_where_somebody_would_look(cast, team, path, spent, words):
    set_budget(account=team, limit=100_000_000)
    spend(cast, team, spent * 1_000_000)
    page = html(cast.signed_in(Role.CREATOR), f"/a/{team.slug}/{path}")
    assert ("budget-notice-" in page) == (words is not None)
    assert words is None or words in page
    assert ("Ask the operators" in page) == (spent == 100)


def test_ones_own_limit_is_told_as_ones_own(cast, team):
    set_budget(account=team, member=cast.user(Role.CREATOR), limit=100_000_000)
    spend(cast, team, 80_000_000)
    words = "of your own $100.00 is left"
    page = f"/a/{team.slug}/account/notice"
    assert words in html(cast.signed_in(Role.CREATOR), page).replace("\n", " ")
    assert words not in html(cast.signed_in(Role.OWNER), page)


def test_more_than_the_limit_is_told(cast, team, address):
    set_budget(account=team, limit=10_000_000)
    one = take_hold(account=team, user=cast.user("owner"), attempt_id=uuid4(), amount=9_000_000)
    settle(hold=one, amount=12_500_000)
    page = html(cast.signed_in(Role.OWNER), address)
    assert "Over the limit of $10.00 by" in page
    assert "$2.50" in page


def test_a_request_without_money_offers_to_ask_and_then_waits(post, team):
    set_budget(account=team, limit=0)
    page = post(f"/a/{team.slug}/", WISH).content.decode()
    assert page.count("Ask the operators") == 2  # beside the words, and in the bar
    part = post(f"/a/{team.slug}/", WISH, **HTMX).content.decode()
    assert "Ask the operators" in part
    asked = post(f"/a/{team.slug}/account/requests", **HTMX)
    assert "Asked, waiting" in asked.content.decode()
    again = post(f"/a/{team.slug}/", WISH, **HTMX).content.decode()
    assert "Asked, waiting" in again
    assert "Ask the operators" not in again


def test_a_retry_without_money_offers_to_ask(cast, post, team):
    one = make_generation(cast.membership(Role.CREATOR), state=State.FAILED)
    set_budget(account=team, member=cast.user(Role.CREATOR), limit=0)
    answer = post(f"/a/{team.slug}/generations/{one.pk}/retry", {"shape": "tile"}, **HTMX)
    assert (answer.status_code, answer["HX-Retarget"]) == (402, "#notices")
    assert "Ask an owner" in answer.content.decode()


def test_who_can_raise_a_limit_is_not_told_to_ask(cast, team, address):
    set_budget(account=team, member=cast.user(Role.OWNER), limit=0)
    page = html(cast.signed_in(Role.OWNER), address)
    assert "Set the limit" in page
    assert "Ask an owner" not in page
    assert "Ask for more" not in page


def test_an_owner_sees_who_asks_and_raises(cast, team, address):
    creator = cast.user(Role.CREATOR)
    set_budget(account=team, member=creator, limit=1)
    asked = ask_for_budget(
        membership=cast.membership(Role.CREATOR), amount=7_000_000, note="<b>Posters</b>"
    )
    owner = cast.signed_in(Role.OWNER)
    page = html(owner, address)
    assert "&lt;b&gt;Posters&lt;/b&gt;" in page
    assert 'value="7.00"' in page
    assert "asks for a higher limit" not in html(cast.signed_in(Role.CREATOR), address)
    owner.post(f"{address}requests/{asked.pk}", {"limit": "8"})
    assert Budget.objects.get(member=creator).limit == 8_000_000
    late = owner.post(f"{address}requests/{asked.pk}", {"decline": "on"}, follow=True)
    assert "Somebody has answered it before" in late.content.decode()


def test_an_owner_sees_that_the_operators_are_asked(cast, team, address):
    set_budget(account=team, limit=1)
    ask_for_budget(membership=cast.membership(Role.CREATOR))
    page = html(cast.signed_in(Role.OWNER), address)
    assert "The people who run the studio answer this." in page
    assert "Decline" not in page


def test_asking_with_a_note_on_the_page(cast, team, address):
    set_budget(account=team, limit=1)
    creator = cast.signed_in(Role.CREATOR)
    assert "Ask for more" in html(creator, address)
    creator.post(f"{address}requests", {"amount": "30", "note": "Posters"})
    asked = BudgetRequest.objects.get()
    assert (asked.amount, asked.note) == (30_000_000, "Posters")
    assert "You have asked" in html(creator, address)
    assert "Ask for more" not in html(cast.signed_in(Role.VIEWER), address)
