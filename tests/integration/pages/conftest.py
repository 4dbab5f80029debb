"""What the tests of pages share: a browser without scripts that is held to the CSRF token."""

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from imagestudio.accounts.models import Account, Role
from tests.factories import Cast

Post = Callable[..., HttpResponse]


@pytest.fixture
def window(cast: Cast) -> Client:
    """Return a browser in which the team's creator is signed in; forms need their token."""
    return cast.signed_in(Role.CREATOR, enforce_csrf_checks=True)


@pytest.fixture
def post(window: Client, team: Account) -> Post:
    """Return a way to send a form as the Create page would, with the token that it carries."""
    html = window.get(f"/a/{team.slug}/").content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
    assert found is not None

    def send(path: str, fields: dict[str, object] | None = None, **extra: object) -> HttpResponse:
        return window.post(path, {"csrfmiddlewaretoken": found[1], **(fields or {})}, **extra)

    return send
