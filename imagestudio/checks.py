"""What the studio asks of its database before it works with it."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

OLDEST = 150_000  # PostgreSQL 15, as the server numbers itself


def postgresql_is_fit(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Refuse a server that is too old, or that cannot tell upper from lower case in UTF-8."""
    return [problem for alias in databases or [] for problem in problems_of(alias)]


def problems_of(alias: str) -> list[CheckMessage]:
    """Return what is wrong with one database."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, lower('Ä') = 'ä'")
        version, folds = cursor.fetchone()
    found: list[CheckMessage] = []
    if version < OLDEST:
        found.append(Error("PostgreSQL 15 or newer is needed.", id="imagestudio.E001"))
    if not folds:
        hint = "Create the database with a UTF-8 locale, such as C.UTF-8 of the builtin provider."
        found.append(
            Error(
                "This database does not fold the case of letters beyond ASCII.",
                hint=hint,
                id="imagestudio.E002",
            )
        )
    return found
