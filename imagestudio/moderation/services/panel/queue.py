"""The queue: which cases wait in which order, how many, and which one is next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils import timezone

from imagestudio.accounts.models import User
from imagestudio.http.cursor import BadCursor, decode, encode
from imagestudio.http.cursor import page as page_of
from imagestudio.moderation.models import Case, CaseQuerySet, Report, kept_from
from imagestudio.moderation.permissions import rank_in_panel
from imagestudio.moderation.policies import Reason
from imagestudio.moderation.services.claims import skipped_by, take
from imagestudio.moderation.services.panel.alike import twins_among

PAGE = 50  # cases
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Tab(StrEnum):
    """A part of the queue."""

    ALL = "all"
    LEGAL = "legal"
    APPEALS = "appeals"
    REPORTS = "reports"
    RULES = "rules"
    REVIEW = "review"
    ESCALATED = "escalated"
    MINE = "mine"
    CLOSED = "closed"


NAMES: Mapping[Tab, str] = {
    Tab.ALL: "All",
    Tab.LEGAL: "Legal",
    Tab.APPEALS: "Appeals",
    Tab.REPORTS: "Reports",
    Tab.RULES: "Rules",
    Tab.REVIEW: "To publish",
    Tab.ESCALATED: "Escalated",
    Tab.MINE: "Mine",
    Tab.CLOSED: "Closed",
}
LANES: Mapping[Tab, Case.Lane] = {
    Tab.LEGAL: Case.Lane.LEGAL,
    Tab.APPEALS: Case.Lane.APPEAL,
    Tab.REPORTS: Case.Lane.REPORT,
    Tab.RULES: Case.Lane.RULE,
    Tab.REVIEW: Case.Lane.REVIEW,
}
HELD = Q(claimed_until__gt=Now())


@dataclass(frozen=True, slots=True)
class Row:
    """A case as the queue shows it; `reasons` with how many reports name each."""

    case: Case
    reasons: Sequence[tuple[Reason, int]]
    holder: User | None  # who has it in hand now
    twins: int = 0  # other waiting cases whose pictures look the same
    is_twin: bool = False  # of the row that stands above


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some rows of the queue, and the cursor of those behind them (None: those were all)."""

    rows: list[Row]
    next_cursor: str | None


def seen_by(moderator: User) -> CaseQuerySet:
    """Return the cases that this moderator may look at.

    Those in lanes of their rank, but for those about things of their own: so nobody learns from the
    panel who has reported them.
    """
    return Case.objects.open_to(rank_in_panel(moderator)).exclude(about_own(moderator))


def is_closed_to(tab: Tab, moderator: User) -> bool:
    """Say whether a part of the queue holds only cases that this moderator may not look at."""
    return tab in LANES and LANES[tab].rank > rank_in_panel(moderator)


def about_own(moderator: User) -> Q:
    """Return the condition that a case is about a moderator, or about something of theirs."""
    accounts = moderator.memberships.values("account")
    return (
        Q(image__isnull=False, image__created_by=moderator)
        | Q(user__isnull=False, user=moderator)
        | Q(subject_account__isnull=False, subject_account__in=accounts)
        | Q(screening__isnull=False, screening__user=moderator)
    )


def in_tab(tab: Tab) -> Q:
    """Return what tells the open cases of a part of the queue; `MINE` and `CLOSED` are no such."""
    if tab is Tab.ESCALATED:
        return Q(state=Case.State.ESCALATED)
    return Q(lane=LANES[tab]) if tab in LANES else Q()


def cases_in(tab: Tab, moderator: User) -> CaseQuerySet:
    """Return the cases of a part of the queue, in its order."""
    cases = seen_by(moderator)
    if tab is Tab.CLOSED:
        return cases.filter(state=Case.State.CLOSED).order_by("-closed_at", "-id")
    waiting = cases.waiting().in_order()
    if tab is Tab.MINE:
        return waiting.filter(HELD, claimed_by=moderator)
    return waiting.filter(in_tab(tab))


def counts(moderator: User) -> dict[Tab, int]:
    """Return how many cases wait in each part of the queue; those that are closed nobody counts.

    Of lanes above their rank, moderators learn how many cases wait there, and nothing else.
    """
    rank = rank_in_panel(moderator)
    below = Q(lane__in=[lane for lane in LANES.values() if lane.rank <= rank])
    mine = below & ~kept_from(rank, picture="image")
    parts = {
        tab.value: Count("pk", filter=in_tab(tab) & (mine if lane.rank <= rank else Q()))
        for tab, lane in LANES.items()
    }
    parts["escalated"] = Count("pk", filter=mine & in_tab(Tab.ESCALATED))
    parts["mine"] = Count("pk", filter=mine & HELD & Q(claimed_by=moderator))
    waiting = Case.objects.exclude(about_own(moderator)).waiting()
    found = waiting.aggregate(all=Count("pk", filter=mine), **parts)
    return {Tab(name): count for name, count in found.items()}


