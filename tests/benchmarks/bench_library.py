"""Reading a library of a million pictures (BENCH_PICTURES), as pages and API answer it in process.

Each question is asked at the first page, in the middle and at the end, through the whole stack:
session, membership, statements, templates or JSON. Two spreads, see `library_seed`.

Printed are the median and the 95th percentile over the questions, each at the fastest of some
answers: what else the machine does only ever adds to a time.
"""

import os
import random
import time
from statistics import median, quantiles
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from imagestudio.accounts.models import Membership
from imagestudio.http.cursor import encode
from imagestudio.library import listing
from imagestudio.library.filters import filters_from
from imagestudio.library.listing.pages import name_of
from imagestudio.library.models import Album, Change, Image
from imagestudio.library.selection import Selection
from imagestudio.library.services.changes import Wanted as Deed
from imagestudio.library.services.changes import make_change, undo_change, work_off
from tests.benchmarks.library_seed import LIVED_IN, LOPSIDED, Seeded, lay_library
from tests.factories import sign_in

PICTURES = int(os.environ.get("BENCH_PICTURES", "1000000"))
TIMES = 5  # each question at each place
COMBINATIONS = 60


@pytest.mark.parametrize("spread", [LIVED_IN, LOPSIDED], ids=lambda one: one.name)
def bench_library(spread, transactional_db, settings, capsys):
    settings.API_CALLS_PER_MINUTE = 1_000_000
    begun = time.perf_counter()
    seeded = lay_library(spread, count=PICTURES)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    with capsys.disabled():
        print(f"\n{PICTURES:,} pictures, {spread.name}; {time.perf_counter() - begun:.0f} s to lay")
        measure(seeded)


def measure(seeded: Seeded) -> None:
    """Ask everything and print what it takes."""
    client = sign_in(seeded.user)
    root, api = f"/a/{seeded.account.slug}", f"/api/v1/images?account={seeded.account.slug}"
    singles = single_filters(seeded)
    chance = random.Random(1)
    combined = [
        "&".join(chance.sample(singles, chance.choice((2, 2, 3)))) for _ in range(COMBINATIONS)
    ]
    model, old = seeded.spread.models[0], seeded.spread.old_model
    empty = [
        f"model={old}&origin=uploaded",
        f"model={old}&model={model}&quality=low&visibility=public&favourite=1",
        f"model={old}&tag=tag+0&format=jpeg",
    ]
    words = [
        "q=fox",
        "q=rarity1",
        "q=rarity1+fox",
        "q=snow+",
        "q=po",
        "q=wat",
        "q=山水",
        "q=傘",
        "q=fox+snow+",
    ]
    pages(client, seeded, f"{api}&limit=100", "page of 100, no filter", [""])
    pages(client, seeded, f"{api}&limit=100", "one filter", singles)
    pages(client, seeded, f"{api}&limit=100", "two or three filters", combined)
    pages(client, seeded, f"{api}&limit=100", "jointly empty or nearly", empty)
    pages(client, seeded, f"{api}&limit=100", "words", words)
    pages(client, seeded, f"{api}&limit=100", "words and a filter",
          [f"{one}&{chance.choice(singles)}" for one in words])  # fmt: skip
    excluding = [
        "q=-fox",
        "q=-rarity1",
        "q=snow+-fox",
        "q=-fox+-snow+-portrait+-watercolour+-cafe+-strasse",
        "q=-fox&tag=tag+0",
        f"q=-fox+-snow+-portrait&model={old}",
    ]
    pages(client, seeded, f"{api}&limit=100", "words excluded", excluding)
    coloured = [
        "colour=red",
        "colour=grey",
        "colour=red&colour=blue",
        "colour=grey&q=fox",
        f"colour=red&model={old}",
        "colour=grey&visibility=public",
        "colour=red&tag=tag+0",
    ]
    pages(client, seeded, f"{root}/library/?", "the page, colours", coloured)
    pages(client, seeded, f"{root}/library/?", "the page (40 pictures), no filter", [""])
    asked = ["", *singles[:8], "tag=tag+0", *words[:5], *excluding, "from=2026-01-05&to=2026-11-19"]
    told("facets", client, [f"{root}/library/facets?{one}" for one in asked])
    several = [*combined[:30], *coloured, *[f"{one}&{chance.choice(singles)}" for one in words]]
    told("facets, several filters", client, [f"{root}/library/facets?{one}" for one in several])
    told("months", client, [f"{root}/library/months?{one}" for one in asked])
    some = Image.objects.owned_by(seeded.account).kept().order_by("?").values_list("pk", flat=True)
    told("one picture", client, [f"{root}/images/{one}/" for one in some[:20]])
    changes(seeded)


