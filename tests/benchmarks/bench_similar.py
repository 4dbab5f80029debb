"""Pictures that look alike, among a million of one account (SIMILAR_PICTURES): time and recall.

Half of the hashes are by chance, which is the least that has to be looked at; the others lie
around a few hundred middles, as the pictures of people do who make many variants, and 20,000
around a single one.
"""

import os
import statistics
import time
from random import Random

import pytest
from django.db import connection

from imagestudio.accounts.models import Role
from imagestudio.library import similarity
from imagestudio.library.models import Appearance
from tests.factories import make_cast

PICTURES = int(os.environ.get("SIMILAR_PICTURES", "1000000"))
CROWD = PICTURES // 50
GOAL = 0.2  # seconds, at the ninety-fifth percentile
IN_A_CROWD = 0.5  # seconds, for a picture of which there are thousands of variants
ANY = " || ".join("(random() * 4294967295)::bigint::bit(32)" for _ in range(8))
FEW = f"(({ANY}) & ({ANY}) & ({ANY}))"  # an eighth of the bits
LAY_FILES = """
INSERT INTO library_file (id, account_id, sha256, received_sha256, mime, bytes, width, height,
    has_alpha, key)
SELECT gen_random_uuid(), %(account)s, sha256(number::text::bytea), ''::bytea, 'image/png', 1, 1, 1,
    false, 'bench/' || number
FROM generate_series(1, %(count)s) AS number
"""
LAY_HASHES = f"""
CREATE TEMP TABLE middles AS SELECT n, ({ANY})::bit(256) AS phash FROM generate_series(0, 400) AS n;
CREATE TEMP TABLE hashes AS
SELECT id, row_number() OVER () AS number, ({ANY})::bit(256) AS chance, {FEW}::bit(256) AS flips
FROM library_file WHERE account_id = %(account)s;
INSERT INTO library_appearance (file_id, account_id, phash, keys, palette, colours)
SELECT id, %(account)s, phash,
    ARRAY(SELECT (place << 16 | substring(phash FROM 241 - 16 * place FOR 16)::bit(16)::int)
        # %(salt)s FROM generate_series(0, 15) AS place),
    '[]', '{{}}'
FROM (
    SELECT id, CASE
        WHEN number <= %(crowd)s THEN (SELECT phash FROM middles WHERE n = 0) # flips
        WHEN number %% 2 = 0 THEN chance
        ELSE (SELECT phash FROM middles WHERE n = 1 + number %% 400) # flips
    END AS phash FROM hashes
) AS laid;
"""


@pytest.fixture
def account(rows):
    member = make_cast().membership(Role.OWNER)
    salt = similarity.keys_of(member.account.pk, bytes(32))[0]
    values = {"account": member.account.pk, "count": PICTURES, "crowd": CROWD, "salt": salt}
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX appearance_keys")  # made anew, which is much quicker
        cursor.execute(LAY_FILES, values)
        for statement in LAY_HASHES.split(";\n")[:3]:
            cursor.execute(statement, values if "%(" in statement else None)
        cursor.execute("SET maintenance_work_mem = '256MB'")
        cursor.execute(
            "CREATE INDEX appearance_keys ON library_appearance USING gin (keys)"
            " WITH (fastupdate = off)"
        )
        cursor.execute("VACUUM ANALYZE library_appearance")
    return member.account


def bench_similar(account):
    print()
    some = list(Appearance.objects.filter(account=account).order_by("file_id")[:100])
    assert all(similarity.keys_of(account.pk, one.phash) == one.keys for one in some)
    times, alone = [], 0
    for one in some:
        began = time.perf_counter()
        found = similarity.similar_files(account, one.phash)
        times.append(time.perf_counter() - began)
        assert found[one.file_id] == 0
        alone += len(found) == 1
    told(f"{PICTURES:,} pictures", times)
    crowd = Appearance.objects.raw(
        "SELECT * FROM library_appearance WHERE bit_count(phash # (SELECT phash FROM middles"
        " WHERE n = 0)) < 40 LIMIT 10"
    )
    lonely = times
    times = []
    for one in crowd:
        began = time.perf_counter()
        assert len(similarity.similar_files(account, one.phash)) == similarity.SHOWN
        times.append(time.perf_counter() - began)
    told(f"in a crowd of {CROWD:,}", times)
    for flips in (16, 31, 40, 48, 56, 64, 72):
        print(f"recall at {flips} bits: {recall(account, some[:40], flips):.0%}")
    assert recall(account, some, 31) == 1
    assert statistics.quantiles(lonely, n=20)[-1] <= GOAL
    assert max(times) <= IN_A_CROWD


def recall(account, some, flips):
    """Return how many of these pictures are found by a hash that differs in so many bits."""
    chance, hits = Random(flips), 0
    for one in some:
        mask = sum(1 << bit for bit in chance.sample(range(256), flips))
        near = (int.from_bytes(one.phash, "big") ^ mask).to_bytes(32, "big")
        found = similarity.similar_files(account, near, far=flips, most=similarity.CANDIDATES)
        hits += one.file_id in found
    return hits / len(some)


def told(what, times):
    worst = statistics.quantiles(times, n=20)[-1]
    print(f"{what}: p50 {statistics.median(times) * 1000:.0f} ms, p95 {worst * 1000:.0f} ms")
