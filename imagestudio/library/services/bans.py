"""Banned pictures: what may not enter a library, and what has to leave everybody's sight.

Whoever brings bytes in shares a lock of the database until their transaction ends, and whoever bans
holds it alone. So each picture was either there when a ban began to hold, and the search of the
whole store finds it, or is compared with that ban while it comes in.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from imagestudio.accounts.models import User
from imagestudio.library.models import Appearance, BanMatch, File, Image, KnownBadHash
from imagestudio.library.models.appearances import HASH_BYTES, bits_of
from imagestudio.library.similarity import MIRROR, SAME
from imagestudio.library.visibility import HIDDEN_FROM_ALL, HIDDEN_FROM_OTHERS

LIST_LOCK = 0x62616E73  # of the list of bans, among PostgreSQL's advisory locks
MIRROR_BITS = bits_of(MIRROR.to_bytes(HASH_BYTES, "big"))
# How far a look is from a banned one, or from its mirror; NULL for pictures too plain to have one.
DISTANCE = "least(bit_count(ban.look # seen.phash), bit_count(ban.look # seen.mirrored))"
MIRRORED = f"phash # B'{MIRROR_BITS}' AS mirrored"
# That nobody has found the picture free of that ban.
UNCLEARED = """NOT EXISTS (
    SELECT FROM library_banmatch AS match JOIN library_image AS image ON image.id = match.image_id
    WHERE match.ban_id = ban.id AND match.cleared_at IS NOT NULL AND image.file_id = seen.file_id
)"""
ALIKE = f"""
WITH seen AS MATERIALIZED (
    SELECT file_id, phash, {MIRRORED} FROM library_appearance WHERE file_id = ANY(%s)
)
SELECT seen.file_id, ban.id, ban.hides, {DISTANCE}
FROM seen JOIN library_knownbadhash AS ban
    ON ban.kind = 'look' AND ban.lifted_at IS NULL AND {DISTANCE} <= {SAME}
WHERE {UNCLEARED}
"""  # noqa: S608 - all parts stand in the code
SLICE = f"""
WITH slice AS MATERIALIZED (
    SELECT file_id, phash, {MIRRORED}, row_number() OVER (ORDER BY file_id) AS place
    FROM library_appearance WHERE file_id > %(after)s ORDER BY file_id LIMIT %(size)s
)
SELECT count(*), (SELECT file_id FROM slice ORDER BY file_id DESC LIMIT 1), (
    SELECT json_agg(json_build_array(found.file_id, found.distance, found.place) ORDER BY place)
    FROM (
        SELECT seen.file_id, seen.place, {DISTANCE} AS distance
        FROM slice AS seen JOIN library_knownbadhash AS ban ON ban.id = %(ban)s
        WHERE {DISTANCE} <= {SAME} AND {UNCLEARED} ORDER BY place LIMIT %(most)s
    ) AS found
)
FROM slice
"""  # noqa: S608 - all parts stand in the code


@dataclass(frozen=True, slots=True)
class Alike:
    """That a file looks like a banned picture, by how many of 256 bits it differs."""

    file_id: UUID
    ban_id: UUID
    hides: str
    distance: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What keeps a file's pictures from people.

    `decided` was decided about exactly these bytes, by a ban or in the account; `alike` are bans of
    what it looks like.
    """

    decided: str
    alike: Sequence[Alike]

    @property
    def moderation(self) -> str:
        """Return what a picture of the file enters a library as."""
        return graver(self.decided, *(one.hides for one in self.alike))


@dataclass(frozen=True, slots=True)
class Slice:
    """Some of all files that were compared with one ban, the last of them, and what was found."""

    seen: int
    last: UUID | None
    alike: Sequence[Alike]


def ban(
    *, image: Image, hides: str, reason: str, with_look: bool = False, user: User | None = None
) -> list[KnownBadHash]:
    """Return the bans of a picture's bytes, as received and as stored, and of its look.

    One that was there stays, but for what it hides where that was less. A look that is asked for
    and is not known, or too plain, is not among them.
    """
    if image.file is None:
        return []
    lock_list(alone=True)
    kind, hashes = KnownBadHash.Kind, {bytes(image.file.sha256), bytes(image.file.received_sha256)}
    wanted = {(kind.SHA256, one) for one in hashes}
    phash = look_of(image.file) if with_look else None
    if phash is not None:
        wanted.add((kind.LOOK, phash))
    KnownBadHash.objects.bulk_create(
        [
            KnownBadHash(
                kind=one,
                hash=value,
                look=value if one == kind.LOOK else None,
                image=image,
                hides=hides,
                reason=reason,
                added_by=user,
            )
            for one, value in sorted(wanted)
        ],
        ignore_conflicts=True,
    )
    these = Q(kind=kind.SHA256, hash__in=hashes) | Q(kind=kind.LOOK, hash=phash)
    made = KnownBadHash.objects.filter(these, lifted_at=None)
    made.filter(hides__lt=hides).update(hides=hides, reason=reason, added_at=Now())
    return list(made.order_by("-kind", "hash"))