def changes(seeded: Seeded) -> None:
    """Print how fast the pictures of an album are given a tag or trashed, and that is undone."""
    membership = Membership.objects.get(account=seeded.account, user=seeded.user)
    album = Album.objects.owned_by(seeded.account).get(position=3)
    chosen = Selection.of_all(f"album={album.pk}")
    for kind in (Change.Kind.TAG, Change.Kind.TRASH):
        tag = "bench" if kind == Change.Kind.TAG else ""
        begun = time.perf_counter()
        change = make_change(membership=membership, wanted=Deed(kind, tag=tag), selection=chosen)
        answered = time.perf_counter()
        made = worked_off(change)
        changed = time.perf_counter()
        undone = worked_off(undo_change(membership=membership, change_id=change.pk))
        assert made.changed == undone.undone
        done, back = changed - begun, time.perf_counter() - changed
        first = (answered - begun) * 1000
        print(f"  {kind}: {made.changed:,} pictures; answered after {first:.0f} ms,", end=" ")
        print(f"done in {done:.1f} s, undone in {back:.1f} s")


def worked_off(change: Change) -> Change:
    """Return a change that a worker has gone on with until its end."""
    while change.is_at_work:
        work_off(change_id=change.pk)
        change.refresh_from_db()
    return change


def single_filters(seeded: Seeded) -> list[str]:
    """Return one filter of each field and frequency."""
    spread = seeded.spread
    albums = Album.objects.owned_by(seeded.account).values_list("pk", flat=True)
    return [
        f"model={spread.models[0]}",
        f"model={spread.models[-1]}",
        f"model={spread.old_model}",
        f"quality={spread.qualities[-1]}",
        f"size={spread.sizes[0]}",
        f"size={spread.sizes[-1]}",
        f"format={spread.formats[-1]}",
        "origin=uploaded",
        "visibility=public",
        "favourite=1",
        "tag=tag+0",
        f"tag=tag+{spread.tags - 1}",
        *(f"album={one}" for one in albums[:3]),
    ]


def pages(client: Client, seeded: Seeded, address: str, name: str, asked: list[str]) -> None:
    """Print what pages take at the beginning, in the middle and at the end of each list."""
    places: dict[str, list[float]] = {"first": [], "middle": [], "deepest": []}
    slowest, most = (0.0, ""), 0
    for query in asked:
        for place, cursor in zip(places, cursors(seeded, query), strict=True):
            url = f"{address}&{query}{f'&cursor={cursor}' if cursor else ''}".replace("?&", "?")
            taken, statements = timed(client, url)
            places[place].append(min(taken))
            most = max(most, statements)
            slowest = max(slowest, (min(taken), f"{query} ({place})"))
    line = "  ".join(f"{place} {percentiles(taken)}" for place, taken in places.items())
    print(f"  {name}: {line}; {most} statements; slowest {slowest[0]:.0f} ms: {slowest[1]}")


def cursors(seeded: Seeded, query: str) -> list[str | None]:
    """Return the cursors of the first page of a list, one in its middle, and its last one."""
    filters = filters_from(QueryDict(query))
    account, user = seeded.account, seeded.user
    reverse = filters_from(QueryDict(f"{query}&sort=oldest"))
    last = listing.list_page(account, user, reverse, limit=100).images
    first = listing.list_page(account, user, filters, limit=1).images
    if not last:
        return [None, None, None]
    list_name = name_of(account, filters)
    halfway = first[0].added_at + (last[0].added_at - first[0].added_at) / 2
    return [
        None,
        encode(halfway, UUID(int=0), of=list_name),
        encode(last[-1].added_at, last[-1].pk, of=list_name),
    ]


def timed(client: Client, url: str) -> tuple[list[float], int]:
    """Return the milliseconds of some answers, and how many statements one takes."""
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200, url
    statements = len(captured)  # the next request empties what was captured
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        client.get(url)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken, statements


def told(name: str, client: Client, urls: list[str]) -> None:
    """Print what some addresses take."""
    taken: list[float] = []
    slowest, most = (0.0, ""), 0
    for url in urls:
        some, statements = timed(client, url)
        taken.append(min(some))
        most = max(most, statements)
        slowest = max(slowest, (min(some), url.partition("?")[2]))
    slow = f"slowest {slowest[0]:.0f} ms: {slowest[1]}"
    print(f"  {name}: {percentiles(taken)}; {most} statements; {slow}")


def percentiles(taken: list[float]) -> str:
    """Return the median and the 95th percentile in milliseconds."""
    highest = quantiles(taken, n=20, method="inclusive")[-1] if len(taken) > 1 else taken[0]
    return f"{median(taken):.0f} / {highest:.0f} ms"
