"""Decisions and the audit log are written once: the database refuses everything else."""

import pytest
from django.db import IntegrityError, connection, transaction

from imagestudio.moderation.policies import Action
from tests.integration.moderation.conftest import decided


@pytest.mark.parametrize("table", ["moderation_decision", "moderation_auditentry"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET at = now()",
        "UPDATE {} SET at = at",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
    ],
)
def test_nothing_is_changed_or_removed(cast, image, table, statement):
    decided(cast.user("moderator"), image, Action.HIDE)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            cursor.execute(statement.format(table))
        cursor.execute(f"SELECT count(*) > 0 FROM {table}")
        assert cursor.fetchone() == (True,)
