"""Whatever is asked of a library: the pages hold exactly what matches, in order, each once."""

import random
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from uuid import UUID

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from imagestudio.accounts.models import Role
from imagestudio.library import listing
from imagestudio.library.filters import filters_from
from imagestudio.library.listing import reading
from imagestudio.library.models import Album, AlbumItem, Favourite, File, Image, ImageTag, Tag
from imagestudio.library.search import search_of
from imagestudio.library.services.counts import compare_counts, fold_counts, recount

BEGIN = datetime(2026, 8, 20, tzinfo=UTC)
WORDS = ("fox", "snow", "café", "山水画", "night")
COUNT = 400
QUERIES = [
    "",
    "sort=oldest",
    "model=gpt-image-2",
    "model=maker/rare&quality=high",
    "quality=low&quality=high&size=1024x1024",
    "visibility=public&origin=uploaded",
    "q=fox",
    "q=CAFE",
    "q=山水",
    "q=ni",
    "q=fox+snow&model=gpt-image-2",
    "q=nothing",
    "q=-fox",
    "q=snow+-fox+-night",
    "q=-山水&model=gpt-image-2&quality=high",
    "q=-fox&tag=red",
    "q=-fox&album={album}&favourite=1",
    "q=-snow&from=2026-09&to=2026-09-10",
    "q=-nothing",
    "tag=red",
    "tag=red&tag=blue&sort=oldest",
    "tag=red&q=fox",
    "favourite=1",
    "favourite=1&tag=red&quality=low",
    "album={album}",
    "album={album}&favourite=1&q=fox",
    "from=2026-09&to=2026-09-10",
    "from=2026-09&to=2026-09-10&q=snow&format=png",
    "q=album:Trip+by:me+is:private",
]


@pytest.fixture(params=["walks", "retrievals", "walks through places"])
def ways(request, monkeypatch):
    """Have pages found as in a small library, and, the walks cut short, as in a huge one.

    There what is filtered by is rare, and so retrieved, or else common.
    """
    if request.param != "walks":
        for name in ("WALK", "GLANCES", "FAR_GLANCES"):
            monkeypatch.setattr(reading, name, 3)
    if request.param == "walks through places":
        monkeypatch.setattr(reading, "COMMON", 5)
        monkeypatch.setattr(reading, "RARE", -1)


