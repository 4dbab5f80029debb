"""Who may decide what: computed here for every door, never by the page or the program that asks."""

from imagestudio.accounts.models import Standing, User
from imagestudio.library.models import Image
from imagestudio.moderation.models import Appeal, Case
from imagestudio.moderation.policies import EFFECTS, Action, Rank, rank_of

STANDINGS = (Action.WARN, Action.BLOCK_GALLERY, Action.BLOCK_MAKING, Action.SUSPEND)


def offered(case: Case, moderator: User) -> list[Action]:
    """Return what this moderator may decide in a case now, the mildest first.

    Nobody decides about things of their own, takes anything from somebody of the same or a higher
    rank, or decides the appeal against a decision of theirs.
    """
    rank = rank_of(moderator.site_role) if moderator.is_moderator else Rank.NONE
    affected = affected_by(case)
    if rank is Rank.NONE or case.state == Case.State.CLOSED or affected == moderator:
        return []
    if case.state == Case.State.ESCALATED and rank < Rank.SENIOR_MODERATOR:
        return []
    appeal = open_appeal(case)
    if appeal is not None:
        is_own = appeal.decision_actor_id == moderator.pk
        return [] if is_own else [Action.UPHOLD, Action.REVERSE]
    over = rank > rank_of(affected.site_role)
    return [
        action
        for action in possible(case)
        if rank >= EFFECTS[action].rank and (over or not EFFECTS[action].restricts)
    ]


def possible(case: Case) -> list[Action]:
    """Return what can be decided about the subject of a case as it is, by whoever may."""
    if case.kind == Case.Kind.IMAGE and case.image is not None:
        return about_picture(case.image)
    if case.kind == Case.Kind.SCREENING:
        return [Action.KEEP]
    thing = case.user or case.subject_account
    standing = Standing(thing.standing) if thing else Standing.CLOSED
    if standing is Standing.CLOSED:
        return [Action.KEEP]
    back = [Action.REINSTATE] if standing is not Standing.OK else []
    return [
        Action.KEEP,
        *back,
        *(one for one in STANDINGS if EFFECTS[one].standing != standing),
    ]


def about_picture(image: Image) -> list[Action]:
    """Return what can be decided about a picture as it is."""
    asked = image.review == Image.Review.REQUESTED and image.visibility == Image.Visibility.PUBLIC
    first = [Action.APPROVE, Action.REJECT] if asked else [Action.KEEP]
    is_covered = image.moderation != Image.Moderation.CLEAR
    back = [Action.RESTORE] if is_covered else []
    measures = (Action.BLUR, Action.HIDE, Action.REMOVE, Action.QUARANTINE)
    others = [one for one in measures if EFFECTS[one].moderation != image.moderation]
    return [*first, *back, *others]


def affected_by(case: Case) -> User:
    """Return the person who is told what is decided in a case."""
    if case.image is not None:
        return case.image.created_by
    if case.user is not None:
        return case.user
    if case.screening is not None:
        return case.screening.user
    owner = case.account.memberships.owners().select_related("user").order_by("added_at").first()
    person = case.account.person or case.account.made_by
    if owner is not None:
        return owner.user
    if person is None:
        raise ValueError("An account always has an owner, a person, or somebody who made it.")
    return person


def open_appeal(case: Case) -> Appeal | None:
    """Return the appeal that waits for its decision in a case."""
    waiting = case.appeals.filter(decided_at=None).select_related("decision")
    return waiting.order_by("made_at").first()
