"""The demo account: there while nothing costs anything, and closed as soon as something does."""

import secrets

from django.db import transaction

from imagestudio.accounts.models import Standing, User

EMAIL = "demo@example.com"


@transaction.atomic
def keep_demo(*, is_open: bool) -> str | None:
    """Open or close the demo user, and return its password if it was made just now.

    It is made, as an operator, where nobody is there yet. Its password was printed, so with a
    gateway that is paid nobody can sign in with it.
    """
    User.objects.filter(email=EMAIL, standing=Standing.OK).update(is_active=is_open)
    if not is_open or User.objects.exists():
        return None
    password = secrets.token_urlsafe(9)
    User.objects.create_superuser(EMAIL, password, name="Demo")
    return password
