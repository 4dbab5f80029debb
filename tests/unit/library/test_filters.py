"""Filters: what an address and the search field say, and the address that says the same."""

from datetime import date
from uuid import UUID

import pytest
from django.http import QueryDict

from imagestudio.library.filters import Filters, filters_from, read_filters

ALBUM = UUID(int=7)


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("q=red+fox", Filters(words="red fox")),
        ("model=a&model=b&size=1x1", Filters(models=("a", "b"), sizes=("1x1",))),
        ("q=fox+tag:Été+in+snow", Filters(words="fox in snow", tags=("ete",))),
        ('q=tag:"red+car"+x', Filters(words="x", tags=("red car",))),
        ("q=from:2026-10+to:2026-2", Filters(since=date(2026, 10, 1), until=date(2026, 2, 28))),
        ("q=is:favourite+is:public", Filters(favourite=True, visibilities=("public",))),
        (f"q=album:{ALBUM}+album:Trip", Filters(albums=(ALBUM,), within=("Trip",))),
        ("q=by:me&sort=oldest", Filters(by=("me",), sort="oldest")),
        ("q=http://x.test+12:30", Filters(words="http://x.test 12:30")),
        ("q=fox+-snow+-http://x.test", Filters(words="fox -snow -http://x.test")),
        ("q=Note:+a+fox", Filters(words="Note: a fox")),
        ("favourite=0", Filters()),
    ],
)
def test_an_address_says(query, filters):
    assert read_filters(QueryDict(query)) == (filters, ())
    assert filters_from(QueryDict(filters.query_string())) == filters


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-13",
        "to=x",
        "album=x",
        "member=1",
        "visibility=all",
        "sort=size",
        "q=from:never",
        "q=foo:bar",
        "q=is:blue",
        "q=-tag:red",
        "q=sort:oldest",
        'q=foo:"a+b"',
    ],
)
def test_what_means_nothing_is_left_out_and_told(query):
    filters, unknown = read_filters(QueryDict(query))
    assert filters == Filters()
    assert len(unknown) == 1


def test_one_value_is_taken_away():
    filters = Filters(models=("a", "b"), favourite=True)
    assert filters.without("model", "a") == Filters(models=("b",), favourite=True)
    assert filters.without("favourite").also("tag", "X") == Filters(models=("a", "b"), tags=("x",))
