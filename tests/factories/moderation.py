"""Cases, decisions, rules, looks, limits of scores and plans of strikes."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from imagestudio.accounts.models import Account, User
from imagestudio.library.models import Image
from imagestudio.moderation.models import (
    Case,
    Decision,
    Look,
    Notice,
    Report,
    Rule,
    ScoreLimit,
    StrikePlan,
    Threshold,
)
from imagestudio.moderation.policies import Action, Measure, Reason
from imagestudio.moderation.services.cases import Subject, open_case, picture
from imagestudio.moderation.services.classifying.limits import set_limit
from imagestudio.moderation.services.deciding import Verdict, decide
from imagestudio.moderation.services.looks.beginning import Wish as LookWish
from imagestudio.moderation.services.looks.beginning import begin_look
from imagestudio.moderation.services.rules import making
from imagestudio.moderation.services.rules.trials import begin_trial
from imagestudio.moderation.services.strikes import plans
from imagestudio.moderation.services.strikes.simulating import begin_simulation
from tests.factories.cast import Cast
from tests.factories.counting import NUMBER


def make_case(image: Image, *reporters: User, reason: str = "hate", **fields: Any) -> Case:
    """Return the open case about an image, with a report of each of these people."""
    with transaction.atomic():
        case = open_case(subject=picture(image), lane=Case.Lane.REPORT)
    for one in reporters:
        Report.objects.create(case=case, reporter=one, reason=reason, weight=4, text="Look at it.")
    Case.objects.filter(pk=case.pk).update(weight=4 * len(reporters), **fields)
    case.refresh_from_db()
    return case


def make_decision(subject: Subject, moderator: User, **wanted: Any) -> Decision:
    """Return a decision that its person was just told; without a wish, hiding from others."""
    fields = {
        "action": Action.HIDE,
        "reason": Reason.VIOLENCE,
        "facts": "There is blood on the snow.",
        **wanted,
    }
    with transaction.atomic():
        case = open_case(subject=subject, lane=Case.Lane.REPORT)
    verdict = Verdict(**fields)
    decision = decide(moderator=moderator, case_id=case.pk, version=case.version, verdict=verdict)
    Notice.objects.filter(decision=decision).update(sent_at=Now())
    return decision


def make_rule(
    cast: Cast, *, is_tried: bool = False, is_enabled: bool = False, **wanted: Any
) -> Rule:
    """Return a new rule that flags prompts with the word “fox”, unless something else is wished.

    Tried on what was written, or in force, if that is wished.
    """
    fields = {
        "kind": "literal",
        "pattern": "fox",
        "field": "prompt",
        "action": "flag",
        "reason": Reason.VIOLENCE,
        **wanted,
    }
    moderator = cast.user("senior_moderator")
    name = fields.pop("name", f"Rule {next(NUMBER)}")
    rule = making.make_rule(moderator=moderator, name=name, wording=making.Wording(**fields))
    if is_tried or is_enabled:
        begin_trial(moderator=moderator, rule_id=rule.pk, version=1)
    if is_enabled:
        making.enable_rule(moderator=moderator, rule_id=rule.pk, version=1, is_confirmed=True)
    rule.refresh_from_db()
    return rule


def make_limit(cast: Cast, **wanted: Any) -> ScoreLimit:
    """Return a limit that flags prompts of violence, unless something else is wished."""
    fields = {
        "field": "prompt",
        "category": "violence",
        "action": "flag",
        "at_least": 0.8,
        "reason": Reason.VIOLENCE,
        **wanted,
    }
    return set_limit(moderator=cast.user("senior_moderator"), **fields)


def make_look(moderator: User, account: Account, **wanted: Any) -> Look:
    """Return a look of this moderator into an account's library, for an hour."""
    fields = {"reason": Reason.VIOLENCE, "text": "Reported by two people outside.", **wanted}
    return begin_look(moderator=moderator, wish=LookWish(account=account.slug, **fields))


def make_plan(
    cast: Cast, *, is_simulated: bool = False, is_on: bool = False, **terms: Any
) -> StrikePlan:
    """Return a new plan of strikes, simulated or in force if that is wished.

    Unless something else is wished, a reason has 1 point, which counts twice for what is hidden
    from everybody; from 5 on a person is looked at, from 10 on suspended, in a case.
    """
    wanted = {
        "reasons": dict.fromkeys(Reason.values, 1),
        "actions": {"blur": 1, "hide": 1, "remove": 2, "quarantine": 2},
        "days": 100,
        "thresholds": [Threshold(5, Measure.REVIEW), Threshold(10, Measure.SUSPEND)],
        **terms,
    }
    senior = cast.user("senior_moderator")
    plan = plans.draft_plan(moderator=senior, terms=plans.Terms(**wanted))
    if is_simulated or is_on:
        begin_simulation(moderator=senior, plan_id=plan.pk)
    return plans.switch_on(moderator=senior, plan_id=plan.pk) if is_on else plan
