"""Names that stand for something in another place stand for something."""

from itertools import pairwise

import pytest
from django.utils.module_loading import autodiscover_modules, import_string
from procrastinate.contrib.django import app

from generations.services.admission import RUN
from generations.tasks import NEVER_AGAIN
from imagestudio.wiring import (
    EVENT_CONSUMERS,
    FILE_HOLDERS,
    IMAGE_HOLDERS,
    QUEUES,
    TITLE_SCREENERS,
)

FUNCTIONS = (*FILE_HOLDERS, *IMAGE_HOLDERS, *TITLE_SCREENERS)


@pytest.fixture(scope="module", autouse=True)
def tasks() -> None:
    """Import the tasks, as a worker does."""
    autodiscover_modules("tasks")


def test_every_consumer_of_events_is_a_task() -> None:
    names = {name for consumers in EVENT_CONSUMERS.values() for name in consumers}
    assert names <= set(app.tasks)


def test_whoever_has_a_say_in_files_pictures_and_titles_is_a_function() -> None:
    assert all(callable(import_string(name)) for name in FUNCTIONS)


def test_every_job_that_is_enqueued_by_name_is_a_task() -> None:
    assert {RUN} | NEVER_AGAIN <= set(app.tasks)


def test_every_task_stands_with_its_queue_in_the_wiring() -> None:
    ours = {name: task.queue for name, task in app.tasks.items() if "builtin" not in name}
    assert {name: queue for name, queue in ours.items() if queue != "tests"} == QUEUES


def test_no_task_is_repeated_by_the_queue_but_those_that_may_be() -> None:
    assert all(app.tasks[name].retry_strategy is None for name in NEVER_AGAIN)


def test_what_the_clock_does_is_done_as_often_as_it_says() -> None:
    seconds = {}
    for periodic in app.periodic_registry.periodic_tasks.values():
        clock = periodic.croniter
        clock.set_current(1_800_000_123)
        times = [clock.get_next(float) for _ in range(50)]
        seconds[periodic.task.name] = {after - before for before, after in pairwise(times)}
    assert seconds == {
        "generations.sweep": {10},
        "generations.rescue": {60},
        "generations.forget": {3600},
        "generations.inspect": {86400},
        "library.upkeep": {60},
        "library.purge": {3600},
        "library.fold_counts": {60},
        "library.index": {60},
        "lifecycle.purge": {86400},
        "library.look": {3600},
        "moderation.forget": {3600},
        "moderation.upkeep": {60},
    }
