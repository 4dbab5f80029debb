"""Who may decide what: computed here for every door, never by the page or the program that asks."""

from imagestudio.accounts.models import Membership, SiteRole, Standing, User
from imagestudio.library.models import Image, Publication
from imagestudio.moderation.exceptions import RankTooLow
from imagestudio.moderation.models import Appeal, Case, Decision
from imagestudio.moderation.policies import EFFECTS, Action, Rank, rank_of

STANDINGS = (Action.WARN, Action.BLOCK_GALLERY, Action.BLOCK_MAKING, Action.SUSPEND)
MEASURES = (Action.BLUR, Action.HIDE, Action.REMOVE, Action.QUARANTINE)


def offered(case: Case, moderator: User) -> list[Action]:
    """Return what this moderator may decide in a case now, the mildest first.

    Nobody decides about things of their own, takes anything from somebody of the same or a higher
    rank, decides the appeal against a decision of theirs, or ends what it takes a higher rank to
    begin.
    """
    rank = rank_in_panel(moderator)
    if rank is Rank.NONE or case.state == Case.State.CLOSED or is_own(case, moderator):
        return []
    if case.state == Case.State.ESCALATED and rank < Rank.SENIOR_MODERATOR:
        return []
    appeal = open_appeal(case)
    if appeal is not None:
        is_theirs = appeal.decision_actor_id == moderator.pk
        reaches = rank >= EFFECTS[Action(appeal.decision.action)].rank
        return [Action.UPHOLD, Action.REVERSE] if reaches and not is_theirs else []
    is_over = all(rank > rank_of(one.site_role) for one in concerned(case))
    return [
        action
        for action in possible(case)
        if rank >= rank_for(action, case) and (is_over or not EFFECTS[action].restricts)
    ]


def rank_in_panel(user: User) -> Rank:
    """Return the rank with which somebody works in the panel now."""
    return rank_of(user.site_role) if user.is_moderator else Rank.NONE


def require_rank(rank: Rank, moderator: User) -> None:
    """Do nothing if somebody has this rank or a higher one. Raises RankTooLow."""
    if rank_in_panel(moderator) < rank:
        raise RankTooLow(f"This takes a {rank.name.lower().replace('_', ' ')}.")


def possible(case: Case) -> list[Action]:
    """Return what can be decided about the subject of a case as it is, by whoever may."""
    if case.kind == Case.Kind.IMAGE and case.image is not None:
        return about_picture(case.image)
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


def about_picture(image: Image) -> list[Action]:
    """Return what can be decided about a picture as it is."""
    if image.purged_at is not None:
        return [Action.KEEP]
    if is_filtered(image):  # whoever looks at it says whether that was right
        return [Action.RESTORE, Action.HIDE, *(one for one in MEASURES if one != Action.HIDE)]
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


def is_filtered(image: Image) -> bool:
    """Say whether a rule keeps a picture from others, and no person has looked at it since."""
    if image.moderation != Image.Moderation.HIDDEN_PUBLIC:
        return False
    about = Decision.objects.in_force().filter(case__image=image).exclude(moderation="")
    last = about.order_by("at", "id").last()
    return last is not None and last.actor_id is None


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
    if case.user is not None:
        return case.user
    if case.screening is not None:
        return case.screening.user
    members = Membership.objects.filter(account=case.account)
    if case.image is not None:
        maker = case.image.created_by
        if maker.closed_at is None and members.filter(user=maker).exists():
            return maker
    owner = members.owners().select_related("user").order_by("added_at").first()
    if owner is not None:
        return owner.user
    person = case.account.person or case.account.made_by
    if person is None:
        raise ValueError("An account always has an owner, a person, or somebody who made it.")
    return person


def maker_of(case: Case) -> User:
    """Return the person whose doing a case is about, whether they have left the account or not."""
    return case.image.created_by if case.image is not None else affected_by(case)


def concerned(case: Case) -> set[User]:
    """Return whose thing a case is about: who is told, and who made it."""
    return {affected_by(case), maker_of(case)}


def is_own(case: Case, moderator: User) -> bool:
    """Say whether a case is about somebody's own things or wish, or an account of theirs."""
    if case.subject_account is not None:
        return Membership.objects.filter(account=case.account, user=moderator).exists()
    return moderator in concerned(case) or asks(case, moderator)


def asks(case: Case, user: User) -> bool:
    """Say whether it is this person who wants a picture to be published, whoever has made it."""
    if case.image is None or not is_asked(case.image):
        return False
    return Publication.objects.filter(pk=case.image.pk, asked_by=user).exists()


def has_judge(appeal: Appeal) -> bool:
    """Say whether there is anybody who could decide an appeal, whose it is not."""
    rank = EFFECTS[Action(appeal.decision.action)].rank
    roles = [role for role in SiteRole if rank_of(role) >= rank]
    judges = User.objects.filter(site_role__in=roles, is_active=True)
    return judges.exclude(pk__in=[appeal.decision_actor_id, appeal.user_id]).exists()


def open_appeal(case: Case) -> Appeal | None:
    """Return the appeal that waits for its decision in a case, the oldest first."""
    waiting = case.appeals.filter(decided_at=None).select_related("decision", "user")
    return waiting.order_by("made_at", "id").first()
