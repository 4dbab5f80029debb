"""Places in an order by hand: numbers with gaps, so that putting one between two writes one row."""

from typing import Any

from django.db.models import Max, Model, QuerySet
from django.db.models.functions import Coalesce

from imagestudio.library.models import Album, AlbumItem

GAP = 2**32  # between two neighbours at first: room for 32 between them, one before the other
FIRST_WINDOW = 16  # neighbours that are spread anew when there is no room left


def last_position(album: Album) -> int:
    """Return the position of the last picture in an album, 0 for an empty one."""
    items = AlbumItem.objects.filter(album=album)
    found: int = items.aggregate(last=Coalesce(Max("position"), 0))["last"]
    return found


def position_between(rows: QuerySet[Any], *, before: Model | None) -> int:
    """Return a position just before this one of the rows, or behind all of them.

    The rows are those of one order, whose owner is locked. Where there is no room left, some of
    the neighbours are spread anew: as few as that takes.
    """
    if before is None:
        last = rows.order_by("-position", "-pk").values_list("position", flat=True).first()
        return GAP if last is None else last + GAP
    at: int = rows.values_list("position", flat=True).get(pk=before.pk)
    previous = previous_of(rows, at, before)
    if previous is None:
        return at - GAP
    if at - previous < 2:
        spread(rows, around=at)
        at = rows.values_list("position", flat=True).get(pk=before.pk)
        previous = previous_of(rows, at, before)
        if previous is None:
            return at - GAP
    return (previous + at) // 2


def previous_of(rows: QuerySet[Any], at: int, row: Model) -> int | None:
    """Return the position of the row before one in the order, None when that is the first."""
    earlier = rows.filter(position__lte=at).exclude(pk=row.pk).order_by("-position", "-pk")
    found: int | None = earlier.values_list("position", flat=True).first()
    return found


def spread(rows: QuerySet[Any], *, around: int) -> None:
    """Spread neighbours of a position evenly over the room up to the next ones beyond them.

    The window grows until its rows get a good gap each, so that spreading stays rare.
    """
    window = FIRST_WINDOW
    while True:
        below = list(rows.filter(position__lt=around).order_by("-position", "-pk")[: window + 1])
        above = list(rows.filter(position__gte=around).order_by("position", "pk")[: window + 1])
        inside = [*reversed(below[:window]), *above[:window]]
        low = below[window].position if len(below) > window else None
        high = above[window].position if len(above) > window else None
        if low is None:  # before the first and behind the last there is always room
            low = (inside[-1].position if high is None else high) - GAP * (len(inside) + 1)
        step = GAP if high is None else (high - low) // (len(inside) + 1)
        if step >= GAP // window**2:
            break
        window *= 4
    for place, row in enumerate(inside, 1):
        row.position = low + place * step
    rows.model._default_manager.bulk_update(inside, ["position"])  # noqa: SLF001 - Django's API
