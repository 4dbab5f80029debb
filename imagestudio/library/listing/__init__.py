"""Reading a library of any size: pages, counts by month, and what it can be filtered by."""

from imagestudio.library.listing.facets import Facet, Facets, Value, facets
from imagestudio.library.listing.marks import Marks, marks_of
from imagestudio.library.listing.months import Month, months
from imagestudio.library.listing.names import called, resolved
from imagestudio.library.listing.pages import (
    Listing,
    count_up_to,
    keys_behind,
    list_page,
    neighbours,
)

__all__ = [
    "Facet",
    "Facets",
    "Listing",
    "Marks",
    "Month",
    "Value",
    "called",
    "count_up_to",
    "facets",
    "keys_behind",
    "list_page",
    "marks_of",
    "months",
    "neighbours",
    "resolved",
]
