"""All that is known about a case, for whoever decides it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import Now

from imagestudio.accounts.models import User
from imagestudio.library.models import Appearance, BanMatch, Derivation, Image, Publication
from imagestudio.library.services.bans import ban_of, look_ban_of
from imagestudio.library.similarity import similar_to
from imagestudio.moderation.exceptions import NoSuchCase
from imagestudio.moderation.models import (
    Appeal,
    AuditEntry,
    Case,
    Classification,
    Decision,
    LegalHold,
    Notice,
    Report,
    kept_from,
)
from imagestudio.moderation.permissions import (
    affected_by,
    has_judge,
    maker_of,
    offered,
    open_appeal,
    rank_in_panel,
)
from imagestudio.moderation.policies import RESTRICTING, Action, Rank
from imagestudio.moderation.services.deciding.carrying_out import history_of
from imagestudio.moderation.services.notices import PATIENCE
from imagestudio.moderation.services.panel.alike import Twin, twins_of
from imagestudio.moderation.services.panel.queue import seen_by
from imagestudio.moderation.services.panel.strikes import Proposal, proposal_in
from imagestudio.moderation.services.reporters import Accuracy, accuracy_of, is_new, muted_among
from imagestudio.moderation.services.signals import Hour, hours_of
from imagestudio.moderation.services.strikes.counting import StrikeCount, count_of

MOST_REPORTS, MOST_ENTRIES, MOST_CASES, MOST_SIMILAR = 100, 200, 20, 12
MOST_SAID = 4
HELD = (AuditEntry.Verb.CLAIMED, AuditEntry.Verb.RELEASED)


@dataclass(frozen=True, slots=True)
class Heard:
    """A report, and how often its maker was right."""

    report: Report
    accuracy: Accuracy
    is_muted: bool


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a case's history; with the decision that it tells of, if it tells of one."""

    entry: AuditEntry
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Alike:
    """A picture of the same person that looks like the case's, and the newest case about it."""

    image: Image
    case: Case | None


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of the person a case is about, in figures."""

    is_new: bool
    restricted: int  # decisions that took something from them, and stand
    cases: int  # all cases about things of their account
    waiting: int  # of those, open ones besides this one
    hours: Sequence[Hour]  # what safety systems refused of them lately
    strikes: StrikeCount | None  # what counts against them; None while no plan is in force
    said: Sequence[Classification]  # what a classifier said of the picture, and of its words


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case with all that is known about it, and what this moderator may decide in it."""

    case: Case
    affected: User
    maker: User  # whose doing it is about, also once they have left
    publication: Publication | None  # the words that everybody sees with a picture, or would
    offered: Sequence[Action]
    reports: Sequence[Heard]
    appeal: Appeal | None
    appealed: Notice | None  # what the person was told of the decision they object to
    has_judge: bool  # there is somebody who can decide the objection
    history: Sequence[Decision]  # all decisions about the same subject
    others: Sequence[Case]
    similar: Sequence[Alike]
    twins: Sequence[Twin]  # other open cases whose pictures look the same, of whomever
    about_person: int  # open cases about the person or their things, with this one
    sources: int  # pictures that it was made from
    is_banned: bool  # these bytes may not come into any library
    is_look_banned: bool  # what looks like it waits for a person
    is_plain: bool  # too plain to be told from others by its look
    matches: Sequence[BanMatch]  # banned pictures that it looks like, the nearest first
    hold: LegalHold | None  # by which its picture is kept for an authority; seniors alone see it
    signals: Signals
    events: Sequence[Event]
    proposal: Proposal | None  # of strikes, in a case about a person


def case_of(moderator: User, case_id: UUID) -> Case:
    """Return a case with its rows loaded. Raises NoSuchCase, also for one about oneself."""
    case = seen_by(moderator).with_details().filter(pk=case_id).first()
    if case is None:
        raise NoSuchCase("There is no such case.")
    return case


def called(case: Case) -> str:
    """Return what a case is about, in a few words."""
    if case.image is not None:
        return case.image.title or case.image.prompt[:80] or "Untitled picture"
    if case.screening is not None:
        return case.screening.text[:80]
    thing = case.user or case.subject_account
    return (getattr(thing, "name", "") or str(thing)) if thing else ""


def dossier_of(case: Case, moderator: User) -> Dossier:
    """Return all that is known about a case."""
    affected, appeal = affected_by(case), open_appeal(case)
    told = Notice.objects.filter(decision=appeal.decision_id).first() if appeal else None
    return Dossier(
        case=case,
        affected=affected,
        maker=maker_of(case),
        publication=publication_of(case),
        offered=offered(case, moderator),
        reports=reports_of(case),
        appeal=appeal,
        appealed=told,
        has_judge=appeal is None or has_judge(appeal),
        history=known_of(case, moderator),
        others=others_of(case, moderator),
        similar=similar_of(case, moderator),
        twins=twins_of(case, seen_by(moderator).unclosed()),
        about_person=seen_by(moderator).unclosed().about_person(maker_of(case).pk).count(),
        sources=Derivation.objects.filter(child=case.image_id).count() if case.image_id else 0,
        is_banned=bool(case.image and case.image.file and ban_of(case.image.file)),
        is_look_banned=bool(case.image and case.image.file and look_ban_of(case.image.file)),
        is_plain=is_plain(case),
        matches=matches_of(case, moderator),
        hold=hold_of(case, moderator),
        signals=signals_of(case, affected),
        events=events_of(case),
        proposal=proposal_in(case),
    )


