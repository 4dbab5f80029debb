"""The gallery is read by its own indexes, at any depth, and never as a whole."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imagestudio.library.explore import Sort, Wanted, beside, cursor_of, gallery
from imagestudio.library.models import Publication
from tests.integration.explore.lay import lay
from tests.integration.library.test_plans import nodes_of

FEW = 1_000  # rows: a third of what is laid


@pytest.fixture
def middle(published) -> Publication:
    """Return a publication in the middle of some thousands."""
    lay(published(), 3_000)
    return Publication.objects.filter(loves=0).order_by("-published_at")[1_500]


def plan_of(ask) -> list[dict]:
    """Return the parts of the plans of what this asks the database."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    plans = []
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (FORMAT JSON) " + query["sql"].replace("%", "%%"), [])
            (found,) = cursor.fetchone()
        plan = json.loads(found) if isinstance(found, str) else found
        plans += nodes_of(plan[0]["Plan"])
    return plans


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(), "publication_newest"),
        (Wanted(sort=Sort.LOVED), "publication_loved"),
        (Wanted(words="word7 "), "publication_search"),
        (Wanted(words="picture "), "publication_newest"),
    ],
)
def test_each_order_goes_along_its_index(middle, wanted, index) -> None:
    cursor = cursor_of(middle, wanted.sort)
    asked = [lambda: gallery(wanted), lambda: gallery(wanted, cursor=cursor)]
    for ask in [*asked, lambda: beside(middle, wanted)]:
        plan = plan_of(ask)
        assert index in {one.get("Index Name") for one in plan}
        assert not [one for one in plan if one["Node Type"] == "Seq Scan" and is_large(one)]
        if index != "publication_search":  # people and accounts may be sorted: they are few
            sorts = [one for one in plan if one["Node Type"] == "Sort"]
            assert not [one for one in sorts if one["Plan Rows"] > FEW]


def test_a_place_is_found_by_the_index_itself(middle) -> None:
    for sort in Sort:
        cursor = cursor_of(middle, sort)
        plan = plan_of(lambda: gallery(Wanted(sort=sort), cursor=cursor))  # noqa: B023 - at once
        (scan,) = [one for one in plan if one.get("Index Name") == f"publication_{sort}"]
        assert "ROW(" in scan["Index Cond"]


def is_large(node: dict) -> bool:
    return node["Relation Name"] in {"library_image", "library_publication"}
