"""Taking a decision back: by a moderator, or because its time has passed. It is a new decision."""

from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from imagestudio.accounts.models import User
from imagestudio.moderation.exceptions import CannotReverse, NoSuchDecision, RankTooLow
from imagestudio.moderation.models import Appeal, BulkCase, BulkDeed, Case, Decision
from imagestudio.moderation.permissions import is_own, rank_in_panel, require_rank
from imagestudio.moderation.policies import EFFECTS, Action, Effect, Rank
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import lock_case, lock_subject, words_of
from imagestudio.moderation.services.claims import LEASE
from imagestudio.moderation.services.deciding.carrying_out import (
    apply,
    conclude,
    restored,
    settle_appeal,
    tell,
    write,
)
from imagestudio.moderation.services.deciding.verdicts import Verdict
from imagestudio.moderation.services.notices import (
    PATIENCE,
    SILENT,
    lock_notice,
    withdraw_notice,
    write_notice,
)
from imagestudio.moderation.services.preserving import settle_hold
from imagestudio.moderation.services.strikes.counting import ENDED

PASSED = "The time for which it was decided has passed."


@transaction.atomic
def take_back(*, moderator: User, decision_id: UUID, text: str = "") -> Decision:
    """Return the decision that takes another one back; what was before is in force again.

    Whoever decided may do so before the person was told: then nobody ever is, and the case is
    open again, in the same hands. Later it takes a senior moderator, and a decision that has
    taken something from somebody: `text` is what they are told then.
    Raises NoSuchDecision, RankTooLow, DecisionInvalid, and CannotReverse (also for one that was
    taken back).
    """
    words = words_of(text, least=0)
    decision, case = locked(decision_id)
    actor = User.objects.get(pk=moderator.pk)  # their rank as it is now
    if actor == decision.affected or is_own(case, actor):
        raise RankTooLow("Nobody decides about things of their own.")
    refuse_if_settled(decision)
    unnoticed = decision.actor == actor and is_unnoticed(decision)
    require_rank(Rank.MODERATOR if unnoticed else Rank.SENIOR_MODERATOR, actor)
    if not unnoticed and not EFFECTS[Action(decision.action)].restricts:
        raise CannotReverse("It takes nothing from anybody. Decide anew, in another case.")
    if unnoticed:
        reopen(case, actor)
    reversal = put_back(case, decision, actor=actor, text=words, unnoticed=unnoticed)
    if not unnoticed:
        write_notice(reversal)
    return noted(case, reversal, text=words)


def take_back_one_of(*, deed: BulkDeed, one: BulkCase) -> BulkCase.Why | None:
    """Take back one of the decisions of a bulk deed; return why it stays, None if it does not.

    Nobody is told before all of them are done, and never where nobody was told of the decision. Of
    what took nothing from anybody the case is open again. To be called in a transaction.
    """
    found = Decision.objects.filter(bulk=deed, case=one.case_id, reverses=None).get()
    decision, case = locked(found.pk)
    actor = User.objects.get(pk=deed.undone_by_id or deed.actor_id)
    if actor == decision.affected or is_own(case, actor):
        return BulkCase.Why.OWN
    if rank_in_panel(actor) < (Rank.MODERATOR if deed.is_unnoticed else Rank.SENIOR_MODERATOR):
        return BulkCase.Why.RANK
    if Decision.objects.filter(reverses=decision).exists():
        return BulkCase.Why.REVERSED
    if Appeal.objects.filter(decision=decision).exists():  # somebody else looks at it, or has
        return BulkCase.Why.APPEALED
    is_silent = deed.is_unnoticed or decision.action in SILENT
    if is_silent:
        reopen(case, None)
    text = deed.undo_text
    unnoticed = deed.is_unnoticed
    reversal = put_back(case, decision, actor=actor, text=text, unnoticed=unnoticed, is_held=True)
    if not is_silent:
        write_notice(reversal, is_held=True)
    noted(case, reversal, text=text)
    return None


def put_back(
    case: Case,
    decision: Decision,
    *,
    actor: User,
    text: str,
    unnoticed: bool,
    is_held: bool = False,
) -> Decision:
    """Return the decision that takes another one back, in a locked case; its subject is as before.

    `unnoticed` says that all is as if it had never been; `is_held` is as in `write`.
    """
    lock_subject(case)
    effect = restored(case, decision, unnoticed=unnoticed)
    verdict = Verdict(Action.REVERSE, facts=text, bulk_id=decision.bulk_id)
    reversal = write(case, verdict, effect, actor=actor, reverses=decision, is_held=is_held)
    apply(case, effect)
    settle_hold(case, reversal)
    return reversal