def known_of(case: Case, moderator: User) -> list[Decision]:
    """Return the decisions about a case's subject, but those of lanes above somebody's rank."""
    rank = rank_in_panel(moderator)
    return [one for one in history_of(case) if Case.Lane(one.case.lane).rank <= rank]


def publication_of(case: Case) -> Publication | None:
    """Return what is published with a picture, or asked to be; None of one that is private.

    Its words are those of the moment when somebody asked, whatever the picture is called by now.
    """
    image = case.image
    if image is None or image.visibility != Image.Visibility.PUBLIC:
        return None
    return Publication.objects.filter(pk=image.pk).defer("search").first()


def reports_of(case: Case) -> list[Heard]:
    """Return the reports of a case, newest first, with how often each reporter was right."""
    reports = case.reports.select_related("reporter", "request").order_by("-at", "-id")[
        :MOST_REPORTS
    ]
    makers = {one.reporter_id for one in reports if one.reporter_id is not None}
    rates, muted = accuracy_of(makers), muted_among(makers)
    return [
        Heard(one, rates.get(one.reporter_id, Accuracy()), one.reporter_id in muted)
        for one in reports
    ]


def others_of(case: Case, moderator: User) -> list[Case]:
    """Return other cases about things of the same account, newest first."""
    others = seen_by(moderator).filter(account=case.account_id).exclude(pk=case.pk)
    return list(others.select_related("image").order_by("-opened_at")[:MOST_CASES])


def similar_of(case: Case, moderator: User) -> list[Alike]:
    """Return pictures of the same person that look like a case's, each with a case about it."""
    if case.image is None or case.image.file_id is None:
        return []
    found = [one.image for one in similar_to(case.image) or ()]
    found = [one for one in found if one.created_by_id == case.image.created_by_id]
    images = Image.objects.filter(pk__in=[one.pk for one in found])
    kept = set(images.filter(kept_from(rank_in_panel(moderator))).values_list("pk", flat=True))
    found = [one for one in found if one.pk not in kept][:MOST_SIMILAR]
    cases = {
        one.image_id: one
        for one in seen_by(moderator).filter(image__in=found).order_by("opened_at")
    }
    return [Alike(one, cases.get(one.pk)) for one in found]


def is_plain(case: Case) -> bool:
    """Say whether a case's picture is known to be too plain to be told from others by its look."""
    file = case.image.file if case.image else None
    return Appearance.objects.filter(file=file, file__isnull=False, phash=None).exists()


def matches_of(case: Case, moderator: User) -> list[BanMatch]:
    """Return the banned pictures that a case's picture looks like, the nearest first.

    But for those that are for higher ranks alone.
    """
    if case.image is None:
        return []
    kept = Image.objects.filter(kept_from(rank_in_panel(moderator)))
    found = BanMatch.objects.filter(image=case.image).exclude(ban__image__in=kept)
    found = found.select_related("ban__image")
    return list(found.order_by("distance", "pk")[:MOST_SIMILAR])


def hold_of(case: Case, moderator: User) -> LegalHold | None:
    """Return the hold on a case's picture, for whoever may know of it."""
    if case.image_id is None or rank_in_panel(moderator) < Rank.SENIOR_MODERATOR:
        return None
    return LegalHold.objects.in_force().filter(image=case.image_id).defer("rows").first()


def signals_of(case: Case, affected: User) -> Signals:
    """Return what is known of the person that a case is about."""
    about = Case.objects.filter(account=case.account_id)
    counted = about.aggregate(all=Count("pk"), waiting=Count("pk", filter=~Q(state="closed")))
    restricted = Decision.objects.about(affected).in_force().filter(action__in=RESTRICTING)
    return Signals(
        is_new=is_new(affected),
        restricted=restricted.count(),
        cases=counted["all"],
        waiting=counted["waiting"] - (case.state != Case.State.CLOSED),
        hours=hours_of(maker_of(case)),
        strikes=count_of(affected),
        said=said_of(case),
    )


def said_of(case: Case) -> list[Classification]:
    """Return what a classifier said of what a case is about, newest first."""
    about = Q(screening=case.screening_id) if case.screening_id else Q(image=case.image_id)
    if case.kind not in {Case.Kind.IMAGE, Case.Kind.SCREENING}:
        return []
    if case.image_id:  # the words that it was made of, where those opened the case
        told = case.entries.filter(verb=AuditEntry.Verb.MATCHED).values_list("data", flat=True)
        about |= Q(screening__in=[one["screening"] for one in told if "screening" in one])
    return list(Classification.objects.filter(about).newest_first()[:MOST_SAID])


def events_of(case: Case) -> list[Event]:
    """Return what happened in a case, newest first; in whose hands it was stands in the log alone.

    Every visit takes a case in hand and gives it back.
    """
    entries = (
        case.entries.exclude(verb__in=HELD)
        .select_related("actor")
        .order_by("-at", "-id")[:MOST_ENTRIES]
    )
    decisions = Decision.objects.filter(case=case).select_related("notice", "reversal")
    told = {str(one.pk): one for one in decisions}
    return [Event(one, told.get(str(one.data.get("decision", "")))) for one in entries]


def undoable(moderator: User, decision_id: UUID) -> Decision | None:
    """Return a decision of this moderator that can still be taken back unnoticed, else None."""
    settled = (Action.REVERSE, Action.UPHOLD)
    mine = Decision.objects.in_force().filter(pk=decision_id, actor=moderator)
    mine = mine.exclude(action__in=settled)
    unsaid = Q(notice=None) | Q(notice__sent_at=None, notice__withdrawn_at=None)
    return mine.filter(unsaid, at__gt=Now() - PATIENCE).select_related("case__image").first()
