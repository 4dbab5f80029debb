"""What the calls of some days cost, by day, member and model, told from the ledger alone.

A cost belongs to the day (UTC) on which its money was held, so that a month's days add up to the
counters of its budget period, and a correction changes the day that it corrects.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from operator import add
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from imagestudio.accounts.models import Membership
from imagestudio.accounts.permissions import Deed, allows, require
from imagestudio.errors import FieldError, Invalid
from imagestudio.money.models import Basis, Hold, LedgerEntry

LONGEST_SPAN = 366  # days
EARLIER = "earlier"  # holds that do not know whose they are
OTHERS = "others"  # all other members, for those who do not manage the account
Kind = LedgerEntry.Kind
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Figures:
    """Micro-dollars by what they rest on, and how many calls they are for."""

    calls: int = 0
    estimated: int = 0
    logged: int = 0  # known from the gateway's log
    written_off: int = 0  # calls that got lost, at their estimate
    held: int = 0  # reserved for calls under way or in doubt; not spent
    overruns: int = 0  # calls that cost more than was held for them

    @property
    def spent(self) -> int:
        """Return what counts as spent."""
        return self.estimated + self.logged + self.written_off

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*map(add, astuple(self), astuple(other)))


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one member's calls with one model on one day."""

    day: date
    member: UUID | str  # an id, or EARLIER or OTHERS
    email: str
    model: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Usage:
    """What an account's calls of some days cost."""

    first: date
    last: date
    lines: Sequence[Line]

    @property
    def total(self) -> Figures:
        """Return all of it."""
        return sum((line.figures for line in self.lines), Figures())

    def by_day(self) -> dict[date, Figures]:
        """Return the figures of every day, those without calls included."""
        found = self._by(lambda line: line.day)
        span = (self.last - self.first).days + 1
        days = (self.first + timedelta(days=number) for number in range(span))
        return {day: found.get(day, Figures()) for day in days}

    @property
    def days_with_calls(self) -> dict[date, Figures]:
        """Return the figures of the days on which something was spent or held."""
        return {day: one for day, one in self.by_day().items() if one != Figures()}

    def by_member(self) -> dict[tuple[UUID | str, str], Figures]:
        """Return the figures by a member's id and e-mail address, the dearest first."""
        return dearest_first(self._by(lambda line: (line.member, line.email)))

    def by_model(self) -> dict[str, Figures]:
        """Return the figures by a model's id, the dearest first."""
        return dearest_first(self._by(lambda line: line.model))

    def _by(self, key: Callable[[Line], Key]) -> dict[Key, Figures]:
        sums: dict[Key, Figures] = defaultdict(Figures)
        for line in self.lines:
            sums[key(line)] += line.figures
        return dict(sums)


def dearest_first(found: dict[Key, Figures]) -> dict[Key, Figures]:
    """Return figures in the order of what was spent."""
    return dict(sorted(found.items(), key=lambda one: (-one[1].spent, -one[1].held, str(one[0]))))


def usage_of(*, membership: Membership, first: date, last: date) -> Usage:
    """Return what the account's calls from `first` to `last` cost, both days included.

    Who manages the account sees every member; anybody else sees themselves and all others
    together. Raises RoleTooLow, StandingTooLow, and Invalid for a span that makes no sense.
    """
    require(Deed.SEE_SPENDING, membership)
    if not 0 <= (last - first).days < LONGEST_SPAN:
        words = f"Ask for 1 to {LONGEST_SPAN} days: the last is not before the first."
        raise Invalid(words, fields=[FieldError("to", "out_of_range", words)])
    lines = read_lines(membership, first, last)
    if not allows(Deed.MANAGE_ACCOUNT, membership):
        lines = without_names(lines, of=membership.user_id)
    return Usage(first, last, lines)


def read_lines(membership: Membership, first: date, last: date) -> list[Line]:
    """Return the lines of an account: what is spent, and what is still held."""
    account = membership.account
    begin, end = midnight(first), midnight(last) + timedelta(days=1)
    spent = LedgerEntry.objects.spent().of_calls(account=account, first=begin, end=end)
    held = Hold.objects.owned_by(account).taken_between(begin, end).filter(state=Hold.State.HELD)
    on_estimate, given_up = Q(hold__basis=Basis.ESTIMATE), Q(kind=Kind.WRITE_OFF)
    of_spent = grouped(spent, "hold__").annotate(
        calls=Count("hold", distinct=True),
        estimated=Sum("amount", filter=on_estimate & ~given_up, default=0),
        logged=Sum("amount", filter=~on_estimate, default=0),
        written_off=Sum("amount", filter=on_estimate & given_up, default=0),
        overruns=Count("id", filter=Q(overrun=True)),
    )
    of_held = grouped(held, "").annotate(held=Sum("amount", default=0))
    return [line_of(row) for row in [*of_spent, *of_held]]


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins (UTC)."""
    return datetime.combine(day, time.min, UTC)


def grouped(rows: QuerySet[Any], to_hold: str) -> QuerySet[Any, dict[str, Any]]:
    """Return rows by day, member and model of their holds, which they reach by `to_hold`."""
    return rows.values(
        day=TruncDate(f"{to_hold}taken_at", tzinfo=UTC),
        member=F(f"{to_hold}user"),
        email=F(f"{to_hold}user__email"),
        of_model=F(f"{to_hold}model"),
    ).order_by("day")


def line_of(row: dict[str, Any]) -> Line:
    """Return a line from a row of the database."""
    figures = {name: row[name] for name in Figures.__slots__ if name in row}
    return Line(
        day=row["day"],
        member=row["member"] or EARLIER,
        email=row["email"] or "",
        model=row["of_model"] or EARLIER,
        figures=Figures(**figures),
    )


def without_names(lines: Iterable[Line], *, of: UUID) -> list[Line]:
    """Return the lines in which only this member can be told from all others."""
    return [line if line.member == of else replace(line, member=OTHERS, email="") for line in lines]
