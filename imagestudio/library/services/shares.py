"""Links by which an account shows a picture or an album to people outside."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import Any, TypedDict
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db.models.functions import Now
from django.utils import timezone

from imagestudio.accounts.models import Account, Membership
from imagestudio.accounts.permissions import Deed, require, standing_of
from imagestudio.accounts.services.calls import count
from imagestudio.errors import FieldError
from imagestudio.library.exceptions import (
    NoSuchAlbum,
    NoSuchImage,
    NoSuchShare,
    NotShareable,
    ShareInvalid,
    TooManyTries,
    WrongPassword,
)
from imagestudio.library.models import Album, Image, ShareLink
from imagestudio.library.models.sharing import secret_hash
from imagestudio.library.visibility import Reach

SECRET_BYTES = 24  # 192 bits
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128
LONGEST_LIFE = timedelta(days=3650)
SEEN_EVERY = timedelta(minutes=10)  # how exactly it is known when a link was last opened

# Passwords that may be tried in a minute, for one link and from one address.
TRIES_OF_LINK, TRIES_OF_ADDRESS = 30, 10
# Addresses are counted in so many rows, whoever asks; who shares one by chance shares its count.
ADDRESS_ROWS = 4096


class Terms(TypedDict, total=False):
    """How a link is to be; in a change, what is not named stays as it is.

    An empty password is none. `shows_prompt` is about the title, too.
    """

    expires_at: datetime | None
    password: str
    shows_prompt: bool
    allows_download: bool


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link with its secret, which is shown once and kept nowhere."""

    link: ShareLink
    secret: str


def share_image(*, membership: Membership, image_id: UUID, terms: Terms) -> NewLink:
    """Return a new link to a picture of the member's account.

    Raises RoleTooLow, StandingTooLow, NoSuchImage (also for one in the trash), NotShareable,
    ShareInvalid.
    """
    require(Deed.SHARE, membership)
    image = Image.objects.owned_by(membership.account).kept().filter(pk=image_id).first()
    if image is None:
        raise NoSuchImage("There is no such picture in this library.")
    if image.seen_at(standing_of(membership.user, membership.account)).reach < Reach.LINK:
        raise NotShareable("A decision keeps this picture from people outside of the account.")
    return _create(membership, terms, image=image)


def share_album(*, membership: Membership, album_id: UUID, terms: Terms) -> NewLink:
    """Return a new link to an album of the member's account, without those nested in it.

    Raises RoleTooLow, StandingTooLow, NoSuchAlbum, ShareInvalid.
    """
    require(Deed.SHARE, membership)
    album = Album.objects.owned_by(membership.account).filter(pk=album_id).first()
    if album is None:
        raise NoSuchAlbum("There is no such album in this account.")
    return _create(membership, terms, album=album)


def change_link(*, membership: Membership, link_id: UUID, terms: Terms) -> ShareLink:
    """Return a live link with other terms. A new password locks out whoever gave the old one.

    Raises RoleTooLow, StandingTooLow, NoSuchShare, ShareInvalid.
    """
    require(Deed.SHARE, membership)
    live = ShareLink.objects.owned_by(membership.account).live().filter(pk=link_id)
    columns = _columns(terms)
    if not (live.update(**columns) if columns else live.exists()):
        raise NoSuchShare("There is no such link, or it was revoked or has expired.")
    return ShareLink.objects.owned_by(membership.account).get(pk=link_id)


def revoke_link(*, membership: Membership, link_id: UUID) -> ShareLink:
    """Return a link that leads nowhere from now on; one that has expired cannot be revoked.

    Raises RoleTooLow, StandingTooLow, NoSuchShare.
    """
    require(Deed.SHARE, membership)
    mine = ShareLink.objects.owned_by(membership.account).filter(pk=link_id)
    if not mine.live().update(revoked_at=Now()):
        raise NoSuchShare("There is no such link, or it was revoked or has expired.")
    return mine.get()


def revoke_all(*, account: Account) -> int:
    """End every link of an account, as when it closes, and return how many those were."""
    return ShareLink.objects.filter(account=account, revoked_at=None).update(revoked_at=Now())


def note_seen(*, link: ShareLink) -> None:
    """Note that a link was opened, unless that was noted a few minutes ago."""
    if link.seen_at is None or link.seen_at < timezone.now() - SEEN_EVERY:
        ShareLink.objects.filter(pk=link.pk).update(seen_at=Now())


def try_password(*, link: ShareLink, password: str, address: str) -> None:
    """Do nothing if this is the link's password. Tries count for the link and for the address.

    Raises TooManyTries before it looks at the password, and WrongPassword.
    """
    allowance = count({link.pk: TRIES_OF_LINK, address_row(address): TRIES_OF_ADDRESS})
    if allowance.is_used_up:
        raise TooManyTries(
            "Passwords were tried too often. Wait a minute, then try again.",
            retry_after=allowance.reset,
        )
    if not check_password(password[: LONGEST_PASSWORD + 1], link.password):
        raise WrongPassword("That is not the password.")


def address_row(address: str) -> UUID:
    """Return under which key the tries from a network address are counted.

    Of IPv6 the network counts, because one person has all addresses of theirs.
    """
    try:
        known = ip_address(address)
    except ValueError:
        place = address
    else:
        is_long = isinstance(known, IPv6Address)
        place = known.exploded[:19] if is_long else str(known)
    digest = sha256(f"{settings.SECRET_KEY}{place}".encode()).digest()
    return uuid5(NAMESPACE_URL, f"tries/{int.from_bytes(digest[:8]) % ADDRESS_ROWS}")


def _create(membership: Membership, terms: Terms, **leads_to: Image | Album) -> NewLink:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = ShareLink.objects.create(
        account=membership.account,
        made_by=membership.user,
        hash=secret_hash(secret),
        hint=secret[-4:],
        **_columns(terms),
        **leads_to,
    )
    return NewLink(link, secret)


def _columns(terms: Terms) -> dict[str, Any]:
    """Return the columns that terms fill. Raises ShareInvalid."""
    columns: dict[str, Any] = dict(terms)
    wrong = []
    if "password" in terms:
        password = terms["password"]
        if not password:
            columns["password"] = ""
        elif SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            columns["password"] = make_password(password)
        else:
            words = f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
            wrong.append(FieldError("password", "length", words))
    until = terms.get("expires_at")
    if until is not None and not timezone.now() < until <= timezone.now() + LONGEST_LIFE:
        words = "A link expires in the future, within ten years."
        wrong.append(FieldError("expires_at", "out_of_range", words))
    elif until is not None:
        columns["expires_at"] = until.astimezone(UTC)  # the database knows no zone farther away
    if wrong:
        raise ShareInvalid(" ".join(one.message for one in wrong), fields=wrong)
    return columns
