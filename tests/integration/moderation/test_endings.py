"""The trash, removing for good, and closing, with what is public, reported or decided about."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from imagestudio.accounts.models import Account, Role
from imagestudio.library.models import Image, Love, Publication
from imagestudio.library.services.publishing import set_love
from imagestudio.library.services.purge import purge_old
from imagestudio.lifecycle import (
    close_account,
    close_user,
    fates_of_account,
    fates_of_user,
    finish_closing,
)
from imagestudio.moderation.models import Appeal, Case, Decision, Notice, Report
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.publishing import drop_unasked, publish
from imagestudio.moderation.services.reports import report_publication
from tests.factories import make_copies, make_image
from tests.integration.moderation.conftest import decided, opened, told


def ask(cast, image):
    return publish(
        membership=cast.membership(Role.CREATOR),
        image_id=image.pk,
        shows_prompt=True,
        shows_name=True,
    )


@pytest.fixture
def public(cast, image):
    ask(cast, image)
    decided(cast.user("moderator"), image, Action.APPROVE)
    return image


def trash(*images, days=0):
    keys = [one.pk for one in images]
    Image.objects.filter(pk__in=keys).update(trashed_at=Now() - timedelta(days=days))


def report(image, reporter):
    return report_publication(
        image_id=image.pk, reporter=reporter, address="::1", reason="hate", text=""
    )


def test_the_trash_takes_it_out_of_the_gallery_and_back(public):
    trash(public)
    assert not Publication.objects.public().exists()
    Image.objects.filter(pk=public.pk).update(trashed_at=None)
    assert Publication.objects.public().exists()


def test_removing_for_good_takes_the_words_and_the_loves(rows, cast, public, settings):
    publication = Publication.objects.get()
    set_love(publication=publication, user=cast.user("viewer"), loves=True)
    trash(public, days=settings.TRASH_DAYS + 1)
    assert purge_old() == 1
    assert not Publication.objects.exists()
    assert not Love.objects.exists()
    assert set_love(publication=publication, user=cast.user("admin"), loves=True) == 0
    public.refresh_from_db()
    assert (public.visibility, public.review) == ("private", "none")


def test_what_is_looked_at_waits_until_it_was(rows, cast, public, settings):
    report(public, cast.user("stranger"))
    others = make_copies(public, 3)
    trash(public, *others, days=settings.TRASH_DAYS + 1)
    assert purge_old() == 3
    decided(cast.user("moderator"), public, Action.KEEP)
    assert purge_old() == 1


def test_many_that_are_held_keep_none_of_the_others(rows, cast, image, settings, monkeypatch):
    monkeypatch.setattr("imagestudio.library.services.purge.SLICE", 2)
    images = make_copies(image, 5)
    for one in images[:3]:
        opened(one)
    for number, one in enumerate(images):
        trash(one, days=settings.TRASH_DAYS + 9 - number)  # those that are held first
    assert purge_old() == 2


def test_removing_what_was_to_be_published_closes_its_case(rows, cast, image, settings):
    ask(cast, image)
    trash(image, days=settings.TRASH_DAYS + 1)
    assert drop_unasked() == 0  # it may be restored
    assert purge_old() == 1
    assert drop_unasked() == 1
    assert Case.objects.get().outcome == Case.Outcome.WITHDRAWN


@pytest.mark.parametrize("action", [Action.REMOVE, Action.QUARANTINE])
def test_evidence_stays(rows, cast, image, settings, action):
    decided(cast.user("senior_moderator"), image, action)
    trash(image, days=settings.TRASH_DAYS + 1)
    assert purge_old() == 0


def test_closing_a_team(cast, team, public):
    waiting = make_image(team, cast.user(Role.CREATOR))
    ask(cast, waiting)
    report(public, cast.user("stranger"))
    fates = {one.what: one.count for one in fates_of_account(team)}
    assert fates["Pictures in the public gallery"] == 1
    assert fates["Pictures that wait to be published"] == 1
    assert fates["Open cases about pictures or the account"] == 1
    assert fates["Decisions, with what people were told"] == 1
    close_account(account=team)
    assert not Publication.objects.public().exists()
    for _ in range(2):
        finish_closing(account_id=team.pk)
    assert Case.objects.unclosed().get().image == public
    waiting.refresh_from_db()
    assert (waiting.visibility, waiting.review) == ("private", "none")
    decided(cast.user("moderator"), public, Action.HIDE)
    Account.objects.filter(pk=team.pk).update(closed_at=None)
    assert not Publication.objects.public().exists()


def test_closing_a_user(cast, public):
    viewer = cast.user("viewer")
    publication = Publication.objects.get()
    for user in (viewer, cast.user("admin")):
        set_love(publication=publication, user=user, loves=True)
    report(public, viewer)
    picture = make_image(viewer.personal_account, viewer)
    decision = decided(cast.user("moderator"), picture, Action.HIDE)
    told(decision)
    appeal(user=viewer, decision_id=decision.pk, text="No!")
    fates = {one.what: one.count for one in fates_of_user(viewer)}
    assert fates["What you love in the public gallery"] == 1
    assert fates["Reports"] == fates["Objections that wait"] == 1
    close_user(user=viewer)
    for _ in range(2):
        finish_closing(account_id=viewer.personal_account.pk)
    publication.refresh_from_db()
    assert publication.loves == Love.objects.count() == 1
    assert (Report.objects.count(), Appeal.objects.filter(decided_at=None).count()) == (1, 1)
    assert Decision.objects.filter(affected=viewer).count() == 1
    assert Notice.objects.get(user=viewer).sent_at < timezone.now()
