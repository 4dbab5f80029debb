"""What is decided about bytes holds for each picture that an account has made of them."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from imagestudio.accounts.models import Role
from imagestudio.library.exceptions import PictureHidden
from imagestudio.library.models import Image
from imagestudio.library.services.uploads import Received, add_upload
from imagestudio.moderation.exceptions import CannotPublish
from imagestudio.moderation.models import Decision
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services import banning
from imagestudio.moderation.services.deciding import take_back
from imagestudio.moderation.services.publishing import publish
from imagestudio.moderation.tasks import follow, note_banned
from tests.factories import make_copies, make_image, paint
from tests.integration.moderation.conftest import decided, told

DATA = paint(colour="#3a5f7d")


@pytest.fixture
def image(cast):
    return make_image(cast.team, cast.user(Role.CREATOR), data=DATA)


def upload(member):
    return add_upload(membership=member, received=Received(DATA, "again.png")).image


def jobs(task, name):
    for job in ProcrastinateJob.objects.filter(task_name=name).order_by("id"):
        task(**job.args)
    ProcrastinateJob.objects.filter(task_name=name).delete()


def moderation_of(image):
    return Image.objects.get(pk=image.pk).moderation


def test_what_was_hidden_from_others_comes_in_hidden_from_them_and_its_account_is_told(cast, image):
    decided(cast.user("moderator"), image, Action.HIDE)
    Image.objects.filter(pk=image.pk).update(trashed_at=image.added_at)
    member = cast.membership(Role.CREATOR)
    again = upload(member)
    assert (again.moderation, again.pk == image.pk) == ("hidden_public", False)
    jobs(note_banned, "moderation.note_banned")
    decision = Decision.objects.get(case__image=again)
    assert (decision.rule, decision.action, decision.reason) == (banning.TWIN, Action.HIDE, "hate")
    assert decision.notice.user == again.created_by
    with pytest.raises(CannotPublish):
        publish(membership=member, image_id=again.pk, shows_prompt=False, shows_name=False)
    other = cast.membership_of_stranger()
    assert upload(other).moderation == "clear"  # decided in one account, and not banned


def test_others_that_are_there_follow_and_follow_back(cast, image):
    [twin] = make_copies(image, 1)
    decision = decided(cast.user("moderator"), image, Action.HIDE)
    jobs(follow, "moderation.follow")
    assert moderation_of(twin) == "hidden_public"
    jobs(follow, "moderation.follow")
    told(Decision.objects.get(case__image=twin))
    take_back(moderator=cast.user("senior_moderator"), decision_id=decision.pk)
    jobs(follow, "moderation.follow")
    jobs(follow, "moderation.follow")
    assert (moderation_of(image), moderation_of(twin)) == ("clear", "clear")
    assert Decision.objects.filter(case__image=twin).count() == 2


def test_what_a_person_has_decided_about_one_of_them_since_stays(cast, image):
    [twin] = make_copies(image, 1)
    decided(cast.user("moderator"), image, Action.HIDE)
    jobs(follow, "moderation.follow")
    decided(cast.user("moderator"), twin, Action.RESTORE)
    jobs(follow, "moderation.follow")
    assert (moderation_of(image), moderation_of(twin)) == ("hidden_public", "clear")
    assert not banning.note_held(image_id=twin.pk)


def test_the_graver_decision_counts(cast, image):
    first, second = make_copies(image, 2)
    decided(cast.user("moderator"), first, Action.HIDE)
    decided(cast.user("moderator"), image, Action.REMOVE)
    jobs(follow, "moderation.follow")
    assert {moderation_of(one) for one in (image, first, second)} == {"hidden_all"}
    with pytest.raises(PictureHidden):
        upload(cast.membership(Role.CREATOR))
