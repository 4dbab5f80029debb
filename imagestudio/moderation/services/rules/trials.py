"""Trials: what a rule would have matched in the last days, before it is in force."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from imagestudio.accounts.models import User
from imagestudio.jobs import enqueue
from imagestudio.moderation.exceptions import NoSuchRule, RuleUntried
from imagestudio.moderation.matching import Matcher, Pattern
from imagestudio.moderation.models import Rule, RuleVersion, Screening, Trial, first_key
from imagestudio.moderation.permissions import require_rank
from imagestudio.moderation.policies import Rank
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.rules.making import locked, told

SPAN = timedelta(days=7)
MOST = 100_000  # texts of one trial, the newest
SLICE = 1_000  # of them in one transaction
MOST_EXAMPLES = 20
AT_ONCE = 0.7  # seconds for which the request works itself; then a job goes on


def begin_trial(*, moderator: User, rule_id: UUID, version: int) -> Trial:
    """Return a new trial of the newest version of a rule: ended if that was quick, else at work.

    Raises RankTooLow, NoSuchRule, RuleChanged.
    """
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    with transaction.atomic():
        rule = locked(rule_id, version=version)
        tried = rule.versions.get(number=rule.version)
        now = timezone.now()
        place, oldest = first_key(now + timedelta(minutes=1)), first_key(now - SPAN)
        count = texts(tried, place, oldest)[: MOST + 1].count()
        trial = Trial.objects.create(
            version=tried,
            made_by=moderator,
            place=place,
            oldest=oldest,
            total=min(count, MOST),
            is_cut=count > MOST,
        )
        told(rule, moderator, "tried")
    trial = go_on(trial_id=trial.pk, seconds=AT_ONCE)
    if trial.ended_at is None:
        enqueue("moderation.try_rule", trial_id=str(trial.pk))
    return trial


def go_on(*, trial_id: UUID, seconds: float | None = None) -> Trial:
    """Return a trial on which was worked: until it has ended, or for so many seconds.

    Each slice is a transaction, so that whoever comes later goes on where this one was killed.
    """
    began = monotonic()
    while True:
        trial = read_slice(trial_id)
        if trial.ended_at or (seconds is not None and monotonic() - began > seconds):
            return trial


@transaction.atomic
def read_slice(trial_id: UUID) -> Trial:
    """Return a trial that has read some texts more."""
    trial = Trial.objects.select_for_update(no_key=True).get(pk=trial_id)
    if trial.ended_at:
        return trial
    version = trial.version
    matcher = Matcher([Pattern(version.kind, version.pattern)])
    size = min(SLICE, MOST - trial.seen)
    rows = list(
        texts(version, trial.place, trial.oldest).values_list("pk", "user", "verdict", "text")[
            :size
        ]
    )
    verdicts, people = Counter(trial.verdicts), set(trial.people)
    for key, user, verdict, text in rows:
        if matcher.found(text):
            trial.matched += 1
            verdicts[verdict] += 1
            people.add(str(user))
            if len(trial.examples) < MOST_EXAMPLES:
                trial.examples.append(str(key))
    trial.seen += len(rows)
    trial.verdicts, trial.people = dict(verdicts), sorted(people)
    if rows:
        trial.place = rows[-1][0]
    if len(rows) < SLICE or trial.seen >= MOST:
        trial.ended_at = Now()
    trial.save()
    trial.refresh_from_db(fields=["ended_at"])
    return trial


def texts(version: RuleVersion, below: UUID, oldest: UUID) -> QuerySet[Screening]:
    """Return what people wrote of the kind that a rule is about, newest first, as far as wanted."""
    found = Screening.objects.filter(field=version.field, id__lt=below, id__gte=oldest)
    return found.order_by("-id")


def newest_trial(rule: Rule) -> Trial | None:
    """Return the newest trial of the newest version of a rule."""
    tried = Trial.objects.filter(version__rule=rule, version__number=rule.version)
    return tried.select_related("version").order_by("-made_at").first()


@transaction.atomic
def examples_of(*, moderator: User, rule_id: UUID) -> Sequence[Screening]:
    """Return a few texts that a rule's newest trial matched; they are private: it is on record.

    What was removed since is not among them. Raises RankTooLow, NoSuchRule, RuleUntried.
    """
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    rule = Rule.objects.filter(pk=rule_id).first()
    if rule is None:
        raise NoSuchRule("There is no such rule.")
    trial = newest_trial(rule)
    if trial is None:
        raise RuleUntried("Try this version first.")
    found = Screening.objects.filter(pk__in=trial.examples).select_related("user")
    examples = list(found.order_by("-id"))
    if examples:
        note(
            Verb.VIEWED,
            actor=moderator,
            text=f"{rule.name}: {len(examples)} texts that a trial matched",
            rule=str(rule.pk),
            version=rule.version,
            screenings=",".join(str(one.pk) for one in examples),
        )
    return examples
