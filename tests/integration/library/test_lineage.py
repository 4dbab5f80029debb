"""GET /api/v1/images/{id}/lineage and /children: where a picture came from, what became of it."""

from itertools import pairwise

import pytest
from django.utils import timezone

from generations.models import State
from imagestudio.accounts.models import Role
from imagestudio.http import cursor as cursors
from imagestudio.library.lineage import (
    MOST_CHILDREN,
    MOST_RELATIVES,
    child_keys,
    layers_of,
    lineage_of,
)
from imagestudio.library.models import Derivation, Image
from tests.factories import make_generation, make_image


@pytest.fixture
def image(cast, team):
    return make_image(team, cast.user(Role.CREATOR))


def copies(model: Image, count: int) -> list[Image]:
    """Return as many more images of the same file: rows alone."""
    fields = ("account", "created_by", "file", "origin", "format", "width", "height", "placeholder")
    same = {name: getattr(model, name) for name in fields}
    return Image.objects.bulk_create(Image(**same) for _ in range(count))


def derive(child: Image, *parents: Image, role: str = "") -> None:
    Derivation.objects.bulk_create(
        Derivation(account=child.account, child=child, parent=one, position=number, role=role)
        for number, one in enumerate(parents, 1)
    )


def lineage(api, image, depth=3):
    answer = api.get(f"/api/v1/images/{image.pk}/lineage", {"depth": depth})
    assert answer.status_code == 200
    return answer.json()


def test_a_composition_knows_its_sources_in_order_and_they_know_it(api, cast, team) -> None:
    sources = [make_image(team, cast.user(Role.CREATOR)) for _ in range(3)]
    made = make_generation(
        cast.membership(Role.CREATOR), state=State.COMPLETED, sources=sources
    ).image
    found = lineage(api, made)
    assert [one["parent"] for one in sorted(found["edges"], key=lambda one: one["position"])] == [
        str(one.pk) for one in sources
    ]
    assert {one["key"]: one["layer"] for one in found["nodes"]} == {
        str(made.pk): 0,
        **{str(one.pk): -1 for one in sources},
    }
    assert not found["is_truncated"]
    below = lineage(api, sources[1])
    assert {one["key"]: one["layer"] for one in below["nodes"]} == {
        str(sources[1].pk): 0,
        str(made.pk): 1,
    }
    assert below["is_truncated"]  # the picture has two more sources


def test_an_edge_always_leads_downwards(api, image) -> None:
    old, between, new = copies(image, 3)
    derive(between, old)
    derive(new, between, old)
    layers = {one["key"]: one["layer"] for one in lineage(api, new)["nodes"]}
    assert layers == {str(new.pk): 0, str(between.pk): -1, str(old.pk): -2}


def test_history_never_breaks_and_shows_nothing_that_is_gone(api, image, team) -> None:
    removed, trashed, hidden, child = copies(image, 4)
    derive(child, removed, trashed, hidden)
    derive(removed, image)
    Image.objects.filter(pk=removed.pk).update(purged_at=timezone.now(), file=None)
    Image.objects.filter(pk=trashed.pk).update(trashed_at=timezone.now())
    Image.objects.filter(pk=hidden.pk).update(moderation="hidden_all", title="MARKED")
    found = lineage(api, child)
    presence = {one["presence"]: one for one in found["nodes"] if one["layer"] == -1}
    assert set(presence) == {"removed", "trashed", "hidden"}
    assert presence["removed"]["image"] is None
    assert presence["hidden"] | {"key": "", "layer": 0} == {
        "key": "",
        "id": None,
        "presence": "hidden",
        "layer": 0,
        "more_parents": False,
        "more_children": False,
        "image": None,
    }
    assert str(image.pk) in {one["key"] for one in found["nodes"]}  # beyond the removed one
    assert str(hidden.pk) not in str(found)
    assert "MARKED" not in str(found)


def test_nothing_of_another_account_is_followed(api, image, cast) -> None:
    theirs = make_image(cast.others, cast.user("stranger"))
    Derivation.objects.create(account=cast.others, child=image, parent=theirs, position=1)
    assert [one["key"] for one in lineage(api, image)["nodes"]] == [str(image.pk)]
    assert api.get(f"/api/v1/images/{theirs.pk}/lineage").status_code == 404
    assert api.get(f"/api/v1/images/{theirs.pk}/children").status_code == 404


def test_the_work_is_bounded_however_often_a_picture_was_used(
    image, team, django_assert_max_num_queries
) -> None:
    generations = [[image], *(copies(image, 40) for _ in range(4))]
    for above, below in pairwise(generations):
        for child in below:
            derive(child, *above[:16])
    with django_assert_max_num_queries(9):
        down = lineage_of(image, depth=4)
    with django_assert_max_num_queries(9):
        up = lineage_of(generations[-1][0], depth=4)
    assert sum(one.layer == 1 for one in down.nodes) == MOST_CHILDREN
    assert len(up.nodes) <= MOST_RELATIVES + 1
    assert down.is_truncated
    assert not any(one.more_parents for one in up.nodes)
    assert any(one.more_parents for one in lineage_of(generations[-1][0], depth=2).nodes)


def test_rows_in_a_ring_end(image) -> None:
    other, third = copies(image, 2)
    derive(other, image)
    derive(third, other)
    derive(image, third)
    assert len(lineage_of(image, depth=8).nodes) == 3
    keys = [image.pk, other.pk, third.pk]
    ring = list(zip(keys, [*keys[1:], keys[0]], strict=True))
    assert layers_of(image.pk, set(keys[1:]), ring, step=1)[image.pk] == 0


def test_children_come_in_pages_each_once_newest_first(api, image) -> None:
    children = copies(image, 5)
    for child in children:
        derive(child, image, image)  # at two positions
    Image.objects.filter(pk=children[2].pk).update(trashed_at=timezone.now())
    seen, cursor = [], ""
    while cursor is not None:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = api.get(f"/api/v1/images/{image.pk}/children", query).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [str(one.pk) for one in reversed(children) if one != children[2]]


@pytest.mark.parametrize("query", ["depth=0", "depth=9", "depth=x", "deep=1"])
def test_a_senseless_depth_is_refused(api, image, query) -> None:
    assert api.get(f"/api/v1/images/{image.pk}/lineage?{query}").status_code == 422


def test_a_cursor_of_another_picture_is_refused(api, image) -> None:
    other = copies(image, 1)[0]
    for child in copies(image, 2):
        derive(child, image)
    page = api.get(f"/api/v1/images/{image.pk}/children", {"limit": 1}).json()
    query = {"cursor": page["next_cursor"]}
    assert api.get(f"/api/v1/images/{other.pk}/children", query).json()["code"] == "bad_cursor"


@pytest.mark.parametrize(("most", "pages"), [(10, 1), (2, 3)], ids=["at once", "page by page"])
def test_a_list_goes_on_behind_any_number_of_rows_that_may_not_be_shown(
    image, monkeypatch, most, pages
) -> None:
    monkeypatch.setattr(cursors, "MOST_SLICES", most)
    children = copies(image, 11)
    for child in children:
        derive(child, image)
    shown, seen, cursor = {children[0].pk: children[0]}, [], None
    for _ in range(pages):
        page = cursors.page_by_keys(
            child_keys(image),
            column="child_id",
            load=lambda keys: {key: shown[key] for key in keys if key in shown},
            cursor=cursor,
            limit=2,
            of="these",
        )
        seen += page.rows
        cursor = page.next_cursor
    assert (seen, cursor) == ([children[0]], None)
