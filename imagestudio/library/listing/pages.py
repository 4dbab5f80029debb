"""Pages of a library, at the same cost at any depth and with any filter: see `ways`."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from imagestudio.accounts.models import Account, User
from imagestudio.errors import FieldError, Invalid
from imagestudio.http import cursor as cursors
from imagestudio.library.filters import Filters
from imagestudio.library.listing.reading import Direction
from imagestudio.library.listing.wanted import Start, Wanted
from imagestudio.library.listing.ways import ways
from imagestudio.library.models import Image

LOWEST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the library, in its order.

    `next_cursor` leads behind the last picture, `previous_cursor` before the first; None: there is
    nothing, or, at the beginning of the list, nothing to be known of. `begins_behind` is the time
    of the picture behind which a cursor had it begin.
    """

    images: list[Image]
    next_cursor: str | None
    previous_cursor: str | None
    begins_behind: datetime | None = None

    @property
    def is_within_day(self) -> bool:
        """Say whether the page goes on in the day (of UTC) in which the one before it ended."""
        behind = self.begins_behind
        return bool(behind and self.images and self.images[0].added_at.date() == behind.date())


def list_page(
    account: Account,
    user: User,
    filters: Filters,
    *,
    limit: int,
    cursor: str | None = None,
    before: str | None = None,
    at: date | Image | None = None,
) -> Listing:
    """Return up to `limit` pictures that match, with their files, in the order of the filters.

    The page begins behind `cursor`, or ends before `before`, or begins at the day `at` (of UTC) or
    at a picture: where that is not in the list, at what follows it.
    `user` is whose favourites count. Raises BadCursor, and Invalid for a senseless limit.
    """
    if not 1 <= limit <= cursors.MOST:
        raise Invalid(
            f"A page has between 1 and {cursors.MOST} rows.",
            fields=[FieldError("limit", "out_of_range", f"1 to {cursors.MOST}")],
        )
    listed = name_of(account, filters)
    is_down = filters.sort == "newest"
    start = None
    if cursor or before:
        start = Start(*cursors.decode(cursor or before or "", of=listed))
    elif at:
        start = start_of(at, is_down=is_down)
    is_back = bool(before and not cursor)
    wanted = Wanted.of(account, user, filters)
    keys = find(wanted, start=start, direction=Direction(is_down != is_back), limit=limit + 1)
    more, keys = len(keys) > limit, keys[:limit]
    if is_back:
        keys.reverse()
    images = loaded(keys)
    if not images:
        return Listing([], None, None)
    first, last = (
        cursors.encode(one.added_at, one.pk, of=listed) for one in (images[0], images[-1])
    )
    if is_back:
        return Listing(images, last, first if more else None)
    behind = start.at if start and cursor else None
    return Listing(images, last if more else None, first if start else None, behind)


def count_up_to(most: int, account: Account, user: User, filters: Filters) -> int:
    """Return how many pictures match, `most` if there are as many or more."""
    wanted = Wanted.of(account, user, filters)
    return len(find(wanted, start=None, direction=Direction(is_down=True), limit=most))


def keys_behind(
    account: Account, user: User, filters: Filters, start: tuple[datetime, UUID], *, limit: int
) -> list[UUID]:
    """Return the keys of up to `limit` pictures that match and are older than the start."""
    wanted = Wanted.of(account, user, filters)
    return find(wanted, start=Start(*start), direction=Direction(is_down=True), limit=limit)


def neighbours(image: Image, user: User, filters: Filters) -> tuple[Image | None, Image | None]:
    """Return the pictures just before and behind one in the list that these filters make."""
    account = image.account
    wanted = Wanted.of(account, user, filters)
    start, is_down = Start(image.added_at, image.pk), filters.sort == "newest"
    before, behind = (
        find(wanted, start=start, direction=Direction(way), limit=1)
        for way in (not is_down, is_down)
    )
    images = {one.pk: one for one in loaded(before + behind)}
    return tuple(images.get(keys[0]) if keys else None for keys in (before, behind))  # type: ignore[return-value]


def name_of(account: Account, filters: Filters) -> str:
    """Return what tells the cursors of one list from those of another."""
    return f"library of {account.pk} {filters.query_string()}"


def start_of(place: date | Image, *, is_down: bool) -> Start:
    """Return where a day begins, or a picture stands: behind all that are newer, or older."""
    if isinstance(place, Image):
        step = 1 if is_down else -1
        return Start(place.added_at, UUID(int=place.pk.int + step))
    begins = datetime.combine(place, time(), UTC)
    return Start(begins + timedelta(days=1) if is_down else begins, LOWEST)


def loaded(keys: list[UUID]) -> list[Image]:
    """Return images with their files, in the order of these keys."""
    rows = Image.objects.select_related("file").defer("search").in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def find(wanted: Wanted, *, start: Start | None, direction: Direction, limit: int) -> list[UUID]:
    """Return the keys of the first `limit` pictures that are wanted behind the start, in order."""
    for reading, statement in ways(wanted, direction, start):
        keys = reading.keys(statement, limit)
        if None not in keys[-1:]:
            return keys
    return []
