"""Screening: what rules, and a classifier, say of words before they are used or shown."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from imagestudio.accounts.models import Account, Membership, User
from imagestudio.library.models import Image
from imagestudio.moderation.exceptions import WordsBlocked
from imagestudio.moderation.models import Case, RuleVersion, ScoreLimit, Screening, first_key
from imagestudio.moderation.policies import Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import open_case, prompt
from imagestudio.moderation.services.classifying.asking import Heard
from imagestudio.moderation.services.classifying.weighing import keep, note_scores, weigh
from imagestudio.moderation.services.reports import URGENT
from imagestudio.moderation.services.rules.book import ORDER, Judgement, judge

KEPT = timedelta(days=30)
# What a rule spoke up about: a case about it may be opened until then, and keeps it for good.
KEPT_FOR_CASES = timedelta(days=180)
SLICE = 1_000  # screenings of one transaction
WEIGHT = 5  # of a case that a rule opens
REFUSAL = "A rule of this studio does not allow these words. Change them."

Field, Verdict = Screening.Field, Screening.Verdict


@transaction.atomic
def screen(*, account: Account, user: User, text: str, heard: Heard | None = None) -> Screening:
    """Return the screening of a prompt; of one that is flagged a case opens.

    `heard` is what a classifier said of it, None where there is no classifier. To be called in the
    transaction of what is made of the prompt, before it locks anything. What follows from `filter`
    and `block` is the caller's.
    """
    judged = judge(text, Field.PROMPT)
    weighed = weigh(heard, ScoreLimit.Field.PROMPT) if heard else None
    verdicts = [judged.verdict, *([weighed.verdict] if weighed else [])]
    gravest = max(verdicts, key=ORDER.index)
    screening = write(account, user, text, Field.PROMPT, judged, verdict=gravest)
    if weighed is not None:
        keep(weighed, screening=screening)
    if screening.verdict == Verdict.FLAG:
        weight = max(weight_of(judged), weighed.weight if weighed else 0)
        crossed = weighed.crossed if weighed else ()
        said = [one.reason for one in judged.matches]
        lane = Case.Lane.of_rule(*said, *(one.reason for one in crossed))
        case = open_case(subject=prompt(screening), lane=lane, weight=weight)
        if judged.matches:
            note_matches(case, judged)
        if weighed is not None:
            note_scores(case, weighed)
    return screening


def write(
    account: Account,
    user: User,
    text: str,
    of: str,
    judged: Judgement,
    *,
    verdict: str = "",
) -> Screening:
    """Write what the rules said of a text, and the verdict, if it is not theirs alone."""
    return Screening.objects.create(
        account=account,
        user=user,
        field=of,
        text=text,
        verdict=verdict or judged.verdict,
        matches=judged.as_rows,
    )


def weight_of(judged: Judgement) -> int:
    """Return what a case weighs that the rules open."""
    urgent = any(Reason(one.reason).is_urgent for one in judged.matches)
    return WEIGHT * (URGENT if urgent else 1)


def note_matches(case: Case, judged: Judgement) -> None:
    """Write into the log of a case which rules match."""
    names = ", ".join(f"{one.rule.name} (version {one.number})" for one in judged.matches)
    note(Verb.MATCHED, actor=None, case=case, text=names, verdict=judged.verdict)


def refusal_of(screening: Screening) -> str:
    """Return what a person is told whose words a rule blocks."""
    for match in screening.matches:
        if match["action"] == RuleVersion.Action.BLOCK:
            versions = RuleVersion.objects.filter(rule=match["rule"], number=match["version"])
            told = versions.values_list("message", flat=True).first()
            return told or REFUSAL
    return REFUSAL


def screen_title(*, membership: Membership, image: Image, title: str) -> None:
    """Do nothing if a picture may have this title, which is screened for that.

    What is flagged or filtered is looked at when somebody asks to publish it. Not to be called in
    the transaction of the change: of what is blocked the screening stays. Raises WordsBlocked.
    """
    if not title or title == image.title:
        return
    judged = judge(title, Field.TITLE)
    screening = write(membership.account, membership.user, title, Field.TITLE, judged)
    if judged.verdict == Verdict.BLOCK:
        raise WordsBlocked(refusal_of(screening))


def screen_publication(
    *, membership: Membership, image: Image, shows_prompt: bool
) -> Sequence[Judgement]:
    """Return what the rules say against words that are to be public; nothing where all is well.

    Of what they say something about, the screening stays. Raises WordsBlocked.
    """
    words = [(Field.TITLE, image.title), (Field.PROMPT, image.prompt if shows_prompt else "")]
    found = []
    for of, text in words:
        judged = judge(text, of) if text else None
        if judged is None or judged.verdict == Verdict.ALLOW:
            continue
        screening = write(membership.account, membership.user, text, of, judged)
        if judged.verdict == Verdict.BLOCK:
            raise WordsBlocked(refusal_of(screening))
        found.append(judged)
    return found


def forget_screenings() -> int:
    """Remove the screenings that are no longer kept, in slices; return how many those were.

    Those that a case is about stay. Generations stay, and name none any more.
    """
    now, removed = timezone.now(), 0
    # Keys are in the order of time, so that their index leads to the oldest rows.
    is_old = Q(id__lt=first_key(now - KEPT_FOR_CASES))
    is_old |= Q(id__lt=first_key(now - KEPT), verdict=Screening.Verdict.ALLOW)
    needed = Exists(Case.objects.filter(screening=OuterRef("pk")))
    old = Screening.objects.filter(is_old, ~needed, id__lt=first_key(now - KEPT)).order_by("id")
    while ids := list(old.values_list("pk", flat=True)[:SLICE]):
        with transaction.atomic():
            Screening.objects.filter(pk__in=ids).delete()
        removed += len(ids)
    return removed
