"""Publishing: a member asks, somebody looks at it (or is trusted to have), everybody sees it."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from imagestudio.accounts.models import Membership, Trust, User
from imagestudio.accounts.permissions import Deed, require
from imagestudio.events.services import Happening, record
from imagestudio.library.exceptions import NoSuchImage
from imagestudio.library.models import Image, Publication
from imagestudio.library.services import publishing
from imagestudio.library.visibility import HIDDEN_FROM_OTHERS
from imagestudio.moderation.exceptions import CannotPublish, PublishingOff
from imagestudio.moderation.models import Case, Decision
from imagestudio.moderation.permissions import is_asked
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import close_case, lock_subject, open_case, picture
from imagestudio.moderation.services.classifying.pictures import ask_later, wants_publication
from imagestudio.moderation.services.rules.book import Judgement
from imagestudio.moderation.services.screening import (
    note_matches,
    screen_publication,
    weight_of,
)

ALWAYS, UNTRUSTED, NEVER = "always", "untrusted", "never"  # whose pictures are looked at first


def needs_review(user: User, image: Image) -> bool:
    """Say whether somebody looks at a picture of this person before everybody sees it.

    What was rejected before, or decided about otherwise, is always looked at, and so is what is
    being looked at for another reason, or has the bytes of such a picture of its account.
    """
    is_trusted = user.trust == Trust.TRUSTED and settings.PUBLISHING_REVIEW != ALWAYS
    if not (is_trusted or user.is_moderator or settings.PUBLISHING_REVIEW == NEVER):
        return True
    about = Decision.objects.in_force().filter(case__image=image).exclude(review="")
    last = about.order_by("at", "id").last()
    if last is not None and last.review == Image.Review.REJECTED:
        return True
    return image.moderation != Image.Moderation.CLEAR or is_looked_at(image) or has_twin(image)


def has_twin(image: Image) -> bool:
    """Say whether something was decided against another picture of the same bytes."""
    others = Image.objects.filter(file=image.file_id).exclude(pk=image.pk)
    against = ~Q(moderation=Image.Moderation.CLEAR) | Q(review=Image.Review.REJECTED)
    return others.filter(against).exists()


def is_looked_at(image: Image) -> bool:
    """Say whether there is an open case about a picture."""
    return Case.objects.unclosed().about(image=image).exists()


def publish(
    *, membership: Membership, image_id: UUID, shows_prompt: bool, shows_name: bool
) -> Publication:
    """Return the publication of a picture: seen by everybody now, or once it was looked at.

    Asking again with the same words changes nothing. With others it is as new: where somebody
    looks at it first, it is seen by nobody until then, and whoever is looking at the former words
    is told that the case has changed. Words that a rule speaks up about are always looked at.
    Raises PublishingOff, RoleTooLow, StandingTooLow, NoSuchImage, CannotPublish, WordsBlocked.
    """
    if not settings.EXPLORE_IS_ON:
        raise PublishingOff("Whoever runs this studio has switched its public pages off.")
    require(Deed.PUBLISH, membership)
    image = _mine(membership, image_id)
    judged = screen_publication(membership=membership, image=image, shows_prompt=shows_prompt)
    name = membership.account.name if shows_name else ""
    return _publish(
        user=membership.user, image=image, judged=judged, shows_prompt=shows_prompt, name=name
    )


@transaction.atomic
def _publish(
    *, user: User, image: Image, judged: Sequence[Judgement], shows_prompt: bool, name: str
) -> Publication:
    asks = bool(judged) or needs_review(user, image)
    if asks:
        weight = max((weight_of(one) for one in judged), default=0)
        subject = picture(image)
        case = open_case(subject=subject, lane=Case.Lane.REVIEW, weight=weight, actor=user)
        for one in judged:
            note_matches(case, one)
    words = (image.title, image.prompt)
    image = publishing.lock_image(image.pk)
    if words != (image.title, image.prompt):  # what the rules have not seen
        raise CannotPublish("Its words have just been changed. Try again.")
    if image.moderation in HIDDEN_FROM_OTHERS:
        raise CannotPublish("A decision keeps this picture from others. You can object to it.")
    if not image.is_listed:
        raise CannotPublish("It is in the trash.")
    same = publishing.same(image=image, shows_prompt=shows_prompt, name=name)
    if same is not None and (asks or image.review == Image.Review.APPROVED):
        transaction.set_rollback(True)  # a case that was opened just now is none
        return same
    if asks:
        case.version += 1
        case.save(update_fields=["version"])
    made = publishing.publish(
        image=image, user=user, shows_prompt=shows_prompt, name=name, is_approved=not asks
    )
    if wants_publication():
        ask_later(image)
    record(_happening(image, "image.published" if not asks else "image.changed"))
    return made


@transaction.atomic
def withdraw(*, membership: Membership, image_id: UUID) -> Image:
    """Return a picture that is private again; nobody looks at it for publishing any more.

    Raises RoleTooLow, StandingTooLow, NoSuchImage.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    image = _mine(membership, image_id)
    open_ones = Case.objects.unclosed().about(image=image)
    case = open_ones.select_for_update(no_key=True).first()
    image = publishing.lock_image(image.pk)
    publishing.withdraw(image=image)
    if case is not None and case.lane == Case.Lane.REVIEW:
        drop(case, actor=membership.user)
    record(_happening(image, "image.changed"))
    return image


def drop(case: Case, *, actor: User | None) -> None:
    """Close a locked case whose picture nobody asks to publish any more."""
    case.version += 1
    close_case(case, Case.Outcome.WITHDRAWN)
    note(Verb.WITHDRAWN, actor=actor, case=case)


def drop_unasked(*, most: int = 100) -> int:
    """Close cases whose pictures were to be published and were removed or withdrawn since."""
    review = Case.objects.unclosed().filter(kind=Case.Kind.IMAGE, lane=Case.Lane.REVIEW)
    asked = Q(
        image__visibility=Image.Visibility.PUBLIC,
        image__review=Image.Review.REQUESTED,
        image__purged_at=None,
    )
    dropped = 0
    for key in list(review.exclude(asked).values_list("pk", flat=True)[:most]):
        with transaction.atomic():
            case = review.filter(pk=key).select_for_update(no_key=True).first()
            if case is None:
                continue
            lock_subject(case)
            if case.image is not None and not is_asked(case.image):
                drop(case, actor=None)
                dropped += 1
    return dropped


def _mine(membership: Membership, image_id: UUID) -> Image:
    images = Image.objects.owned_by(membership.account).kept().select_related("account")
    image = images.filter(pk=image_id).first()
    if image is None:
        raise NoSuchImage("There is no such picture in this library.")
    return image


def _happening(image: Image, kind: str) -> Happening:
    return Happening(image.account_id, kind, {"image": str(image.pk)})
