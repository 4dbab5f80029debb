"""All tests of this folder use a studio whose role in the database owns nothing; this is why."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.browser.stack import Studio

WRITTEN_ONCE = (
    *("moderation_decision", "moderation_auditentry", "moderation_ruleversion"),
    "money_ledgerentry",
)
REFUSED = (
    "UPDATE {} SET id = id",
    "DELETE FROM {}",
    "TRUNCATE {}",
    "SELECT FROM {} FOR UPDATE",
    "ALTER TABLE {} DISABLE TRIGGER USER",
    "DROP TABLE {}",
)


@pytest.fixture(scope="module")
def application(studio: Studio) -> Iterator[psycopg.Connection]:
    """Return a connection as the studio itself has it."""
    with psycopg.connect(studio.environment["DATABASE_URL"], autocommit=True) as database:
        yield database


@pytest.mark.parametrize("table", WRITTEN_ONCE)
@pytest.mark.parametrize("statement", REFUSED)
def test_what_is_written_once_cannot_be_changed_by_the_application(application, table, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement.format(table))
    application.execute(f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (id int)",
        "DELETE FROM django_migrations",
        "ALTER TABLE library_image ADD COLUMN more int",
        "TRUNCATE library_image",
        "DROP FUNCTION moderation_refuse_change() CASCADE",
    ],
)
def test_nor_can_it_change_how_the_database_is_made(application, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement)
