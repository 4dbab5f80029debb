"""Filtering: what was made of filtered words stays from others until a person has looked at it."""

from uuid import UUID

from django.db import transaction

from imagestudio.library.models import Image
from imagestudio.moderation.models import Case, Decision, RuleVersion, ScoreLimit, Screening
from imagestudio.moderation.policies import Action, Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import lock_subject, open_case, picture
from imagestudio.moderation.services.deciding import Verdict, decide_by_rule
from imagestudio.moderation.services.reports import URGENT
from imagestudio.moderation.services.screening import WEIGHT

FACTS = (
    "Words of its prompt are on a list of this studio, or got a high score from a classifier, so a "
    "person looks at it before anybody outside of your account can see it."
)


@transaction.atomic
def note_filtered(*, image_id: UUID, screening_id: UUID) -> bool:
    """Write the decision that keeps a picture from others because of its prompt's words.

    Its case stays open, so that a person looks. Says whether there was one to write: nothing
    happens where something else was decided meanwhile, or it was done before.
    """
    screening = Screening.objects.filter(pk=screening_id).first()
    images = Image.objects.select_related("account", "created_by")
    image = images.filter(pk=image_id, purged_at=None).first()
    found = filtering(screening) if screening else None
    if image is None or screening is None or found is None or not waits(image):
        return False
    reason, rule = found
    weight = WEIGHT * (URGENT if reason.is_urgent else 1)
    case = open_case(subject=picture(image), lane=Case.Lane.of_rule(reason), weight=weight)
    lock_subject(case)
    if case.image is None or not waits(case.image):
        transaction.set_rollback(True)
        return False
    note(
        Verb.MATCHED,
        actor=None,
        case=case,
        text=rule,
        verdict=screening.verdict,
        screening=str(screening.pk),
    )
    verdict = Verdict(Action.HIDE, reason=reason, facts=FACTS)
    decide_by_rule(case=case, verdict=verdict, rule=rule[:100], is_final=False)
    return True


def filtering(screening: Screening) -> tuple[Reason, str] | None:
    """Return why words were filtered: the reason, and the rule, or the score, of then."""
    for match in screening.matches:
        if match["action"] == RuleVersion.Action.FILTER:
            versions = RuleVersion.objects.select_related("rule")
            version = versions.filter(rule=match["rule"], number=match["version"]).first()
            return (Reason(version.reason), f"{version}") if version else None
    for said in screening.classifications.all():
        for one in said.crossed:
            if one["action"] == ScoreLimit.Action.FILTER:
                return Reason(one["reason"]), f"Classifier: {one['category']}"
    return None


def waits(image: Image) -> bool:
    """Say whether a picture is kept from others, and nobody has decided that yet."""
    is_kept = image.moderation == Image.Moderation.HIDDEN_PUBLIC and image.purged_at is None
    return (
        is_kept and not Decision.objects.filter(case__image=image).exclude(moderation="").exists()
    )
