"""Bars for a page: one for each row, in pieces, drawn in units that the page stretches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

STEP, WIDTH = 10, 7  # from one bar to the next, and a bar's width
HEIGHT = 100


@dataclass(frozen=True, slots=True)
class Series:
    """What one colour of the bars stands for, with a number for each bar."""

    name: str
    numbers: Sequence[float]


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a bar; `kind` is the number of its colour, from 1."""

    kind: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: what it is called, and what it says in words."""

    label: str
    words: str
    x: int
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Chart:
    """Some bars; `top` is what the full height stands for, `lines` are marked between bars."""

    title: str
    bars: Sequence[Bar]
    names: Sequence[str]  # of the colours
    top: float
    lines: Sequence[int] = ()  # places from the left
    bar_width: int = WIDTH
    height: int = HEIGHT

    @property
    def width(self) -> int:
        """Return the width of the whole drawing."""
        return len(self.bars) * STEP

    @property
    def legend(self) -> list[tuple[int, str]]:
        """Return the colours with their names."""
        return list(enumerate(self.names, start=1))

    @property
    def first(self) -> str:
        """Return what the bar on the left is called."""
        return self.bars[0].label if self.bars else ""

    @property
    def last(self) -> str:
        """Return what the bar on the right is called."""
        return self.bars[-1].label if self.bars else ""

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to draw."""
        return not self.top


def chart_of(
    title: str, labels: Sequence[str], series: Sequence[Series], *, lines: Sequence[int] = ()
) -> Chart:
    """Return the bars of some rows; `lines` are numbers of bars before which a line stands."""
    rows = list(zip(*(one.numbers for one in series), strict=True))
    top = max((sum(row) for row in rows), default=0)
    bars = [
        Bar(label, words(series, row), number * STEP, tuple(pieces(row, top)))
        for number, (label, row) in enumerate(zip(labels, rows, strict=True))
    ]
    places = [number * STEP - (STEP - WIDTH) // 2 for number in lines]
    return Chart(title, bars, [one.name for one in series], top, places)


def words(series: Sequence[Series], row: Sequence[float]) -> str:
    """Return what a bar says."""
    parts = zip((one.name for one in series), row, strict=True)
    return ", ".join(f"{number:,} {name.lower()}" for name, number in parts if number) or "none"


def pieces(row: Sequence[float], top: float) -> Iterator[Piece]:
    """Yield the pieces of one bar that have a height, from the bottom to the top."""
    below = accumulate(row, initial=0.0)
    for kind, (number, under) in enumerate(zip(row, below, strict=False), start=1):
        height = round(number * HEIGHT / top, 3) if top else 0
        if height:
            yield Piece(kind, round(HEIGHT - under * HEIGHT / top - height, 3), height)
