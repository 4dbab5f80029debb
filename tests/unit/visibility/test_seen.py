"""Who sees a picture: every combination of what can be decided about it."""

from itertools import product

import pytest

from imagestudio.accounts.models import Standing
from imagestudio.library.models import Image
from imagestudio.library.visibility import Reach, Seen, seen

# The farthest that each value lets a picture be seen; what is not named sets no bound.
BOUNDS = {
    ("visibility", "private"): Reach.LINK,
    ("review", "none"): Reach.LINK,
    ("review", "requested"): Reach.LINK,
    ("review", "rejected"): Reach.LINK,
    ("moderation", "hidden_public"): Reach.OWNER,
    ("moderation", "hidden_all"): Reach.NOBODY,
    ("moderation", "quarantined_legal"): Reach.NOBODY,
    ("trashed", True): Reach.OWNER,
    ("purged", True): Reach.NOBODY,
    ("standing", "gallery_blocked"): Reach.LINK,
    ("standing", "generation_blocked"): Reach.LINK,
    ("standing", "suspended"): Reach.OWNER,
    ("standing", "closed"): Reach.NOBODY,
}
VALUES = {
    "visibility": Image.Visibility.values,
    "review": Image.Review.values,
    "moderation": Image.Moderation.values,
    "trashed": [False, True],
    "purged": [False, True],
    "standing": Standing.values,
}


def test_each_value_that_bounds_is_one_that_there_is() -> None:
    assert all(value in VALUES[name] for name, value in BOUNDS)


@pytest.mark.parametrize("moderation", Image.Moderation.values)
def test_the_narrowest_bound_counts(moderation: str) -> None:
    wrong = []
    for values in product(*(VALUES | {"moderation": [moderation]}).values()):
        case = dict(zip(VALUES, values, strict=True))
        reach = min(BOUNDS.get(one, Reach.PUBLIC) for one in case.items())
        blurred = moderation == "blurred" and reach > Reach.OWNER
        if seen(**case) != Seen(reach, blurred):
            wrong.append((case, seen(**case)))
    assert not wrong
