"""What the tests of the library share: pictures laid quickly, and changes of them."""

from collections.abc import Callable
from typing import Any

import pytest

from imagestudio.accounts.models import Membership, Role
from imagestudio.library.models import Change, Image
from imagestudio.library.selection import Selection
from imagestudio.library.services.changes import Wanted, make_change
from tests.factories import Cast, make_image

Change_ = Callable[..., Change]


@pytest.fixture
def creator(cast: Cast) -> Membership:
    """Return the membership of the team's creator."""
    return cast.membership(Role.CREATOR)


@pytest.fixture
def admin(cast: Cast) -> Membership:
    """Return the membership of the team's admin."""
    return cast.membership(Role.ADMIN)


@pytest.fixture
def images(creator: Membership) -> list[Image]:
    """Return three pictures of the team, the oldest first."""
    return [make_image(creator.account, creator.user, title=f"Number {n}") for n in range(3)]


@pytest.fixture
def change(creator: Membership) -> Change_:
    """Return a way to change pictures as the creator, or as another member."""

    def make(kind: str, *images: Image, by: Membership = creator, **wanted: Any) -> Change:
        selection = wanted.pop("selection", None) or Selection.of_ids([one.pk for one in images])
        deed = Wanted(Change.Kind(kind), **wanted)
        return make_change(membership=by, wanted=deed, selection=selection)

    return make
