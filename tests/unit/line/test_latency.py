"""What measured calls say about the next one."""

import pytest

from generations.line import Kind, Measured, measured
from generations.line.latency import FEW, MOST
from generations.line.words import about_time, ordinal

FOX = Kind("gpt", "low", 0)


def calls(*seconds: float, kind: Kind = FOX, starting: float | None = 0, keeping: float = 0):
    return [Measured(kind, starting, one, keeping) for one in seconds]


def test_nothing_measured_says_nothing():
    latencies = measured([])
    assert latencies.of(FOX) is None
    assert latencies.remaining(FOX) is None
    assert not latencies.is_late(FOX, since_sent=1000)


def test_median_and_ninetieth():
    latency = measured(calls(*range(1, 101), kind=FOX)).of(FOX)
    assert latency is not None
    assert (len(latency.seconds), latency.median, latency.ninetieth) == (MOST, 25.5, 45)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (FOX, 10),
        (Kind("gpt", "low", 16), 40),  # no less than five are alike
        (Kind("gpt", "low", 5), 40),
        (Kind("gpt", "low", 3), 10),  # this quality, whatever its sources
        (Kind("gpt", "high", 0), 10),  # this model, whatever its quality
        (Kind("another", "low", 0), None),
    ],
    ids=str,
)
def test_the_finest_group_that_says_something_answers(asked, answer):
    many = calls(*[10] * 9), calls(*[40] * FEW, kind=Kind("gpt", "low", 9))
    few = calls(*[99] * (FEW - 1), kind=Kind("gpt", "high", 0))
    latency = measured([*many[0], *many[1], *few]).of(asked)
    assert (latency and latency.median) == answer


def test_what_remains_is_what_slower_calls_still_took():
    latencies = measured(calls(10, 20, 30, 40, starting=1, keeping=2))
    assert latencies.remaining(FOX) == 1 + 25 + 2
    assert latencies.remaining(FOX, since_sent=15) == 15 + 2
    assert latencies.remaining(FOX, since_sent=40) is None
    assert latencies.remaining(FOX, since_sent=15, since_answer=0.5) == 1.5
    assert latencies.is_late(FOX, since_sent=41)
    assert not latencies.is_late(FOX, since_sent=40)


def test_a_start_that_tells_nothing_is_left_out():
    many = calls(1, starting=None) + calls(1, 1, starting=4)
    assert measured(many).starting == 4


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "a few seconds"),
        (8, "about 10 s"),
        (41, "about 40 s"),
        (58, "about 1 min"),
        (80, "about 1½ min"),
        (170, "about 3 min"),
        (7000, "about 2 h"),
    ],
)
def test_times_are_rounded_for_people(seconds, words):
    assert about_time(seconds).replace("\N{NO-BREAK SPACE}", " ") == words


def test_places_are_said_as_people_say_them():
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 22, 1113)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "22nd", "1,113th"),
    ]
