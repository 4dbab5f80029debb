"""The pages of a picture's lineage: the graph, the strips, and where it was used."""

import re
from itertools import combinations, pairwise, product

import pytest
from django.utils import timezone

from generations.graph import COLUMN, SIDE, Drawing, draw
from generations.labels import HEIGHT
from generations.models import State
from imagestudio.accounts.models import Role
from imagestudio.library.lineage import Edge, Lineage, Node
from imagestudio.library.models import Image
from tests.factories import make_generation, make_image


@pytest.fixture
def sources(cast, team):
    user = cast.user(Role.CREATOR)
    return [make_image(team, user, title=f"Source {number}") for number in range(1, 17)]


@pytest.fixture
def made(cast, sources):
    membership = cast.membership(Role.CREATOR)
    return make_generation(membership, state=State.COMPLETED, sources=sources).image


def html_of(window, team, image, page="lineage/"):
    answer = window.get(f"/a/{team.slug}/images/{image.pk}/{page}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_graph_shows_sixteen_sources_in_their_order(window, team, made, sources) -> None:
    answer = window.get(f"/a/{team.slug}/images/{made.pk}/lineage/")
    html, drawing = answer.content.decode(), answer.context["drawing"]
    above = [box for box in drawing.boxes if box.node.layer == -1]
    assert [box.node.image for box in above] == sources
    assert {right.x - left.x for left, right in pairwise(above)} == {COLUMN}
    assert len(drawing.lines) == 16
    assert f'href="/a/{team.slug}/images/{sources[3].pk}/"' in html
    assert f'href="/a/{team.slug}/?source={sources[3].pk}"' in html  # edit from there
    assert "made from 1: " in re.sub(r"<[^>]+>", "", html)  # the same in words


def test_what_is_gone_keeps_its_place(window, team, made, sources) -> None:
    Image.objects.filter(pk=sources[0].pk).update(trashed_at=timezone.now())
    Image.objects.filter(pk=sources[1].pk).update(
        purged_at=timezone.now(), file=None, trashed_at=timezone.now(), title=""
    )
    Image.objects.filter(pk=sources[2].pk).update(moderation="hidden_all")
    for page in ("lineage/", ""):
        html = html_of(window, team, made, page)
        assert all(word in html.lower() for word in ("in the trash", "removed", "hidden"))
        assert not [one for one in sources[:3] if f'/images/{one.pk}/"' in html]
        assert str(sources[2].pk) not in html
        assert "Source 3" not in html
    assert "Source 1" in html_of(window, team, sources[0])  # from the trash, too


def test_a_viewer_is_offered_no_edit(team, cast, made) -> None:
    html = html_of(cast.signed_in(Role.VIEWER), team, made)
    assert "Edit from here" not in html


def test_where_it_was_used_names_all_that_was_asked_for(window, team, cast, made, sources) -> None:
    membership = cast.membership(Role.CREATOR)
    failed = make_generation(
        membership, state=State.FAILED, sources=[sources[0], sources[1]], prompt="It failed"
    )
    html = html_of(window, team, sources[0], "uses/")
    assert f"/images/{made.pk}/" in html
    assert "It failed" not in html
    everything = html_of(window, team, sources[0], "uses/?show=generations")
    assert "It failed" in everything
    assert "Everything asked for (2)" in everything
    assert f'id="generation-{failed.pk}"' in everything
    assert "Nothing was made from this picture yet." in html_of(window, team, made, "uses/")


def test_uses_come_in_pages_in_the_api(api, cast, sources) -> None:
    membership = cast.membership(Role.CREATOR)
    made = [make_generation(membership, sources=[sources[0]] * 2) for _ in range(3)]
    address, seen, cursor = f"/api/v1/images/{sources[0].pk}/uses", [], ""
    while cursor is not None:
        page = api.get(address, {"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [str(one.pk) for one in reversed(made)]


@pytest.mark.parametrize("depth", ["", "0", "x", "99", "-1", "²"])
def test_a_senseless_depth_is_the_usual_one(window, team, made, depth) -> None:
    assert html_of(window, team, made, f"lineage/?depth={depth}")


def node(key: str, layer: int, *, more: bool = False) -> Node:
    return Node(key, None, layer, more_parents=more, more_children=more)


def drawn(*layers: int, more: bool = False) -> Drawing:
    """Return a drawing of layers, each picture of one made from all of the layer above.

    Those of the last are made from what stands two layers above, too.
    """
    nodes = [
        node(f"{level}-{place}", level - len(layers) + 1, more=more)
        for level, count in enumerate(layers)
        for place in range(count)
    ]
    edges = [
        Edge(f"{level - up}-{parent}", f"{level}-{child}", parent + 1, "background")
        for level in range(1, len(layers))
        for up in ([1, 2] if level > 1 and level == len(layers) - 1 else [1])
        for parent in range(layers[level - up])
        for child in range(layers[level])
    ]
    return draw(Lineage(nodes, edges))


@pytest.mark.parametrize("layers", [(16, 1), (16, 2), (16, 4), (3, 16, 1), (2, 5, 3, 2)])
def test_no_label_lies_over_another_or_over_a_picture(layers) -> None:
    drawing = drawn(*layers, more=True)
    plates = [
        (one.label.left, one.label.top, one.label.left + one.label.width, one.label.top + HEIGHT)
        for one in drawing.lines
    ]
    assert len(plates) == len(drawing.lines) > 0
    boxes = [(box.x, box.y, box.x + SIDE, box.bottom) for box in drawing.boxes]
    for one, other in [*combinations(plates, 2), *product(plates, boxes)]:
        across = one[0] < other[2] and other[0] < one[2]
        down = one[1] < other[3] and other[1] < one[3]
        assert not (across and down), (one, other)


def test_more_labels_than_there_is_room_for_are_left_to_the_list() -> None:
    drawing = drawn(16, 16, 16)
    assert any(one.label is None for one in drawing.lines)
    assert len([line for entry in drawing.entries for line, _ in entry.sources]) == len(
        drawing.lines
    )
