"""What is said of the line is what then happens, and nothing is said that is not known."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from generations.line import Kind
from generations.models import Attempt, Generation, State
from generations.services import attempts
from generations.services.latencies import LATENCIES, measure
from generations.services.outlooks import LINE, NOTHING, expected_of, look, outlooks
from imagestudio.accounts.models import Standing
from imagestudio.accounts.services.access import change_standing
from tests.factories import (
    deliver,
    make_backlogs,
    make_generation,
    make_image,
    make_user,
    newest_attempt,
    personal,
)

FOX = Kind("openai/gpt-image-2", "auto", 0)


@pytest.fixture
def member(db):
    return personal(make_user())


def completed(member, *, call: float, keeping: float = 0, **wish) -> Generation:
    """A picture whose call took so many seconds, and so many more until it was kept."""
    generation = make_generation(member, state=State.COMPLETED, **wish)
    Attempt.objects.filter(generation=generation).update(
        sent_at=Now() - timedelta(minutes=9),
        answered_at=Now() - timedelta(minutes=9) + timedelta(seconds=call),
    )
    Generation.objects.filter(pk=generation.pk).update(
        admitted_at=Now() - timedelta(minutes=9, seconds=1),
        ended_at=Now() - timedelta(minutes=9) + timedelta(seconds=call + keeping),
    )
    return generation


def outlook_of(generation):
    (row,) = Generation.objects.with_details().filter(pk=generation.pk)
    return outlooks([row]).get(row.pk, NOTHING)


def test_calls_are_measured_by_model_quality_and_sources(member):
    image = make_image(member.account, member.user)
    for seconds in (10, 20, 30):
        completed(member, call=seconds, keeping=2)
        completed(member, call=seconds * 4, keeping=2, sources=[image, image])
    with CaptureQueriesContext(connection) as captured:
        latencies = measure()
    assert len(captured) == 1
    assert latencies.of(FOX).median == 20
    assert latencies.of(FOX._replace(sources=4)).median == 80
    assert latencies.of(FOX._replace(sources=1)).median == 35
    assert latencies.remaining(FOX) == pytest.approx(1 + 20 + 2, abs=0.1)


def test_what_says_nothing_about_a_call_is_not_measured(member):
    completed(member, call=10)
    cached, late, old = (completed(member, call=99) for _ in range(3))
    Attempt.objects.filter(generation=cached).update(cost=0)
    Attempt.objects.filter(generation=late).update(answered_at=None)
    Attempt.objects.filter(generation=old).update(sent_at=Now() - timedelta(days=8))
    make_generation(member, state=State.FAILED)
    assert list(measure().of(FOX).seconds) == [pytest.approx(10)]


def test_the_line_is_what_admission_then_does(db, settings):
    settings.GATEWAY_SLOTS = 2
    makers = [personal(make_user()) for _ in range(3)]
    for member in makers:
        completed(member, call=30)
    asked = [make_generation(makers[number]) for number in (0, 0, 0, 0, 0, 1, 1, 2)]
    for one in asked[:2]:
        claim = attempts.claim(generation_id=one.pk, worker=None)
        attempts.mark_sent(claim=claim)
    told = {one.pk: outlook_of(one) for one in asked}

    order = []
    while waiting := set(Generation.objects.waiting().values_list("pk", flat=True)):
        ends = Generation.objects.in_flight().order_by("admitted_at", "requested_at").first()
        deliver(claim_of(ends))
        order += waiting - set(Generation.objects.waiting().values_list("pk", flat=True))

    by_place = sorted(order, key=lambda one: told[one].position)
    assert by_place == order
    assert [told[one].position for one in by_place] == [1, 2, 3, 4, 5, 6]
    seconds = [told[one].seconds for one in by_place]
    # Two at a time, half a minute each: the second round ends after 60 s, then 90, then 120.
    assert seconds == pytest.approx([61, 61, 91, 91, 121, 121], rel=0.2)


def claim_of(generation):
    """The claim of whoever runs it, or of one who begins now."""
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    if claim:
        attempts.mark_sent(claim=claim)
        return claim
    attempt = newest_attempt(generation)
    return attempts.Claim(generation.pk, attempt.pk, attempt.epoch)


def test_a_running_call_says_what_is_left_or_that_it_takes_longer(member):
    for seconds in (40, 40, 40, 60):
        completed(member, call=seconds)
    running = make_generation(member, state=State.RUNNING)
    assert outlook_of(running).seconds == pytest.approx(40, abs=1)
    Attempt.objects.filter(generation=running).update(sent_at=Now() - timedelta(seconds=30))
    assert outlook_of(running).seconds == pytest.approx(10, abs=1)
    Attempt.objects.filter(generation=running).update(sent_at=Now() - timedelta(seconds=61))
    assert (outlook_of(running).seconds, outlook_of(running).is_late) == (None, True)


def test_nothing_is_said_of_a_call_that_pauses_before_it_is_sent_again(member):
    completed(member, call=40)
    pausing = make_generation(member)
    assert outlook_of(pausing).seconds == 41
    Attempt.objects.filter(generation=pausing).update(resends=1)
    assert outlook_of(pausing) == NOTHING


def test_nothing_is_said_where_nothing_was_measured(member, settings):
    settings.GATEWAY_SLOTS = 1
    running, waiting = (make_generation(member) for _ in range(2))
    assert outlook_of(running) == NOTHING
    assert (outlook_of(waiting).position, outlook_of(waiting).seconds) == (1, None)
    assert expected_of(account=member.account, kind=FOX, count=1) is None


def test_who_may_not_be_admitted_has_no_place_and_is_looked_for_once(member, settings):
    settings.GATEWAY_SLOTS = 0
    waiting = make_generation(member)
    change_standing(user=member.user, standing=Standing.GENERATION_BLOCKED)
    LINE.forget()
    assert outlook_of(waiting) == NOTHING
    found = LINE.get()
    assert outlook_of(waiting) == NOTHING
    assert LINE.get() is found


def test_one_that_was_just_asked_for_has_its_place_at_once(member, settings):
    settings.GATEWAY_SLOTS = 0
    first = make_generation(member)
    settings.GATEWAY_SLOTS = 1
    assert outlook_of(first).position == 1
    settings.GATEWAY_SLOTS = 0
    second = make_generation(member)
    settings.GATEWAY_SLOTS = 1
    assert outlook_of(second).position == 2


def test_a_wish_is_told_the_wait_for_its_turn(member, settings):
    settings.GATEWAY_SLOTS = 2
    completed(member, call=30)
    LATENCIES.forget()
    assert expected_of(account=member.account, kind=FOX, count=1) == 31
    assert expected_of(account=member.account, kind=FOX, count=5) == pytest.approx(93, rel=0.25)


def test_far_back_in_a_long_line_only_so_much_is_said(member, settings):
    settings.GATEWAY_SLOTS = 0
    make_backlogs(make_user(), accounts=20, each=150)
    settings.GATEWAY_SLOTS = 1
    with CaptureQueriesContext(connection) as captured:
        line = look()
    assert len(captured) <= 7
    assert len(line.places) == 2000
    last = Generation.objects.order_by("-requested_at").first()
    assert outlook_of(last).behind == 2000
    assert outlook_of(last).position is None
