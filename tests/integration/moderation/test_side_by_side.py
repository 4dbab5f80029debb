"""Whatever can be done to one picture, at once and again and again: nobody waits for ever."""

from functools import partial
from random import Random

from django.db import transaction

from imagestudio.accounts.models import Role, SiteRole, Trust, User
from imagestudio.errors import StudioError
from imagestudio.library.models import Image, Love, Publication
from imagestudio.library.services.publishing import set_love
from imagestudio.library.services.purge import purge_images
from imagestudio.moderation.models import Case, Decision
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.deciding import take_back
from imagestudio.moderation.services.publishing import drop_unasked, publish, withdraw
from tests.factories import make_user
from tests.integration.moderation.conftest import decided
from tests.threads import at_once

THREADS, ROUNDS = 6, 10


def test_publish_withdraw_decide_take_back_trash_restore_love_and_purge(rows, cast, image):
    member, team = cast.membership(Role.CREATOR), cast.team
    User.objects.filter(pk=member.user_id).update(trust=Trust.TRUSTED)
    moderators = [make_user(f"m{n}", site_role=SiteRole.SENIOR_MODERATOR) for n in range(THREADS)]
    seeds = iter(range(THREADS))

    def trash(at):
        Image.objects.owned_by(team).filter(pk=image.pk).update(trashed_at=at)

    def purge(rounds):
        with transaction.atomic():
            purge_images([image.pk] if rounds == ROUNDS - 1 else [])

    def love(user):
        for one in Publication.objects.filter(pk=image.pk):
            set_love(publication=one, user=user, loves=True)

    def one():
        chance = Random(next(seeds))
        me = moderators.pop()
        failures = []
        for number in range(ROUNDS):
            deeds = [
                lambda: publish(
                    membership=member, image_id=image.pk, shows_prompt=False, shows_name=False
                ),
                lambda: withdraw(membership=member, image_id=image.pk),
                lambda: decided(me, image, chance.choice([Action.HIDE, Action.BLUR, Action.KEEP])),
                lambda: decided(me, image, chance.choice([Action.APPROVE, Action.RESTORE])),
                lambda: take_back(
                    moderator=me, decision_id=Decision.objects.filter(actor=me).last().pk
                ),
                lambda: trash(image.added_at),
                lambda: trash(None),
                lambda: love(me),
                partial(purge, number),
            ]
            try:
                chance.choice(deeds)()
            except (StudioError, AttributeError):  # a refusal; nothing that was decided
                pass
            except Exception as error:  # noqa: BLE001 - a ring would be one
                failures.append(repr(error))
        return failures

    answers = at_once(THREADS, one)
    assert answers == [[]] * THREADS
    drop_unasked()
    image.refresh_from_db()
    asked = image.review == "requested" and image.visibility == "public" and not image.purged_at
    assert not asked or Case.objects.unclosed().filter(image=image).exists()
    for publication in Publication.objects.all():
        assert publication.loves == Love.objects.filter(publication=publication).count()
