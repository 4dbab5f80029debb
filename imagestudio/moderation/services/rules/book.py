"""The rules in force, read once by each process and again when their stamp is another."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from imagestudio.moderation.exceptions import PatternInvalid
from imagestudio.moderation.matching import Matcher, Pattern
from imagestudio.moderation.models import Ruleset, RuleVersion, Screening

logger = logging.getLogger(__name__)

Verdict = Screening.Verdict
ORDER = (Verdict.ALLOW, Verdict.FLAG, Verdict.FILTER, Verdict.BLOCK)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules in force say of a text: the gravest of what those say that match."""

    verdict: Screening.Verdict
    matches: Sequence[RuleVersion]

    @property
    def decisive(self) -> RuleVersion | None:
        """Return the first rule that says what the verdict is; None where none matches."""
        return next((one for one in self.matches if one.action == self.verdict), None)

    @property
    def as_rows(self) -> list[dict[str, str | int]]:
        """Return the matches as a screening keeps them."""
        return [
            {
                "rule": str(one.rule_id),
                "version": one.number,
                "name": one.rule.name,
                "action": one.action,
            }
            for one in self.matches
        ]


NOTHING = Judgement(Verdict.ALLOW, ())


@dataclass(frozen=True, slots=True)
class Page:
    """The rules on one field, in order, and what looks for all of them at once."""

    versions: Sequence[RuleVersion]
    matcher: Matcher


@dataclass
class Book:
    """The rules in force as this process knows them."""

    stamp: UUID | None = None
    pages: dict[str, Page] = field(default_factory=dict)

    def judge(self, text: str, of: Screening.Field) -> Judgement:
        """Return what the rules in force say of a text; takes one small statement."""
        stamp = Ruleset.objects.values_list("stamp", flat=True).first()
        if stamp != self.stamp:  # another thread may do the same: both read what is in force
            self.pages, self.stamp = pages_in_force(), stamp
        page = self.pages.get(of)
        if page is None:
            return NOTHING
        matches = [page.versions[number] for number in page.matcher.found(text)]
        verdict = max((Verdict(one.action) for one in matches), key=ORDER.index, default=ORDER[0])
        return Judgement(verdict, matches)


BOOK = Book()


def judge(text: str, of: Screening.Field) -> Judgement:
    """Return what the rules in force say of a text."""
    return BOOK.judge(text, of)


def pages_in_force() -> dict[str, Page]:
    """Return the rules in force by the field that they are about."""
    found: dict[str, list[RuleVersion]] = {}
    for version in RuleVersion.objects.in_force():
        try:
            Matcher([Pattern(version.kind, version.pattern)])
        except PatternInvalid:  # a newer engine refuses what an older one took
            logger.exception("The rule %s cannot be looked for any more", version)
            continue
        found.setdefault(version.field, []).append(version)
    return {
        name: Page(some, Matcher([Pattern(one.kind, one.pattern) for one in some]))
        for name, some in found.items()
    }
