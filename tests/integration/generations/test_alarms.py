"""What no user can mend is told to the operators, once, and is over when a call succeeds."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateJob

from generations.execution import inspect
from generations.gateway import GatewaySettings
from generations.models import Alarm, State
from generations.services.alarms import TELL, resolve, ring, tell
from generations.services.inspections import note_settings
from generations.services.sweep import sweep
from generations.tiles import tiles_of
from imagestudio.accounts.models import SiteRole
from tests.factories import make_user
from tests.integration.generations.conftest import attempts_of


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("unauthorized", Alarm.Kind.CREDENTIALS),
        ("forbidden", Alarm.Kind.CREDENTIALS),
        ("no_credits", Alarm.Kind.PROVIDER_BUDGET),
        ("spend_limit", Alarm.Kind.SPEND_LIMIT),
        ("cache_hit", Alarm.Kind.FOREIGN_PICTURE),
    ],
)
def test_a_call_that_only_operators_can_mend_rings_and_blames_nobody(alice, emulator, fault, kind):
    emulator.set_fault(fault, times=1)

    generation = alice.made()

    assert generation.state == State.FAILED
    assert Alarm.objects.ringing().get().kind == kind
    (tile,) = tiles_of([type(generation).objects.with_details().get(pk=generation.pk)])
    assert "billed" in tile.sentence
    assert attempts_of(generation)[0].hold.state == "released"


def test_many_failures_are_one_alarm_and_one_letter(alice, emulator):
    emulator.set_fault("no_credits")
    for one in alice.ask_for(3):
        alice.work(one)

    alarm = Alarm.objects.ringing().get()
    assert alarm.count == 3
    letters = ProcrastinateJob.objects.filter(task_name=TELL, args={"alarm_id": str(alarm.pk)})
    assert letters.count() == 1


def test_a_picture_ends_the_alarm(alice, emulator):
    emulator.set_fault("no_credits", times=1)
    alice.made()

    alice.made()

    assert not Alarm.objects.ringing().exists()
    assert Alarm.objects.get().resolved_at is not None


def test_every_operator_gets_a_letter_without_anything_secret(alice, emulator):
    operators = [make_user("operator", site_role=SiteRole.OPERATOR) for _ in range(2)]
    emulator.set_fault("hostile_refusal", times=1)
    alice.made()
    ring(Alarm.Kind.CREDENTIALS, "The token is not accepted.")

    assert tell(alarm_id=Alarm.objects.ringing().get(kind="credentials").pk) == 2

    assert {one.to[0] for one in mail.outbox} == {user.email for user in operators}
    assert "/operations/" in mail.outbox[0].body
    assert not any(emulator.token in one.body for one in mail.outbox)


def test_an_alarm_that_is_over_is_told_to_nobody(db):
    make_user("operator", site_role=SiteRole.OPERATOR)
    ring(Alarm.Kind.CREDENTIALS, "")
    key = Alarm.objects.get().pk
    resolve(Alarm.Kind.CREDENTIALS)

    assert tell(alarm_id=key) == 0


@pytest.mark.parametrize(
    ("settings_of_gateway", "kind"),
    [
        ({"retry_max_attempts": 5}, Alarm.Kind.GATEWAY_RETRIES),
        ({"collect_logs": False}, Alarm.Kind.NO_LOG),
    ],
)
def test_settings_of_the_gateway_that_cost_money_ring(alice, emulator, settings_of_gateway, kind):
    def put(**changes):
        path = f"/client/v4/accounts/{emulator.account_id}/ai-gateway/gateways/default"
        headers = {"Authorization": f"Bearer {emulator.token}"}
        emulator.control.put(path, json=changes, headers=headers).raise_for_status()

    put(**settings_of_gateway)
    try:
        alice.with_upstream(inspect)
        assert Alarm.objects.ringing().get().kind == kind
    finally:
        put(retry_max_attempts=None, collect_logs=True)

    alice.with_upstream(inspect)
    assert not Alarm.objects.ringing().exists()


def test_what_comes_and_goes_is_told_once_in_an_hour(rows):
    for _ in range(3):
        ring(Alarm.Kind.SPEND_LIMIT, "Again.")
        resolve(Alarm.Kind.SPEND_LIMIT)
    alarm = Alarm.objects.get()
    assert alarm.count == 3

    Alarm.objects.update(resolved_at=Now() - timedelta(hours=2))
    ring(Alarm.Kind.SPEND_LIMIT, "The next day.")

    told = ProcrastinateJob.objects.filter(task_name=TELL)
    assert sorted(job.args["alarm_id"] for job in told) == sorted(
        str(key) for key in Alarm.objects.values_list("pk", flat=True)
    )
    assert Alarm.objects.count() == 2


def test_a_foreign_picture_is_told_for_a_day(rows):
    ring(Alarm.Kind.FOREIGN_PICTURE, "")
    sweep()
    assert Alarm.objects.ringing().exists()

    Alarm.objects.update(last_at=Now() - timedelta(days=2))
    sweep()
    assert not Alarm.objects.ringing().exists()


def test_a_gateway_that_does_not_tell_its_settings_changes_no_alarm(rows):
    ring(Alarm.Kind.NO_LOG, "")

    note_settings(settings=GatewaySettings(collects_logs=None, tries=None))

    assert Alarm.objects.ringing().get().kind == Alarm.Kind.NO_LOG
