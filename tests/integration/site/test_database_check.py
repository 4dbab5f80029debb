"""A database in which search could not work is refused at the start."""

import os

import pytest
from django.db import connection

from imagestudio.checks import postgresql_is_fit

NAME = f"imagestudio_without_case_{os.getpid()}"


@pytest.fixture
def without_case(transactional_db):
    """A database whose locale knows no letters beyond ASCII, behind the connection."""
    before = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
        cursor.execute(f"CREATE DATABASE {NAME} TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'")
    point_at(NAME)
    yield
    point_at(before)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {NAME}")


def point_at(name: str) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name


def test_the_studios_own_database_is_fit(db):
    assert postgresql_is_fit(databases=["default"]) == []


def test_a_database_that_cannot_fold_case_is_refused(without_case):
    assert [problem.id for problem in postgresql_is_fit(databases=["default"])] == [
        "imagestudio.E002"
    ]
