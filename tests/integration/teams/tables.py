"""What all tables hold, to see that nothing has changed."""

from django.apps import apps
from django.db import connection
from psycopg import sql


def contents() -> dict[str, str]:
    """Return a digest of the rows of every table but the sessions."""
    tables = sorted({model._meta.db_table for model in apps.get_models()} - {"django_session"})
    digests = sql.SQL(", ").join(
        sql.SQL("(SELECT md5(string_agg(r::text, '|' ORDER BY r::text)) FROM {} AS r)").format(
            sql.Identifier(table)
        )
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {}").format(digests))
        return dict(zip(tables, cursor.fetchone(), strict=True))
