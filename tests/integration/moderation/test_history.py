"""Whatever is decided and taken back, in whatever order: the columns are what the history says."""

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from imagestudio.accounts.exceptions import StandingTooLow
from imagestudio.accounts.models import Role
from imagestudio.library.exceptions import NoSuchImage
from imagestudio.library.models import Image
from imagestudio.moderation.exceptions import (
    BulkSettled,
    CannotAppeal,
    CannotPublish,
    CannotReverse,
)
from imagestudio.moderation.models import AuditEntry, BulkDeed, Case, Decision
from imagestudio.moderation.permissions import offered
from imagestudio.moderation.policies import EFFECTS, Action
from imagestudio.moderation.projections import in_force, settled
from imagestudio.moderation.services import bulk
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.bulk import working
from imagestudio.moderation.services.cases import person, picture, whole_account
from imagestudio.moderation.services.deciding import Verdict, decide, end_over, take_back
from imagestudio.moderation.services.deciding.carrying_out import history_of
from imagestudio.moderation.services.publishing import drop_unasked, publish, withdraw
from tests.factories import make_image
from tests.integration.moderation.conftest import WHY, later, opened, told

STEPS = 25


class Story:
    """A picture, its maker and a team, about which things are decided by chance."""

    def __init__(self, cast, seed):
        self.cast, self.chance = cast, Random(seed)
        self.maker = cast.user(Role.CREATOR)
        self.image = make_image(cast.team, self.maker)
        self.lines = 0

    def subjects(self):
        self.image = Image.objects.get(pk=self.image.pk)
        self.maker.refresh_from_db()
        self.cast.team.refresh_from_db()
        return [picture(self.image), person(self.maker), whole_account(self.cast.team)]

    def step(self):
        deeds = [*[self.decide] * 4, self.take_back, self.object, self.end, self.ask]
        self.chance.choice([*deeds, self.withdraw, self.together, self.together, self.undo])()
        self.check()

    def decide(self):
        case = opened(self.chance.choice(self.subjects()))
        ranks = ["senior_moderator", "operator"]
        moderator = case.claimed_by or self.cast.user(self.chance.choice(ranks))
        actions = offered(case, moderator)
        if not actions:
            return
        action = self.chance.choice(actions)
        fields = WHY if EFFECTS[action].restricts else {}
        if fields and action != Action.REJECT and self.chance.random() < 0.3:
            fields = {**fields, "ends_at": timezone.now() + timedelta(days=1)}
        decision = decide(
            moderator=moderator,
            case_id=case.pk,
            version=case.version,
            verdict=Verdict(action, **fields),
        )
        if hasattr(decision, "notice") and self.chance.random() < 0.7:
            told(decision)

    def together(self):
        some = self.chance.sample(self.subjects(), k=self.chance.choice([2, 3]))
        cases = [opened(one) for one in some]
        moderator = self.cast.user(self.chance.choice(["senior_moderator", "operator"]))
        ticked = {one.pk: one.version for one in cases}
        chosen = bulk.Chosen(BulkDeed.Choice.TICKED, ticked=ticked)
        deed = bulk.choose(moderator=moderator, chosen=chosen)
        actions = [action for action, _ in bulk.choices_of(deed, moderator)]
        if not actions:
            return
        action = self.chance.choice(actions)
        verdict = Verdict(action, **(WHY if EFFECTS[action].restricts else {}))
        found = bulk.try_out(moderator=moderator, deed_id=deed.pk, verdict=verdict)
        deed = bulk.begin(moderator=moderator, deed_id=deed.pk, action=action)
        assert deed.decided == len(found.decides) == deed.decisions.count()
        if self.chance.random() < 0.5:
            later(BulkDeed, deed.pk, ended_at=-timedelta(minutes=1))
            for one in deed.decisions.all():
                if hasattr(one, "notice"):
                    told(one)

    def undo(self):
        done = list(BulkDeed.objects.filter(state="done").order_by("begun_at"))
        if not done:
            return
        deed = self.chance.choice(done)
        with suppress(BulkSettled):
            deed = bulk.undo(moderator=self.cast.user("operator"), deed_id=deed.pk)
            back = Decision.objects.filter(bulk=deed, reverses__isnull=False)
            assert deed.state == "undone"
            assert deed.undone + deed.kept == deed.decided
            assert back.count() >= deed.undone

    def any_decision(self):
        return self.chance.choice(list(Decision.objects.order_by("at")) or [None])

    def take_back(self):
        decision = self.any_decision()
        if decision is None:
            return
        who = decision.actor or self.cast.user("operator")
        with suppress(CannotReverse):
            take_back(moderator=who, decision_id=decision.pk)

    def object(self):
        decision = self.any_decision()
        if decision is None or not hasattr(decision, "notice") or not decision.notice.sent_at:
            return
        with suppress(CannotAppeal):
            appeal(user=decision.affected, decision_id=decision.pk, text="No!")

    def end(self):
        timed = Decision.objects.in_force().filter(ends_at__isnull=False).first()
        if timed is not None:
            later(Decision, timed.pk, ends_at=-timedelta(seconds=1))
            assert end_over() == 1

    def ask(self):
        with suppress(CannotPublish, NoSuchImage, StandingTooLow):
            publish(
                membership=self.cast.membership(Role.CREATOR),
                image_id=self.image.pk,
                shows_prompt=True,
                shows_name=self.chance.random() < 0.5,
            )

    def withdraw(self):
        with suppress(NoSuchImage, StandingTooLow):
            withdraw(membership=self.cast.membership(Role.CREATOR), image_id=self.image.pk)

    def check(self):
        about_image, about_user, about_team = self.subjects()
        for subject, column, value in (
            (about_image, "moderation", self.image.moderation),
            (about_user, "standing", self.maker.standing),
            (about_team, "standing", self.cast.team.standing),
        ):
            history = history_of(
                Case(kind=subject.kind, account=subject.account, **subject.columns)
            )
            assert getattr(settled(history), column) == value
            assert getattr(settled(in_force(history)), column) == value
        self.check_cases()
        lines = Decision.objects.count() + AuditEntry.objects.count()
        assert lines >= self.lines
        self.lines = lines

    def check_cases(self):
        drop_unasked()
        asked = self.image.review == "requested" and self.image.visibility == "public"
        unclosed = Case.objects.unclosed()
        assert not asked or unclosed.filter(image=self.image).exists()
        assert not unclosed.exclude(appeals=None).filter(appeals__decided_at=None, state="closed")
        closed = Case.objects.filter(state="closed", appeals__isnull=False)
        assert not closed.filter(appeals__decided_at=None).exists()


@pytest.mark.parametrize("seed", [5, 8])
def test_the_columns_are_what_the_history_says(cast, seed, settings, monkeypatch):
    settings.PUBLISHING_REVIEW = "always"
    monkeypatch.setattr(working, "AT_ONCE", 60)
    story = Story(cast, seed)
    for _ in range(STEPS):
        story.step()
    assert Decision.objects.count() > 8
