"""The page of what was spent, month by month, and the file of it."""

import csv
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from imagestudio.accounts.models import Role
from imagestudio.money.models import Hold
from imagestudio.money.services import settle, take_hold


@pytest.fixture
def spent(cast, team):
    """The creator spent in November 2026, and one call cost more than was held."""
    user = cast.user(Role.CREATOR)
    for amount, cost in ((50_000, 41_123), (10_000, 12_000)):
        one = take_hold(
            account=team, user=user, attempt_id=uuid4(), amount=amount, model="openai/gpt-image-2"
        )
        settle(hold=one, amount=cost)
    Hold.objects.update(taken_at=datetime(2026, 11, 20, 12, tzinfo=UTC))
    return f"/a/{team.slug}/spending/"


def html(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_figure_stands_on_the_page_exactly(cast, spent):
    page = html(cast.signed_in(Role.OWNER), f"{spent}?month=2026-11")
    assert "November 2026" in page
    assert "$0.053123" in page
    assert cast.user(Role.CREATOR).email in page
    assert "openai/gpt-image-2" in page
    assert "20 November" in page
    assert "1 call cost more than was held" in page
    assert 'rel="prev" aria-label="October 2026"' in page


def test_another_member_is_not_named_to_who_does_not_manage_the_account(cast, spent):
    page = html(cast.signed_in(Role.VIEWER), f"{spent}?month=2026-11")
    assert cast.user(Role.CREATOR).email not in page
    assert "All other members" in page


def test_a_month_without_calls_says_so_and_the_present_one_is_the_last(cast, spent):
    owner = cast.signed_in(Role.OWNER)
    page = html(owner, f"{spent}?month=2026-02")
    assert "Nothing was spent or held" in page
    assert 'rel="next" aria-label="March 2026"' in page
    assert 'rel="next"' not in html(owner, spent)


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "1999-01", "2026-1", "2026-11-01"])
def test_what_is_no_month_is_refused(cast, spent, month):
    assert cast.signed_in(Role.OWNER).get(f"{spent}?month={month}").status_code == 422


def test_the_file_has_the_same_numbers(cast, spent):
    answer = cast.signed_in(Role.OWNER).get(f"{spent}file?month=2026-11")
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    (row,) = csv.DictReader(answer.content.decode().splitlines())
    assert row.items() >= {"day": "2026-11-20", "calls": "2", "spent_micros": "53123"}.items()
    assert row["member"] == cast.user(Role.CREATOR).email


def test_no_cell_of_the_file_is_a_formula(cast, spent):
    Hold.objects.update(model="=1+1")
    answer = cast.signed_in(Role.OWNER).get(f"{spent}file?month=2026-11")
    (row,) = csv.DictReader(answer.content.decode().splitlines())
    assert row["model"] == "'=1+1"
