"""The rules on words as the panel shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils import timezone

from imagestudio.accounts.models import User
from imagestudio.http.cursor import page as page_of
from imagestudio.moderation.exceptions import NoSuchRule
from imagestudio.moderation.models import Rule, RuleVersion, Trial
from imagestudio.moderation.permissions import rank_in_panel
from imagestudio.moderation.policies import Rank
from imagestudio.moderation.services.rules.trials import SPAN, newest_trial

PAGE = 50  # rules
MATCHED = """
    SELECT match->>'rule', count(*)
    FROM moderation_screening, jsonb_array_elements(matches) AS match
    WHERE at > %s AND verdict <> 'allow'
    GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A rule with its newest version, and how many texts it matched in the last seven days."""

    rule: Rule
    version: RuleVersion
    matched: int


@dataclass(frozen=True, slots=True)
class RulePage:
    """Some rules, newest first, and the cursor of those behind them (None: those were all)."""

    rows: Sequence[Row]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """All that is known of one rule."""

    rule: Rule
    version: RuleVersion
    versions: Sequence[RuleVersion]  # newest first
    trial: Trial | None  # the newest of the newest version
    matched: int
    may_change: bool

    @property
    def has_draft(self) -> bool:
        """Say whether the newest version is not in force."""
        return self.rule.in_force != self.rule.version


def rule_page(*, cursor: str | None, limit: int = PAGE) -> RulePage:
    """Return a page of the rules. Raises BadCursor."""
    found = page_of(
        Rule.objects.newest_first(), by="made_at", cursor=cursor, limit=limit, of="rules"
    )
    return RulePage(rows_of(found.rows), found.next_cursor)


def rows_of(rules: Sequence[Rule]) -> list[Row]:
    """Return rules with their newest versions, in the same order."""
    newest = {one.rule_id: one for one in RuleVersion.objects.newest().filter(rule__in=rules)}
    counts = matched_lately() if rules else {}
    return [Row(one, newest[one.pk], counts.get(one.pk, 0)) for one in rules]


def matched_lately() -> dict[UUID, int]:
    """Return how many texts each rule matched in the last seven days."""
    with connection.cursor() as cursor:
        cursor.execute(MATCHED, [timezone.now() - SPAN])
        return {UUID(rule): count for rule, count in cursor.fetchall()}


def rule_of(moderator: User, rule_id: UUID) -> Shown:
    """Return all that is known of a rule. Raises NoSuchRule."""
    rule = Rule.objects.select_related("made_by").filter(pk=rule_id).first()
    if rule is None:
        raise NoSuchRule("There is no such rule.")
    versions = list(rule.versions.select_related("made_by").order_by("-number"))
    return Shown(
        rule=rule,
        version=versions[0],
        versions=versions,
        trial=newest_trial(rule),
        matched=matched_lately().get(rule.pk, 0),
        may_change=may_change(moderator),
    )


def may_change(moderator: User) -> bool:
    """Say whether somebody may make rules, change them, and put them in force."""
    return rank_in_panel(moderator) >= Rank.SENIOR_MODERATOR