@pytest.fixture
def library(cast, team):
    """Return 400 pictures of all sorts, some in the trash, and the id of an album."""
    chance = random.Random(3)
    user, other = cast.user(Role.CREATOR), cast.user(Role.OWNER)
    file = File.objects.create(
        account=team, sha256=b"1", received_sha256=b"1", mime="image/png", bytes=1, width=1,
        height=1, key="one",
    )  # fmt: skip
    images = []
    for number in range(COUNT):
        prompt = " ".join(chance.sample(WORDS, 2))
        images.append(
            Image(
                account=team,
                file=file,
                created_by=chance.choice([user, user, other]),
                origin=chance.choice(["uploaded", "generated"]),
                prompt=prompt,
                model="maker/rare" if number > COUNT - 20 else "openai/gpt-image-2",
                quality=chance.choice(["low", "high", "auto"]),
                size=chance.choice(["1024x1024", "1536x1024"]),
                format=chance.choice(["png", "webp"]),
                width=1,
                height=1,
                placeholder="#000000",
                visibility=chance.choice(["private", "private", "public"]),
                trashed_at=BEGIN if chance.random() < 0.1 else None,
                added_at=BEGIN - timedelta(hours=2 * (number // 3)) + timedelta(days=30),
                search=search_of(team.pk, prompt),
            )
        )
    Image.objects.bulk_create(images)
    album = Album.objects.create(account=team, name="Trip", made_by=user)
    tags = [Tag.objects.create(account=team, name=one, folded=one) for one in ("red", "blue")]
    put = [
        *(AlbumItem(album=album, position=number, image=one, added_at=one.added_at)
          for number, one in enumerate(chance.sample(images, 150))),
        *(ImageTag(tag=tag, image=one, added_at=one.added_at)
          for tag in tags for one in chance.sample(images, 120)),
        *(Favourite(account=team, user=user, image=one, added_at=one.added_at)
          for one in chance.sample(images, 90)),
    ]  # fmt: skip
    for model in (AlbumItem, ImageTag, Favourite):
        model.objects.bulk_create([one for one in put if isinstance(one, model)])
    return album


def filters_of(query: str, album: Album):
    return filters_from(QueryDict(query.format(album=album.pk)))


def expected(team, user, filters) -> list[UUID]:
    rows = Image.objects.owned_by(team).kept().matching(filters, user=user)
    order = ("-added_at", "-id") if filters.sort == "newest" else ("added_at", "id")
    return list(rows.order_by(*order).values_list("pk", flat=True))


def test_pages_hold_what_matches_in_order_each_once(ways, library, cast, team):
    for query in QUERIES:
        see_pages(library, cast, team, query)


def see_pages(library, cast, team, query):
    user, filters = cast.user(Role.CREATOR), filters_of(query, library)
    wanted = expected(team, user, filters)
    assert bool(wanted) == (query != "q=nothing")
    seen, cursor = [], None
    while True:
        page = listing.list_page(team, user, filters, limit=37, cursor=cursor)
        seen += [one.pk for one in page.images]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == wanted, query
    if len(seen) > 60:
        middle = listing.list_page(team, user, filters, limit=37, cursor=None)
        back = listing.list_page(team, user, filters, limit=20, before=middle.next_cursor)
        assert [one.pk for one in back.images] == wanted[16:36]
    found = listing.facets(team, user, filters)
    if found.is_exact:
        assert found.total == len(wanted), query
        counted = listing.months(team, user, filters)
        assert sum(one.count for one in counted) == len(wanted)
    else:  # nobody goes past a huge library to count what some words do not occur in
        assert found.total <= len(wanted), query
        assert reading.WALK == 3, query
        assert "-" in filters.words, query


def test_a_facet_tells_what_choosing_its_value_brings(library, cast, team):
    user = cast.user(Role.CREATOR)
    for query in ("", "quality=low", "q=fox&size=1024x1024", "tag=red&origin=uploaded"):
        filters = filters_of(query, library)
        for facet in listing.facets(team, user, filters).facets:
            for value in facet.values:
                chosen = filters.without(facet.name).also(facet.name, value.value)
                assert value.count == len(expected(team, user, chosen)), (query, value)
                assert value.is_exact, (query, value)


def test_no_number_claims_to_be_exact_that_is_not(library, cast, team, monkeypatch):
    user = cast.user(Role.CREATOR)
    for module, name, most in (
        ("matches", "MOST", 40),
        ("matches", "COMMON", 15),
        ("months", "MOST", 40),
        ("reading", "WALK", 60),
        ("reading", "GLANCES", 80),
        ("reading", "FAR_GLANCES", 120),
    ):
        monkeypatch.setattr(import_module(f"imagestudio.library.listing.{module}"), name, most)
    claims = {True: 0, False: 0}
    for number, query in enumerate(QUERIES):
        filters = filters_of(query, library)
        total, found = len(expected(team, user, filters)), listing.facets(team, user, filters)
        assert found.total == total if found.is_exact else found.total <= total, query
        claims[found.is_exact] += 1
        for facet in found.facets if number % 3 == 0 else ():
            for value in facet.values:
                chosen = filters.without(facet.name).also(facet.name, value.value)
                count = len(expected(team, user, chosen))
                assert value.count == count if value.is_exact else value.count <= count, query
                claims[value.is_exact] += 1
        counted = listing.months(team, user, filters)
        if all(one.is_exact for one in counted):
            assert sum(one.count for one in counted) == total, query
    assert min(claims.values()) > len(QUERIES)


def test_facets_take_one_statement_and_one_more_for_each_filter(library, cast, team):
    user = cast.user(Role.CREATOR)
    for query, most in (("", 1), ("q=fox", 1), ("q=fox&quality=low", 2), ("q=fox&tag=red", 2)):
        with CaptureQueriesContext(connection) as captured:
            listing.facets(team, user, filters_of(query, library))
        counting = [one for one in captured.captured_queries if "pictures" in one["sql"]]
        assert len(counting) == most, query


def test_a_small_album_is_counted_exactly_in_a_large_library(library, cast, team, monkeypatch):
    user = cast.user(Role.CREATOR)
    monkeypatch.setattr(import_module("imagestudio.library.listing.matches"), "MOST", 150)
    found = listing.facets(team, user, filters_of("album={album}", library))
    assert all(value.is_exact for facet in found.facets for value in facet.values)


def test_the_total_of_one_tag_is_exact_however_many_pictures_have_it(
    library, cast, team, monkeypatch
):
    user = cast.user(Role.CREATOR)
    monkeypatch.setattr(import_module("imagestudio.library.listing.matches"), "MOST", 5)
    for query in ("tag=red", "album={album}", "favourite=1"):
        filters = filters_of(query, library)
        found = listing.facets(team, user, filters)
        assert (found.total, found.is_exact) == (len(expected(team, user, filters)), True)


def test_a_page_may_begin_at_a_day_and_goes_on_both_ways(library, cast, team):
    user, filters = cast.user(Role.CREATOR), filters_from({})
    wanted = expected(team, user, filters)
    page = listing.list_page(team, user, filters, limit=10, at=date(2026, 9, 10))
    first = wanted.index(page.images[0].pk)
    assert page.images[0].added_at.date() <= date(2026, 9, 10)
    assert Image.objects.get(pk=wanted[first - 1]).added_at.date() > date(2026, 9, 10)
    newer = listing.list_page(team, user, filters, limit=10, before=page.previous_cursor)
    assert [one.pk for one in newer.images] == wanted[first - 10 : first]


def test_counts_follow_whatever_becomes_of_pictures(library, cast, team):
    chance = random.Random(5)
    keys = list(Image.objects.values_list("pk", flat=True))
    tag, user = Tag.objects.first(), cast.user(Role.CREATOR)
    for step in range(30):
        some = Image.objects.filter(pk__in=chance.sample(keys, 20))
        deed = chance.randrange(6)
        if deed == 0:
            some.update(trashed_at=BEGIN)
        elif deed == 1:
            some.update(trashed_at=None)
        elif deed == 2:
            some.update(visibility=chance.choice(["public", "private"]))
        elif deed == 3:
            ImageTag.objects.filter(tag=tag, image__in=some).delete()
        elif deed == 4:
            Favourite.objects.filter(image__in=some).delete()
        else:
            ImageTag.objects.bulk_create(
                [ImageTag(tag=tag, image=one, added_at=one.added_at) for one in some],
                ignore_conflicts=True,
            )
        if step % 7 == 0:
            fold_counts()
        assert not compare_counts()
    assert ImageTag.objects.exclude(shelf=None).exists()
    stale = "SELECT count(*) FROM {} AS p JOIN library_image AS i ON i.id = p.image_id WHERE p.shelf IS DISTINCT FROM i.shelf"  # noqa: E501
    with connection.cursor() as cursor:
        for table in ("library_imagetag", "library_albumitem", "library_favourite"):
            cursor.execute(stale.format(table))
            assert cursor.fetchone() == (0,)
        cursor.execute("UPDATE library_shelf SET pictures = pictures + 1")
    assert compare_counts().totals
    recount()
    assert not compare_counts()
    assert listing.facets(team, user, filters_from({})).total == Image.objects.kept().count()
