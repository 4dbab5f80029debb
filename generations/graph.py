"""A lineage as a drawing: layers from the oldest down, each picture a box, each source a line.

Everything is in pixels of the drawing; the template turns it into SVG.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from generations.labels import Label, Point, Room
from imagestudio.library.lineage import Edge, Lineage, Node

SIDE = 120  # of a picture
FOOT = 34  # the line below a picture, with what can be done
COLUMN, LAYER = 144, 268  # from one picture to the next beside it, and below it
MARGIN = 44
ROOMIER = 88  # more from layer to layer, where there are more labels than fit between them
ROOMIEST = 4  # times that this is tried
PLATE, LETTER = 12, 7  # the plate behind words: of none, and for each letter
MORE = 30  # from the middle of the words about more relatives to their end
ROOM = 960  # the width that a drawing has at least


@dataclass(frozen=True, slots=True)
class Box:
    """A node and where it stands: its upper left corner."""

    node: Node
    x: int
    y: int

    @property
    def middle(self) -> int:
        """Return the middle across."""
        return self.x + SIDE // 2

    @property
    def foot(self) -> int:
        """Return where the line of deeds begins."""
        return self.y + SIDE

    @property
    def bottom(self) -> int:
        """Return where the box ends."""
        return self.y + SIDE + FOOT

    @property
    def words_at(self) -> int:
        """Return the line on which the words about deeds stand."""
        return self.foot + FOOT // 2 + 5

    @property
    def more_above(self) -> int:
        """Return the line on which stands that it has more parents."""
        return self.y - 12

    @property
    def more_below(self) -> int:
        """Return the line on which stands that it has more children."""
        return self.bottom + 20


@dataclass(frozen=True, slots=True)
class Line:
    """An edge as a curve from the parent's foot to the child's head, and its label in between.

    There is no label where no place is left for one: the list has the words.
    """

    edge: Edge
    parent: Box
    child: Box
    label: Label | None = None

    @property
    def bend(self) -> int:
        """Return the height of the curve's control points, which have the ends' own x."""
        return (self.parent.bottom + self.child.y) // 2

    @property
    def path(self) -> str:
        """Return the curve as SVG says it."""
        start, end, bend = self.parent.middle, self.child.middle, self.bend
        return f"M{start} {self.parent.bottom}C{start} {bend} {end} {bend} {end} {self.child.y}"

    def point(self, part: float) -> Point:
        """Return the point at a part (0 to 1) of the curve."""
        along = 3 * part**2 - 2 * part**3
        down = (
            (1 - part) ** 3 * self.parent.bottom
            + 3 * part * (1 - part) * self.bend
            + part**3 * self.child.y
        )
        start, end = self.parent.middle, self.child.middle
        return round(start + (end - start) * along), round(down)

    @property
    def words(self) -> str:
        """Return what stands on the line: which source it was, and as what."""
        return (
            f"{self.edge.position} · {self.edge.role}"
            if self.edge.role
            else str(self.edge.position)
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A node in words: with the lines that lead to it, and where each comes from."""

    node: Node
    sources: list[tuple[Line, Node]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A lineage with a place for everything in it, and the same in words."""

    width: int
    height: int
    boxes: list[Box]
    lines: list[Line]
    entries: list[Entry]


def draw(lineage: Lineage) -> Drawing:
    """Return a lineage as a drawing, as low as its labels can be."""
    layers = ordered(lineage)
    widest = max(len(nodes) for nodes in layers)
    width = max(ROOM, widest * COLUMN - (COLUMN - SIDE) + 2 * MARGIN)
    for more in range(ROOMIEST):
        step = LAYER + more * ROOMIER
        boxes = {
            node.key: Box(node, left(len(nodes), width) + place * COLUMN, MARGIN + level * step)
            for level, nodes in enumerate(layers)
            for place, node in enumerate(nodes)
        }
        lines = labelled(lineage.edges, boxes)
        if all(one.label for one in lines):
            break
    sources: dict[str, list[tuple[Line, Node]]] = defaultdict(list)
    for one in lines:
        sources[one.edge.child].append((one, one.parent.node))
    return Drawing(
        width=width,
        height=2 * MARGIN + (len(layers) - 1) * step + SIDE + FOOT,
        boxes=list(boxes.values()),
        lines=lines,
        entries=[Entry(box.node, sources[box.node.key]) for box in boxes.values()],
    )


def labelled(edges: Sequence[Edge], boxes: Mapping[str, Box]) -> list[Line]:
    """Return the lines of edges, their labels where nothing else stands.

    A label is best where its line's neighbours are farther away: they crowd at the end that more
    of them share.
    """
    room = Room()
    for box in boxes.values():
        room.take((box.x, box.y, box.x + SIDE, box.bottom))
        if box.node.more_parents:
            room.take((box.middle - MORE, box.more_above - 12, box.middle + MORE, box.y))
        if box.node.more_children:
            room.take((box.middle - MORE, box.bottom, box.middle + MORE, box.more_below + 4))
    leaving = Counter(edge.parent for edge in edges)
    arriving = Counter(edge.child for edge in edges)
    lines = [Line(edge, boxes[edge.parent], boxes[edge.child]) for edge in edges]
    placed = []
    for one in sorted(lines, key=lambda line: (line.child.y, line.edge.position, line.child.x)):
        near = 0.25 if arriving[one.edge.child] >= leaving[one.edge.parent] else 0.75
        width = PLATE + LETTER * len(one.words)
        placed.append(replace(one, label=room.place(one.point, width=width, near=near)))
    return placed


def left(count: int, width: int) -> int:
    """Return where a layer of so many pictures begins, so that it stands in the middle."""
    return (width - (count * COLUMN - (COLUMN - SIDE))) // 2


def ordered(lineage: Lineage) -> list[list[Node]]:
    """Return the layers from the top, in each of them relatives near each other.

    Parents stand in the order in which they went into the picture below them, children under what
    they were made from, the newest first.
    """
    layers: dict[int, list[Node]] = defaultdict(list)
    for node in lineage.nodes:
        layers[node.layer].append(node)
    places = {node.key: 0.0 for node in layers[0]}
    for level in sorted((level for level in layers if level < 0), reverse=True):
        near = {
            node.key: wanted(node.key, lineage.edges, places, up=True) for node in layers[level]
        }
        layers[level].sort(key=lambda node: near[node.key])
        places |= {node.key: float(index) for index, node in enumerate(layers[level])}
    for level in sorted(level for level in layers if level > 0):
        layers[level].reverse()  # their keys grow with time
        near = {
            node.key: wanted(node.key, lineage.edges, places, up=False) for node in layers[level]
        }
        layers[level].sort(key=lambda node: near[node.key][0])
        places |= {node.key: float(index) for index, node in enumerate(layers[level])}
    return [layers[level] for level in sorted(layers)]


def wanted(
    key: str, edges: Sequence[Edge], places: dict[str, float], *, up: bool
) -> tuple[float, float]:
    """Return the place that a node would like in its layer: the mean of its relatives' places.

    Then the mean of the positions at which it went into them.
    """
    near = [
        (places[other], edge.position)
        for edge in edges
        for own, other in [(edge.parent, edge.child) if up else (edge.child, edge.parent)]
        if own == key and other in places
    ]
    if not near:
        return 0.0, 0.0
    count = len(near)
    return sum(place for place, _ in near) / count, sum(position for _, position in near) / count
