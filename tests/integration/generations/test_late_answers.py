"""Operators are told while the law's time for an answer has passed, and no longer."""

from datetime import timedelta

from django.utils import timezone

from generations.models import Alarm
from generations.services.duties import ring_for_overdue
from imagestudio.accounts.models import Role
from imagestudio.moderation.models import Case
from tests.factories import make_case, make_image


def late(cast):
    image = make_image(cast.team, cast.user(Role.CREATOR))
    case = make_case(image, lane=Case.Lane.LEGAL)
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    return case


def test_it_rings_while_a_case_is_overdue_and_once_for_each_more(cast):
    assert ring_for_overdue() == 0
    first = late(cast)
    assert [ring_for_overdue(), ring_for_overdue()] == [1, 1]
    alarm = Alarm.objects.ringing().get()
    assert (alarm.kind, alarm.count) == (Alarm.Kind.LEGAL_OVERDUE, 1)
    second = late(cast)
    assert ring_for_overdue() == 2
    alarm.refresh_from_db()
    assert (alarm.count, alarm.message.startswith("2 cases are")) == (2, True)
    closed = {"state": "closed", "outcome": "actioned", "closed_at": timezone.now()}
    Case.objects.filter(pk__in=[first.pk, second.pk]).update(**closed)
    assert ring_for_overdue() == 0
    assert not Alarm.objects.ringing().exists()