def lock_list(*, alone: bool = False) -> None:
    """Keep the list of bans as it is until the transaction ends; alone, to change it."""
    kind = "" if alone else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{kind}(%s)", [LIST_LOCK])


def look_of(file: File) -> bytes | None:
    """Return the perceptual hash of a file, None if it is not known or the picture too plain."""
    return Appearance.objects.filter(file=file).values_list("phash", flat=True).first()


def lift(*, ban_id: UUID, user: User) -> KnownBadHash | None:
    """Return a ban that this has ended, None if there was none in force."""
    found = KnownBadHash.objects.filter(pk=ban_id, lifted_at=None)
    if not found.update(lifted_at=Now(), lifted_by=user):
        return None
    return KnownBadHash.objects.get(pk=ban_id)


def bans_of(hashes: Collection[bytes]) -> QuerySet[KnownBadHash]:
    """Return the bans in force of any of these SHA-256."""
    return KnownBadHash.objects.filter(
        kind=KnownBadHash.Kind.SHA256, hash__in=list(hashes), lifted_at=None
    )


def ban_of(file: File) -> KnownBadHash | None:
    """Return the ban in force of a file's bytes, the gravest first."""
    hashes = {bytes(file.sha256), bytes(file.received_sha256)}
    return bans_of(hashes).order_by("-hides").first()


def look_ban_of(file: File) -> KnownBadHash | None:
    """Return the ban in force of exactly a file's look."""
    looks = KnownBadHash.objects.filter(kind=KnownBadHash.Kind.LOOK, lifted_at=None)
    phash = look_of(file)
    return looks.filter(hash=phash).first() if phash is not None else None


def graver(*moderations: str) -> str:
    """Return which of these decisions keeps most people away; empty is none."""
    order = ["", *Image.Moderation.values]
    return max(moderations, key=order.index)


def copies_of(hashes: Collection[bytes]) -> QuerySet[Image]:
    """Return the images of all accounts that have these bytes, for the panel's eyes alone."""
    same = File.objects.filter(Q(sha256__in=hashes) | Q(received_sha256__in=hashes))
    return Image.objects.filter(file__in=same, purged_at=None).order_by("id")


def judge(file: File) -> Judgement:
    """Return what keeps the pictures of a file from people that are about to be made of it.

    What was decided about a picture holds for each that an account makes of the same bytes. To be
    called in the transaction that makes them.
    """
    lock_list()
    banned = ban_of(file)
    hidden = Image.objects.filter(file=file, moderation__in=HIDDEN_FROM_OTHERS)
    found = hidden.values_list("moderation", flat=True).distinct()
    decided = graver(Image.Moderation.CLEAR, *found, banned.hides if banned else "")
    return Judgement(decided, alike_of([file.pk]))


def alike_of(files: Collection[UUID]) -> list[Alike]:
    """Return which of these files look like banned pictures that nobody has found them free of."""
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, [list(files)])
        return [Alike(*row) for row in cursor.fetchall()]


def compare_slice(*, banned: KnownBadHash, after: UUID, size: int, most: int) -> Slice:
    """Compare a look with up to `size` files behind one, of all accounts; `most` are found."""
    with connection.cursor() as cursor:
        given: dict[str, UUID | int] = {
            "after": after,
            "size": size,
            "ban": banned.pk,
            "most": most,
        }
        cursor.execute(SLICE, given)
        seen, last, rows = cursor.fetchone()
    found = [
        (Alike(UUID(file), banned.pk, banned.hides, distance), place)
        for file, distance, place in rows or []
    ]
    if len(found) == most:  # there may be more in it: the next slice begins behind the last one
        seen, last = found[-1][1], found[-1][0].file_id
    return Slice(seen, last, [one for one, _ in found])


def keep_matches(image: Image, alike: Iterable[Alike]) -> None:
    """Write which banned pictures an image looks like."""
    BanMatch.objects.bulk_create(
        [BanMatch(image=image, ban_id=one.ban_id, distance=one.distance) for one in alike],
        ignore_conflicts=True,
    )


def hold_alike(files: Collection[UUID]) -> list[Image]:
    """Hide the images of these files that look like banned pictures; return those that are new.

    For what was in a library before it was known what it looks like. Their images are locked.
    """
    lock_list()
    alike = alike_of(files)
    found = Image.objects.filter(file__in={one.file_id for one in alike}, purged_at=None)
    held = list(found.exclude(moderation__in=HIDDEN_FROM_ALL).order_by("pk"))
    for image in held:
        mine = [one for one in alike if one.file_id == image.file_id]
        keep_matches(image, mine)
        image.moderation = graver(*(one.hides for one in mine))
    Image.objects.bulk_update(held, ["moderation"])
    return held


def settle_matches(image: Image) -> None:
    """Note whether a locked image is free of the bans that it looks like, as it is decided now."""
    matches = BanMatch.objects.filter(image=image)
    if image.is_hidden:
        matches.update(cleared_at=None)
    else:
        matches.filter(cleared_at=None).update(cleared_at=Now())
