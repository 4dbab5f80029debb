"""What follows from a decision: its row, its effects, the end of its case, and who is told."""

from collections.abc import Sequence
from dataclasses import replace

from django.db.models.functions import Now

from imagestudio.accounts.models import Standing, User
from imagestudio.accounts.services.access import change_account_standing, change_standing
from imagestudio.events.services import Happening, record
from imagestudio.jobs import enqueue
from imagestudio.library.models import Image
from imagestudio.library.services.publishing import settle
from imagestudio.library.visibility import HIDDEN_FROM_OTHERS
from imagestudio.moderation.models import Appeal, BulkDeed, Case, Decision
from imagestudio.moderation.permissions import affected_by, is_asked, open_appeal
from imagestudio.moderation.policies import EFFECTS, Action, Effect, Reason
from imagestudio.moderation.projections import in_force, without
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import close_case
from imagestudio.moderation.services.deciding.verdicts import Verdict
from imagestudio.moderation.services.notices import write_notice
from imagestudio.moderation.services.preserving import settle_hold
from imagestudio.moderation.services.reports import answer_reports
from imagestudio.moderation.services.strikes.counting import strike_of

Review = Image.Review
ANSWERS = (Action.UPHOLD, Action.REVERSE)  # to an appeal


def carry_out(
    *,
    case: Case,
    verdict: Verdict,
    actor: User | None,
    rule: str = "",
    is_final: bool = True,
) -> Decision:
    """Write a decision in a locked case about a locked subject, with all that follows from it.

    Where it is not final the case goes on as it was. As one of many nobody is told of it until all
    of them are done.
    """
    action, is_held = verdict.action, verdict.bulk_id is not None
    appeal = open_appeal(case) if action in ANSWERS else None
    appealed = appeal.decision if appeal and action == Action.REVERSE else None
    effect = EFFECTS[action]  # what is not final says nothing of publishing
    if is_final:
        effect = restored(case, appealed) if appealed else effect_of(case, action)
    told = appeal.user if appeal else None
    decision = write(
        case,
        verdict,
        effect,
        actor=actor,
        rule=rule,
        reverses=appealed,
        affected=told,
        is_held=is_held,
    )
    apply(case, effect)
    settle_hold(case, decision)
    if appeal is not None:
        is_back = action == Action.REVERSE
        outcome = Appeal.Outcome.OVERTURNED if is_back else Appeal.Outcome.UPHELD
        settle_appeal(appeal, outcome, by=actor)
    acted = EFFECTS[action].restricts or action == Action.UPHOLD
    end = Case.Outcome.ACTIONED if acted else Case.Outcome.NO_VIOLATION
    if is_final:
        conclude(case, verdict.outcome or end, is_held=is_held)
    write_notice(decision, is_held=is_held)
    note(
        Verb.DECIDED,
        actor=actor,
        case=case,
        user=decision.affected,
        text=verdict.note,
        action=action,
        decision=str(decision.pk),
    )
    tell(decision)
    return decision


def effect_of(case: Case, action: Action) -> Effect:
    """Return what an action sets in a case.

    A picture that waits to be published is not published when it is hidden, and published when it
    is covered: nobody has to look at it a second time.
    """
    effect = EFFECTS[action]
    if case.image is None or not effect.moderation or not is_asked(case.image):
        return effect
    if effect.moderation in HIDDEN_FROM_OTHERS:
        return replace(effect, review=Review.REJECTED)
    is_covered = effect.moderation == Image.Moderation.BLURRED
    return replace(effect, review=Review.APPROVED) if is_covered else effect


def write(
    case: Case,
    verdict: Verdict,
    effect: Effect,
    *,
    actor: User | None,
    rule: str = "",
    reverses: Decision | None = None,
    affected: User | None = None,
    is_held: bool = False,
) -> Decision:
    """Write the row of a decision, on the present version of its case, which moves on.

    `affected` is who is told, where it answers somebody's appeal. `is_held` leaves weighing the
    points that are gone to `weigh_all`.
    """
    reason = Reason(verdict.reason) if verdict.reason else None
    strike = strike_of(
        case=case,
        action=verdict.action,
        reason=verdict.reason,
        ends_at=verdict.ends_at,
        rule=rule,
    )
    decision = Decision.objects.create(
        case=case,
        case_version=case.version,
        account=case.account,
        affected=affected or affected_by(case),
        actor=actor,
        rule=rule,
        automated_decide=actor is None,
        automated_detect=actor is None or is_found_by_rule(case),
        action=verdict.action,
        reason=reason or "",
        policy=reason.policy if reason else "",
        facts=verdict.facts.strip(),
        note=verdict.note.strip(),
        legal_ground=verdict.legal_ground.strip(),
        ends_at=verdict.ends_at,
        origin=origin_of(case),
        moderation=effect.moderation,
        review=effect.review,
        standing=effect.standing,
        reverses=reverses,
        bulk_id=verdict.bulk_id,
        **(strike.columns if strike else {}),
    )
    case.version += 1
    case.save(update_fields=["version"])
    if not is_held:
        weigh_again(decision)
    return decision


