"""Who may decide what: computed here for every door, never by the page or the program that asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from imagestudio.accounts.models import Membership, Role, SiteRole, Standing, User
from imagestudio.library.models import Image, Publication
from imagestudio.library.visibility import HIDDEN_FROM_OTHERS
from imagestudio.moderation.exceptions import RankTooLow
from imagestudio.moderation.models import Appeal, BulkCase, Case, Decision
from imagestudio.moderation.policies import EFFECTS, Action, Rank, rank_of

STANDINGS = (Action.WARN, Action.BLOCK_GALLERY, Action.BLOCK_MAKING, Action.SUSPEND)
MEASURES = (Action.BLUR, Action.HIDE, Action.REMOVE, Action.QUARANTINE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules ask about some cases besides their rows: read for all of them at once."""

    appeals: dict[UUID, Appeal]  # by case: what waits in it
    affected: dict[UUID, User]  # by case: whom it is told
    asking: dict[UUID, UUID | None]  # by picture that waits to be published: who wants that
    filtered: set[UUID]  # pictures that a rule keeps from others
    memberships: set[UUID]  # accounts of the moderator

    @classmethod
    def about(cls, cases: Sequence[Case], moderator: User) -> Facts:
        """Return the facts about some cases, in a number of statements that does not grow."""
        images = [one.image for one in cases if one.image is not None]
        asked = [one.pk for one in images if is_asked(one)]
        about_accounts = any(one.kind == Case.Kind.ACCOUNT for one in cases)
        asking = Publication.objects.filter(pk__in=asked).values_list("pk", "asked_by")
        mine = Membership.objects.filter(user=moderator).values_list("account", flat=True)
        return cls(
            appeals=open_appeals(cases),
            affected=affected_in(cases),
            asking=dict(asking) if asked else {},
            filtered=held_of(images),
            memberships=set(mine) if about_accounts else set(),
        )

    def is_own(self, case: Case, moderator: User) -> bool:
        """Say whether a case is about somebody's own things or wish, or an account of theirs."""
        if case.subject_account_id is not None:
            return case.account_id in self.memberships
        if case.image_id is not None and self.asking.get(case.image_id) == moderator.pk:
            return True
        return moderator in self.concerned(case)

    def concerned(self, case: Case) -> set[User]:
        """Return whose thing a case is about: who is told, and who made it."""
        told = self.affected[case.pk]
        return {told, case.image.created_by} if case.image is not None else {told}


def offered(case: Case, moderator: User, facts: Facts | None = None) -> list[Action]:
    """Return what this moderator may decide in a case now, the mildest first.

    Nobody decides about things of their own, takes anything from somebody of the same or a higher
    rank, decides the appeal against a decision of theirs, or ends what it takes a higher rank to
    begin.
    """
    rank = rank_in_panel(moderator)
    if rank < Case.Lane(case.lane).rank or case.state == Case.State.CLOSED:
        return []
    facts = facts or Facts.about([case], moderator)
    if facts.is_own(case, moderator):
        return []
    if case.state == Case.State.ESCALATED and rank < Rank.SENIOR_MODERATOR:
        return []
    appeal = facts.appeals.get(case.pk)
    if appeal is not None:
        is_theirs = appeal.decision_actor_id == moderator.pk
        reaches = rank >= EFFECTS[Action(appeal.decision.action)].rank
        return [Action.UPHOLD, Action.REVERSE] if reaches and not is_theirs else []
    is_over = all(rank > rank_of(one.site_role) for one in facts.concerned(case))
    return [
        action
        for action in possible(case, facts)
        if rank >= rank_for(action, case) and (is_over or not EFFECTS[action].restricts)
    ]


def why_not(
    case: Case, moderator: User, action: Action, facts: Facts | None = None
) -> BulkCase.Why | None:
    """Return why a case does not offer an action to this moderator; None: it does."""
    why = BulkCase.Why
    facts = facts or Facts.about([case], moderator)
    if action in offered(case, moderator, facts):
        return None
    if case.state == Case.State.CLOSED:
        return why.CLOSED
    if facts.is_own(case, moderator):
        return why.OWN
    if facts.appeals.get(case.pk) is not None:
        return why.APPEAL
    rank = rank_in_panel(moderator)
    if case.state == Case.State.ESCALATED and rank < Rank.SENIOR_MODERATOR:
        return why.ESCALATED
    return why.RANK if action in possible(case, facts) else why.IMPOSSIBLE


def rank_in_panel(user: User) -> Rank:
    """Return the rank with which somebody works in the panel now."""
    return rank_of(user.site_role) if user.is_moderator else Rank.NONE


def require_rank(rank: Rank, moderator: User) -> None:
    """Do nothing if somebody has this rank or a higher one. Raises RankTooLow."""
    if rank_in_panel(moderator) < rank:
        raise RankTooLow(f"This takes a {rank.name.lower().replace('_', ' ')}.")


def possible(case: Case, facts: Facts) -> list[Action]:
    """Return what can be decided about the subject of a case as it is, by whoever may."""
    if case.kind == Case.Kind.IMAGE and case.image is not None:
        return about_picture(case.image, is_held=case.image.pk in facts.filtered)
    if case.kind == Case.Kind.SCREENING:
        return [Action.KEEP]
    standing = standing_of(case)
    if standing is Standing.CLOSED:
        return [Action.KEEP]
    back = [Action.REINSTATE] if standing is not Standing.OK else []
    is_warned = standing is Standing.WARNED  # and can be warned again
    worse = [
        one
        for one in STANDINGS
        if Standing(EFFECTS[one].standing).severity > standing.severity
        or (is_warned and one is Action.WARN)
    ]
    return [Action.KEEP, *back, *worse]


