"""Taking a bulk deed back as one: unnoticed, or later by reversals of which people are told."""

from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from imagestudio.accounts.models import User
from imagestudio.moderation.exceptions import BulkSettled, NoSuchBulkDeed
from imagestudio.moderation.models import BulkCase, BulkDeed, Case, Decision, Report
from imagestudio.moderation.permissions import rank_in_panel, require_rank
from imagestudio.moderation.policies import EFFECTS, Action, Rank
from imagestudio.moderation.services.bulk.working import close, work_a_moment
from imagestudio.moderation.services.cases import words_of
from imagestudio.moderation.services.notices import PATIENCE, SILENT, withdraw_all

State = BulkDeed.State


class Way(StrEnum):
    """How a bulk deed can be taken back."""

    UNNOTICED = "unnoticed"  # nobody has been told, and nobody is
    REVERSAL = "reversal"  # people are told, with a text


def way_back(deed: BulkDeed, moderator: User) -> Way | None:
    """Return how this moderator can take a bulk deed back now; None: not at all."""
    if deed.state not in {State.RUNNING, State.DONE} or not (deed.decided or deed.is_at_work):
        return None
    is_fresh = deed.ended_at is None or deed.ended_at > timezone.now() - PATIENCE
    if deed.actor_id == moderator.pk and is_fresh:
        return Way.UNNOTICED
    action = Action(deed.action)
    can_end = EFFECTS[action].restricts or action in SILENT
    is_senior = rank_in_panel(moderator) >= Rank.SENIOR_MODERATOR
    return Way.REVERSAL if deed.state == State.DONE and can_end and is_senior else None


def undo(*, moderator: User, deed_id: UUID, text: str = "") -> BulkDeed:
    """Return a bulk deed that is taken back, or is being taken back.

    Whoever did it may while nobody was told, ten seconds after its end at the latest: then nobody
    ever is, and all is as before. Later it takes a senior moderator; `text` is what people are told
    then. What was taken back alone before, or objected to, stays. Not to be called in a
    transaction. Raises NoSuchBulkDeed, RankTooLow, DecisionInvalid, BulkSettled.
    """
    words = words_of(text, least=0)
    with transaction.atomic():
        done = BulkDeed.objects.done().select_for_update(of=("self",), no_key=True)
        deed = done.select_related("actor").filter(pk=deed_id).first()
        if deed is None:
            raise NoSuchBulkDeed("There is no such bulk deed.")
        way = way_back(deed, User.objects.get(pk=moderator.pk))
        if way is Way.UNNOTICED and not hush(deed):  # somebody was told in this very moment
            way = Way.REVERSAL if deed.state == State.DONE else None
            require_rank(Rank.SENIOR_MODERATOR, moderator)
        if way is None:
            refuse(deed, moderator)
        turn_round(deed, moderator, words, is_unnoticed=way is Way.UNNOTICED)
    return work_a_moment(deed.pk)


def refuse(deed: BulkDeed, moderator: User) -> None:
    """Say why a bulk deed cannot be taken back. Raises BulkSettled, RankTooLow."""
    if deed.state in {State.UNDOING, State.UNDONE}:
        raise BulkSettled("It was taken back already.")
    if deed.state == State.RUNNING:
        raise BulkSettled("It is at work. Whoever began it can stop it, or wait until it is done.")
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    raise BulkSettled("It takes nothing from anybody. Decide anew, in other cases.")


def turn_round(deed: BulkDeed, moderator: User, text: str, *, is_unnoticed: bool) -> None:
    """Let a locked bulk deed be taken back from now on; what it has not decided it leaves alone."""
    if deed.state == State.RUNNING:
        waiting = deed.cases.filter(state=BulkCase.State.WAITING)
        deed.left += waiting.update(state=BulkCase.State.LEFT, why=BulkCase.Why.STOPPED)
        deed.save(update_fields=["left"])
        close(deed)
    BulkDeed.objects.filter(pk=deed.pk).update(
        state=State.UNDOING,
        undone_by=moderator,
        undo_text=text,
        is_unnoticed=is_unnoticed,
        touched_at=Now(),
    )


def hush(deed: BulkDeed) -> bool:
    """Say whether nobody will be told of a locked bulk deed: neither people, nor reporters."""
    if not withdraw_all(deed):
        return False
    cases = Decision.objects.filter(bulk=deed, reverses=None).values("case")
    closed = Report.objects.filter(case__in=cases, case__state=Case.State.CLOSED)
    closed.update(answered_at=None, answer="")
    return True
