"""Whatever is decided, taken back, ended and lapsed: points are what decisions add up to."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from django.db.models import Q
from django.utils import timezone

from imagestudio.accounts.models import Role, SiteRole
from imagestudio.moderation.exceptions import CannotAppeal, CannotReverse
from imagestudio.moderation.models import Case, Decision, Reached, Threshold
from imagestudio.moderation.permissions import offered
from imagestudio.moderation.policies import EFFECTS, Action, Measure
from imagestudio.moderation.projections import Step, in_force, settled, tallied
from imagestudio.moderation.services import weighing
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.cases import person, picture
from imagestudio.moderation.services.deciding import Verdict, decide, end_over, take_back
from imagestudio.moderation.services.deciding.carrying_out import history_of
from imagestudio.moderation.services.strikes.counting import count_of
from tests.factories import make_copies, make_image, make_plan, make_user
from tests.integration.moderation.conftest import WHY, later, opened, told

STEPS = 22


def expected(user):
    """Return somebody's points, counted picture by picture, in the plainest way."""
    total, now = 0, timezone.now()
    pictures = Decision.objects.filter(affected=user).values_list("case__image", flat=True)
    for image in set(pictures) - {None}:
        history = list(Decision.objects.filter(case__image=image).order_by("at", "id"))
        back = {one.reverses_id for one in history if one.rule != "end of its time"}
        left = [
            one
            for one in history
            if one.pk not in back and (one.strike_points or one.action == Action.RESTORE)
        ]
        if left and left[-1].strike_points and left[-1].strike_expires_at > now:
            total += left[-1].strike_points
    return total


class Story:
    """Some pictures of one person, about whom things are decided by chance."""

    def __init__(self, cast, seed):
        self.cast, self.chance, self.maker = cast, Random(seed), cast.user(Role.CREATOR)
        first = make_image(cast.team, self.maker)
        self.images = [first, *make_copies(first, 2)]
        ranks = SiteRole.SENIOR_MODERATOR
        self.staff = [cast.user("operator"), *(make_user("s", site_role=ranks) for _ in range(2))]

    def decide(self):
        image = self.chance.choice(self.images)
        image.refresh_from_db()
        self.decide_in(opened(picture(image)))

    def decide_in(self, case):
        moderator = case.claimed_by or self.chance.choice(self.staff)
        actions = offered(case, moderator)
        if not actions:
            return
        action = self.chance.choice(actions)
        fields = WHY if EFFECTS[action].restricts else {}
        if fields and action != Action.REJECT and self.chance.random() < 0.3:
            fields = {**fields, "ends_at": timezone.now() + timedelta(days=1)}
        made = decide(
            moderator=moderator,
            case_id=case.pk,
            version=case.version,
            verdict=Verdict(action, **fields),
        )
        if hasattr(made, "notice") and self.chance.random() < 0.7:
            told(made)

    def any_decision(self):
        return self.chance.choice(list(Decision.objects.order_by("at", "id")) or [None])

    def take_back(self):
        decision = self.any_decision()
        if decision is not None:
            who = decision.actor or self.cast.user("operator")
            with suppress(CannotReverse):
                take_back(moderator=who, decision_id=decision.pk)

    def object(self):
        decision = self.any_decision()
        if decision is not None and hasattr(decision, "notice") and decision.notice.sent_at:
            with suppress(CannotAppeal):
                appeal(user=decision.affected, decision_id=decision.pk, text="No!")

    def answer(self):
        for case in Case.objects.filter(appeals__decided_at=None, appeals__isnull=False)[:1]:
            self.decide_in(case)

    def end(self):
        timed = Decision.objects.in_force().filter(ends_at__isnull=False).first()
        if timed is not None:
            past = -timedelta(seconds=1)
            strike = {"strike_expires_at": past} if timed.strike_points else {}
            later(Decision, timed.pk, ends_at=past, **strike)
            assert end_over() == 1

    def lapse(self):
        strike = Decision.objects.strikes_of(self.maker).order_by("strike_expires_at").first()
        if strike is not None:
            later(Decision, strike.pk, strike_expires_at=-timedelta(seconds=1))

    def weigh(self):
        weighing.weigh(user_id=self.maker.pk)

    def step(self):
        deeds = [*[self.decide] * 5, self.take_back, self.object, self.answer, self.end, self.lapse]
        self.chance.choice([*deeds, self.weigh, self.weigh])()
        assert count_of(self.maker).points == expected(self.maker)
        self.maker.refresh_from_db()
        subject = person(self.maker)
        case = Case(kind=subject.kind, account=subject.account, user=self.maker)
        assert settled(in_force(history_of(case))).standing == self.maker.standing
        taken = Reached.objects.filter(is_taken=True).count()
        restricting = Decision.objects.filter(rule="strikes").exclude(action=Action.REVERSE)
        assert restricting.count() == taken


