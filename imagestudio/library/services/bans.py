"""Banned bytes: what may not enter a library, and what has to leave everybody's sight."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from imagestudio.accounts.models import User
from imagestudio.library.models import File, Image, KnownBadHash


def ban(*, file: File, hides: str, reason: str, user: User | None = None) -> list[KnownBadHash]:
    """Return the bans of a file's bytes, as received and as stored.

    One that was there stays, but for what it hides where that was less.
    """
    hashes = {bytes(file.sha256), bytes(file.received_sha256)}
    KnownBadHash.objects.bulk_create(
        [
            KnownBadHash(
                kind=KnownBadHash.Kind.SHA256,
                hash=one,
                hides=hides,
                reason=reason,
                added_by=user,
            )
            for one in sorted(hashes)
        ],
        ignore_conflicts=True,
    )
    made = bans_of(hashes)
    made.filter(hides__lt=hides).update(hides=hides, reason=reason, added_at=Now())
    return list(made.all())


def lift(*, hash: bytes, user: User) -> int:  # noqa: A002 - what it is
    """End the ban of these bytes and return how many bans that were, 0 or 1."""
    return bans_of([hash]).update(lifted_at=Now(), lifted_by=user)


def bans_of(hashes: Sequence[bytes] | set[bytes]) -> QuerySet[KnownBadHash]:
    """Return the bans in force of any of these SHA-256."""
    return KnownBadHash.objects.filter(
        kind=KnownBadHash.Kind.SHA256, hash__in=list(hashes), lifted_at=None
    )


def ban_of(file: File) -> KnownBadHash | None:
    """Return the ban in force of a file's bytes, the gravest first."""
    hashes = {bytes(file.sha256), bytes(file.received_sha256)}
    return bans_of(hashes).order_by("-hides").first()


def graver(*moderations: str) -> str:
    """Return which of these decisions keeps most people away; empty is none."""
    order = ["", *Image.Moderation.values]
    return max(moderations, key=order.index)


def copies_of(hashes: Sequence[bytes] | set[bytes]) -> QuerySet[Image]:
    """Return the images of all accounts that have these bytes, for the panel's eyes alone."""
    same = File.objects.filter(Q(sha256__in=hashes) | Q(received_sha256__in=hashes))
    return Image.objects.filter(file__in=same, purged_at=None).order_by("id")
