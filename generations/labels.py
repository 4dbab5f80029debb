"""Where the words on the lines of a drawing stand: none over another, none over a picture.

Everything is in pixels of the drawing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

HEIGHT = 20  # of the plate behind the words
APART = 3  # from one plate to the next
STEP = 0.025  # along a line, from one place that is tried to the next
FIRST, LAST = 0.1, 0.9  # places along a line

Rectangle = tuple[int, int, int, int]  # left, top, right, bottom
Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Label:
    """A place for words: the middle of their plate, and its width."""

    x: int
    y: int
    width: int

    @property
    def left(self) -> int:
        """Return where the plate begins."""
        return self.x - self.width // 2

    @property
    def top(self) -> int:
        """Return the upper edge of the plate."""
        return self.y - HEIGHT // 2

    @property
    def words_at(self) -> int:
        """Return the line on which the words stand."""
        return self.y + 4


class Room:
    """The parts of a drawing that are taken, found by the rows that they touch."""

    def __init__(self) -> None:
        self.rows: dict[int, list[Rectangle]] = defaultdict(list)

    def take(self, rectangle: Rectangle) -> None:
        """Let nothing else stand here."""
        for row in rows_of(rectangle):
            self.rows[row].append(rectangle)

    def is_free(self, rectangle: Rectangle) -> bool:
        """Say whether nothing stands here."""
        left, top, right, bottom = rectangle
        return not any(
            left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
            for row in rows_of(rectangle)
            for other in self.rows.get(row, ())
        )

    def place(self, at: Callable[[float], Point], *, width: int, near: float) -> Label | None:
        """Take a place for words on a line, as near as can be to a part of it (0 to 1).

        `at` tells the point at each part. Return None where the whole line is taken.
        """
        for part in parts_from(near):
            label = Label(*at(part), width)
            left, top, right, bottom = label.left, label.top, label.left + width, label.top + HEIGHT
            if self.is_free((left, top, right, bottom)):
                self.take((left - APART, top - APART, right + APART, bottom + APART))
                return label
        return None


def rows_of(rectangle: Rectangle) -> range:
    """Return the rows that a rectangle touches, each as high as a plate."""
    return range(rectangle[1] // HEIGHT, rectangle[3] // HEIGHT + 1)


def parts_from(near: float) -> Iterator[float]:
    """Return the parts of a line at which words may stand, from the nearest on."""
    count = round((LAST - FIRST) / STEP) + 1
    yield from sorted(
        (FIRST + number * STEP for number in range(count)), key=lambda part: abs(part - near)
    )
