"""The tests' databases: migrated once, copied for each process, emptied after tests that commit."""

import fcntl
from pathlib import Path

from django.db import connection
from psycopg import sql

# What migrations wrote, and all tests read.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
# Their rows cannot be deleted, by a trigger: the tables are cut to nothing, which takes longer.
APPEND_ONLY = {"money_ledgerentry"}


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
            connection.creation.create_test_db(verbosity=0, autoclobber=True)
            point_at(before)
            made.touch()
    return name


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
        *(
            sql.SQL("TRUNCATE {}" if name in APPEND_ONLY else "DELETE FROM {}").format(table)
            for name, table in tables.items()
        ),
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("BEGIN; {}; COMMIT").format(sql.SQL("; ").join(statements)))
