"""Money alone: a team, its people, and holds for calls that nobody makes."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from procrastinate.contrib.django import app

import imagestudio.money.tasks  # noqa: F401 - registers the tasks, as a worker does
from imagestudio.accounts.models import Account, Role, User
from imagestudio.events.models import Event
from imagestudio.money.models import BudgetPeriod, Hold
from imagestudio.money.services import take_hold

MODEL = "openai/gpt-image-2"


@pytest.fixture
def creator(cast) -> User:
    return cast.user(Role.CREATOR)


@pytest.fixture
def owner(cast) -> User:
    return cast.user(Role.OWNER)


def hold(account: Account, user: User, amount: int, model: str = MODEL) -> Hold:
    """Hold money for a call of this person."""
    return take_hold(account=account, user=user, attempt_id=uuid4(), amount=amount, model=model)


def counters(account: Account, member: User | None = None) -> tuple[int, int]:
    """What is held and settled in the present month."""
    period = BudgetPeriod.objects.get(account=account, member=member)
    return period.held, period.settled


def do_jobs() -> list[str]:
    """Do the jobs of money that wait, and those that they enqueue; return their names."""
    done = []
    while job := next_job():
        name, arguments = job
        app.tasks[name].func(**json.loads(arguments))
        done.append(name)
    return done


def next_job() -> tuple[str, str] | None:
    """Take the oldest of them out of the queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id = (SELECT min(id) FROM procrastinate_jobs "
            "WHERE status = 'todo' AND task_name LIKE 'money.%') RETURNING task_name, args::text"
        )
        return cursor.fetchone()


def told(account: Account) -> list[str]:
    """The types of the account's events about budgets, in their order."""
    events = Event.objects.owned_by(account).filter(type__startswith="budget.")
    return [event.type for event in events]
