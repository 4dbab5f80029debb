"""Requests to remove pictures, by whoever is concerned, without an account."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.urls import Resolver404, resolve

from imagestudio.accounts.services.calls import count
from imagestudio.errors import FieldError
from imagestudio.jobs import enqueue
from imagestudio.library.models import Image, Publication, ShareLink
from imagestudio.moderation.exceptions import RequestInvalid, TooManyReports
from imagestudio.moderation.models import RemovalRequest
from imagestudio.moderation.policies import Reason
from imagestudio.moderation.services.cases import words_of
from imagestudio.moderation.services.reports import counted, refuse_too_many, report_by_request

MOST_ADDRESSES = 10
LONGEST_ADDRESS = 500  # characters
LETTERS = 2  # acknowledged to one address in a minute, and no more requests taken than that
LETTERS_OF_A_DAY = 10
DAY = timedelta(days=1)
ALL_LETTERS = 30  # to all
KEPT = timedelta(days=365)  # for which a name and an address stay with a request
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without what looks alike
KINDS = {
    "intimate": Reason.REAL_PERSON,
    "copyright": Reason.RIGHTS,
    "law": Reason.OTHER,
}
EXHIBITS = ("exhibit", "exhibit_rendition", "love", "remix", "report")
SHARED = ("shared", "shared_picture", "shared_rendition", "shared_original", "report_shared")


@dataclass(frozen=True, slots=True)
class Signed:
    """What somebody says and signs: `signature` is their name, typed once more."""

    kind: str
    text: str
    name: str
    email: str
    signature: str
    is_in_good_faith: bool


def ask_for_removal(*, signed: Signed, addresses: Sequence[str], address: str) -> RemovalRequest:
    """Return a request, with a report of each of its pictures in the legal lane.

    `addresses` are those of public and shared pictures; `address` is the network address it came
    from. Raises TooManyReports, RequestInvalid: `fields` names what is wrong, and which addresses
    lead to no picture of this studio that others can see.
    """
    refuse_too_many(None, address)
    refuse_many_letters(signed.email)
    images = pictures_at(addresses)
    if signed.kind not in KINDS:
        raise invalid("kind", "Choose what it is about.")
    if not signed.is_in_good_faith:
        raise invalid("is_in_good_faith", "This is needed for a request to count.")
    name = words_of(signed.name, most=200, error=RequestInvalid)
    if " ".join(signed.signature.split()).casefold() != " ".join(name.split()).casefold():
        raise invalid("signature", "Type your name here as you did above.")
    return _ask(signed, name, list(addresses), images)


@transaction.atomic
def _ask(
    signed: Signed, name: str, addresses: Sequence[str], images: Sequence[Image]
) -> RemovalRequest:
    made = numbered(
        reason=KINDS[signed.kind],
        text=words_of(signed.text, error=RequestInvalid),
        name=name,
        email=signed.email.strip(),
        addresses=addresses,
    )
    for image in sorted(images, key=lambda one: one.pk):
        report_by_request(image=image, request=made)
    enqueue("moderation.mail_request", request_id=str(made.pk))
    return made


def numbered(**columns: object) -> RemovalRequest:
    """Return a new request under a number that nobody can guess."""
    while True:
        number = "R-" + "".join(secrets.choice(ALPHABET) for _ in range(10))
        try:
            with transaction.atomic():
                return RemovalRequest.objects.create(number=number, **columns)
        except IntegrityError as error:
            if "number" not in str(error):
                raise


def pictures_at(addresses: Sequence[str]) -> list[Image]:
    """Return the pictures at these addresses, each once. Raises RequestInvalid."""
    if not 1 <= len(addresses) <= MOST_ADDRESSES:
        raise invalid("addresses", f"Name 1 to {MOST_ADDRESSES} pictures, one address in a line.")
    found = {one: picture_at(one) for one in addresses}
    lost = [one for one, image in found.items() if image is None]
    if lost:
        raise RequestInvalid(
            "Not everything was found. Nothing was sent yet.",
            fields=[
                FieldError("addresses", "not_found", f"No picture that others can see: {one[:200]}")
                for one in lost
            ],
        )
    return list({image.pk: image for image in found.values() if image is not None}.values())


def picture_at(address: str) -> Image | None:
    """Return the picture at an address of this studio's gallery, or behind a link of it."""
    try:
        parts = urlsplit(address.strip()) if len(address) <= LONGEST_ADDRESS else None
        if parts is None or parts.netloc.lower() != urlsplit(settings.PUBLIC_URL).netloc.lower():
            return None
        match = resolve(parts.path)
    except (ValueError, Resolver404):
        return None
    image_id: UUID | None = match.kwargs.get("image_id")
    if match.url_name in EXHIBITS and settings.EXPLORE_IS_ON and match.app_name != "":
        return exhibited(image_id)
    if match.url_name in SHARED:
        return shared(match.kwargs["secret"], image_id)
    return None


def exhibited(image_id: UUID | None) -> Image | None:
    """Return a picture of the public gallery."""
    public = Publication.objects.public().filter(pk=image_id).select_related("image__account")
    found = public.first() if image_id else None
    return found.image if found else None


def shared(secret: str, image_id: UUID | None) -> Image | None:
    """Return a picture that a link shows: its only one, or the one that is named."""
    link = ShareLink.objects.open_to(secret).first()
    key = image_id or (link.image_id if link else None)
    if link is None or key is None:
        return None
    return link.images().filter(pk=key).select_related("account").first()


def refuse_many_letters(email: str) -> None:
    """Count a letter to an address, whoever asks for it. Raises TooManyReports."""
    place = counted(f"letters/{email.strip().casefold()}")
    allowance = count({place: LETTERS, counted("letters"): ALL_LETTERS})
    if allowance.is_used_up:
        raise TooManyReports(
            "That were many requests. Wait a minute, then go on.", retry_after=allowance.reset
        )
    lately = RemovalRequest.objects.filter(at__gt=Now() - DAY, email__iexact=email.strip())
    if lately.exclude(email="").count() >= LETTERS_OF_A_DAY:
        raise TooManyReports(
            "That were many requests for one address. Go on tomorrow, or use another one.",
            retry_after=DAY.total_seconds(),
        )


def invalid(field: str, words: str) -> RequestInvalid:
    """Return the error about one field."""
    return RequestInvalid(words, fields=[FieldError(field, "invalid", words)])


def note_acknowledged(request: RemovalRequest) -> None:
    """Note that the letter that acknowledges a request has left."""
    RemovalRequest.objects.filter(pk=request.pk).update(acknowledged_at=Now())


def forget_requests() -> int:
    """Take names and addresses from requests after a year, and return of how many."""
    old = RemovalRequest.objects.filter(at__lt=Now() - KEPT).exclude(email="")
    return old.update(name="", email="", text="")