def weigh_all(deed: BulkDeed) -> None:
    """Have the points weighed of everybody whom a bulk deed struck, once it was taken back."""
    struck = Decision.objects.filter(bulk=deed, strike_points__gt=0)
    for user in struck.values_list("affected", flat=True).distinct():
        enqueue("moderation.weigh_strikes", user_id=str(user))


def weigh_again(decision: Decision) -> None:
    """Have the points of a person weighed, once a decision that counted against them is gone.

    In a job, because what may follow begins with the lock of another case. What counts newly is
    weighed when its person is told.
    """
    gone = decision.reverses
    if gone is not None and gone.strike_points:
        enqueue("moderation.weigh_strikes", user_id=str(gone.affected_id))


def is_found_by_rule(case: Case) -> bool:
    """Say whether a program led to a case, and nobody who reported something."""
    if case.lane == Case.Lane.RULE:
        return True
    matched = case.entries.filter(verb=Verb.MATCHED)
    return case.lane == Case.Lane.LEGAL and matched.exists() and not case.reports.exists()


def origin_of(case: Case) -> Decision.Origin:
    """Return what made the studio look at the subject of a case."""
    if open_appeal(case) is not None:
        return Decision.Origin.APPEAL
    return Decision.Origin.REPORT if case.reports.exists() else Decision.Origin.OWN


def apply(case: Case, effect: Effect) -> None:
    """Write what is in force now into the locked row that every read looks at."""
    if case.image is not None and (effect.moderation or effect.review):
        settle(image=case.image, moderation=effect.moderation, review=effect.review)
        if effect.moderation and has_twins(case.image):
            enqueue("moderation.follow", image_id=str(case.image.pk))
    if effect.standing and case.user is not None:
        change_standing(user=case.user, standing=Standing(effect.standing))
    if effect.standing and case.subject_account is not None:
        change_account_standing(account=case.subject_account, standing=Standing(effect.standing))


def has_twins(image: Image) -> bool:
    """Say whether its account has other pictures of the same file."""
    twins = Image.objects.filter(file=image.file_id, file__isnull=False, purged_at=None)
    return twins.exclude(pk=image.pk).exists()


def history_of(case: Case) -> Sequence[Decision]:
    """Return all decisions about the subject of a case, in the order in which they were taken."""
    found = Decision.objects.filter(**{f"case__{name}": one for name, one in case.subject.items()})
    return list(found.select_related("case").order_by("at", "id"))


def restored(case: Case, gone: Decision, *, unnoticed: bool = False) -> Effect:
    """Return what is in force when a decision is taken back, of what it had set.

    `unnoticed` says that all is as if it had never been.
    """
    history = history_of(case)
    left = without(history, gone)
    return Effect(
        moderation=left.moderation if gone.moderation else "",
        review=review_without(case, history, gone, unnoticed=unnoticed),
        standing=left.standing if gone.standing else "",
        restricts=False,
    )


def review_without(
    case: Case, history: Sequence[Decision], gone: Decision, *, unnoticed: bool
) -> str:
    """Return what becomes of a picture's review when a decision about it is taken back.

    Empty, for nothing, where the account or another decision has changed it since. Whoever finds
    later that a picture should not have been rejected has looked at it: it is published.
    """
    image, about = case.image, [one for one in in_force(history) if one.review]
    if image is None or not about or about[-1] != gone:
        return ""
    if image.visibility != Image.Visibility.PUBLIC or image.review != gone.review:
        return ""
    if unnoticed:
        return Review.REQUESTED
    return Review.APPROVED if gone.review == Review.REJECTED else ""


def settle_appeal(appeal: Appeal, outcome: Appeal.Outcome, *, by: User | None) -> None:
    """Note how an appeal came to its end, and by whom."""
    appeal.outcome, appeal.decided_by, appeal.decided_at = outcome, by, Now()
    appeal.save(update_fields=["outcome", "decided_by", "decided_at"])


def conclude(case: Case, outcome: Case.Outcome, *, is_held: bool = False) -> None:
    """Close a case and answer its reports, unless something else waits in it: then free it.

    `is_held` keeps letters back, for whoever tells of many cases at once.
    """
    waits = Case.Lane.APPEAL if open_appeal(case) else None
    if waits is None and case.image is not None and is_asked(case.image):
        waits = Case.Lane.REVIEW
    if waits is None:
        close_case(case, outcome)
        answer_reports(case, is_held=is_held)
        return
    if case.lane != Case.Lane.LEGAL:  # what was said there stays there
        case.lane = waits
    case.state, case.snoozed_until, case.due_at = Case.State.OPEN, None, None
    case.claimed_by = case.claimed_until = None
    case.save()


def tell(decision: Decision) -> None:
    """Record the event of a decision: the last statement of its transaction."""
    image = decision.case.image_id
    data = {"decision": str(decision.pk), **({"image": str(image)} if image else {})}
    record(Happening(decision.account_id, "moderation.decided", data))