def end_over(*, most: int = 100) -> int:
    """Take back decisions whose time has passed, and return how many those were."""
    keys = Decision.objects.over().values_list("pk", flat=True)[:most]
    return sum(end_one(decision_id=key) for key in list(keys))


def end_one(*, decision_id: UUID) -> bool:
    """Take a decision back whose time has passed, and say whether it was so."""
    over = Decision.objects.over().filter(pk=decision_id)
    return end_by_rule(decision_id=decision_id, rule=ENDED, text=PASSED, is_due=over.exists)


@transaction.atomic
def end_by_rule(
    *,
    decision_id: UUID,
    rule: str,
    text: str,
    is_due: Callable[[], bool],
    is_void: bool = False,
) -> bool:
    """Take a decision back because a rule says so, and say whether it did; asked under its lock.

    An appeal to it comes to its end with it. The person is told if that changes anything now. What
    is void has lost its ground: the case in which a person was to look ends with it, and nobody is
    told who was not told of the decision.
    """
    appeal = Appeal.objects.filter(decision=decision_id, decided_at=None).first()
    decision, case = locked(decision_id, case_id=appeal.case_id if appeal else None)
    waiting = Appeal.objects.filter(decision=decision_id, decided_at=None).first()
    if waiting != appeal or not is_due():
        return False
    lock_subject(case)
    effect = restored(case, decision)
    is_news = changes(case, effect) and not (is_void and withdraw_notice(decision))
    verdict = Verdict(Action.REVERSE, facts=text)
    told = appeal.user if appeal else None
    reversal = write(case, verdict, effect, actor=None, rule=rule, reverses=decision, affected=told)
    apply(case, effect)
    settle_hold(case, reversal)
    if appeal is not None:
        settle_appeal(appeal, Appeal.Outcome.ENDED, by=None)
    if appeal is not None or (is_void and case.state != Case.State.CLOSED):
        conclude(case, Case.Outcome.NO_VIOLATION)
    if is_news or appeal is not None:
        write_notice(reversal)
    noted(case, reversal, text=text)
    return True


def locked(decision_id: UUID, *, case_id: UUID | None = None) -> tuple[Decision, Case]:
    """Return a decision and its case (or the one given), locked. Raises NoSuchDecision.

    The case first, and the subject later; whoever appeals locks the notice, too.
    """
    found = Decision.objects.filter(pk=decision_id).first()
    if found is None:
        raise NoSuchDecision("There is no such decision.")
    case = lock_case(case_id or found.case_id)
    lock_notice(decision_id)
    return Decision.objects.get(pk=decision_id), case


def is_unnoticed(decision: Decision) -> bool:
    """Say whether nobody has been told of a decision, and from now on nobody will be."""
    if decision.action in SILENT:
        return Decision.objects.filter(pk=decision.pk, at__gt=Now() - PATIENCE).exists()
    return withdraw_notice(decision)


def changes(case: Case, effect: Effect) -> bool:
    """Say whether an effect sets anything that is not so already."""
    now = {
        "moderation": case.image.moderation if case.image else "",
        "review": case.image.review if case.image else "",
        "standing": getattr(case.user or case.subject_account, "standing", ""),
    }
    return any(getattr(effect, name) not in {"", value} for name, value in now.items())


def refuse_if_settled(decision: Decision) -> None:
    """Do nothing if a decision can be taken back. Raises CannotReverse."""
    if decision.action in {Action.REVERSE, Action.UPHOLD}:
        raise CannotReverse("This is the answer to another decision. Decide anew.")
    if Decision.objects.filter(reverses=decision).exists():
        raise CannotReverse("It was taken back already.")
    if Appeal.objects.filter(decision=decision, decided_at=None).exists():
        raise CannotReverse("An objection to it waits: decide that.")


def reopen(case: Case, moderator: User | None) -> None:
    """Open a closed case again, in somebody's hands or free, unless its subject has an open one.

    Before the subject is locked: it waits for whoever is just opening another one.
    """
    closed = Case.objects.filter(pk=case.pk, state=Case.State.CLOSED)
    try:
        with transaction.atomic():
            is_open = closed.update(
                state=Case.State.OPEN,
                outcome="",
                closed_at=None,
                claimed_by=moderator,
                claimed_until=Now() + LEASE if moderator else None,
            )
    except IntegrityError as error:
        if "case_open_once" not in str(error):
            raise
        return
    if is_open:
        case.reports.update(answered_at=None, answer="")


def noted(case: Case, reversal: Decision, *, text: str) -> Decision:
    """Write into the log that a decision was taken back, tell of it, and return it."""
    note(
        Verb.REVERSED,
        actor=reversal.actor,
        case=case,
        user=reversal.affected,
        text=text,
        decision=str(reversal.reverses_id),
    )
    tell(reversal)
    return reversal
