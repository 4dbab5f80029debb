"""Work that goes on at once: nothing waits in a ring, and rows never wait behind pictures."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from generations.models import Generation
from generations.services import attempts, deeds, requests
from generations.services.admission import admit
from generations.services.requests import SourceWish
from imagestudio.clock import database_now
from imagestudio.library.exceptions import SourceMissing
from imagestudio.library.models import File, Image
from imagestudio.library.services.purge import free_files, purge_images
from imagestudio.library.services.uploads import Received, add_upload
from imagestudio.money.models import BudgetPeriod
from tests.factories import paint

SECONDS = 20  # far more than any of it takes


def in_thread(work, *arguments, **named):
    try:
        return work(*arguments, **named)
    finally:
        connections.close_all()


def test_rows_do_not_wait_behind_calls_that_are_being_built(alice):
    async def go() -> int:
        upstream, gate = alice.upstream(), threading.Event()
        building = [
            asyncio.create_task(upstream.run_in(upstream.builders, gate.wait)) for _ in range(20)
        ]
        try:
            return await asyncio.wait_for(upstream.rows(lambda: 7), SECONDS)
        finally:
            gate.set()
            await asyncio.gather(*building)
            await upstream.aclose()

    assert asyncio.run(go()) == 7


def test_admission_passes_over_what_somebody_is_just_cancelling(alice, settings, rows):
    settings.GATEWAY_SLOTS = 1
    _, second, third = alice.ask_for(3)
    settings.GATEWAY_SLOTS = 10
    is_locked, may_go = threading.Event(), threading.Event()

    def cancelling():
        with transaction.atomic():
            Generation.objects.select_for_update().get(pk=second.pk)
            is_locked.set()
            may_go.wait(SECONDS)

    with ThreadPoolExecutor(2) as threads:
        held = threads.submit(in_thread, cancelling)
        assert is_locked.wait(SECONDS)
        assert threads.submit(in_thread, admit).result(SECONDS) == 1
        may_go.set()
        held.result(SECONDS)
    admitted = dict(Generation.objects.values_list("pk", "admitted_at"))
    assert admitted[second.pk] is None
    assert admitted[third.pk] is not None


def test_the_accounts_budget_is_locked_before_the_members(alice, rows):
    account, user = alice.membership.account, alice.membership.user
    month = database_now().date().replace(day=1)
    BudgetPeriod.objects.create(account=account, member=user, month=month)  # the older of the two
    generation = alice.ask()
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    months = BudgetPeriod.objects.select_for_update(no_key=True)

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            months.get(account=account, member=None)
            marking = threads.submit(in_thread, attempts.mark_sent, claim=claim)
            while not somebody_waits():
                assert not marking.done()
            assert months.filter(member=user).select_for_update(nowait=True).get()
        assert marking.result(SECONDS)


def somebody_waits() -> bool:
    """Say whether a transaction waits for a row of another."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone() is not None


def test_who_asks_while_a_call_ends_gets_its_slot(alice, bob, settings, rows):
    settings.GATEWAY_SLOTS = 1
    first = alice.ask()
    has_looked, may_commit = threading.Event(), threading.Event()

    def ending():
        with transaction.atomic():
            deeds.cancel(membership=alice.membership, generation_id=first.pk)
            has_looked.set()
            may_commit.wait(SECONDS)

    with ThreadPoolExecutor(2) as threads:
        ended = threads.submit(in_thread, ending)
        assert has_looked.wait(SECONDS)
        asked = threads.submit(in_thread, bob.ask)
        while not (asked.done() or somebody_waits()):
            threading.Event().wait(0.01)
        may_commit.set()
        ended.result(SECONDS)
    second = asked.result(SECONDS)
    second.refresh_from_db()
    assert second.admitted_at is not None


def test_the_same_pictures_in_another_order_at_once(alice, rows):
    with ThreadPoolExecutor(2) as threads:
        for _ in range(5):
            pictures = [paint() for _ in range(4)]
            wishes = [
                [SourceWish(received=Received(data)) for data in order]
                for order in (pictures, pictures[::-1])
            ]
            asked = [
                threads.submit(in_thread, alice.ask, "A fox", sources=sources) for sources in wishes
            ]
            made = [one.result(SECONDS) for one in asked]
            orders = [[source.file_id for source in one.sources.all()] for one in made]
            assert orders[0] == orders[1][::-1]


@pytest.fixture
def purged_during(alice, monkeypatch):
    """Return a way to edit a picture that is removed for good as soon as a step has been done."""
    image = add_upload(membership=alice.membership, received=Received(paint())).image

    def ask(step: str) -> Generation:
        has_come, may_go_on = threading.Event(), threading.Event()
        do = getattr(requests, step)

        def slowly(*given, **named):
            found = do(*given, **named)
            has_come.set()
            may_go_on.wait(SECONDS)
            return found

        monkeypatch.setattr(requests, step, slowly)
        with ThreadPoolExecutor(1) as threads:
            asked = threads.submit(in_thread, alice.ask, "Edit", images=[image])
            assert has_come.wait(SECONDS)
            Image.objects.filter(pk=image.pk).update(trashed_at=timezone.now())
            with transaction.atomic():
                purge_images([image.pk])
            free_files()
            may_go_on.set()
            return asked.result(SECONDS)

    return ask


def test_a_source_that_is_removed_before_it_is_held_is_missing(purged_during, rows):
    with pytest.raises(SourceMissing):
        purged_during("library_images")
    assert not Generation.objects.exists()
    assert not File.objects.exists()


def test_a_source_that_is_held_keeps_its_bytes_whatever_becomes_of_it(purged_during, rows):
    generation = purged_during("hold_files")
    assert generation.sources.get().file == File.objects.get()
    free_files()
    assert File.objects.exists()
