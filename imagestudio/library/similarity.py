"""Pictures that look alike: how far two hashes are apart, and finding the near ones of many.

A hash has 256 bits, and its distance to another is the number of bits in which they differ. Two
pictures that have nothing to do with each other are about 128 apart, seldom less than 90; copies
of one picture, encoded anew or made smaller, are less than `SAME` apart.

To find near ones among a million, a hash is cut into 16 parts of 16 bits, each a number in an
index. Of hashes that are at most 31 apart, some part differs in one bit or none: so asking for
each part and its 16 neighbours finds all of them, and most of those farther away.
"""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction

from imagestudio.accounts.models import Account
from imagestudio.library.models import Appearance, Image
from imagestudio.library.models.appearances import HASH_BYTES, bits_of

SAME = 31  # bits: what PDQ takes for the same picture
FAR = 72  # bits: what still is shown as similar
PARTS, WIDTH = 16, 16
FLIPS = (0, *(1 << bit for bit in range(WIDTH)))
# A mirrored picture has the opposite of every other frequency across, beginning with the first.
MIRROR = int.from_bytes(b"\x55" * HASH_BYTES, "big")
CANDIDATES = 50_000  # hashes that are looked at for one answer
SHOWN = 60  # pictures

NEAR = """
WITH candidates AS MATERIALIZED (
    SELECT file_id, phash FROM library_appearance
    WHERE keys && %(keys)s::int[] AND account_id = %(account)s
    LIMIT %(candidates)s
), measured AS (
    SELECT file_id, least(
        bit_count(phash # %(phash)s::bit(256)), bit_count(phash # %(mirrored)s::bit(256))
    ) AS distance
    FROM candidates
)
SELECT file_id, distance FROM measured WHERE distance <= %(far)s ORDER BY distance LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Similar:
    """A picture that looks like another, and by how many of 256 bits their hashes differ."""

    image: Image
    distance: int

    @property
    def is_same(self) -> bool:
        """Say whether it is a copy rather than a relative."""
        return self.distance <= SAME


def distance(one: bytes, other: bytes) -> int:
    """Return the number of bits in which two hashes differ."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def mirrored(phash: bytes) -> bytes:
    """Return about the hash that a picture has when left and right are exchanged."""
    return (int.from_bytes(phash, "big") ^ MIRROR).to_bytes(HASH_BYTES, "big")


def keys_of(account_id: UUID, phash: bytes) -> list[int]:
    """Return the numbers under which a hash stands in the index."""
    return [key for keys in neighbourhoods(account_id, phash) for key in keys[:1]]


def keys_around(account_id: UUID, phash: bytes) -> list[int]:
    """Return the numbers under which the hashes near to one stand in the index."""
    return [key for keys in neighbourhoods(account_id, phash) for key in keys]


def neighbourhoods(account_id: UUID, phash: bytes) -> list[list[int]]:
    """Return the number of each part of a hash, and behind it those with one bit changed.

    Each account has numbers of its own, so that nobody's pictures lengthen the searches of others.
    """
    salt = int.from_bytes(sha256(account_id.bytes).digest()[:4], "big") >> 1
    whole = int.from_bytes(phash, "big")
    parts = [whole >> WIDTH * place & (1 << WIDTH) - 1 for place in range(PARTS)]
    return [
        [(place << WIDTH | part ^ flip) ^ salt for flip in FLIPS]
        for place, part in enumerate(parts)
    ]


def similar_files(
    account: Account, phash: bytes, *, far: int = FAR, most: int = SHOWN
) -> dict[UUID, int]:
    """Return the files of an account that look like this hash, or its mirror, the nearest first.

    All that are at most `SAME` bits away are among them (15 of mirrored ones), unless more than
    `CANDIDATES` hashes have a part in common with it; the farther away, the more are overlooked.
    """
    other = mirrored(phash)
    with transaction.atomic(), connection.cursor() as cursor:
        # What it costs to compare hundreds of keys with each row is not in the planner's books.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            NEAR,
            {
                "keys": keys_around(account.pk, phash) + keys_of(account.pk, other),
                "account": account.pk,
                "candidates": CANDIDATES,
                "phash": bits_of(phash),
                "mirrored": bits_of(other),
                "far": far,
                "most": most,
            },
        )
        found = dict(cursor.fetchall())
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
        return found


def similar_to(image: Image, *, far: int = FAR) -> list[Similar] | None:
    """Return the pictures of an image's library that look like it, the nearest first.

    None when that cannot be said: it has not been looked at yet, or is too plain.
    """
    appearance = Appearance.objects.filter(file=image.file_id).first()
    if appearance is None or appearance.phash is None:
        return None
    files = similar_files(image.account, appearance.phash, far=far, most=4 * SHOWN)
    kept = Image.objects.owned_by(image.account).kept().select_related("file")
    found = [
        Similar(one, files[one.file_id])
        for one in kept.filter(file__in=files).exclude(pk=image.pk)
        if one.file_id
    ]
    return sorted(found, key=lambda one: (one.distance, -one.image.added_at.timestamp()))[:SHOWN]
