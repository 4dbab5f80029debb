"""What the panel remembers: the audit log, the bans, and what was decided about a person."""

import csv
import io
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

import orjson
from django.db.models import Q, QuerySet

from imagestudio.accounts.models import Membership, User
from imagestudio.http.cursor import MOST as SLICE
from imagestudio.http.cursor import Page
from imagestudio.http.cursor import page as page_of
from imagestudio.library.models import KnownBadHash
from imagestudio.library.models.images import midnight
from imagestudio.moderation.exceptions import NoSuchBan, NoSuchPerson
from imagestudio.moderation.models import (
    AuditEntry,
    Case,
    Decision,
    Look,
    Mute,
    Reached,
    Report,
    Sweep,
    kept_from,
)
from imagestudio.moderation.permissions import rank_in_panel
from imagestudio.moderation.policies import Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.panel.queue import seen_by
from imagestudio.moderation.services.reporters import Accuracy, accuracy_of
from imagestudio.moderation.services.strikes.counting import StrikeCount, count_of

COLUMNS = (
    *("id", "at", "actor", "verb", "case", "account", "image", "user", "look", "text", "data"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet begins to calculate
MOST = 50  # cases and decisions on one page about a person


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines of the audit log; days are of UTC, `until` is the last one."""

    actor: str = ""  # a part of an e-mail address
    verb: str = ""
    case: UUID | None = None
    look: UUID | None = None
    since: date | None = None
    until: date | None = None


def entries(moderator: User, wanted: Wanted) -> QuerySet[AuditEntry]:
    """Return the wanted lines of the log, newest first, with all that a page names.

    What happens in cases that the moderator may not look at is not among them, such as those about
    their own things: who has reported them, and what others note. Nor do they read of looks into
    their accounts.
    """
    found = AuditEntry.objects.filter(Q(case=None) | Q(case__in=seen_by(moderator)))
    mine = Look.objects.filter(account__in=moderator.memberships.values("account"))
    found = found.exclude(look__isnull=False, look__in=mine)
    found = found.select_related("actor", "user", "account")
    if wanted.actor:
        found = found.filter(actor__in=User.objects.filter(email__icontains=wanted.actor))
    if wanted.verb:
        found = found.filter(verb=wanted.verb)
    if wanted.case:
        found = found.filter(case=wanted.case)
    if wanted.look:
        found = found.filter(look=wanted.look)
    if wanted.since:
        found = found.filter(at__gte=midnight(wanted.since))
    if wanted.until and wanted.until < date.max:
        found = found.filter(at__lt=midnight(wanted.until) + timedelta(days=1))
    return found.order_by("-at", "-id")


def log_page(
    moderator: User, wanted: Wanted, *, cursor: str | None, limit: int = 50
) -> Page[AuditEntry]:
    """Return a page of the audit log. Raises BadCursor."""
    return page_of(
        entries(moderator, wanted), by="at", cursor=cursor, limit=limit, of=f"audit {wanted}"
    )


def export(
    *, moderator: User, wanted: Wanted, form: Literal["csv", "jsonl"]
) -> Generator[bytes, None, None]:
    """Return the wanted lines of the audit log as the bytes of a file, made while they leave.

    That somebody has them stands in the log.
    """
    told = ", ".join(f"{name}: {value}" for name, value in asdict(wanted).items() if value)
    note(Verb.EXPORTED, actor=moderator, text=told, form=form)
    return as_csv(moderator, wanted) if form == "csv" else as_lines(moderator, wanted)


def as_csv(moderator: User, wanted: Wanted) -> Generator[bytes, None, None]:
    """Yield lines of the log as CSV. No cell begins like a formula of a spreadsheet."""
    yield row_of(COLUMNS)
    for some in slices(moderator, wanted):
        yield b"".join(row_of([cell(value) for value in values(one).values()]) for one in some)


def as_lines(moderator: User, wanted: Wanted) -> Generator[bytes, None, None]:
    """Yield lines of the log as one JSON object each."""
    for some in slices(moderator, wanted):
        yield b"".join(orjson.dumps(values(one)) + b"\n" for one in some)


def slices(moderator: User, wanted: Wanted) -> Iterator[list[AuditEntry]]:
    """Yield the wanted lines some at a time, so that no connection is held while they leave."""
    cursor: str | None = None
    while True:
        found = page_of(
            entries(moderator, wanted), by="at", cursor=cursor, limit=SLICE, of="export"
        )
        if found.rows:
            yield found.rows
        cursor = found.next_cursor
        if cursor is None:
            return


def values(entry: AuditEntry) -> dict[str, Any]:
    """Return a line of the log as an export writes it."""
    return {
        "id": str(entry.pk),
        "at": entry.at.isoformat(),
        "actor": entry.actor.email if entry.actor else None,
        "verb": entry.verb,
        "case": str(entry.case_id) if entry.case_id else None,
        "account": entry.account.slug if entry.account else None,
        "image": str(entry.image_id) if entry.image_id else None,
        "user": entry.user.email if entry.user else None,
        "look": str(entry.look_id) if entry.look_id else None,
        "text": entry.text,
        "data": entry.data,
    }


def cell(value: Any) -> str:
    """Return a value as it stands in a cell."""
    text = orjson.dumps(value).decode() if isinstance(value, dict) else str(value or "")
    return f"'{text}" if text.startswith(FORMULA) else text


def row_of(cells: Sequence[str]) -> bytes:
    """Return a row of a CSV file."""
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


@dataclass(frozen=True, slots=True)
class Banned:
    """A ban, and the newest search of the store for it."""

    ban: KnownBadHash
    sweep: Sweep | None


@dataclass(frozen=True, slots=True)
class BanPage:
    """Some bans, and the cursor of those behind them (None: those were all)."""

    rows: list[Banned]
    next_cursor: str | None


def bans_page(*, cursor: str | None, limit: int = 50) -> BanPage:
    """Return a page of the bans, newest first, with those that were lifted. Raises BadCursor."""
    bans = KnownBadHash.objects.select_related("added_by", "lifted_by")
    found = bans.order_by("-added_at", "-id")
    page = page_of(found, by="added_at", cursor=cursor, limit=limit, of="bans")
    return BanPage(with_sweeps(page.rows), page.next_cursor)


def banned_of(ban_id: UUID) -> Banned:
    """Return a ban, lifted or not. Raises NoSuchBan."""
    bans = KnownBadHash.objects.select_related("added_by", "lifted_by")
    found = with_sweeps(list(bans.filter(pk=ban_id)))
    if not found:
        raise NoSuchBan("There is no such ban.")
    return found[0]


def with_sweeps(bans: Sequence[KnownBadHash]) -> list[Banned]:
    """Return bans with the newest search for each."""
    newest = Sweep.objects.filter(ban__in=bans).order_by("ban", "-started_at").distinct("ban")
    sweeps = {one.ban_id: one for one in newest}
    return [Banned(one, sweeps.get(one.pk)) for one in bans]


@dataclass(frozen=True, slots=True)
class Record:
    """A person as the panel knows them; `mute` is in force, if there is one."""

    user: User
    memberships: Sequence[Membership]
    decisions: Sequence[Decision]
    cases: Sequence[Case]
    open_cases: int
    reports: int
    strikes: StrikeCount | None  # None while no plan is in force
    reached: Sequence[Reached]  # thresholds, the newest first
    accuracy: Accuracy
    mute: Mute | None
    resting: int  # open cases that there are because of their reports alone
    unheard: Sequence[Report]  # the newest of those that there is no case for


def record_of(moderator: User, user_id: UUID) -> Record:
    """Return what was decided about a person, and what they reported.

    Raises NoSuchPerson, also for the moderator's own record.
    """
    user = User.objects.filter(pk=user_id).exclude(pk=moderator.pk).first()
    if user is None:
        raise NoSuchPerson("There is no such person.")
    lanes = Case.objects.open_to(rank_in_panel(moderator))
    about_them = Decision.objects.about(user).filter(case__in=lanes)
    decisions = about_them.select_related("case__image", "actor", "reversal")
    accounts = Membership.objects.open_to(user)
    about = seen_by(moderator).filter(account__in=[one.account_id for one in accounts])
    unheard = heard_by(moderator, Report.objects.made_by(user).filter(case=None))
    unclosed = seen_by(moderator).unclosed()
    theirs = unclosed.about_person(user.pk)
    return Record(
        user=user,
        memberships=list(accounts),
        decisions=list(decisions[:MOST]),
        cases=list(about.select_related("image", "account").order_by("-opened_at")[:MOST]),
        reports=Report.objects.made_by(user).count(),
        strikes=strikes_of(user, lanes),
        reached=list(Reached.objects.filter(user=user).order_by("-at", "-id")[:MOST]),
        open_cases=theirs.count(),
        accuracy=accuracy_of([user.pk]).get(user.pk, Accuracy()),
        mute=Mute.objects.filter(user=user, lifted_at=None).select_related("muted_by").first(),
        resting=unclosed.resting_on(user.pk).count(),
        unheard=list(unheard.select_related("image")[:MOST]),
    )


def strikes_of(user: User, cases: QuerySet[Case]) -> StrikeCount | None:
    """Return what counts against a person, naming only what was decided in some cases."""
    count = count_of(user)
    if count is None:
        return None
    keys = [one.case_id for one in count.strikes]
    named = set(cases.filter(pk__in=keys).values_list("pk", flat=True))
    strikes = [one for one in count.strikes if one.case_id in named]
    return replace(count, strikes=strikes, unnamed=len(count.strikes) - len(strikes))


def heard_by(moderator: User, reports: QuerySet[Report]) -> QuerySet[Report]:
    """Return the reports without a case that a moderator may read.

    Not those about a picture of their own, and of what belongs into the legal lane only with the
    rank for it.
    """
    found = reports.exclude(image__created_by=moderator)
    rank = rank_in_panel(moderator)
    if rank < Case.Lane.LEGAL.rank:
        found = found.exclude(reason__in=[one for one in Reason if one.is_legal])
        found = found.exclude(kept_from(rank, picture="image"))
    return found
