"""Publishing: what an account shows to everybody, and what the panel says to it.

The rules of who may ask and who looks at it stand in `moderation`; here the rows are written.
"""

from uuid import UUID, uuid5

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from imagestudio.accounts.models import User
from imagestudio.accounts.services.calls import count
from imagestudio.library.exceptions import TooManyLoves
from imagestudio.library.models import Image, Love, Publication
from imagestudio.library.search import search_of
from imagestudio.library.services.bans import settle_matches
from imagestudio.library.visibility import PUBLIC_MARK

LOVES_PER_MINUTE = 60  # of one person


def lock_image(image_id: UUID) -> Image:
    """Return an image, locked, whatever was decided about it; its caller has checked who asks."""
    return Image.objects.select_for_update(no_key=True).get(pk=image_id)


def same(*, image: Image, shows_prompt: bool, name: str) -> Publication | None:
    """Return the publication of a locked image if it was asked for with these very words."""
    if image.visibility != Image.Visibility.PUBLIC or image.review == Image.Review.REJECTED:
        return None
    prompt = image.prompt if shows_prompt else ""
    alike = Publication.objects.filter(image=image, title=image.title, prompt=prompt, name=name)
    return alike.first()


def publish(
    *, image: Image, user: User, shows_prompt: bool, name: str, is_approved: bool
) -> Publication:
    """Return the publication of a locked image, with its words as they are now.

    It is seen by nobody until it is approved. Loves that it had stay.
    """
    image.visibility = Image.Visibility.PUBLIC
    image.review = Image.Review.APPROVED if is_approved else Image.Review.REQUESTED
    image.save(update_fields=["visibility", "review"])
    publication, _ = Publication.objects.update_or_create(
        image=image,
        defaults={
            "account": image.account,
            "asked_by": user,
            "asked_at": Now(),
            "published_at": Now() if is_approved else None,
            "title": image.title,
            "prompt": image.prompt if shows_prompt else "",
            "name": name,
        },
    )
    index(publication)
    publication.refresh_from_db()
    return publication


def withdraw(*, image: Image) -> None:
    """Make a locked image private again."""
    image.visibility, image.review = Image.Visibility.PRIVATE, Image.Review.NONE
    image.save(update_fields=["visibility", "review"])
    Publication.objects.filter(image=image).update(published_at=None)


def settle(*, image: Image, moderation: str = "", review: str = "") -> None:
    """Write what was decided about a locked image; empty is left as it is."""
    if moderation:
        image.moderation = moderation
        settle_matches(image)
    if review:
        image.review = review
        shown = review == Image.Review.APPROVED
        publication = Publication.objects.filter(image=image)
        if shown:
            publication = publication.filter(published_at=None)
        publication.update(published_at=Now() if shown else None)
    image.save(update_fields=["moderation", "review"])


def index(publication: Publication) -> None:
    """Write the words by which everybody finds a publication: those that it shows."""
    words = search_of(PUBLIC_MARK, publication.title, publication.prompt, publication.name)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE library_publication SET search = %s::tsvector WHERE image_id = %s",
            [words, publication.pk],
        )


@transaction.atomic
def take_loves(*, user: User) -> int:
    """Take all loves of a person back, so that the counts are right, and return how many."""
    mine = Love.objects.filter(user=user).values("publication")
    loved = Publication.objects.filter(pk__in=mine).order_by("pk").select_for_update(no_key=True)
    keys = list(loved.values_list("pk", flat=True))
    gone, _ = Love.objects.filter(user=user, publication__in=keys).delete()
    Publication.objects.filter(pk__in=keys, loves__gt=0).update(loves=F("loves") - 1)
    return gone


@transaction.atomic
def set_love(*, publication: Publication, user: User, loves: bool) -> int:
    """Return how many love a public picture once this person does, or no longer does.

    Nobody does any more when it was removed just now. Raises TooManyLoves.
    """
    allowance = count({uuid5(user.pk, "loves"): LOVES_PER_MINUTE})
    if allowance.is_used_up:
        raise TooManyLoves("Wait a minute, then go on.", retry_after=allowance.reset)
    mine = Publication.objects.filter(pk=publication.pk)
    if mine.select_for_update(no_key=True).first() is None:
        return 0
    if loves:
        _, is_new = Love.objects.get_or_create(publication=publication, user=user)
        changed = int(is_new)
    else:
        changed = -Love.objects.filter(publication=publication, user=user).delete()[0]
    if changed:
        mine.update(loves=F("loves") + changed)
    return mine.values_list("loves", flat=True).get()
