"""How large a body may be, by its address."""

import pytest

from imagestudio.http.limits import ORDINARY, limit_of

ONE_PICTURE, MANY_PICTURES = 28_000_000, 448_000_000


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/api/v1/generations", MANY_PICTURES),
        ("/api/v1/estimates", MANY_PICTURES),
        ("/api/v1/images", ONE_PICTURE),
        ("/a/somebody/", MANY_PICTURES),
        ("/a/somebody/composer/preview", MANY_PICTURES),
        ("/a/somebody/composer/price", MANY_PICTURES),
        ("/a/somebody/composer/sources", ONE_PICTURE),
        ("/api/v1/generations/", ORDINARY),
        ("/api/v1/generations/1/retry", ORDINARY),
        ("/api/v1/images/1/original", ORDINARY),
        ("/a/somebody/tokens/", ORDINARY),
        ("/a/x/y/", ORDINARY),
        ("/accounts/login/", ORDINARY),
        ("/", ORDINARY),
    ],
)
def test_only_what_takes_pictures_takes_much(path: str, most: int) -> None:
    assert limit_of(path) == most
