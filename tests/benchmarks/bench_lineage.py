"""Lineages and links in a library of a million pictures (LINEAGE_PICTURES)."""

import os
import time
from collections.abc import Callable
from statistics import median

from django.db import connection

from imagestudio.library.lineage import MOST_DEPTH, children_of, count_children, lineage_of
from imagestudio.library.models import Album, AlbumItem, Image, ShareLink
from imagestudio.library.shared import beside, pictures_of
from tests.benchmarks.library_seed import LIVED_IN, Seeded, lay_library

PICTURES = int(os.environ.get("LINEAGE_PICTURES", "1000000"))
USED = 10_000  # how often one picture was used
TRIES = 40

# Each picture that was made came from one to three of the hundred before it, and one from a hub.
LAY = """
    CREATE TEMP TABLE numbered ON COMMIT DROP AS
    SELECT id, row_number() OVER (ORDER BY added_at, id) AS number FROM library_image
    WHERE account_id = %(account)s;
    CREATE UNIQUE INDEX ON numbered (number);
    INSERT INTO library_derivation (id, account_id, child_id, parent_id, position, role)
    SELECT gen_random_uuid(), %(account)s, child.id, parent.id, child.position, ''
    FROM (SELECT id, position, number - 1 - floor(random() * 100)::int AS parent
          FROM numbered, generate_series(1, 3) AS position
          WHERE position <= 1 + hashtextextended(id::text, 0) %% 3) AS child
    JOIN numbered AS parent ON parent.number = child.parent;
    INSERT INTO library_derivation (id, account_id, child_id, parent_id, position, role)
    SELECT gen_random_uuid(), %(account)s, child.id, hub.id, 4, 'style'
    FROM numbered AS child JOIN numbered AS hub ON hub.number = 1
    WHERE child.number > 1
        AND child.number %% greatest(1, (SELECT count(*) FROM numbered) / %(used)s) = 0;
"""


def bench_lineage(db, capsys):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an index cannot be made while some wait
    seeded = lay_library(LIVED_IN, count=PICTURES, others=2)
    with connection.cursor() as cursor:
        cursor.execute(LAY, {"account": seeded.account.pk, "used": USED})
        cursor.execute("ANALYZE")
        cursor.execute("SELECT count(*) FROM library_derivation")
        derivations = cursor.fetchone()[0]
    mine = Image.objects.owned_by(seeded.account).kept()
    some = list(mine.order_by("?")[:TRIES])
    hub = Image.objects.get(pk=hub_of())
    deep = children_of(hub, after=None, limit=100)
    for _ in range(20):
        deep = children_of(hub, after=deep.next_cursor, limit=100)
    with capsys.disabled():
        print(f"\n{PICTURES:,} pictures, {derivations:,} derivations")
        told("a lineage", lineage_of, some)
        told(f"a lineage, {MOST_DEPTH} steps", lambda one: lineage_of(one, depth=MOST_DEPTH), some)
        told("the lineage of the hub", lambda _: lineage_of(hub), some)
        told("its children, first page", lambda _: children_of(hub, after=None, limit=40), some)
        told(
            "its children, page 50",
            lambda _: children_of(hub, after=deep.next_cursor, limit=40),
            some,
        )
        told("how many they are", lambda _: count_children(hub), some)
        told("children of any", lambda one: children_of(one, after=None, limit=40), some)
        link_in_numbers(seeded, some)


def link_in_numbers(seeded: Seeded, some: list[Image]) -> None:
    """Say how long the pages of a link to the largest album take."""
    album = Album.objects.owned_by(seeded.account).get(name="Album 1")
    link = ShareLink(account=seeded.account, album=album, made_by=seeded.user)
    items = list(AlbumItem.objects.filter(album=album, image__is_listed=True).order_by("position"))
    middle = items[len(items) // 2]
    image = Image.objects.get(pk=middle.image_id)
    after = f"{middle.position}.{middle.pk}"
    print(f"a link to {len(items):,} pictures")
    told("its first page", lambda _: pictures_of(link, after="", root="/s/x/"), some)
    told("a page in the middle", lambda _: pictures_of(link, after=after, root="/s/x/"), some)
    told("before and after one", lambda _: beside(link, image), some)


def hub_of() -> str:
    """Return the key of the picture that was used most."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT parent_id FROM library_derivation GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        )
        return cursor.fetchone()[0]


def told(name: str, work: Callable[[Image], object], images: list[Image]) -> None:
    """Do the work for each image and print its median and its longest time."""
    taken = []
    for one in images:
        begun = time.perf_counter()
        work(one)
        taken.append((time.perf_counter() - begun) * 1000)
    print(f"{name:<28} {median(taken):7.1f} ms, at most {max(taken):7.1f} ms")
