"""Bulk deeds as the panel shows them: what was decided together, and what became of each case."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from imagestudio.accounts.models import Account, User
from imagestudio.http.cursor import Page, decode_key, encode_key
from imagestudio.http.cursor import page as page_of
from imagestudio.moderation.exceptions import NoSuchBulkDeed
from imagestudio.moderation.models import BulkCase, BulkDeed, Case
from imagestudio.moderation.models.bulk import BulkDeedQuerySet
from imagestudio.moderation.permissions import rank_in_panel
from imagestudio.moderation.services.panel.queue import NAMES, Tab, about_own, seen_by

PAGE = 50  # cases, or deeds


@dataclass(frozen=True, slots=True)
class CasesPage:
    """Some cases of a bulk deed, and the cursor of those behind them."""

    rows: list[BulkCase]
    next_cursor: str | None


def known_to(moderator: User) -> BulkDeedQuerySet:
    """Return the bulk deeds that a moderator may look at: what others did, and drafts of their own.

    As with cases, not those in which something is about them, or about their reports, and not
    what others wrote about a case that is for higher ranks alone.
    """
    cases = BulkCase.objects.filter(deed=OuterRef("pk"))
    own = cases.filter(case__in=Case.objects.filter(about_own(moderator)))
    known = BulkDeed.objects.known_to(moderator).exclude(Exists(own))
    rank = rank_in_panel(moderator)
    if rank < max(lane.rank for lane in Case.Lane):
        decided = cases.exclude(state=BulkCase.State.LEFT)
        above = decided.exclude(case__in=Case.objects.open_to(rank))
        known = known.filter(Q(actor=moderator) | ~Exists(above))
    known = known.exclude(choice=BulkDeed.Choice.REPORTER, about=str(moderator.pk))
    return known.select_related("actor", "undone_by")


def deeds_page(moderator: User, *, cursor: str | None, limit: int = PAGE) -> Page[BulkDeed]:
    """Return a page of the bulk deeds that somebody did, newest first. Raises BadCursor."""
    done = known_to(moderator).done().order_by("-begun_at", "-id")
    return page_of(done, by="begun_at", cursor=cursor, limit=limit, of="bulk")


def deed_of(moderator: User, deed_id: UUID) -> BulkDeed:
    """Return a bulk deed. Raises NoSuchBulkDeed, also for one that is not theirs to look at."""
    deed = known_to(moderator).filter(pk=deed_id).first()
    if deed is None:
        raise NoSuchBulkDeed("There is no such bulk deed.")
    return deed


def cases_page(
    moderator: User, deed: BulkDeed, *, cursor: str | None, limit: int = PAGE
) -> CasesPage:
    """Return a page of the cases of a bulk deed, in its order. Raises BadCursor.

    The moderator was let look at the deed; should a case have become one about something of theirs
    since, it is not among them.
    """
    of = f"bulk {deed.pk}"
    rows = deed.cases.filter(case__in=seen_by(moderator)).order_by("id")
    if cursor:
        rows = rows.filter(id__gt=decode_key(cursor, of=of))
    details = ("image__file", "image__created_by", "user", "subject_account", "screening")
    found = list(rows.select_related(*(f"case__{one}" for one in details))[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return CasesPage(found[:limit], encode_key(last.pk, of=of) if last else None)


def reasons_left(deed: BulkDeed) -> Sequence[tuple[BulkCase.Why, int]]:
    """Return why cases of a deed were left alone, or not taken back, each with how many."""
    rows = deed.cases.exclude(why="").values_list("why").annotate(n=Count("pk"))
    return [(BulkCase.Why(why), count) for why, count in rows.order_by("-n", "why")]


def chosen_in_words(deed: BulkDeed) -> str:
    """Return what the cases of a bulk deed have in common, in a few words."""
    label = str(BulkDeed.Choice(deed.choice).label)
    if deed.choice == BulkDeed.Choice.TICKED:
        return label
    if deed.choice == BulkDeed.Choice.TAB:
        return f"{label}: {NAMES[Tab(deed.about)]}"
    thing: object = None
    if deed.choice in {BulkDeed.Choice.PERSON, BulkDeed.Choice.REPORTER}:
        user = User.objects.filter(pk=deed.about).first()
        thing = (user.name or user.email) if user else None
    elif deed.choice == BulkDeed.Choice.ACCOUNT:
        account = Account.objects.filter(pk=deed.about).first()
        thing = account.name if account else None
    return f"{label}: {thing}" if thing else label


def covers_of(moderator: User, deed: BulkDeed, *, most: int) -> list[Case]:
    """Return the first cases of a deed, to be shown as covers."""
    rows = deed.cases.filter(case__in=seen_by(moderator)).order_by("id")
    return [one.case for one in rows.select_related("case__image", "case__user")[:most]]
