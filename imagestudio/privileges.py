"""Two roles of the database: one that owns the tables, and the application's, which may do less.

Where `MIGRATION_DATABASE_URL` names the owner, migrations run as it, and the application's role may
only add to the tables that are append-only: those with a trigger named `…_append_only`. It cannot
drop or disable that trigger either, for it owns nothing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from psycopg import sql

APPEND_ONLY = """
    SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE tgname LIKE '%\\_append\\_only' AND relnamespace = current_schema()::regnamespace
    ORDER BY relname
"""
READ_ONLY = ("django_migrations",)
# What would let the application's role do all that the owner may.
TOO_MUCH = """
    SELECT rolsuper OR pg_has_role(rolname, current_user, 'MEMBER') OR EXISTS (
        SELECT FROM pg_class
        WHERE relowner = pg_roles.oid AND relnamespace = current_schema()::regnamespace
    )
    FROM pg_roles WHERE rolname = %s
"""
GIVEN = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
    "REVOKE CREATE ON SCHEMA {schema} FROM {role}",
)


@contextmanager
def working_as(owner: Mapping[str, Any]) -> Iterator[None]:
    """Let the connection be one of another role meanwhile; `owner` is its entry of `DATABASES`."""
    application = connection.settings_dict
    _reconnect({**application, **owner})
    try:
        yield
    finally:
        _reconnect(application)


def _reconnect(settings: dict[str, Any]) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined] # of PostgreSQL's alone
    connection.settings_dict = settings


@transaction.atomic
def grant_to(role: str) -> None:
    """Give a role what the application needs, and no more. To be called as the owner.

    Raises ImproperlyConfigured for a role that is not there, or may do more than can be taken away.
    """
    with connection.cursor() as cursor:
        cursor.execute(TOO_MUCH, [role])
        found = cursor.fetchone()
        if found is None:
            raise ImproperlyConfigured(f"There is no role “{role}” in the database.")
        if found[0]:
            raise ImproperlyConfigured(
                f"The role “{role}” of DATABASE_URL is a superuser, a member of the role of "
                "MIGRATION_DATABASE_URL, or owns tables. Let it be none of these: REASSIGN OWNED "
                "gives tables from one role to another."
            )
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
        cursor.execute(APPEND_ONLY)
        added_to = [name for (name,) in cursor.fetchall()]
        names = {"role": sql.Identifier(role), "schema": sql.Identifier(schema)}
        for statement in GIVEN:
            cursor.execute(sql.SQL(statement).format(**names))
        for taken, tables in (
            ("UPDATE, DELETE, TRUNCATE", added_to),
            ("INSERT, UPDATE, DELETE, TRUNCATE", READ_ONLY),
        ):
            for table in tables:
                cursor.execute(
                    sql.SQL("REVOKE {} ON {}.{} FROM {}").format(
                        sql.SQL(taken), names["schema"], sql.Identifier(table), names["role"]
                    )
                )
