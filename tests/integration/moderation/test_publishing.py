"""A member asks to publish a picture; a moderator lets everybody see it, or says why not."""

import pytest

from imagestudio.accounts.models import Membership, Role, Standing, Trust, User
from imagestudio.accounts.services.access import change_account_standing, change_standing
from imagestudio.library.models import Image, Publication
from imagestudio.library.visibility import Reach
from imagestudio.moderation.exceptions import ActionNotOffered, CannotPublish
from imagestudio.moderation.models import AuditEntry, Case, Decision, Notice
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.deciding import Verdict, decide, take_back
from imagestudio.moderation.services.panel.queue import next_case
from imagestudio.moderation.services.publishing import publish, withdraw
from tests.factories import make_copies, make_image


@pytest.fixture
def image(cast):
    return make_image(cast.team, cast.user(Role.CREATOR), title="Lighthouse", prompt="a tower")


def ask(cast, image, **options):
    wanted = {"shows_prompt": True, "shows_name": False, **options}
    return publish(membership=cast.membership(Role.CREATOR), image_id=image.pk, **wanted)


def settle(cast, image, action, **fields):
    case = Case.objects.unclosed().get(image=image)
    return decide(
        moderator=cast.user("moderator"),
        case_id=case.pk,
        version=case.version,
        verdict=Verdict(action, **fields),
    )


def test_it_is_seen_once_somebody_has_looked_at_it(cast, image):
    ask(cast, image)
    assert not Publication.objects.public().exists()
    decision = settle(cast, image, Action.APPROVE)
    shown = Publication.objects.public().get()
    image.refresh_from_db()
    assert (shown.title, shown.prompt, shown.name) == ("Lighthouse", "a tower", "")
    assert image.seen_at(Standing.OK).reach is Reach.PUBLIC
    assert Case.objects.get().outcome == Case.Outcome.NO_VIOLATION
    assert Notice.objects.get().decision == decision
    assert list(AuditEntry.objects.order_by("at").values_list("verb", flat=True)) == [
        "opened",
        "decided",
    ]


def test_a_rejection_says_why_and_the_picture_stays_in_the_library(cast, image):
    ask(cast, image)
    settle(cast, image, Action.REJECT, reason="sexual_unlabelled", facts="Bare skin.")
    image.refresh_from_db()
    assert image.review == Image.Review.REJECTED
    assert Image.objects.owned_by(cast.team).kept().get() == image
    assert "Bare skin." in Notice.objects.get().text
    cast.user(Role.CREATOR).trust = Trust.TRUSTED
    cast.user(Role.CREATOR).save()
    ask(cast, image)  # whoever was told no is looked at again, trusted or not
    assert not Publication.objects.public().exists()


def test_who_is_trusted_waits_for_nobody(cast, image):
    cast.user(Role.CREATOR).trust = Trust.TRUSTED
    cast.user(Role.CREATOR).save()
    ask(cast, image)
    assert Publication.objects.public().exists()
    assert not Case.objects.exists()


def test_withdrawing_hides_it_at_once_and_closes_the_case(cast, image):
    ask(cast, image)
    withdraw(membership=cast.membership(Role.CREATOR), image_id=image.pk)
    assert Case.objects.get().outcome == Case.Outcome.WITHDRAWN
    assert not Publication.objects.public().exists()


def test_later_words_are_not_shown_before_somebody_looked_at_them(cast, image):
    ask(cast, image)
    settle(cast, image, Action.APPROVE)
    Image.objects.filter(pk=image.pk).update(title="Something rude")
    assert Publication.objects.public().get().title == "Lighthouse"


@pytest.mark.parametrize("whose", ["account", "maker"])
@pytest.mark.parametrize("standing", [Standing.GALLERY_BLOCKED, Standing.SUSPENDED])
def test_a_lost_standing_takes_everything_out_of_the_gallery(cast, image, whose, standing):
    ask(cast, image)
    settle(cast, image, Action.APPROVE)
    if whose == "account":
        change_account_standing(account=cast.team, standing=standing)
    else:
        change_standing(user=cast.user(Role.CREATOR), standing=standing)
    assert not Publication.objects.public().exists()


def test_what_was_hidden_cannot_be_published(cast, image):
    Image.objects.filter(pk=image.pk).update(moderation="hidden_public")
    with pytest.raises(CannotPublish):
        ask(cast, image)
    assert not Case.objects.exists()


def test_a_decision_taken_back_in_time_is_told_to_nobody(cast, image):
    ask(cast, image)
    decision = settle(cast, image, Action.APPROVE)
    take_back(moderator=cast.user("moderator"), decision_id=decision.pk)
    image.refresh_from_db()
    assert image.review == Image.Review.REQUESTED
    assert not Publication.objects.public().exists()
    assert Case.objects.unclosed().filter(image=image).exists()
    assert Notice.objects.get().withdrawn_at is not None
    assert Decision.objects.count() == 2


def test_nobody_grants_what_they_have_asked_for_themselves(cast, image):
    ask(cast, image)
    settle(cast, image, Action.REJECT, reason="sexual_unlabelled", facts="Bare skin.")
    me = cast.user("moderator")
    mine = Membership.objects.create(account=cast.team, user=me, role=Role.CREATOR)
    publish(membership=mine, image_id=image.pk, shows_prompt=False, shows_name=False)
    assert next_case(moderator=me) is None
    with pytest.raises(ActionNotOffered):
        settle(cast, image, Action.APPROVE)
    assert not Publication.objects.public().exists()
    assert next_case(moderator=cast.user("senior_moderator")) is not None


@pytest.mark.parametrize(
    "fields",
    [{"moderation": "hidden_public"}, {"moderation": "blurred"}, {"review": "rejected"}],
)
def test_the_same_bytes_once_more_are_looked_at_too(cast, image, fields):
    User.objects.filter(pk=image.created_by_id).update(trust=Trust.TRUSTED)
    [again, third] = make_copies(image, 2)
    assert publish_freely(cast, third).published_at is not None
    Image.objects.filter(pk=image.pk).update(visibility="public", **fields)
    assert publish_freely(cast, again).published_at is None
    assert Case.objects.get().image == again


def publish_freely(cast, image):
    member = Membership.objects.get(account=cast.team, user=image.created_by)
    return publish(membership=member, image_id=image.pk, shows_prompt=False, shows_name=False)
