"""Refusals of safety systems: counted, shown, weighed, and slowing down; never a verdict."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.models import State
from generations.services import deeds, outcomes
from imagestudio.accounts.models import Role, Standing
from imagestudio.moderation.exceptions import CoolingDown
from imagestudio.moderation.models import Case, Decision, Signal
from imagestudio.moderation.services import signals
from imagestudio.moderation.services.panel.dossier import dossier_of
from tests.factories import make_case, make_generation, make_image
from tests.integration.moderation.conftest import opened

Kind = Signal.Kind
HOUR = timedelta(hours=1)


@pytest.fixture
def creator(cast):
    return cast.membership(Role.CREATOR)


@pytest.fixture
def refused(cast, creator):
    """Let so many requests of the creator have been refused, so long ago."""

    def refuse(times=1, ago=timedelta(0), kind=Kind.REFUSED_INPUT):
        at = timezone.now() - ago
        for _ in range(times):
            signals.record_signal(user=creator.user, account=cast.team, kind=kind, at=at)

    return refuse


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "rejected by the safety system"}, Kind.REFUSED_INPUT),
        ({"gateway_code": "2016"}, Kind.REFUSED_INPUT),
        ({"gateway_code": "2017"}, Kind.REFUSED_OUTPUT),
        ({"raw": "moderation_stage: output, categories: [violence]"}, Kind.REFUSED_OUTPUT),
        ({}, Kind.REFUSED_INPUT),
    ],
)
def test_what_was_refused_is_told_apart(error, kind):
    assert outcomes.kind_of(error) == kind


def test_a_refusal_is_a_signal_and_no_verdict(cast, creator):
    make_generation(creator, state=State.REFUSED)
    signal = Signal.objects.get()
    assert (signal.user, signal.account) == (creator.user, cast.team)
    creator.user.refresh_from_db()
    assert creator.user.standing == Standing.OK
    assert not Case.objects.exists()
    assert not Decision.objects.exists()
    make_generation(creator, state=State.FAILED)
    assert Signal.objects.count() == 1


def test_who_is_refused_often_waits_until_the_hour_is_over(cast, creator, refused, settings):
    settings.REFUSALS_PER_HOUR = 3
    failed = make_generation(creator, state=State.FAILED)
    refused(5, ago=HOUR + timedelta(seconds=5))
    refused(2)
    make_generation(creator)
    refused(1, ago=timedelta(minutes=50))
    with pytest.raises(CoolingDown, match="10 minutes") as refusal:
        make_generation(creator)
    assert 590 < refusal.value.retry_after <= 600
    with pytest.raises(CoolingDown):
        deeds.retry(membership=creator, generation_id=failed.pk)
    make_generation(cast.membership(Role.OWNER))  # nobody else waits
    settings.REFUSALS_PER_HOUR = 0
    make_generation(creator)


def test_the_api_says_when_to_come_back(cast, refused, settings):
    settings.REFUSALS_PER_HOUR = 1
    refused()
    browser = cast.signed_in(Role.CREATOR)
    address = f"/api/v1/generations?account={cast.team.slug}"
    answer = browser.post(address, {"prompt": "a fox"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (429, "cooling_down")
    assert 3590 < int(answer["Retry-After"]) <= 3600
    page = browser.post(f"/a/{cast.team.slug}/", {"prompt": "a fox"})
    assert page.status_code in {422, 429}


def test_cases_about_such_a_person_come_first(cast, creator, refused):
    refused(30)
    refused(5, ago=timedelta(days=2))
    assert signals.weight_of(creator.user) == signals.MOST_WEIGHT
    assert opened(make_image(cast.team, creator.user)).weight == signals.MOST_WEIGHT
    assert opened(make_image(cast.team, cast.user(Role.OWNER))).weight == 0


def test_a_case_shows_them_by_hour_and_kind(cast, creator, refused):
    now = timezone.now().replace(minute=30)
    ago = timezone.now() - now
    refused(3, ago=ago + 2 * HOUR)
    refused(1, ago=ago + 2 * HOUR, kind=Kind.REFUSED_OUTPUT)
    refused(2, ago=ago + 5 * HOUR)
    refused(2, ago=timedelta(days=8))
    case = make_case(make_image(cast.team, creator.user))
    hours = dossier_of(case, cast.user("moderator")).signals.hours
    assert [(one.kind, one.count) for one in hours] == [
        *((Kind.REFUSED_INPUT, 3), (Kind.REFUSED_OUTPUT, 1), (Kind.REFUSED_INPUT, 2))
    ]
    page = cast.signed_in("moderator").get(f"/moderation/cases/{case.pk}/").content.decode()
    assert "3 × request refused" in page
    assert "1 × result refused" in page


def test_they_are_kept_for_thirty_days(refused, monkeypatch):
    monkeypatch.setattr(signals, "SLICE", 1)
    refused(2, ago=timedelta(days=31))
    refused(1, ago=timedelta(days=29))
    assert signals.forget_signals() == 2
    assert Signal.objects.count() == 1
