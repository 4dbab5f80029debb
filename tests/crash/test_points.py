"""Every point names a function that is there: a renamed one would prove nothing."""

import pytest

from tests.crash.points import POINTS, owner_of


@pytest.mark.parametrize("name", POINTS)
def test_a_point_is_a_function_of_the_studio(name):
    owner_of(POINTS[name].function)


def test_a_function_that_is_not_there_is_noticed():
    with pytest.raises(AttributeError):
        owner_of("generations.services.attempts.no_such_function")
