"""What the tables hold, so that a test can say that nothing was changed."""

from django.apps import apps
from django.db import connection
from psycopg import sql

# The pages of the sign-in library keep notes about the visitor's own sign-in.
OF_THE_VISITOR = {"django_session", "account_emailaddress"}


def contents() -> dict[str, str]:
    """Return a digest of the rows of every table."""
    models = apps.get_models(include_auto_created=True)
    tables = sorted({model._meta.db_table for model in models} - OF_THE_VISITOR)
    digests = sql.SQL(", ").join(
        sql.SQL("(SELECT md5(string_agg(r::text, '|' ORDER BY r::text)) FROM {} AS r)").format(
            sql.Identifier(table)
        )
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {}").format(digests))
        return dict(zip(tables, cursor.fetchone(), strict=True))
