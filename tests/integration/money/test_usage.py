"""What was spent by day, member and model, to the micro-dollar of the ledger."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import Sum

from imagestudio.accounts.models import Role
from imagestudio.errors import Invalid
from imagestudio.money.models import Basis, Hold, LedgerEntry
from imagestudio.money.services import adjust, release, settle
from imagestudio.money.spending.chart import chart_of
from imagestudio.money.spending.usage import EARLIER, OTHERS, Figures, usage_of
from tests.integration.money.conftest import hold

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
OTHER_MODEL = "openai/gpt-image-1.5"


def on(day: int, one: Hold, *, hour: int = 12) -> Hold:
    """Move a hold to a day of March 2026."""
    Hold.objects.filter(pk=one.pk).update(taken_at=datetime(2026, 3, day, hour, tzinfo=UTC))
    return one


@pytest.fixture
def march(team, creator, owner):
    """Calls of two people with two models; one lost, one corrected, one still under way."""
    settle(hold=on(2, hold(team, creator, 100)), amount=71)
    on(2, settle(hold=hold(team, creator, 100, OTHER_MODEL), amount=33).hold, hour=23)
    settle(hold=on(3, hold(team, owner, 100)), amount=41, kind=LedgerEntry.Kind.WRITE_OFF)
    corrected = on(31, hold(team, owner, 100), hour=23)
    settle(hold=corrected, amount=90)
    adjust(hold=corrected, difference=17, basis=Basis.GATEWAY_LOG)
    on(9, hold(team, creator, 13))
    release(hold=on(9, hold(team, creator, 100)))
    hold_of_april = hold(team, creator, 100)
    settle(hold=hold_of_april, amount=1000)
    Hold.objects.filter(pk=hold_of_april.pk).update(taken_at=datetime(2026, 4, 1, tzinfo=UTC))
    return team


def usage(cast, name=Role.OWNER, first=FIRST, last=LAST):
    return usage_of(membership=cast.membership(name), first=first, last=last)


def test_the_total_is_that_of_the_ledger(cast, march):
    total = usage(cast).total
    assert total == Figures(
        calls=4, estimated=71 + 33, logged=107, written_off=41, held=13, overruns=1
    )
    entries = LedgerEntry.objects.owned_by(march).spent().exclude(amount=1000)
    assert total.spent == entries.aggregate(sum=Sum("amount"))["sum"]


def test_each_day_has_its_calls_and_days_without_any_are_there(cast, march):
    days = usage(cast).by_day()
    assert len(days) == 31
    spent = {day.day: figures.spent for day, figures in days.items() if figures.spent}
    assert spent == {2: 104, 3: 41, 31: 107}
    assert days[date(2026, 3, 9)] == Figures(held=13)


def test_each_member_and_each_model_has_theirs(cast, march, creator, owner):
    found = usage(cast)
    members = {member: figures.spent for (member, _), figures in found.by_member().items()}
    assert members == {owner.pk: 148, creator.pk: 104}
    assert {model: one.spent for model, one in found.by_model().items()} == {
        "openai/gpt-image-2": 219,
        OTHER_MODEL: 33,
    }


@pytest.mark.parametrize("name", [Role.CREATOR, Role.VIEWER])
def test_who_does_not_manage_the_account_sees_themselves_and_the_rest(cast, march, creator, name):
    members = {member: one.spent for (member, _), one in usage(cast, name).by_member().items()}
    assert members == ({OTHERS: 148, creator.pk: 104} if name == Role.CREATOR else {OTHERS: 252})
    assert usage(cast, name).total == usage(cast).total


def test_what_was_held_before_it_was_written_down_is_told_apart(cast, march):
    Hold.objects.update(user=None, model="")
    found = usage(cast)
    assert found.by_model().keys() == {EARLIER}
    assert found.by_member().keys() == {(EARLIER, "")}


def test_another_account_has_none_of_it(cast, march):
    theirs = usage_of(membership=cast.membership_of_stranger(), first=FIRST, last=LAST)
    assert theirs.total == Figures()


@pytest.mark.parametrize("last", [FIRST - timedelta(days=1), FIRST + timedelta(days=366)])
def test_a_span_that_makes_no_sense_is_refused(cast, last):
    with pytest.raises(Invalid):
        usage(cast, last=last)


def test_bars_are_as_high_as_their_days(cast, march):
    chart = chart_of(usage(cast))
    assert chart.top == 107
    bars = {bar.day.day: bar for bar in chart.bars if bar.pieces}
    assert sorted(bars) == [2, 3, 9, 31]
    assert [(piece.kind, piece.y, piece.height) for piece in bars[31].pieces] == [
        ("logged", 0.0, 100.0)
    ]
    assert [piece.kind for piece in bars[9].pieces] == ["held"]
    assert sum(piece.height for piece in bars[2].pieces) == pytest.approx(104 / 107 * 100, abs=0.01)


def test_without_calls_there_is_nothing_to_draw(cast):
    assert not any(bar.pieces for bar in chart_of(usage(cast)).bars)
