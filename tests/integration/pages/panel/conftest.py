"""A reported picture, its case, and a moderator who works on it."""

import pytest

from imagestudio.accounts.models import Role
from tests.factories import make_case, make_image


@pytest.fixture
def image(cast, team):
    return make_image(team, cast.user(Role.CREATOR), title="Reported picture")


@pytest.fixture
def case(cast, image):
    return make_case(image, cast.user("stranger"))


@pytest.fixture
def desk(cast):
    """Return the window of a moderator."""
    return cast.signed_in("moderator")
