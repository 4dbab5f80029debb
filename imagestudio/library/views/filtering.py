"""What a page says of its filters: one chip for each, and the values that are offered."""

import re
from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from imagestudio.accounts.models import Account
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.library.filters import Filters, read_filters
from imagestudio.library.listing import Facet, called, facets
from imagestudio.library.models import Image

TITLES = {
    "model": "Model",
    "quality": "Quality",
    "size": "Size",
    "format": "Format",
    "origin": "Origin",
    "member": "Member",
    "visibility": "Visibility",
    "tag": "Tags",
    "album": "Albums",
    "favourite": "Favourites",
    "by": "Member",
    "within": "Album",
    "from": "From",
    "to": "Until",
}
LABELS = {**dict(Image.Origin.choices), **dict(Image.Visibility.choices)}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, in words, and the query of the same page without it."""

    title: str
    label: str
    query: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that is offered, how many pictures have it, and the query that turns it on or off.

    `key` names its place on the page.
    """

    key: str
    label: str
    count: str
    is_chosen: bool
    query: str


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one facet."""

    title: str
    choices: list[Choice]


@require_safe
@account_page
def facets_part(request: AccountRequest) -> HttpResponseBase:
    """Show what the library can be filtered by, with numbers; a page of its own without script."""
    filters, _ = read_filters(request.GET)
    found = facets(request.membership.account, request.user, filters)
    groups = [group_of(one, filters) for one in found.facets]
    return render(
        request,
        "library/_facets.html" if request.htmx else "library/facets.html",
        {
            "groups": [one for one in groups if len(one.choices) > 1 or has_choice(one)],
            "filters": filters,
            "total": counted(found.total, is_exact=found.is_exact),
        },
    )


def has_choice(group: Group) -> bool:
    """Say whether a facet of a single value is worth showing: it is chosen, or not everything."""
    return any(one.is_chosen for one in group.choices) or group.title in ("Tags", "Albums")


def group_of(facet: Facet, filters: Filters) -> Group:
    """Return a facet's values with their words and the queries that turn them on or off."""
    return Group(
        TITLES[facet.name],
        [
            Choice(
                key=re.sub(r"\W", "-", f"{facet.name}-{one.value}"),
                label=labelled(facet.name, one.label),
                count=counted(one.count, is_exact=one.is_exact),
                is_chosen=one.is_chosen,
                query=(
                    without_value(filters, facet.name, one.value)
                    if one.is_chosen
                    else filters.also(facet.name, one.value)
                ).query_string(),
            )
            for one in facet.values
        ],
    )


def without_value(filters: Filters, name: str, value: str) -> Filters:
    """Return filters without a value; a model may have been asked for by the end of its name."""
    return filters.without(name, value).without(name, value.rpartition("/")[2])


def counted(number: int, *, is_exact: bool) -> str:
    """Return a number of pictures in digits, `+` when there are at least so many."""
    if not is_exact and not number:
        return ""
    return f"{number:,}{'' if is_exact else '+'}"


def labelled(name: str, value: str) -> str:
    """Return a value as people write it."""
    if name == "model":
        return value.rpartition("/")[2]
    if name == "size":
        return value.replace("x", " × ")
    return value.upper() if name == "format" else LABELS.get(value, value)


def chips(settled: Filters, filters: Filters, account: Account) -> list[Chip]:
    """Return a chip for each settled filter, besides the words; without it the others stay."""
    on = [(name, value) for name, value in settled.parameters() if name in TITLES]
    names = called(settled, account=account)
    return [
        Chip(
            "" if name == "favourite" else TITLES[name].removesuffix("s"),
            "Favourites" if name == "favourite" else names.get(value) or labelled(name, value),
            filters.without(name, value).query_string(),
        )
        for name, value in on
    ]
