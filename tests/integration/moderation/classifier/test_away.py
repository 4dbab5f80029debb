"""A classifier that cannot be had, is slow, odd or broken is never in the way of anything."""

import socket

import pytest

from generations.gateway.moderations import Moderations
from generations.models import State
from imagestudio.moderation.classifying import Scores, Unclassified
from imagestudio.moderation.models import (
    Classification,
)
from imagestudio.moderation.services.classifying import asking
from imagestudio.moderation.services.classifying.asking import Resting
from tests.factories import make_generation, make_limit
from tests.integration.moderation.classifier.conftest import CRUEL, asked, jobs, publish, red


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ("moderations_unavailable", {"status": 503}),
        ("moderations_unavailable", {"status": 429}),
        ("moderations_unavailable", {"status": 302}),
        ("moderations_odd", {"answer": {"results": []}}),
        ("moderations_odd", {"answer": []}),
        ("moderations_odd", {"answer": {"model": "x", "results": [{"category_scores": {}}]}}),
        (
            "moderations_odd",
            {"answer": {"model": "x", "results": [{"category_scores": {"violence": 7}}]}},
        ),
        (
            "moderations_odd",
            {"answer": {"model": "x", "results": [{"category_scores": {"violence": "1"}}]}},
        ),
    ],
)
def test_without_scores_the_request_goes_on_and_a_line_says_so(cast, creator, on, fault, options):
    make_limit(cast, action="block")
    on.set_fault(fault, **options)
    generation = make_generation(creator, prompt=CRUEL)

    said = Classification.objects.get()
    assert (generation.state, said.model, said.verdict) == (State.QUEUED, "", "allow")
    assert said.failure
    assert on.token not in said.failure


def test_a_classifier_that_is_slow_keeps_nobody(cast, creator, on, settings, monkeypatch):
    made = asking.classifier(settings.CLASSIFIER).classifier
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the question, and says nothing
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setattr(made, "moderations", Moderations(address, seconds=0.05))
        make_generation(creator, prompt=CRUEL)
    assert Classification.objects.get().failure.startswith("No answer within 0.05 seconds")


def test_one_that_cannot_be_had_is_left_alone_for_a_while(monkeypatch):
    now, calls = [1000.0], []

    class Away:
        def classify(self, content):
            calls.append(content)
            if content == "works":
                return Scores("one", {"violence": 0.5})
            raise Unclassified("away")

    monkeypatch.setattr(asking.time, "monotonic", lambda: now[0])
    resting = Resting(Away())

    def ask(words):
        with pytest.raises(Unclassified):
            resting.classify(words)

    for _ in range(5):
        ask("x")
    assert len(calls) == 3
    now[0] += 31
    for _ in range(2):
        ask("x")
    assert len(calls) == 4
    now[0] += 31
    ask("works")  # it rests for a minute by now
    now[0] += 31
    for _ in range(2):
        assert resting.classify("works").categories == {"violence": 0.5}


@pytest.mark.parametrize(
    "scores",
    [{"violence": float("nan")}, {"violence": 2}, {"": 0.5}, {"x" * 61: 0.5}, {"a\0b": 0.5}],
)
def test_scores_that_are_none_are_not_taken(scores):
    class Odd:
        def classify(self, content):
            return Scores("one", scores)

    with pytest.raises(Unclassified):
        Resting(Odd()).classify("x")


@pytest.mark.parametrize("answer", [KeyError("a secret prompt"), None, Scores("a\0b", {})], ids=str)
def test_one_that_is_broken_keeps_nobody_and_says_nothing_of_the_prompt(caplog, answer):
    class Broken:
        def classify(self, content):
            if isinstance(answer, Exception):
                raise answer
            return answer

    with pytest.raises(Unclassified) as raised:
        Resting(Broken()).classify("a secret prompt")
    assert "secret" not in f"{raised.value} {caplog.text}"


def test_without_a_classifier_nobody_is_asked(cast, creator, emulator):
    before = len(asked(emulator))
    make_generation(creator, state=State.COMPLETED, prompt=CRUEL)
    publish(creator, red(cast))
    assert not Classification.objects.exists()
    assert len(asked(emulator)) == before
    assert jobs("moderation.classify") == 0
