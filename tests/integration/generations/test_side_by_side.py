"""Work that goes on at once: nothing waits in a ring, and rows never wait behind pictures."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connections, transaction

from generations.models import Generation
from generations.services.admission import admit
from generations.services.requests import SourceWish
from imagestudio.library.services.uploads import Received
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
