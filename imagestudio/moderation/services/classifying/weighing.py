"""Scores against limits: what follows from them, and what is kept of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from imagestudio.library.models import Image
from imagestudio.moderation.classifying import Scores
from imagestudio.moderation.models import Case, Classification, ScoreLimit, Screening
from imagestudio.moderation.policies import Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.classifying.asking import Heard, is_on
from imagestudio.moderation.services.reports import URGENT
from imagestudio.moderation.services.rules.book import ORDER

WEIGHT = 5  # of a case that scores open
Verdict = Screening.Verdict


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was heard, and the limits that it crosses: the gravest one says what follows."""

    heard: Heard
    crossed: Sequence[ScoreLimit] = ()

    @property
    def verdict(self) -> Screening.Verdict:
        """Return the gravest of what the limits ask for."""
        asked = (Verdict(one.action) for one in self.crossed)
        return max(asked, key=ORDER.index, default=Verdict.ALLOW)

    @property
    def decisive(self) -> ScoreLimit | None:
        """Return the first limit that says what the verdict is; None where none is crossed."""
        return next((one for one in self.crossed if one.action == self.verdict), None)

    @property
    def weight(self) -> int:
        """Return what a case weighs that is opened because of it; 0 where nothing is crossed."""
        if not self.crossed:
            return 0
        urgent = any(Reason(one.reason).is_urgent for one in self.crossed)
        return WEIGHT * (URGENT if urgent else 1)

    @property
    def words(self) -> str:
        """Return which scores cross which limits, with the model."""
        scores = self.heard.scores
        if scores is None:
            return ""
        told = {
            one.category: f"{one.category} {scores.categories[one.category]:.2f}"
            for one in self.crossed
        }
        return f"{', '.join(told.values())} ({scores.model})"

    @property
    def as_rows(self) -> list[dict[str, Any]]:
        """Return the limits that are crossed as a classification keeps them."""
        return [
            {
                "category": one.category,
                "at_least": one.at_least,
                "action": one.action,
                "reason": one.reason,
            }
            for one in self.crossed
        ]


def weigh(heard: Heard, field: ScoreLimit.Field) -> Weighed:
    """Return what follows from what was heard of a text or a picture."""
    if heard.scores is None:
        return Weighed(heard)
    given = heard.scores.categories
    limits = ScoreLimit.objects.filter(field=field, category__in=list(given))
    crossed = [one for one in limits if given[one.category] >= one.at_least]
    crossed.sort(key=lambda one: (-ORDER.index(Verdict(one.action)), -given[one.category]))
    return Weighed(heard, crossed)


def keep(
    weighed: Weighed, *, screening: Screening | None = None, image: Image | None = None
) -> Classification:
    """Return the row of what was heard of a screening's text, or of a picture."""
    scores, about = weighed.heard.scores, screening or image
    if about is None:
        raise ValueError("Name what was classified.")
    return Classification.objects.create(
        account_id=about.account_id,
        screening=screening,
        image=image,
        model=scores.model if scores else "",
        scores={name: round(one, 4) for name, one in scores.categories.items()} if scores else {},
        crossed=weighed.as_rows,
        verdict=weighed.verdict,
        failure=weighed.heard.failure,
    )


def note_scores(case: Case, weighed: Weighed) -> None:
    """Write into the log of a case which scores cross a limit."""
    if weighed.crossed:
        note(Verb.MATCHED, actor=None, case=case, text=weighed.words, verdict=weighed.verdict)


def heard_before(screening: Screening | None) -> Heard | None:
    """Return what was heard of the same text earlier; None where there is no classifier.

    So that trying again asks nobody, and waits for nobody.
    """
    if not is_on():
        return None
    said = screening.classifications.heard().newest_first().first() if screening else None
    if said is None:
        return Heard(None, "It was not asked anew.")
    return Heard(Scores(said.model, said.scores))
