"""Many finished calls, laid straight into the tables of a database that is thrown away."""

from collections.abc import Sequence

from django.db import connection

from imagestudio.accounts.models import Account, Membership
from tests.factories import make_generation, newest_attempt

# Pictures are left out: that a completed generation has one is let go for these rows.
LAY = """
ALTER TABLE generations_generation DROP CONSTRAINT IF EXISTS generation_completed_has_image;

DROP TABLE IF EXISTS laid;

CREATE TEMPORARY TABLE laid AS
SELECT number, (%(accounts)s)[1 + number %% array_length(%(accounts)s, 1)] AS account,
    gen_random_uuid() AS generation, gen_random_uuid() AS hold, gen_random_uuid() AS attempt,
    now() - number * interval '1 second' - interval '2 minutes' AS ended
FROM generate_series(1, %(count)s) AS number;

INSERT INTO generations_generation
    (id, account_id, batch_id, user_id, model, prompt, parameters, state, requested_at,
     admitted_at, started_at, ended_at, skips_cache)
SELECT generation, account, %(batch)s, %(user)s, 'openai/gpt-image-2', 'A fox',
    jsonb_build_object('quality', (ARRAY['low', 'medium', 'high'])[1 + number %% 3], 'size', 'auto',
        'background', 'auto', 'output_format', 'png'),
    'completed', ended - interval '42 seconds', ended - interval '41 seconds',
    ended - interval '41 seconds', ended, false
FROM laid;

INSERT INTO money_hold (id, account_id, period_id, attempt_id, amount, state)
SELECT hold, account, %(period)s, attempt, 1000, 'settled' FROM laid;

INSERT INTO generations_attempt
    (id, generation_id, number, hold_id, estimate, cost, state, resends, epoch, made_at, sent_at,
     answered_at, gateway_log_id, key_source)
SELECT attempt, generation, 1, hold, 1000, 1000, 'succeeded', 0, 1, ended - interval '42 seconds',
    ended - interval '40 seconds', ended - interval '1 second', '', ''
FROM laid;
"""


def lay_history(member: Membership, accounts: Sequence[Account], *, count: int) -> None:
    """Lay so many completed calls of these accounts by turns, one in each second until now."""
    like = newest_attempt(make_generation(member))
    named = {
        "count": count,
        "accounts": [one.pk for one in accounts],
        "batch": like.generation.batch_id,
        "user": member.user_id,
        "period": like.hold.period_id,
    }
    with connection.cursor() as cursor:
        for statement in LAY.split(";\n"):
            cursor.execute(statement, named)
        cursor.execute("ANALYZE")
