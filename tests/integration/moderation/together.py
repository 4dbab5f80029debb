"""What moderators do with many cases at once."""

from datetime import timedelta

from django.utils import timezone

from imagestudio.moderation.models import BulkCase, BulkDeed, Notice
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services import bulk
from imagestudio.moderation.services.bulk import Chosen
from imagestudio.moderation.services.deciding import Verdict
from imagestudio.moderation.services.notices import send_due
from tests.integration.moderation.conftest import WHY, later

N = 5  # cases
Choice = BulkDeed.Choice
Why = BulkCase.Why
HIDE = Verdict(Action.HIDE, **WHY)
KEEP = Verdict(Action.KEEP)


def chosen(moderator, cases):
    ticked = {one.pk: one.version for one in cases}
    return bulk.choose(moderator=moderator, chosen=Chosen(Choice.TICKED, ticked=ticked))


def done(moderator, cases, verdict=HIDE):
    deed = chosen(moderator, cases)
    bulk.try_out(moderator=moderator, deed_id=deed.pk, verdict=verdict)
    return bulk.begin(moderator=moderator, deed_id=deed.pk, action=verdict.action)


def tell(deed):
    """Let the ten seconds of a bulk deed pass."""
    later(BulkDeed, deed.pk, ended_at=-timedelta(minutes=1))
    Notice.objects.filter(decision__bulk=deed, sent_at=None, withdrawn_at=None).update(
        due_at=timezone.now() - timedelta(seconds=1)
    )
    return send_due()


def hidden(cases):
    return sum(
        one.moderation == "hidden_public" for one in type(cases[0].image).objects.filter(
            pk__in=[case.image_id for case in cases]
        )
    )  # fmt: skip


def whys(deed):
    rows = deed.cases.exclude(why="").values_list("why", flat=True)
    return sorted(rows)
