"""Names that stand for something in another place stand for something."""

from procrastinate.contrib.django import app

from generations.services.admission import RUN
from generations.tasks import NEVER_AGAIN
from imagestudio.wiring import EVENT_CONSUMERS


def test_every_consumer_of_events_is_a_task() -> None:
    names = {name for consumers in EVENT_CONSUMERS.values() for name in consumers}
    assert names <= set(app.tasks)


def test_every_job_that_is_enqueued_by_name_is_a_task() -> None:
    assert {RUN} | NEVER_AGAIN <= set(app.tasks)


def test_no_task_is_repeated_by_the_queue_but_those_that_may_be() -> None:
    assert all(app.tasks[name].retry_strategy is None for name in NEVER_AGAIN)
