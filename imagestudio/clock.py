"""The database's clock: the one that all processes share, whatever their own clocks say."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """Return the time at which the present transaction, or this statement, began (UTC offset)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now