@pytest.mark.parametrize("seed", [2, 3])
def test_points_are_what_decisions_add_up_to(cast, seed):
    levels = [Threshold(2, Measure.WARN, at_once=True), Threshold(4, Measure.SUSPEND, at_once=True)]
    make_plan(cast, is_on=True, thresholds=levels)
    story = Story(cast, seed)
    for _ in range(STEPS):
        story.step()
    assert Decision.objects.strikes_of(story.maker).exists()
    for decision in Decision.objects.strikes_of(story.maker).filter(reversal=None):
        told_of = decision.notice
        if told_of.sent_at is None and told_of.withdrawn_at is None:
            told(decision)
        with suppress(CannotReverse):
            take_back(moderator=story.cast.user("operator"), decision_id=decision.pk)
    weighing.weigh(user_id=story.maker.pk)
    strikes = Decision.objects.strikes_of(story.maker)
    standing = strikes.filter(Q(reversal=None) | Q(reversal__rule="end of its time"))
    held = Decision.objects.in_force().filter(rule="strikes")
    assert standing.exists() or not held.exists()


@pytest.mark.parametrize("seed", range(20))
def test_since_when_is_known_however_points_come_and_go(seed):
    chance, now = Random(seed), datetime(2026, 1, 1, tzinfo=UTC)
    user, images = uuid4(), [uuid4() for _ in range(5)]
    steps = []
    for number in range(60):
        at = now + timedelta(hours=number)
        image = chance.choice(images)
        undone = [one for one in steps if one.points and chance.random() < 0.1]
        if undone:
            steps.append(Step(uuid4(), undone[0].image, user, at, undoes=undone[0].key))
        elif chance.random() < 0.1:
            steps.append(Step(uuid4(), image, user, at))
        else:
            ends = at + timedelta(hours=chance.randint(1, 30), minutes=30)
            steps.append(Step(uuid4(), image, user, at, chance.randint(1, 5), ends))
    end = steps[-1].at + timedelta(hours=chance.randint(0, 10))
    tally = tallied(steps, until=end, levels=[4, 9])

    def points_at(moment):
        counted = Counter()
        for image in images:
            mine = [one for one in steps if one.image == image and one.at <= moment]
            gone = {one.undoes for one in mine}
            left = [one for one in mine if not one.undoes and one.key not in gone]
            if left and left[-1].lapses_at and left[-1].lapses_at > moment:
                counted[image] = left[-1].points
        return counted.total()

    moments = {one.at for one in steps} | {one.lapses_at for one in steps if one.lapses_at}
    course = [(at, points_at(at)) for at in sorted(moments) if at <= end]
    assert tally.points[user] == course[-1][1]
    assert tally.most[user] == max(points for _, points in course)
    for level in (4, 9):
        below = [number for number, (_, points) in enumerate(course) if points < level]
        first = below[-1] + 1 if below else 0
        since = course[first][0] if first < len(course) else None
        assert tally.since.get((user, level)) == since
