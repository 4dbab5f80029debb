"""Doing a bulk deed: one case after another, each in a transaction of its own."""

from datetime import timedelta
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from imagestudio.accounts.models import User
from imagestudio.jobs import enqueue
from imagestudio.moderation.exceptions import BulkSettled, BulkUntried
from imagestudio.moderation.models import BulkCase, BulkDeed, Decision
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.banning import bans_together
from imagestudio.moderation.services.bulk.trying import draft_of, verdict_of
from imagestudio.moderation.services.deciding import decide_one_of, take_back_one_of
from imagestudio.moderation.services.deciding.carrying_out import weigh_all
from imagestudio.moderation.services.notices import PATIENCE, let_go
from imagestudio.moderation.services.reports import mail_strangers

TASK, BAN = "moderation.decide_together", "moderation.ban_together"
AT_ONCE = 0.7  # seconds for which the request works itself; then a job goes on
TURN = 5  # seconds that a job works before it lets others to the worker
ABANDONED = timedelta(minutes=1)  # without a case: whoever was at work on it is not any more
State = BulkDeed.State


def begin(*, moderator: User, deed_id: UUID, action: Action) -> BulkDeed:
    """Return a bulk deed that is done if that was quick, else at work.

    It does what it was last tried with, which has to be this action. Not to be called in a
    transaction. Raises NoSuchBulkDeed, BulkUntried, BulkSettled (also for whoever was slower).
    """
    deed = draft_of(moderator, deed_id)
    mine = BulkDeed.objects.filter(pk=deed.pk, state=State.DRAFT)
    if deed.action != action:
        raise BulkUntried("See first what would happen, then do it.")
    if not mine.filter(action=action).update(state=State.RUNNING, begun_at=Now(), touched_at=Now()):
        raise BulkSettled("It was done already.")
    return work_a_moment(deed.pk)


def work_a_moment(deed_id: UUID) -> BulkDeed:
    """Return a bulk deed on which was worked for a moment; a job goes on if it needs more."""
    deed = go_on(deed_id=deed_id, seconds=AT_ONCE)
    if deed.is_at_work:
        enqueue(TASK, deed_id=str(deed.pk))
    return deed


def work_off(*, deed_id: UUID) -> None:
    """Go on with a bulk deed until it is done or others have waited enough."""
    if go_on(deed_id=deed_id, seconds=TURN).is_at_work:
        enqueue(TASK, deed_id=str(deed_id))


def go_on(*, deed_id: UUID, seconds: float | None = None) -> BulkDeed:
    """Return a bulk deed, or one that is being taken back, on which was worked so long at most."""
    until = None if seconds is None else monotonic() + seconds
    while next_one(deed_id):
        if until is not None and monotonic() > until:
            break
    return BulkDeed.objects.get(pk=deed_id)


@transaction.atomic
def next_one(deed_id: UUID) -> bool:
    """Do the next case, or take it back, and say whether there may be more to do.

    Where another worker is just at it, that one goes on.
    """
    at_work = BulkDeed.objects.filter(state__in=[State.RUNNING, State.UNDOING])
    locked = at_work.select_for_update(of=("self",), no_key=True, skip_locked=True)
    deed = locked.select_related("actor").filter(pk=deed_id).first()
    if deed is None:
        return False
    is_back = deed.state == State.UNDOING
    wanted = BulkCase.State.DECIDED if is_back else BulkCase.State.WAITING
    one = deed.cases.filter(state=wanted).order_by("id").first()
    if one is None:
        finish(deed)
        return False
    if is_back:
        why = take_back_one_of(deed=deed, one=one)
        state, counted = (BulkCase.State.KEPT, "kept") if why else (BulkCase.State.UNDONE, "undone")
    else:
        why = decide_one_of(deed=deed, one=one, verdict=verdict_of(deed))
        state, counted = (
            (BulkCase.State.LEFT, "left") if why else (BulkCase.State.DECIDED, "decided")
        )
    BulkCase.objects.filter(pk=one.pk).update(state=state, why=why or "")
    news = {counted: F(counted) + 1, "touched_at": Now()}
    BulkDeed.objects.filter(pk=deed.pk).update(**news)
    return True


def finish(deed: BulkDeed) -> None:
    """End a locked bulk deed whose cases are all done, or all taken back: now people are told."""
    let_go(deed)
    if deed.state == State.UNDOING:
        weigh_all(deed)
        BulkDeed.objects.filter(pk=deed.pk).update(state=State.UNDONE, undone_at=Now())
        note(
            Verb.BACK_TOGETHER,
            actor=deed.undone_by,
            bulk=str(deed.pk),
            undone=deed.undone,
            kept=deed.kept,
        )
        return
    close(deed)
    BulkDeed.objects.filter(pk=deed.pk).update(state=State.DONE)
    mail_strangers(list(Decision.objects.filter(bulk=deed).values_list("case", flat=True)))
    if deed.decided and bans_together(deed):
        enqueue(BAN, wait=PATIENCE.total_seconds() + 1, deed_id=str(deed.pk))


def close(deed: BulkDeed) -> None:
    """Note that a locked bulk deed decides nothing any more, with what it has decided."""
    BulkDeed.objects.filter(pk=deed.pk).update(ended_at=Now())
    note(
        Verb.TOGETHER,
        actor=deed.actor,
        bulk=str(deed.pk),
        action=deed.action,
        decided=deed.decided,
        left=deed.left,
    )


def take_up(*, most: int = 100) -> int:
    """Let jobs go on with what nobody has worked on for a while; return how many those are."""
    keys = list(BulkDeed.objects.abandoned(ABANDONED).values_list("pk", flat=True)[:most])
    for key in keys:
        enqueue(TASK, deed_id=str(key))
    return len(keys)
