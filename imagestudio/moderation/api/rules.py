"""Rules on words, for programs of moderators; senior moderators make and change them."""

from uuid import UUID

from ninja import Query, Router, Status

from imagestudio.accounts.auth import ModeratorApiRequest, may_moderate
from imagestudio.http.paging import PageQuery
from imagestudio.moderation.schemas.rules import (
    ExampleOut,
    ExamplesOut,
    RuleChange,
    RuleDetail,
    RuleIn,
    RuleList,
    RuleOut,
    StateIn,
    TrialIn,
    TrialOut,
)
from imagestudio.moderation.services.panel.rules import rule_of, rule_page
from imagestudio.moderation.services.rules.making import (
    change_rule,
    disable_rule,
    enable_rule,
    make_rule,
)
from imagestudio.moderation.services.rules.trials import begin_trial, examples_of

router = Router(tags=["moderation"], auth=may_moderate())
RULE = "/moderation/rules/{uuid:rule_id}"


@router.get("/moderation/rules", response=RuleList, summary="List the rules on words")
def list_rules(request: ModeratorApiRequest, query: Query[PageQuery]) -> RuleList:
    """Return the rules on words, newest first."""
    _ = request
    found = rule_page(cursor=query.cursor, limit=query.limit)
    return RuleList(items=[RuleOut.of(row) for row in found.rows], next_cursor=found.next_cursor)


@router.post("/moderation/rules", response={201: RuleDetail}, summary="Make a rule")
def post_rule(request: ModeratorApiRequest, payload: RuleIn) -> Status[RuleDetail]:
    """Make a rule, which is a draft until it was tried and put in force. For senior moderators."""
    made = make_rule(moderator=request.auth.user, name=payload.name, wording=payload.wording())
    return Status(201, now(request, made.pk))


@router.get(RULE, response=RuleDetail, summary="Show a rule")
def get_rule(request: ModeratorApiRequest, rule_id: UUID) -> RuleDetail:
    """Return a rule with its versions and its newest trial."""
    return now(request, rule_id)


@router.put(RULE, response=RuleDetail, summary="Change a rule")
def put_rule(request: ModeratorApiRequest, rule_id: UUID, payload: RuleChange) -> RuleDetail:
    """Write a new version of a rule; what is in force stays so until that one is.

    409 when somebody has changed it since `version`. For senior moderators.
    """
    change_rule(
        moderator=request.auth.user,
        rule_id=rule_id,
        version=payload.version,
        wording=payload.wording(),
    )
    return now(request, rule_id)


@router.post(f"{RULE}/trials", response={201: TrialOut}, summary="Try a rule")
def post_trial(request: ModeratorApiRequest, rule_id: UUID, payload: TrialIn) -> Status[TrialOut]:
    """Run the newest version against what was written in the last seven days.

    Where that takes longer than a moment it goes on by itself: look at the rule's `trial`.
    """
    trial = begin_trial(moderator=request.auth.user, rule_id=rule_id, version=payload.version)
    return Status(201, TrialOut.of(trial))


@router.post(f"{RULE}/examples", response=ExamplesOut, summary="Look at what a trial matched")
def post_examples(request: ModeratorApiRequest, rule_id: UUID) -> ExamplesOut:
    """Return up to twenty texts that the newest trial matched.

    They are private: that you have seen them stands in the audit log. For senior moderators.
    """
    found = examples_of(moderator=request.auth.user, rule_id=rule_id)
    return ExamplesOut(
        items=[ExampleOut.model_validate(one, from_attributes=True) for one in found]
    )


@router.put(f"{RULE}/state", response=RuleDetail, summary="Put a rule in force, or out of it")
def put_state(request: ModeratorApiRequest, rule_id: UUID, payload: StateIn) -> RuleDetail:
    """Put the newest version of a rule in force, or the rule out of force.

    409 when that version was not tried in the last day, or matches more than a fifth of all texts
    and that is not `confirmed`. For senior moderators.
    """
    if payload.state == "disabled":
        disable_rule(moderator=request.auth.user, rule_id=rule_id)
    else:
        enable_rule(
            moderator=request.auth.user,
            rule_id=rule_id,
            version=payload.version,
            is_confirmed=payload.confirmed,
        )
    return now(request, rule_id)


def now(request: ModeratorApiRequest, rule_id: UUID) -> RuleDetail:
    """Return a rule as it is now. Raises NoSuchRule."""
    return RuleDetail.of_shown(rule_of(request.auth.user, rule_id))
