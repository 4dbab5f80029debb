"""Many finished calls, laid straight into the tables of a database that is thrown away."""

from collections.abc import Sequence

from django.db import connection

from imagestudio.accounts.models import Account, Membership
from tests.factories import make_generation, newest_attempt

# Pictures are left out: that a completed generation has one is let go for these rows.
LAY = """
SET CONSTRAINTS ALL IMMEDIATE;

ALTER TABLE generations_generation DROP CONSTRAINT IF EXISTS generation_completed_has_image;

DROP TABLE IF EXISTS laid;

CREATE TEMPORARY TABLE laid AS
SELECT number, (%(accounts)s)[1 + number %% array_length(%(accounts)s, 1)] AS account,
    gen_random_uuid() AS generation, gen_random_uuid() AS hold, gen_random_uuid() AS attempt,
    now() - number * interval '1 second' - interval '2 minutes' AS ended
FROM generate_series(1, %(count)s) AS number;

INSERT INTO generations_generation
SELECT made.* FROM laid, generations_generation AS one,
jsonb_populate_record(one, jsonb_build_object(
    'id', generation, 'account_id', account, 'state', 'completed',
    'parameters', one.parameters || jsonb_build_object(
        'quality', (ARRAY['low', 'medium', 'high'])[1 + number %% 3]),
    'requested_at', ended - interval '42 seconds', 'admitted_at', ended - interval '41 seconds',
    'started_at', ended - interval '41 seconds', 'ended_at', ended)) AS made
WHERE one.id = %(generation)s;

INSERT INTO money_hold
SELECT made.* FROM laid, money_hold AS one, jsonb_populate_record(one, jsonb_build_object(
    'id', hold, 'account_id', account, 'attempt_id', attempt, 'state', 'settled')) AS made
WHERE one.id = %(hold)s;

INSERT INTO generations_attempt
SELECT made.* FROM laid, generations_attempt AS one, jsonb_populate_record(one, jsonb_build_object(
    'id', attempt, 'generation_id', generation, 'hold_id', hold, 'state', 'succeeded',
    'cost', 1000, 'sent_at', ended - interval '40 seconds',
    'answered_at', ended - interval '1 second')) AS made
WHERE one.id = %(attempt)s;
"""


def lay_history(member: Membership, accounts: Sequence[Account], *, count: int) -> None:
    """Lay so many completed calls of these accounts by turns, one in each second until now."""
    like = newest_attempt(make_generation(member))
    named = {
        "count": count,
        "accounts": [one.pk for one in accounts],
        "attempt": like.pk,
        "generation": like.generation_id,
        "hold": like.hold_id,
    }
    with connection.cursor() as cursor:
        for statement in LAY.split(";\n"):
            cursor.execute(statement, named)
        cursor.execute("ANALYZE")