def count_waiting(moderator: User, *, most: int) -> int:
    """Return how many cases wait for this moderator, counted no further than `most`."""
    return len(handed_to(moderator).order_by().values_list("pk")[:most])


def queue_page(moderator: User, tab: Tab, *, cursor: str | None, limit: int = PAGE) -> QueuePage:
    """Return a page of a part of the queue. Raises BadCursor."""
    cases, of = cases_in(tab, moderator).with_details(), f"queue {tab}"
    if tab is Tab.CLOSED:
        closed = page_of(cases, by="closed_at", cursor=cursor, limit=limit, of=of)
        return QueuePage(rows_of(closed.rows), closed.next_cursor)
    if cursor:
        cases = cases.filter(behind(cursor, of=of))
    found = list(cases[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    rows = grouped(moderator, rows_of(found[:limit]))
    return QueuePage(rows, place_of(last, of=of) if last else None)


def rows_of(cases: Sequence[Case]) -> list[Row]:
    """Return cases with the reasons of their reports, the most frequent first."""
    reports = Report.objects.filter(case__in=cases).values_list("case", "reason")
    reasons: dict[UUID, list[tuple[Reason, int]]] = {one.pk: [] for one in cases}
    for case, reason, count in reports.annotate(n=Count("pk")).order_by("-n", "reason"):
        reasons[case].append((Reason(reason), count))
    return [Row(one, reasons[one.pk], holder_of(one)) for one in cases]


def grouped(moderator: User, rows: Sequence[Row]) -> list[Row]:
    """Return rows of open cases, below each those of the page whose pictures look the same."""
    twins = twins_among([one.case for one in rows], seen_by(moderator).waiting())
    left = {one.case.pk: one for one in rows}
    found: list[Row] = []
    for row in rows:
        key = row.case.pk
        if left.pop(key, None) is None:
            continue
        count, others = twins.get(key, (0, ()))
        below = [one for other, one in left.items() if other in others]
        found += [replace(row, twins=count), *(replace(one, is_twin=True) for one in below)]
        left = {other: one for other, one in left.items() if other not in others}
    return found


def holder_of(case: Case) -> User | None:
    """Return who has a case in hand now, if anybody."""
    until = case.claimed_until
    return case.claimed_by if until and until > timezone.now() else None


def place_of(case: Case, *, of: str) -> str:
    """Return the cursor of a case in the order of the queue."""
    due = (case.due_at - EPOCH) // timedelta(microseconds=1) if case.due_at else ""
    return f"{case.lane}.{due}.{case.weight}.{encode(case.opened_at, case.pk, of=of)}"


def behind(cursor: str, *, of: str) -> Q:
    """Return what tells the cases behind a cursor. Raises BadCursor."""
    lane, due, weight, opened_at, key = read_place(cursor, of=of)
    older = Q(opened_at__gt=opened_at) | Q(opened_at=opened_at, id__gt=key)
    lighter = Q(due_at=due) & (Q(weight__lt=weight) | Q(weight=weight) & older)
    later = lighter if due is None else lighter | Q(due_at__gt=due) | Q(due_at=None)
    return Q(lane__gte=lane) & (Q(lane__gt=lane) | later)


def read_place(cursor: str, *, of: str) -> tuple[int, datetime | None, int, datetime, UUID]:
    """Return lane, due time, weight, time and key of a cursor. Raises BadCursor."""
    lane, due, weight, place = (cursor.split(".", 3) + [""] * 3)[:4]
    if not (lane.isdecimal() and weight.isdecimal() and len(lane) < 4 and len(weight) < 10):
        raise BadCursor
    if due and not (due.isdecimal() and len(due) < 18):
        raise BadCursor
    moment = EPOCH + timedelta(microseconds=int(due)) if due else None
    return int(lane), moment, int(weight), *decode(place, of=of)


def handed_to(moderator: User) -> CaseQuerySet:
    """Return what waits, and this moderator can take in hand and decide."""
    waiting = Case.objects.waiting().free_for(moderator)
    return waiting.decidable_by(moderator, rank_in_panel(moderator))


@transaction.atomic
def next_case(*, moderator: User, tab: Tab = Tab.ALL) -> Case | None:
    """Return the next case of a part of the queue that this moderator can decide, in hand now.

    None when there is none. No two moderators ever get the same one, and nobody gets one again
    that they have just skipped.
    """
    waiting = handed_to(moderator).exclude(pk__in=skipped_by(moderator)).filter(in_tab(tab))
    first = waiting.in_order().select_for_update(of=("self",), skip_locked=True, no_key=True)
    case = first.first()
    return take(moderator=moderator, case_id=case.pk) if case else None
