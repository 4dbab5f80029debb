"""What can go wrong in moderation."""

from imagestudio.errors import Conflict, Denied, Invalid, NotFound, TooMany


class NoSuchCase(NotFound):
    """There is no such case."""

    code = "case_not_found"
    title = "There is no such case"


class NoSuchDecision(NotFound):
    """There is no such decision, or it is not about you."""

    code = "decision_not_found"
    title = "There is no such decision"


class NoSuchPerson(NotFound):
    """There is no such person, or they have closed everything of theirs."""

    code = "person_not_found"
    title = "There is no such person"


class NoSuchPicture(NotFound):
    """The case is about no picture, or its bytes are gone, or the address has grown old."""

    code = "case_picture_not_found"
    title = "There is no such picture"


class NoSuchBan(NotFound):
    """There is no such ban in force."""

    code = "ban_not_found"
    title = "There is no such ban"


class NoSuchSweep(NotFound):
    """This ban is not being looked for."""

    code = "sweep_not_found"
    title = "There is no such search"


class SweepAtWork(Conflict):
    """This ban is being looked for already."""

    code = "sweep_at_work"
    title = "This is being looked for already"


class LookTooPlain(Conflict):
    """The picture is too plain to be told from others by its look."""

    code = "look_too_plain"
    title = "This picture is too plain"


class NoSuchHold(NotFound):
    """Nothing is kept for an authority here, or not any more."""

    code = "hold_not_found"
    title = "There is no such hold"


class HoldInvalid(Invalid):
    """What is wanted of a hold lacks a reason, or cannot be."""

    code = "hold_invalid"
    title = "This cannot be done with the hold"


class RequestInvalid(Invalid):
    """A request to remove something lacks what it must say; `fields` says what."""

    code = "removal_request_invalid"
    title = "The request is not complete"


class CaseClaimed(Conflict):
    """Another moderator has this case in hand; `holder` says who."""

    code = "case_claimed"
    title = "Somebody else has this case in hand"


class CaseChanged(Conflict):
    """The case has changed since it was looked at, or was decided; `version` is the present one."""

    code = "case_changed"
    title = "The case has changed"


class ActionNotOffered(Denied):
    """The case does not offer this action to this moderator; the try stands in the audit log."""

    code = "action_not_offered"
    title = "This action is not yours to take here"


class RankTooLow(Denied):
    """This takes a higher site role."""

    code = "rank_too_low"
    title = "This takes a higher role"


class DecisionInvalid(Invalid):
    """A decision lacks what it must say, or says too much."""

    code = "decision_invalid"
    title = "The decision is not complete"


class ReportInvalid(Invalid):
    """A report lacks what it must say, or says too much."""

    code = "report_invalid"
    title = "The report is not complete"


class TooManyReports(TooMany):
    """Too many reports from one person or address."""

    code = "too_many_reports"
    title = "Too many reports"


class CannotPublish(Conflict):
    """The picture cannot be published as things are."""

    code = "cannot_publish"
    title = "This picture cannot be published"


class PublishingOff(Denied):
    """This studio has no public gallery."""

    code = "publishing_off"
    title = "This studio publishes nothing"


class CannotAppeal(Conflict):
    """The decision cannot be appealed (any more)."""

    code = "cannot_appeal"
    title = "This decision cannot be appealed"


class AppealInvalid(Invalid):
    """An appeal says nothing, or too much."""

    code = "appeal_invalid"
    title = "The appeal is not complete"


class CannotReverse(Conflict):
    """The decision cannot be taken back (any more)."""

    code = "cannot_reverse"
    title = "This decision cannot be taken back"


class NoSuchBulkDeed(NotFound):
    """There is no such bulk deed, or it is somebody else's draft."""

    code = "bulk_deed_not_found"
    title = "There is no such bulk deed"


class BulkInvalid(Invalid):
    """Nothing, or too much, was chosen for a bulk deed."""

    code = "bulk_invalid"
    title = "This cannot be decided together"


class BulkUntried(Conflict):
    """It was not tried with this action: nobody has seen what would happen."""

    code = "bulk_untried"
    title = "See first what would happen"


class BulkSettled(Conflict):
    """It was done already, or cannot be taken back (any more)."""

    code = "bulk_settled"
    title = "This was done already"


class NoSuchRule(NotFound):
    """There is no such rule."""

    code = "rule_not_found"
    title = "There is no such rule"


class RuleInvalid(Invalid):
    """A rule lacks what it must say, or says too much."""

    code = "rule_invalid"
    title = "The rule is not complete"


class PatternInvalid(RuleInvalid):
    """What a rule is to look for cannot be looked for."""

    code = "pattern_invalid"
    title = "This cannot be looked for"


class RuleChanged(Conflict):
    """The rule has changed since it was looked at; `version` is the present one."""

    code = "rule_changed"
    title = "The rule has changed"


class RuleUntried(Conflict):
    """This version of the rule was not tried in the last day."""

    code = "rule_untried"
    title = "Try the rule first"


class RuleTooBroad(Conflict):
    """The rule matches much of what people ask for; `matched` of `seen` texts."""

    code = "rule_too_broad"
    title = "This rule matches much"


class NoSuchPlan(NotFound):
    """There is no such plan of strikes."""

    code = "strike_plan_not_found"
    title = "There is no such plan"


class NoSuchTable(NotFound):
    """There is no such table of statistics, or it is not for this moderator."""

    code = "table_not_found"
    title = "There is no such table"


class PlanInvalid(Invalid):
    """A plan of strikes lacks what it must say, or says what cannot be."""

    code = "strike_plan_invalid"
    title = "The plan is not complete"


class PlanUntried(Conflict):
    """The plan was not simulated in the last day."""

    code = "strike_plan_untried"
    title = "Simulate the plan first"


class PlanChanged(Conflict):
    """Somebody has put another plan in force at the same moment."""

    code = "strike_plan_changed"
    title = "Another plan was put in force"


class WordsBlocked(Invalid):
    """A rule of this studio does not allow these words."""

    commits = True  # the screening
    code = "words_blocked"
    title = "These words are not allowed here"


class CoolingDown(TooMany):
    """Safety systems have refused many requests of this person; again later."""

    code = "cooling_down"
    title = "Too many requests were refused"


class NoSuchLook(NotFound):
    """There is no such look, it is over, or it is somebody else's."""

    code = "look_not_found"
    title = "There is no such look"


class CannotLook(Denied):
    """Nobody looks into an account of their own, or of staff of the same or a higher rank."""

    code = "cannot_look"
    title = "You cannot look into this library"


class LookInvalid(Invalid):
    """A look lacks what it must say, or says too much."""

    code = "look_invalid"
    title = "The look is not complete"


class AlreadyLooking(Conflict):
    """This moderator looks into this account already; `look_id` is that look."""

    code = "already_looking"
    title = "You are looking into this library already"


class NoSuchScoreLimit(NotFound):
    """There is no such limit of a score."""

    code = "score_limit_not_found"
    title = "There is no such limit"


class ScoreLimitInvalid(Invalid):
    """A limit of a score lacks what it must say, or says too much."""

    code = "score_limit_invalid"
    title = "The limit is not complete"
