"""U17: whoever only looks changes nothing, at any address."""

import pytest
from django.apps import apps
from django.db import connection
from psycopg import sql

from tests.integration.isolation.stage import Stage
from tests.integration.isolation.table import Row, read_table

pytestmark = pytest.mark.django_db

READS = [row for row in read_table().rows if row.method == "GET"]
# The pages of the sign-in library keep notes about the visitor's own sign-in.
OF_THE_VISITOR = {"django_session", "account_emailaddress"}
TABLES = sorted(
    {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - OF_THE_VISITOR
)


def contents() -> dict[str, str]:
    """Return a digest of the rows of every table."""
    digests = sql.SQL(", ").join(
        sql.SQL("(SELECT md5(string_agg(r::text, '|' ORDER BY r::text)) FROM {} AS r)").format(
            sql.Identifier(table)
        )
        for table in TABLES
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {}").format(digests))
        return dict(zip(TABLES, cursor.fetchone(), strict=True))


@pytest.mark.parametrize("row", READS, ids=str)
def test_u17_looking_changes_nothing(stage: Stage, row: Row) -> None:
    stage.filled(row.address)
    before = contents()
    for caller in ("owner", "viewer", "anon", "stranger"):
        stage.ask(row, caller)
    after = contents()
    assert {table for table in TABLES if before[table] != after[table]} == set()
