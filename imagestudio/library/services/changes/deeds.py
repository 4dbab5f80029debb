"""What each kind of change does to a slice of pictures, and how that is taken back.

One statement each. It notes, by what it returns itself, the pictures that it really changed: a tag
that was there before is not taken away by undoing. Callers have locked the pictures' rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.sql import SQL, Composed, Literal
from uuid_utils.compat import uuid7

from imagestudio.library.models import Change, ChangedImage
from imagestudio.library.services.indexing import index_images
from imagestudio.library.services.positions import GAP, last_position
from imagestudio.library.services.purge import purge_images

Kind = Change.Kind

NOTED = SQL(
    "INSERT INTO library_changedimage (change_id, image_id) SELECT %(change)s, id FROM changed "
    "RETURNING image_id"
)
NOTED_ROWS = SQL(
    "INSERT INTO library_changedimage (change_id, image_id, row) "
    "SELECT %(change)s, image_id, id FROM changed RETURNING image_id"
)
CHOSEN = SQL(
    "(SELECT one.key, one.place, image.id, image.account_id, image.added_at FROM library_image "
    "AS image JOIN unnest(%(keys)s::uuid[], %(ids)s::uuid[]) WITH ORDINALITY "
    "AS one(key, image, place) ON image.id = one.image) AS chosen"
)

DO: Mapping[str, SQL | Composed] = {
    Kind.TRASH: SQL("""
        WITH changed AS (
            UPDATE library_image SET trashed_at = %(at)s, trashed_by_id = %(user)s
            WHERE id = ANY(%(ids)s) AND is_listed RETURNING id)
        {noted}""").format(noted=NOTED),
    Kind.RESTORE: SQL("""
        WITH changed AS (
            UPDATE library_image SET trashed_at = NULL, trashed_by_id = NULL
            WHERE id = ANY(%(ids)s) AND trashed_at IS NOT NULL AND purged_at IS NULL RETURNING id)
        {noted}""").format(noted=NOTED),
    Kind.TAG: SQL("""
        WITH changed AS (
            INSERT INTO library_imagetag (id, tag_id, image_id, added_at)
            SELECT key, %(tag)s, chosen.id, added_at FROM {chosen}
            ON CONFLICT (image_id, tag_id) DO NOTHING RETURNING id, image_id)
        {noted_rows}""").format(chosen=CHOSEN, noted_rows=NOTED_ROWS),
    Kind.UNTAG: SQL("""
        WITH changed AS (
            DELETE FROM library_imagetag WHERE tag_id = %(tag)s AND image_id = ANY(%(ids)s)
            RETURNING image_id AS id)
        {noted}""").format(noted=NOTED),
    Kind.ADD_TO_ALBUM: SQL("""
        WITH changed AS (
            INSERT INTO library_albumitem (id, album_id, image_id, position, added_at)
            SELECT key, %(album)s, chosen.id, %(last)s + place * {gap}, added_at FROM {chosen}
            ON CONFLICT (album_id, image_id) DO NOTHING RETURNING id, image_id)
        {noted_rows}""").format(chosen=CHOSEN, gap=Literal(GAP), noted_rows=NOTED_ROWS),
    Kind.REMOVE_FROM_ALBUM: SQL("""
        WITH changed AS (
            DELETE FROM library_albumitem WHERE album_id = %(album)s AND image_id = ANY(%(ids)s)
            RETURNING image_id, position)
        INSERT INTO library_changedimage (change_id, image_id, position)
        SELECT %(change)s, image_id, position FROM changed RETURNING image_id"""),
    Kind.FAVOURITE: SQL("""
        WITH changed AS (
            INSERT INTO library_favourite (id, account_id, user_id, image_id, added_at)
            SELECT key, account_id, %(user)s, chosen.id, added_at FROM {chosen}
            ON CONFLICT (user_id, image_id) DO NOTHING RETURNING id, image_id)
        {noted_rows}""").format(chosen=CHOSEN, noted_rows=NOTED_ROWS),
    Kind.UNFAVOURITE: SQL("""
        WITH changed AS (
            DELETE FROM library_favourite WHERE user_id = %(user)s AND image_id = ANY(%(ids)s)
            RETURNING image_id AS id)
        {noted}""").format(noted=NOTED),
}

# What somebody has changed again since stays as it is: a picture that was trashed anew has another
# time, a tagging that was made anew is another row.
UNDO: Mapping[str, SQL | Composed] = {
    Kind.TRASH: SQL("""
        UPDATE library_image SET trashed_at = NULL, trashed_by_id = NULL
        WHERE id = ANY(%(ids)s) AND trashed_at = %(at)s AND purged_at IS NULL
        RETURNING id"""),
    # They have their full time in the trash once more.
    Kind.RESTORE: SQL("""
        UPDATE library_image SET trashed_at = now(), trashed_by_id = %(user)s
        WHERE id = ANY(%(ids)s) AND trashed_at IS NULL AND purged_at IS NULL
        RETURNING id"""),
    Kind.TAG: SQL("DELETE FROM library_imagetag WHERE id = ANY(%(rows)s) RETURNING image_id"),
    Kind.UNTAG: SQL("""
        INSERT INTO library_imagetag (id, tag_id, image_id, added_at)
        SELECT key, %(tag)s, chosen.id, added_at FROM {chosen}
        ON CONFLICT (image_id, tag_id) DO NOTHING RETURNING image_id""").format(chosen=CHOSEN),
    Kind.ADD_TO_ALBUM: SQL(
        "DELETE FROM library_albumitem WHERE id = ANY(%(rows)s) RETURNING image_id"
    ),
    Kind.REMOVE_FROM_ALBUM: SQL("""
        INSERT INTO library_albumitem (id, album_id, image_id, position, added_at)
        SELECT key, %(album)s, chosen.id, was.position, chosen.added_at
        FROM {chosen} JOIN library_changedimage AS was
            ON was.image_id = chosen.id AND was.change_id = %(change)s
        ON CONFLICT (album_id, image_id) DO NOTHING RETURNING image_id""").format(chosen=CHOSEN),
    Kind.FAVOURITE: SQL(
        "DELETE FROM library_favourite WHERE id = ANY(%(rows)s) RETURNING image_id"
    ),
    Kind.UNFAVOURITE: SQL("""
        INSERT INTO library_favourite (id, account_id, user_id, image_id, added_at)
        SELECT key, account_id, %(user)s, chosen.id, added_at FROM {chosen}
        ON CONFLICT (user_id, image_id) DO NOTHING RETURNING image_id""").format(chosen=CHOSEN),
}


def do(change: Change, ids: Sequence[UUID]) -> int:
    """Do a change to these pictures, and return how many it really changed."""
    if change.kind == Kind.PURGE:
        return len(purge_images(ids))
    return indexed(change, execute(DO[change.kind], change, ids))


def undo(change: Change, changed: Sequence[ChangedImage]) -> int:
    """Take a change of these pictures back, and return how many were really changed back."""
    ids, rows = [one.image_id for one in changed], [one.row for one in changed]
    return indexed(change, execute(UNDO[change.kind], change, ids, rows=rows))


def indexed(change: Change, ids: Sequence[UUID]) -> int:
    """Let pictures be found by the tags that they have now, and return how many they are."""
    if change.kind in (Kind.TAG, Kind.UNTAG):
        index_images(image_ids=ids)
    return len(ids)


def execute(
    statement: SQL | Composed,
    change: Change,
    ids: Sequence[UUID],
    *,
    rows: Sequence[UUID | None] = (),
) -> list[UUID]:
    """Run the statement of a change on these pictures and return those that it changed."""
    last = 0
    if change.kind == Kind.ADD_TO_ALBUM and change.album is not None:
        last = last_position(change.album)
    values: dict[str, Any] = {
        "change": change.pk,
        "at": change.made_at,
        "user": change.user_id,
        "tag": change.tag_id,
        "album": change.album_id,
        "last": last,
        "ids": list(ids),
        "rows": list(rows),
        "keys": [uuid7() for _ in ids],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]
