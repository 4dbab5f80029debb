"""The tests' databases: migrated once, copied for each process, emptied after tests that commit.

What many tests begin with is written down once, and then laid as rows in a single statement.
"""

import fcntl
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from django.db import connection, transaction
from psycopg import sql

T = TypeVar("T")

# What migrations wrote, and all tests read.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
# Their rows cannot be deleted, by a trigger: where there are some, the tables are cut to nothing
# with all that refers to them, which takes longer.
APPEND_ONLY = {
    *("moderation_auditentry", "moderation_decision", "moderation_look", "moderation_ruleversion"),
    *("moderation_reached", "money_ledgerentry"),
}
CUT = """
DO $$ BEGIN IF EXISTS (SELECT FROM {0}) THEN
    ALTER TABLE {0} DISABLE TRIGGER USER;
    TRUNCATE {0} CASCADE;
    ALTER TABLE {0} ENABLE TRIGGER USER;
END IF; END $$"""


def migrated_database(place: Path) -> str:
    """Return the name of the database that has all tables and nobody's rows.

    The first process that asks makes it; `place` is a folder that all processes of a run share.
    Nobody may stay connected to it, so that it can be copied.
    """
    name = str(connection.creation._get_test_db_name())
    made = place / "migrated"
    with (place / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            before = connection.settings_dict["NAME"]
            with no_garbage_collected():  # migrations make and drop some ten thousand classes
                connection.creation.create_test_db(verbosity=0, autoclobber=True)
            point_at(before)
            made.touch()
    return name


@contextmanager
def no_garbage_collected() -> Iterator[None]:
    """Look for no garbage in the meantime."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def copy_for(process: str, migrated: str) -> None:
    """Make a copy of the migrated database for a process, and point the connection at it."""
    point_at(migrated)
    connection.creation.clone_test_db(process, verbosity=0, autoclobber=True)
    point_at(str(connection.creation.get_test_db_clone_settings(process)["NAME"]))


def point_at(name: str) -> None:
    """Let the connection be one to another database from now on."""
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name


def empty_tables() -> None:
    """Remove every row that a test committed.

    Deleting a few rows is far quicker than truncating all tables. The lock waits for whoever still
    writes, such as a worker that is just ending.
    """
    names = sorted(set(connection.introspection.table_names()) - KEPT)
    tables = {name: sql.Identifier(name) for name in names}
    statements = [
        sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(
            sql.SQL(", ").join(tables.values())
        ),
        *(sql.SQL(CUT).format(tables[name]) for name in sorted(APPEND_ONLY)),
        *(
            sql.SQL("DELETE FROM {}").format(table)
            for name, table in tables.items()
            if name not in APPEND_ONLY
        ),
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("BEGIN; {}; COMMIT").format(sql.SQL("; ").join(statements)))


def written_down(make: Callable[[], T]) -> tuple[T, sql.Composed]:
    """Return what a function makes, and a statement that lays all the rows it writes.

    The rows are gone afterwards. Where others are there already, raises AssertionError.
    """
    with transaction.atomic():
        assert not tables_with_rows()
        made = make()
        statement = sql.SQL("; ").join(laying(table) for table in tables_with_rows())
        transaction.set_rollback(True)
    return made, statement


def tables_with_rows() -> list[str]:
    """Return the names of the tables that are not as the migrations left them."""
    names = sorted(set(connection.introspection.table_names()) - KEPT)
    asked = sql.SQL("SELECT {}").format(
        sql.SQL(", ").join(
            sql.SQL("EXISTS (SELECT FROM {})").format(sql.Identifier(name)) for name in names
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [name for name, has_rows in zip(names, cursor.fetchone(), strict=True) if has_rows]


def laying(table: str) -> sql.Composed:
    """Return a statement that inserts the rows that a table has now."""
    name = sql.Identifier(table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 "
            "AND NOT attisdropped AND attgenerated = ''",
            [table],
        )
        columns = sql.SQL(", ").join(sql.Identifier(column) for (column,) in cursor.fetchall())
        cursor.execute(sql.SQL("SELECT json_agg(r)::text FROM {} AS r").format(name))
        (rows,) = cursor.fetchone()
    return sql.SQL(
        "INSERT INTO {name} ({columns}) "
        "SELECT {columns} FROM json_populate_recordset(NULL::{name}, {rows})"
    ).format(name=name, columns=columns, rows=sql.Literal(rows))
