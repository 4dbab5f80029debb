"""The application's role gets what it needs; one that may do everything is refused.

That it needs no more is shown by the browser's tests, whose studio has such a role.
"""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from imagestudio.privileges import grant_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def role():
    """Return a role that has nothing yet."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE application_of_a_test")
    return "application_of_a_test"


def rights(role, table):
    """Return what a role may do with a table."""
    names = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
    with connection.cursor() as cursor:
        asked = ", ".join(f"has_table_privilege('{role}', '{table}', '{one}')" for one in names)
        cursor.execute(f"SELECT {asked}")
        return {name for name, may in zip(names, cursor.fetchone(), strict=True) if may}


def test_the_role_adds_to_what_is_written_once_and_changes_all_else(role):
    grant_to(role)
    grant_to(role)
    assert rights(role, "library_image") == {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert rights(role, "money_ledgerentry") == {"SELECT", "INSERT"}
    assert rights(role, "moderation_auditentry") == {"SELECT", "INSERT"}
    assert rights(role, "django_migrations") == {"SELECT"}


def test_rights_from_before_are_taken_away(role):
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
    grant_to(role)
    assert rights(role, "moderation_decision") == {"SELECT", "INSERT"}


def test_a_role_that_owns_tables_or_is_not_there_is_refused(role):
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT {role} TO CURRENT_USER")
        cursor.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
        cursor.execute(f"ALTER TABLE library_tag OWNER TO {role}")
    with pytest.raises(ImproperlyConfigured, match="REASSIGN OWNED"):
        grant_to(role)
    with pytest.raises(ImproperlyConfigured, match="There is no role"):
        grant_to("nobody")


@pytest.mark.django_db(transaction=True)
def test_migrating_says_so(settings):
    settings.MIGRATION_DATABASE = {}
    with pytest.raises(CommandError, match="superuser"):
        call_command("migrate", verbosity=0)
