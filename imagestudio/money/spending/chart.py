"""Bars of a month for a page: one a day, in pieces, drawn in units that the page stretches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from imagestudio.money.spending.usage import Figures, Usage

STEP, WIDTH = 10, 7  # from one bar to the next, and a bar's width
HEIGHT = 100
PIECES = ("logged", "estimated", "written_off", "held")  # from the bottom to the top


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a bar."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One day."""

    day: date
    figures: Figures
    x: int
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Chart:
    """All days of a month; `top` is what the full height stands for, in micro-dollars."""

    bars: Sequence[Bar]
    top: int
    bar_width: int = WIDTH
    height: int = HEIGHT

    @property
    def width(self) -> int:
        """Return the width of the whole drawing."""
        return len(self.bars) * STEP


def chart_of(usage: Usage) -> Chart:
    """Return the bars of some days."""
    days = usage.by_day()
    top = max((sum(parts(figures)) for figures in days.values()), default=0)
    bars = [
        Bar(day, figures, number * STEP, tuple(pieces(figures, top)))
        for number, (day, figures) in enumerate(days.items())
    ]
    return Chart(bars, top)


def parts(figures: Figures) -> list[int]:
    """Return the amounts of a bar's pieces; a correction below nothing takes no place."""
    return [max(0, getattr(figures, name)) for name in PIECES]


def pieces(figures: Figures, top: int) -> Iterator[Piece]:
    """Yield the pieces of one bar that have a height."""
    below = 0.0
    for kind, amount in zip(PIECES, parts(figures), strict=True):
        height = round(amount * HEIGHT / top, 3) if top else 0
        if height:
            yield Piece(kind, round(HEIGHT - below - height, 3), height)
            below += height