def about_picture(image: Image, *, is_held: bool) -> list[Action]:
    """Return what can be decided about a picture as it is."""
    if image.purged_at is not None:
        return [Action.KEEP]
    if is_held:  # whoever looks at it says whether that was right
        as_it_is = next(one for one in MEASURES if EFFECTS[one].moderation == image.moderation)
        return [Action.RESTORE, as_it_is, *(one for one in MEASURES if one != as_it_is)]
    first = [Action.APPROVE, Action.REJECT] if is_asked(image) else [Action.KEEP]
    is_covered = image.moderation != Image.Moderation.CLEAR
    back = [Action.RESTORE] if is_covered else []
    others = [one for one in MEASURES if EFFECTS[one].moderation != image.moderation]
    return [*first, *back, *others]


def is_asked(image: Image) -> bool:
    """Say whether a picture waits for somebody to look at it before everybody sees it."""
    return (
        image.visibility == Image.Visibility.PUBLIC
        and image.review == Image.Review.REQUESTED
        and image.purged_at is None
    )


def held_of(images: Sequence[Image]) -> set[UUID]:
    """Return which pictures a rule keeps from people, and no person has looked at since."""
    hidden = [one.pk for one in images if one.moderation in HIDDEN_FROM_OTHERS]
    if not hidden:
        return set()
    about = Decision.objects.in_force().filter(case__image__in=hidden).exclude(moderation="")
    last = dict(about.order_by("at", "id").values_list("case__image", "actor"))
    return {image for image, actor in last.items() if image is not None and actor is None}


def rank_for(action: Action, case: Case) -> Rank:
    """Return the rank that an action takes: its own, or that of the measure which it ends."""
    effect = EFFECTS[action]
    ended = [
        other.rank
        for other in EFFECTS.values()
        if effect.moderation and case.image and other.moderation == case.image.moderation
    ]
    return max(effect.rank, *ended) if ended else effect.rank


def standing_of(case: Case) -> Standing:
    """Return the standing of the person or account that a case is about."""
    thing = case.user or case.subject_account
    return Standing(thing.standing) if thing else Standing.CLOSED


def affected_by(case: Case) -> User:
    """Return the person who is told what is decided in a case.

    For a picture its maker, or, once the maker has left, an owner of its account.
    """
    return affected_in([case])[case.pk]


def affected_in(cases: Sequence[Case]) -> dict[UUID, User]:
    """Return for each of these cases, by its key, the person who is told what is decided in it."""
    told = {one.pk: person for one in cases if (person := one.user or prompter_of(one))}
    others = [one for one in cases if one.pk not in told]
    if not others:
        return told
    makers = {one.image.created_by_id for one in others if one.image is not None}
    members = Membership.objects.filter(account__in={one.account_id for one in others})
    wanted = members.filter(Q(role=Role.OWNER, user__is_active=True) | Q(user__in=makers))
    owners: dict[UUID, User] = {}
    present = set()
    for member in wanted.select_related("user").order_by("added_at"):
        present.add((member.account_id, member.user_id))
        if member.role == Role.OWNER and member.user.is_active:
            owners.setdefault(member.account_id, member.user)
    for one in others:
        maker = one.image.created_by if one.image is not None else None
        if maker and maker.closed_at is None and (one.account_id, maker.pk) in present:
            told[one.pk] = maker
        else:
            told[one.pk] = owners.get(one.account_id) or founder_of(one)
    return told


def prompter_of(case: Case) -> User | None:
    """Return whose prompt a case is about, None where it is about something else."""
    return case.screening.user if case.screening is not None else None


def founder_of(case: Case) -> User:
    """Return whose account a case is about, or who made it: nobody else is there any more."""
    person = case.account.person or case.account.made_by
    if person is None:
        raise ValueError("An account always has an owner, a person, or somebody who made it.")
    return person


def maker_of(case: Case) -> User:
    """Return the person whose doing a case is about, whether they have left the account or not."""
    return case.image.created_by if case.image is not None else affected_by(case)


def is_own(case: Case, moderator: User) -> bool:
    """Say whether a case is about somebody's own things or wish, or an account of theirs."""
    return Facts.about([case], moderator).is_own(case, moderator)


def has_judge(appeal: Appeal) -> bool:
    """Say whether there is anybody who could decide an appeal, whose it is not."""
    rank = EFFECTS[Action(appeal.decision.action)].rank
    roles = [role for role in SiteRole if rank_of(role) >= rank]
    judges = User.objects.filter(site_role__in=roles, is_active=True)
    return judges.exclude(pk__in=[appeal.decision_actor_id, appeal.user_id]).exists()


def open_appeal(case: Case) -> Appeal | None:
    """Return the appeal that waits for its decision in a case, the oldest first."""
    return open_appeals([case]).get(case.pk)


def open_appeals(cases: Sequence[Case]) -> dict[UUID, Appeal]:
    """Return the appeals that wait in these cases, by case, the oldest of each."""
    waiting = Appeal.objects.filter(case__in=[one.pk for one in cases], decided_at=None)
    found: dict[UUID, Appeal] = {}
    for one in waiting.select_related("decision", "user").order_by("made_at", "id"):
        found.setdefault(one.case_id, one)
    return found
