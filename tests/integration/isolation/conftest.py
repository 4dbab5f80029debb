"""One stage for all cells of a module: committed once, cleared at the end."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test.utils import override_settings

from tests.databases import empty_tables
from tests.integration.isolation.stage import Stage


@pytest.fixture
def stage(committed_stage: Stage, db: None) -> Stage:
    """Return the stage; what a test changes on it is rolled back."""
    committed_stage.things.clear()
    return committed_stage


@pytest.fixture(scope="module")
def committed_stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    with (
        django_db_blocker.unblock(),
        override_settings(
            # A family of pages counts calls by address; here everybody calls from the same one.
            ACCOUNT_RATE_LIMITS=False,
            # All have just given their password; for five minutes, which a busy machine may need.
            ACCOUNT_REAUTHENTICATION_TIMEOUT=24 * 60 * 60,  # seconds
        ),
    ):
        yield Stage()
        empty_tables()
