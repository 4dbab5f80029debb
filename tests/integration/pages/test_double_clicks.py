"""A button that is pressed twice in the same moment does its deed once."""

import pytest

from generations.models import Attempt, Batch, Generation, State
from imagestudio.accounts.models import Role
from imagestudio.money.models import Hold
from tests.factories import make_cast, make_generation
from tests.threads import at_once

HTMX = {"headers": {"HX-Request": "true"}}
FORM = {
    "prompt": "A fox",
    "model": "openai/gpt-image-2",
    "size": "auto",
    "quality": "low",
    "background": "auto",
    "output_format": "png",
    "count": "1",
}


@pytest.fixture
def cast(rows):
    return make_cast()


def test_create(cast):
    path, fields = f"/a/{cast.team.slug}/", {**FORM, "key": "of-one-form"}
    window = cast.signed_in(Role.CREATOR)

    answers = at_once(4, lambda: window.post(path, fields, **HTMX))

    assert [answer.status_code for answer in answers] == [200] * 4
    generation = Generation.objects.get()
    assert all(str(generation.pk) in answer.content.decode() for answer in answers)
    assert Batch.objects.count() == Attempt.objects.count() == Hold.objects.count() == 1


@pytest.mark.parametrize("state", [State.FAILED, State.UNKNOWN], ids=["retry", "run again"])
def test_once_more(cast, state):
    generation = make_generation(cast.membership(Role.CREATOR), state=state)
    path = f"/a/{cast.team.slug}/generations/{generation.pk}/retry"
    window = cast.signed_in(Role.CREATOR)

    answers = at_once(4, lambda: window.post(path, **HTMX))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert [one.number for one in generation.attempts.all()] == [1, 2]
    assert Hold.objects.filter(state="held").count() == 1
