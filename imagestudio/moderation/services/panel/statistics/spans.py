"""Spans of days of UTC."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from imagestudio.errors import FieldError, Invalid
from imagestudio.library.models.images import midnight

USUAL, MOST = 30, 366  # days
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Some days, the first and the last of them included."""

    first: date
    last: date

    @property
    def begins_at(self) -> datetime:
        """Return the moment at which it begins."""
        return midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        """Return the moment at which it is over."""
        return midnight(self.last) + DAY

    @property
    def moments(self) -> list[datetime]:
        """Return when it begins and ends, as statements take it."""
        return [self.begins_at, self.ends_at]

    @property
    def length(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1


def span_of(first: date | None = None, last: date | None = None) -> Span:
    """Return the span between two days; the last 30 of them where nothing is said.

    Raises Invalid for one that ends before it begins, or has more than 366 days.
    """
    last = last or timezone.now().date()
    if last >= date.max - DAY or (first or last) <= date.min + timedelta(days=MOST):
        raise refused("There are no such days.")
    first = first or last - (USUAL - 1) * DAY
    if first > last:
        raise refused("The first day comes before the last.")
    if (last - first).days >= MOST:
        raise refused(f"Ask for at most {MOST} days at once.")
    return Span(first, last)


def refused(words: str) -> Invalid:
    """Return the error about a span."""
    return Invalid(words, fields=[FieldError("since", "invalid", words)])
