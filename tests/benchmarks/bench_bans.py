"""Bans: what comparing costs while a picture comes in, and a sweep of a million looks.

BANNED_LOOKS and SWEPT_PICTURES are how many of each there are.
"""

import os
import statistics
import time

from django.db import connection

from imagestudio.accounts.models import Role
from imagestudio.library.models import KnownBadHash
from imagestudio.library.services import bans
from imagestudio.moderation.models import Sweep
from imagestudio.moderation.services.banning import go_on
from imagestudio.moderation.services.banning.sweeping import SLICE, begin_sweep
from tests.benchmarks.bench_similar import ANY
from tests.factories import make_cast, make_image

BANS = int(os.environ.get("BANNED_LOOKS", "20000"))
PICTURES = int(os.environ.get("SWEPT_PICTURES", "1000000"))
GOAL = 0.05  # seconds for which a picture that comes in is compared
LAY_BANS = f"""
INSERT INTO library_knownbadhash (id, kind, hash, look, hides, reason, added_at)
SELECT gen_random_uuid(), 'look', sha256(number::text::bytea), ({ANY})::bit(256), 'hidden_all',
    'hate', now()
FROM generate_series(1, %s) AS number
"""
LAY_FILES = """
INSERT INTO library_file (id, account_id, sha256, received_sha256, mime, bytes, width, height,
    has_alpha, key)
SELECT gen_random_uuid(), %s, sha256(number::text::bytea), ''::bytea, 'image/png', 1, 1, 1,
    false, 'bench/' || number
FROM generate_series(1, %s) AS number
"""
LAY_LOOKS = f"""
INSERT INTO library_appearance (file_id, account_id, phash, keys, palette, colours)
SELECT id, account_id, ({ANY})::bit(256), ARRAY[1], '[]', '{{}}' FROM library_file
"""


def bench_a_picture_that_comes_in(rows):
    image = make_image((member := make_cast().membership(Role.OWNER)).account, member.user)
    with connection.cursor() as cursor:
        cursor.execute(LAY_BANS, [BANS])
        cursor.execute(LAY_LOOKS)
        cursor.execute("ANALYZE library_knownbadhash, library_appearance")
    times = []
    for _ in range(50):
        began = time.perf_counter()
        assert bans.judge(image.file).alike == []
        times.append(time.perf_counter() - began)
    worst = statistics.quantiles(times, n=20)[-1]
    print(
        f"\n{BANS:,} banned looks: p50 {statistics.median(times) * 1000:.1f} ms,"
        f" p95 {worst * 1000:.1f} ms"
    )
    assert worst <= GOAL


def bench_a_sweep(rows):
    member = make_cast().membership(Role.OWNER)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX appearance_keys")
        cursor.execute(LAY_FILES, [member.account.pk, PICTURES])
        cursor.execute(LAY_LOOKS)
        cursor.execute(LAY_BANS, [1])
        cursor.execute(
            "CREATE INDEX appearance_keys ON library_appearance USING gin (keys)"
            " WITH (fastupdate = off)"
        )
        cursor.execute("VACUUM ANALYZE library_appearance")
    sweep = begin_sweep(ban=KnownBadHash.objects.get(), user=member.user)
    began = time.perf_counter()
    while sweep.state == Sweep.State.RUNNING:
        sweep = go_on(sweep_id=sweep.pk)
    took = time.perf_counter() - began
    assert (sweep.seen, sweep.total) == (PICTURES, PICTURES)
    print(
        f"\n{PICTURES:,} pictures: {took:.1f} s of work,"
        f" {took * SLICE / PICTURES * 1000:.0f} ms for each {SLICE:,}"
    )
