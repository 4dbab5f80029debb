"""Who may look into a library, how a look begins, and how it ends."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from imagestudio.accounts.models import Account, Membership, SiteRole, User
from imagestudio.accounts.services.factors import has_second_factor
from imagestudio.jobs import enqueue
from imagestudio.moderation.exceptions import AlreadyLooking, CannotLook, LookInvalid, NoSuchLook
from imagestudio.moderation.models import Case, Look
from imagestudio.moderation.models.looks import LONGEST, SHORTEST_TEXT
from imagestudio.moderation.permissions import rank_in_panel
from imagestudio.moderation.policies import Rank, Reason, rank_of
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import words_of
from imagestudio.moderation.services.panel.dossier import case_of

HOUR = timedelta(hours=1)
MOST_HOURS = LONGEST // HOUR
LATER = timedelta(days=30)  # after which owners are told where an operator has chosen so
Notice, Ending = Look.Notice, Look.Ending


@dataclass(frozen=True, slots=True)
class Wish:
    """Into which library somebody wants to look, why, and for how many hours.

    `person` narrows it to what one person has made there; `case` is the case that it belongs to.
    """

    account: str  # its slug
    reason: str
    text: str
    hours: int = 1
    person: UUID | None = None
    case: UUID | None = None
    notice: str = Notice.AT_END


def require_looker(moderator: User) -> None:
    """Do nothing for whom looks exist: senior moderators and operators. Raises NoSuchLook."""
    if rank_in_panel(moderator) < Rank.SENIOR_MODERATOR:
        raise NoSuchLook("There is no such page.")


def may_delay(moderator: User) -> bool:
    """Say whether somebody may have owners told later than at the end."""
    is_on = settings.LOOK_NOTICE == Notice.AFTER_30_DAYS
    return bool(is_on and rank_in_panel(moderator) >= Rank.OPERATOR)


def against(moderator: User, account: Account) -> str:
    """Return what speaks against somebody's looking into an account now, nothing if nothing does.

    Nobody looks into an account of their own, or into one that staff of the same or a higher rank
    is a member of.
    """
    rank = rank_in_panel(moderator)
    members = Membership.objects.filter(account=account)
    if members.filter(user=moderator).exists():
        return "Nobody looks into an account of their own."
    staff = members.exclude(user__site_role=SiteRole.NONE).values_list("user__site_role", flat=True)
    if any(rank_of(role) >= rank for role in staff):
        return "Somebody of your rank, or of a higher one, is a member of this account."
    return ""


def account_of(slug: str) -> Account:
    """Return the open account with this slug. Raises NoSuchLook."""
    account = Account.objects.filter(slug=slug, closed_at=None).first()
    if account is None:
        raise NoSuchLook("There is no such account.")
    return account


def begin_look(*, moderator: User, wish: Wish) -> Look:
    """Return a new look of a senior moderator, or an operator, into somebody else's library.

    Whether they have just confirmed their second factor is the door's to check. Raises NoSuchLook
    (also for an account, or a person in it, that there is not), CannotLook, LookInvalid,
    NoSuchCase, AlreadyLooking.
    """
    require_looker(moderator)
    account = account_of(wish.account)
    why_not = against(moderator, account)
    if why_not:
        raise CannotLook(why_not)
    text = check(wish, moderator)
    person = person_of(wish, account, moderator)
    case = case_in(wish, account, moderator)
    end_lapsed()
    try:
        with transaction.atomic():
            look = Look.objects.create(
                account=account,
                person=person,
                by=moderator,
                role=moderator.site_role,
                reason=wish.reason,
                text=text,
                case=case,
                notice=wish.notice,
                until=Now() + wish.hours * HOUR,
            )
            note(
                Verb.LOOK_BEGAN,
                actor=moderator,
                case=case,
                look=look,
                user=person,
                text=text,
                reason=wish.reason,
                hours=wish.hours,
                notice=wish.notice,
            )
    except IntegrityError as error:
        there = Look.objects.under_way().filter(by=moderator, account=account).first()
        if there is None:
            raise
        raise AlreadyLooking("End that look first, or go on with it.", look_id=there.pk) from error
    look.refresh_from_db()
    return look


def check(wish: Wish, moderator: User) -> str:
    """Return why somebody wants to look, in their words. Raises LookInvalid, CannotLook."""
    if wish.reason not in Reason.values:
        raise LookInvalid("Choose a reason.")
    if not 1 <= wish.hours <= MOST_HOURS:
        raise LookInvalid(f"A look lasts 1 to {MOST_HOURS} hours.")
    if wish.notice not in Notice.values:
        raise LookInvalid("Choose when the owners are told.")
    if wish.notice != Notice.AT_END and not may_delay(moderator):
        raise CannotLook("The owners are told when the look ends.")
    text = words_of(wish.text, error=LookInvalid)
    if len(text) < SHORTEST_TEXT:
        raise LookInvalid(f"Say why in at least {SHORTEST_TEXT} characters.")
    return text


def person_of(wish: Wish, account: Account, moderator: User) -> User | None:
    """Return the person whose pictures alone are to be looked at. Raises NoSuchLook."""
    if wish.person is None:
        return None
    found = Membership.objects.filter(account=account, user=wish.person).exclude(user=moderator)
    member = found.select_related("user").first()
    if member is None:
        raise NoSuchLook("There is no such person in this account.")
    return member.user


def case_in(wish: Wish, account: Account, moderator: User) -> Case | None:
    """Return the case that a look belongs to. Raises NoSuchCase, LookInvalid."""
    if wish.case is None:
        return None
    case = case_of(moderator, wish.case)
    if case.account_id != account.pk:
        raise LookInvalid("That case is about another account.")
    return case


def end_look(*, moderator: User, look_id: UUID) -> Look:
    """Return a look of this moderator that they have ended; it is over already if it was.

    Raises NoSuchLook.
    """
    require_looker(moderator)
    end(look_id, Ending.HAND, by=moderator)
    look = Look.objects.select_related("account", "person", "by").filter(pk=look_id, by=moderator)
    found = look.first()
    if found is None:
        raise NoSuchLook("There is no such look of yours.")
    return found


@transaction.atomic
def end(look_id: UUID, how: Look.Ending, *, by: User | None = None) -> bool:
    """Say whether a look was ended by this: of whoever is named, or whose ever it is."""
    open_ones = Look.objects.filter(pk=look_id, ended_at=None)
    if by is not None:
        open_ones = open_ones.filter(by=by)
    look = open_ones.select_for_update(no_key=True).first()
    if look is None:
        return False
    if Look.objects.lapsed().filter(pk=look_id).exists():
        how = Ending.TIME
    later = LATER if look.notice == Notice.AFTER_30_DAYS else timedelta()
    ended_at = look.until if how == Ending.TIME else Now()
    Look.objects.filter(pk=look_id).update(ended_at=ended_at, ending=how, tell_at=ended_at + later)
    note(Verb.LOOK_ENDED, actor=by, look=look, user=look.person, text=how.label, ending=how)
    if not later:
        enqueue("moderation.tell_looks")
    return True


def end_lapsed() -> int:
    """End the looks whose time is over, and return how many those were."""
    keys = list(Look.objects.lapsed().values_list("pk", flat=True))
    return sum(end(key, Ending.TIME) for key in keys)


def end_unfit() -> int:
    """End the looks of people who may not look any more, and return how many those were.

    Their role, their second factor or their account is gone, or they belong to it by now.
    """
    going = Look.objects.under_way().select_related("by", "account")
    return sum(end(one.pk, Ending.RIGHT) for one in going if not is_fit(one))


def is_fit(look: Look) -> bool:
    """Say whether whoever looks may look into that account now."""
    return (
        rank_in_panel(look.by) >= Rank.SENIOR_MODERATOR
        and look.account.closed_at is None
        and has_second_factor(look.by)
        and not against(look.by, look.account)
    )
