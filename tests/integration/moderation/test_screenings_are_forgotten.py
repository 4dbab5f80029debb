"""Screenings are kept for thirty days, those that a rule spoke up about for half a year."""

from datetime import timedelta

import pytest
from django.utils import timezone

from imagestudio.accounts.models import Role
from imagestudio.moderation.models import Case, Screening, first_key
from imagestudio.moderation.services import screening
from imagestudio.moderation.services.screening import forget_screenings
from tests.factories import make_generation

DAY = timedelta(days=1)


@pytest.fixture
def screened(cast, team):
    def screen(age: timedelta, verdict: str = Screening.Verdict.ALLOW) -> Screening:
        at = timezone.now() - age
        return Screening.objects.create(
            id=first_key(at),
            account=team,
            user=cast.user(Role.CREATOR),
            text="a fox",
            verdict=verdict,
            at=at,
        )

    return screen


def test_what_is_kept_depends_on_age_and_verdict(screened, monkeypatch) -> None:
    monkeypatch.setattr(screening, "SLICE", 1)
    flag = Screening.Verdict.FLAG
    old = [screened(31 * DAY), screened(181 * DAY), screened(182 * DAY, flag)]
    kept = [screened(29 * DAY), screened(33 * DAY, flag), screened(179 * DAY, flag)]
    assert forget_screenings() == len(old)
    assert set(Screening.objects.values_list("pk", flat=True)) == {one.pk for one in kept}
    assert forget_screenings() == 0


def test_what_a_case_is_about_is_kept(screened, team) -> None:
    old = screened(365 * DAY, Screening.Verdict.FLAG)
    Case.objects.create(account=team, kind=Case.Kind.SCREENING, screening=old, lane=Case.Lane.RULE)
    assert forget_screenings() == 0
    assert Screening.objects.get() == old


def test_a_generation_outlives_its_screening(cast, screened) -> None:
    generation = make_generation(cast.membership(Role.CREATOR))
    old = screened(31 * DAY)
    type(generation).objects.filter(pk=generation.pk).update(screening=old)
    forget_screenings()
    generation.refresh_from_db()
    assert generation.screening is None
