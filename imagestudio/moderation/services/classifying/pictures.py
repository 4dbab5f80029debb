"""Pictures that a classifier is asked about: results, and what is to be public, by a job each."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from imagestudio.jobs import enqueue
from imagestudio.library import storage
from imagestudio.library.models import Image
from imagestudio.library.services.renditions import make_renditions, rendition_or_original
from imagestudio.library.visibility import HIDDEN_FROM_OTHERS
from imagestudio.moderation.models import Case, Classification, Decision, ScoreLimit, Screening
from imagestudio.moderation.permissions import is_asked
from imagestudio.moderation.policies import Action, Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import lock_subject, open_case, picture
from imagestudio.moderation.services.classifying.asking import Heard, ask, is_on
from imagestudio.moderation.services.classifying.weighing import Weighed, keep, note_scores, weigh
from imagestudio.moderation.services.deciding import decide_by_rule
from imagestudio.moderation.services.deciding.verdicts import Verdict

NONE, PUBLISHED, ALL = "none", "published", "all"  # which pictures are classified
SIDE = "1024"  # pixels of the longest side of the copy that is looked at
KEPT = timedelta(days=180)
AGAIN = timedelta(days=1)  # for which a picture that could not be classified is tried again
SLICE = 1_000
FACTS = (
    "An automatic classifier gave it a high score, so a person looks at it before anybody outside "
    "of your account can see it."
)
CHANCE = "Taken by chance, so that somebody checks the classifier."


def wants_result() -> bool:
    """Say whether the pictures that are made are classified."""
    return is_on() and settings.CLASSIFIER_PICTURES == ALL


def wants_publication() -> bool:
    """Say whether pictures that are to be public are classified."""
    return is_on() and settings.CLASSIFIER_PICTURES != NONE


def ask_later(image: Image) -> None:
    """Have a picture classified by a job. To be called in a transaction."""
    enqueue("moderation.classify", image_id=str(image.pk))


def classify_picture(*, image_id: UUID) -> Classification | None:
    """Return what the classifier says of a picture, with all that follows from it.

    None where there is nothing to ask, or all was said before; what could not be asked is kept
    too, and tried again. Not to be called in a transaction.
    """
    image = Image.objects.select_related("file", "account").filter(pk=image_id).first()
    if image is None or image.file is None or not is_on():
        return None
    said = Classification.objects.filter(image=image).heard().newest_first().first()
    if said is not None:
        take_by_chance(image, said)
        return None
    make_renditions(image_id=image.pk)
    key, _, _ = rendition_or_original(image=image, name=SIDE)
    heard = ask(storage.read(key))
    if heard is None:
        return None
    made = settle(image, heard)
    take_by_chance(image, made)
    return made


@transaction.atomic
def settle(image: Image, heard: Heard) -> Classification:
    """Return the row of what was heard of a picture, once all is done that follows from it."""
    weighed = weigh(heard, ScoreLimit.Field.PICTURE)
    if weighed.crossed:
        act(image, weighed)
    Classification.objects.filter(image=image).exclude(failure="").delete()
    return keep(weighed, image=image)


def act(image: Image, weighed: Weighed) -> None:
    """Open a case on a picture whose scores cross a limit; filter it if that is asked for.

    What a person has decided about it stays as it is, and no case is opened about it anew. What
    waits to be published is seen by nobody yet: whoever looks at it sees the scores.
    """
    decided = Decision.objects.filter(case__image=image, actor__isnull=False)
    if decided.exists() or image.is_hidden:
        return
    lane = Case.Lane.of_rule(*(one.reason for one in weighed.crossed))
    case = open_case(subject=picture(image), lane=lane, weight=weighed.weight)
    lock_subject(case)
    note_scores(case, weighed)
    now, first = case.image, weighed.decisive
    if now is None or first is None or weighed.verdict != Screening.Verdict.FILTER:
        return
    if is_asked(now) or now.moderation in HIDDEN_FROM_OTHERS or now.purged_at is not None:
        return
    verdict = Verdict(Action.HIDE, reason=Reason(first.reason), facts=FACTS)
    decide_by_rule(case=case, verdict=verdict, rule=f"Classifier: {first}"[:100], is_final=False)


@transaction.atomic
def take_by_chance(image: Image, said: Classification) -> Case | None:
    """Return the case in which somebody checks the classifier on a picture; mostly there is none.

    Only of what is public, or is to be: nobody looks into a private library by chance. The same
    picture is taken always, or never.
    """
    is_taken = image.pk.int % 100 < settings.CLASSIFIER_SAMPLE
    if not is_taken or said.failure or said.crossed:
        return None
    if image.visibility != Image.Visibility.PUBLIC:
        return None
    if Case.objects.filter(image=image, entries__text=CHANCE).exists():
        return None
    case = open_case(subject=picture(image), lane=Case.Lane.RULE)
    note(Verb.NOTED, actor=None, case=case, text=CHANCE)
    return case


def classify_again(*, most: int = 1000) -> int:
    """Have pictures classified that could not be within the last day; return how many."""
    if not is_on():
        return 0
    failed = Classification.objects.exclude(failure="").filter(image__purged_at=None)
    keys = failed.filter(image__isnull=False, at__gt=Now() - AGAIN).values_list("image", flat=True)
    found = list(keys[:most])
    for key in found:
        enqueue("moderation.classify", image_id=str(key))
    return len(found)


def forget_classifications() -> int:
    """Remove what was said of pictures and is kept no longer; return how many rows those were.

    What was said of texts goes with their screenings.
    """
    old, removed = Classification.objects.filter(at__lt=Now() - KEPT, screening=None), 0
    while keys := list(old.values_list("pk", flat=True)[:SLICE]):
        Classification.objects.filter(pk__in=keys).delete()
        removed += len(keys)
    return removed
