"""The library's main questions are answered by the indexes that were made for them.

A few thousand pictures are enough for PostgreSQL to choose as it would among a million, where it
has the choice: nothing is forbidden to it.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imagestudio.accounts.models import Role
from imagestudio.http import cursor
from imagestudio.library import listing
from imagestudio.library.filters import filters_from
from imagestudio.library.lineage import children_of
from imagestudio.library.listing import matches, reading
from imagestudio.library.models import Image
from imagestudio.library.search import mark_of
from tests.factories import make_image

LARGE = {"library_image", "library_derivation", "library_imagetag"}
LAY = """
WITH tag AS (
    INSERT INTO library_tag (id, account_id, name, folded)
    SELECT gen_random_uuid(), %(account)s, name, name FROM (
        SELECT CASE WHEN number = 0 THEN 'red' ELSE 'tag ' || number END
        FROM generate_series(0, 19) AS number) AS names (name) RETURNING id, name
), laid AS (
    INSERT INTO library_image (id, account_id, file_id, added_at, created_by_id, origin, title,
        prompt, model, quality, size, format, width, height, placeholder, visibility, review,
        moderation, trashed_at, search)
    SELECT gen_random_uuid(), model.account_id, file_id, added_at - number * interval '1 minute',
        created_by_id, origin, '', '', CASE WHEN number %% 50 = 0 THEN 'rare' ELSE 'common' END,
        quality, size, format, width, height, placeholder, visibility, review, moderation,
        CASE WHEN number %% 10 = 0 THEN added_at - number * interval '1 minute' END,
        array_to_tsvector(ARRAY[%(mark)s || 'picture', %(mark)s || 'word' || number %% 500])
    FROM library_image AS model, generate_series(1, %(count)s) AS number WHERE model.id = %(model)s
    RETURNING id, account_id, added_at
), derived AS (
    INSERT INTO library_derivation (id, account_id, child_id, parent_id, position, role)
    SELECT gen_random_uuid(), account_id, id, %(model)s, 1, '' FROM laid
)
INSERT INTO library_imagetag (id, tag_id, image_id, added_at)
SELECT gen_random_uuid(), tag.id, laid.id, laid.added_at
FROM (SELECT *, row_number() OVER (ORDER BY added_at) %% 20 AS place FROM laid) AS laid
JOIN (SELECT id, row_number() OVER (ORDER BY name) - 1 AS place FROM tag) AS tag USING (place)
"""


@pytest.fixture
def image(cast, team) -> Image:
    """Return the picture that 4,000 others of its account were made from; as many are others'."""
    first = make_image(team, cast.user(Role.CREATOR))
    for one in (first, make_image(cast.others, cast.user("stranger"))):
        values = {"model": one.pk, "mark": mark_of(one.account_id), "count": 4_000}
        with connection.cursor() as rows:
            rows.execute(LAY, {**values, "account": one.account_id})
    with connection.cursor() as rows:
        rows.execute(f"ANALYZE {', '.join(LARGE)}")
    return first


def indexes_of(ask: Callable[[], object]) -> set[str]:
    """Return the indexes by which the pictures are found; no large table may be read in full."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    found = set()
    for query in captured.captured_queries:
        with connection.cursor() as rows:
            rows.execute("EXPLAIN (FORMAT JSON) " + query["sql"].replace("%", "%%"), [])
            (plan,) = rows.fetchone()
        for node in nodes_of((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]):
            table = node.get("Relation Name")
            assert node["Node Type"] != "Seq Scan" or table not in LARGE, query["sql"]
            found.add(node.get("Index Name"))
    return found - {None, "library_image_pkey"}


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for one in plan.get("Plans", ()):
        yield from nodes_of(one)


def page(team, user, query: str) -> Callable[[], object]:
    return lambda: listing.list_page(team, user, filters_from({"q": query}), limit=40)


def numbers(team, user, query: str) -> Callable[[], object]:
    return lambda: listing.facets(team, user, filters_from({"q": query}))


def test_each_question_is_answered_by_its_index(image, team, cast, monkeypatch):
    user = cast.user(Role.CREATOR)
    trash = Image.objects.owned_by(team).in_trash().trashed_last()
    for ask, index in (
        (page(team, user, ""), "image_library"),
        (page(team, user, "model:common"), "image_library"),
        (page(team, user, "-picture"), "image_library"),
        (page(team, user, "tag:red"), "image_tag_library"),
        (lambda: cursor.page(trash, by="trashed_at", cursor=None, limit=40), "image_trash"),
        (lambda: children_of(image, after=None, limit=40), "derivation_children"),
    ):
        assert index in indexes_of(ask), index
    for name in ("WALK", "GLANCES", "FAR_GLANCES"):  # it is rare in a library of any size
        monkeypatch.setattr(reading, name, 100)
    assert "image_shelf" in indexes_of(page(team, user, "model:rare"))
    assert "image_search" in indexes_of(page(team, user, "word7 "))
    assert "image_library" in indexes_of(page(team, user, "-picture"))
    assert "image_shelf" in indexes_of(page(team, user, "model:rare tag:red"))

    # Numbers of a common word come from a walk, those of a rare one from the index of words.
    monkeypatch.setattr(matches, "COMMON", 50)
    common = indexes_of(numbers(team, user, "picture"))
    assert "image_library" in common
    assert "image_search" not in common
    assert "image_search" in indexes_of(numbers(team, user, "word7 "))
    assert "image_tag_library" in indexes_of(numbers(team, user, "tag:red"))
