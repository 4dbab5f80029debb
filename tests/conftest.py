"""What every test stands on: settings that fit tests, an own folder, the cast, and its sign-ins."""

import functools
import gc
import os
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import httpx
import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from django.test.utils import override_settings
from httpx import create_ssl_context

from generations.services.latencies import LATENCIES
from generations.services.outlooks import LINE
from imagestudio.accounts.models import Account, Role, Scope
from imagestudio.library.imaging.pool import POOL
from tests.databases import copy_for, empty_tables, migrated_database, written_down
from tests.factories import Cast, bearer, make_cast

FAST_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"

# What is imported and collected stays to the end. Looking through all of it for garbage again and
# again would take a quarter of the tests' time.
gc.disable()


def pytest_collection_finish() -> None:
    """Look for garbage from now on, seldom, and only among what tests leave behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 5)  # all of that after a million new objects
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def test_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep pictures in a folder of this run, let accounts spend freely, hash passwords fast."""
    folder = tmp_path_factory.mktemp("studio")
    storages = {
        "default": {
            "BACKEND": "imagestudio.library.storage.files.Files",
            "OPTIONS": {"location": str(folder / "media")},
        },
        "staticfiles": {"BACKEND": PLAIN_STATIC},
    }
    with override_settings(
        STORAGES=storages,
        DATA_DIR=folder,
        GATEWAY_IS_EMULATOR=True,
        DEFAULT_MONTHLY_BUDGET=None,
        SIGNUP="open",
        PASSWORD_HASHERS=[FAST_HASHER],
    ):
        yield
    POOL.close()


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Begin each test without what the process was told of the line, of latencies, and of calls."""
    LATENCIES.forget()
    LINE.forget()
    cache.clear()  # where calls are counted, by person


@pytest.fixture(scope="session")
def migrated(
    tmp_path_factory: pytest.TempPathFactory,
    django_test_environment: None,
    django_db_blocker: Any,
) -> str:
    """Return the name of a database to copy, which has all tables and nobody's rows."""
    place = tmp_path_factory.getbasetemp()
    place = place.parent if "PYTEST_XDIST_WORKER" in os.environ else place
    with django_db_blocker.unblock():
        return migrated_database(place)


@pytest.fixture(scope="session")
def django_db_setup(migrated: str, django_db_blocker: Any) -> Iterator[None]:
    """Give each process a database of its own, in place of pytest-django's way to do so."""
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        copy_for(os.environ.get("PYTEST_XDIST_WORKER", "main"), migrated)
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(before, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def quick_emptying() -> Iterator[None]:
    """Empty the tables after a test that commits, in place of Django's way to do so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty_tables())
        yield


@pytest.fixture(scope="session", autouse=True)
def certificates_loaded_once() -> Iterator[None]:
    """Let all HTTP clients share the certificates of authorities: each would load them anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            httpx._transports.default, "create_ssl_context", functools.cache(create_ssl_context)
        )
        yield


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_disks() -> Iterator[None]:
    """Store without waiting until bytes are on the disk: no test pulls its plug."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture
def rows(transactional_db: None) -> None:
    """Let a test commit."""


@pytest.fixture(scope="session")
def cast_with_rows(
    django_db_setup: None, django_db_blocker: Any
) -> tuple[Cast, psycopg.sql.Composed]:
    """Return a cast and the statement that lays its rows: making it takes twenty times as long."""
    with django_db_blocker.unblock():
        return written_down(make_cast)


@pytest.fixture
def cast(cast_with_rows: tuple[Cast, psycopg.sql.Composed], db: None) -> Cast:
    """Return the named cast: a team account with its members, and people outside of it."""
    cast, rows = cast_with_rows
    with connection.cursor() as cursor:
        cursor.execute(rows)
    return deepcopy(cast)


@pytest.fixture
def team(cast: Cast) -> Account:
    """Return the cast's team account."""
    return cast.team


@pytest.fixture
def creator_client(cast: Cast) -> Client:
    """Return a browser in which the team's creator is signed in."""
    return cast.signed_in(Role.CREATOR)


@pytest.fixture
def api(cast: Cast) -> Client:
    """Return a program with a token of the team's creator that may do all that tokens can."""
    scopes = [scope for scope in Scope if scope != Scope.MODERATE]
    return Client(headers=bearer(cast.membership(Role.CREATOR), *scopes))


@pytest.fixture
def csrf_name() -> str:
    """Return the name of the cookie that carries the CSRF token."""
    return django_settings.CSRF_COOKIE_NAME


@pytest.fixture
def anyio_backend() -> str:
    """Return the event loop of asynchronous tests."""
    return "asyncio"
