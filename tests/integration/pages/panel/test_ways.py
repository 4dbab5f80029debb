"""The ways through the panel: its sections, the pages of each, and where one is."""

import re

import pytest

from tests.factories import make_case, make_image, sign_in

WAY = re.compile(r'<a href="(/moderation/[^"]*)"(?: aria-current="(\w+)")?>([^<]+)</a>')


def ways(client, address):
    page = client.get(address)
    assert page.status_code == 200
    found = re.findall(r'<nav class="panel-nav.*?</nav>', page.content.decode(), re.DOTALL)
    return [WAY.findall(one) for one in found]


@pytest.mark.parametrize(
    ("address", "section", "page"),
    [
        ("/moderation/?tab=mine", "Cases", None),
        ("/moderation/bulk/", "Bulk deeds", None),
        ("/moderation/strikes/", "Rules", "Strikes"),
        ("/moderation/statistics/", "Records", "Statistics"),
        ("/moderation/looks/new", "Records", "Looks into libraries"),
    ],
)
def test_the_section_that_is_shown_is_marked_with_its_page(cast, address, section, page):
    senior = sign_in(cast.user("senior_moderator"))
    sections, *pages = ways(senior, address)
    assert [label for _, now, label in sections if now] == [section]
    assert [label for some in pages for _, now, label in some if now] == ([page] if page else [])


def test_a_case_belongs_to_the_cases(cast):
    case = make_case(make_image(cast.team, cast.user("creator")), cast.user("stranger"))
    sections, *pages = ways(sign_in(cast.user("moderator")), f"/moderation/cases/{case.pk}/")
    assert [(now, label) for _, now, label in sections if now] == [("true", "Cases")]
    assert not pages


def test_moderators_find_no_way_to_what_takes_a_higher_rank(cast):
    moderator = sign_in(cast.user("moderator"))
    _, pages = ways(moderator, "/moderation/audit/")
    assert [label for _, _, label in pages] == ["Audit log", "Statistics"]
    for address, _, _ in pages:
        assert moderator.get(address).status_code == 200
