"""What storage holds, beside what the rows say it holds.

The listing goes into a table of the database that lives as long as the connection, and the
database finds the differences: so a million keys take no memory here, and the order in which a
storage lists them does not matter.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any, Literal
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from imagestudio.library import storage
from imagestudio.library.models import StorageCheck, StorageFinding

Kind = StorageFinding.Kind
Say = Callable[[str], object]

# Which of some attempts are known, and whether their pictures may still come home.
AttemptsOf = Callable[[Sequence[UUID]], Mapping[UUID, Literal["open", "ended"]]]

QUARANTINE = "quarantine/"
YOUNG = timedelta(hours=24)  # bytes whose row may still be written
SLICE = 1000
TOLD_EVERY = 50_000  # keys
MOST_LOOKS = 1000  # keys that are looked for once more, one by one
LONGEST_FOREIGN = 600  # characters of a key that the studio would never write

ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OURS = re.compile(rf"(?:uploads/{ID}|attempts/{ID}/(?:[0-9]+|answer))(?:\.(?:256|512|1024)\.webp)?")
OF_ATTEMPT = re.compile(rf"attempts/({ID})/.*")
UNFINISHED = re.compile(r"(?:.*/)?\.[0-9a-f]{32}\.part")

CLEAR = "DROP TABLE IF EXISTS pg_temp.storage_listing"
BEGIN = """
CREATE TEMPORARY TABLE storage_listing
    (key text NOT NULL, bytes bigint NOT NULL, changed_at timestamptz NOT NULL, kind text)
"""
INDEX = (
    "CREATE INDEX ON storage_listing (key)",
    "ANALYZE storage_listing",
)

# Rows without their bytes. What was written after the listing began cannot be in it.
MISSING = """
INSERT INTO library_storagefinding (id, run_id, kind, key, bytes, file)
SELECT gen_random_uuid(), %(run)s,
       CASE WHEN listed.key IS NULL THEN 'missing' ELSE 'wrong_size' END,
       file.key, listed.bytes, file.id
FROM library_file AS file LEFT JOIN storage_listing AS listed ON listed.key = file.key
WHERE listed.bytes IS DISTINCT FROM file.bytes AND file.stored_at < %(since)s
  AND EXISTS (SELECT FROM library_image AS image WHERE image.file_id = file.id)
ON CONFLICT DO NOTHING
"""
MISSING_RENDITIONS = """
INSERT INTO library_storagefinding (id, run_id, kind, key, bytes, file)
SELECT gen_random_uuid(), %(run)s, 'missing_rendition', one.key, listed.bytes, one.file_id
FROM library_rendition AS one LEFT JOIN storage_listing AS listed ON listed.key = one.key
WHERE listed.bytes IS DISTINCT FROM one.bytes AND one.made_at < %(since)s
  AND EXISTS (SELECT FROM library_image AS image WHERE image.file_id = one.file_id)
ON CONFLICT DO NOTHING
"""
# Bytes without a row; `kind` was told from the key alone.
WITHOUT_ROW = """
INSERT INTO library_storagefinding (id, run_id, kind, key, bytes)
SELECT gen_random_uuid(), %(run)s,
       CASE WHEN listed.kind = 'orphan' AND listed.changed_at > %(since)s - %(young)s
            THEN 'young' ELSE listed.kind END,
       listed.key, listed.bytes
FROM storage_listing AS listed
WHERE NOT EXISTS (SELECT FROM library_file AS file WHERE file.key = listed.key)
  AND NOT EXISTS (SELECT FROM library_rendition AS one WHERE one.key = listed.key)
ON CONFLICT DO NOTHING
"""


def no_attempts(_ids: Sequence[UUID]) -> Mapping[UUID, Literal["open", "ended"]]:
    """Return nothing: for a library by itself."""
    return {}


def compare(
    *, attempts_of: AttemptsOf, say: Say = lambda _: None, young: timedelta = YOUNG
) -> StorageCheck:
    """Return a new check of everything that storage holds, its findings written down.

    Holds one database connection, for its temporary table. `young` is how long bytes may wait for
    their row. Raises StorageUnavailable; then nothing was compared.
    """
    run = StorageCheck.objects.create()
    run.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute(CLEAR)
        cursor.execute(BEGIN)
        run.keys, run.bytes = _list(say)
        for statement in INDEX:
            cursor.execute(statement)
        values: dict[str, Any] = {"run": run.pk, "since": run.started_at, "young": young}
        with transaction.atomic():
            for statement in (MISSING, MISSING_RENDITIONS, WITHOUT_ROW):
                cursor.execute(statement, values)
        cursor.execute(CLEAR)
    _look_again(run)
    _sort_attempts(run, attempts_of)
    StorageCheck.objects.filter(pk=run.pk).update(keys=run.keys, bytes=run.bytes, listed_at=Now())
    run.refresh_from_db()
    return run


def kind_of(key: str) -> Kind:
    """Return what a key without a row would be, told from its form."""
    if UNFINISHED.fullmatch(key):
        return Kind.UNFINISHED
    if not OURS.fullmatch(key):
        return Kind.FOREIGN
    return Kind.OF_ATTEMPT if OF_ATTEMPT.fullmatch(key) else Kind.ORPHAN


def _list(say: Say) -> tuple[int, int]:
    """Write the listing into its table and return how many keys and bytes there are."""
    numbers, keys, total = count(1), 0, 0
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY storage_listing (key, bytes, changed_at, kind) FROM STDIN") as copy,
    ):
        for kept, number in zip(storage.listing(), numbers, strict=False):
            if number % TOLD_EVERY == 0:
                say(f"{number:,} keys are listed")
            if not kept.key.startswith(QUARANTINE):
                keys, total, kind = keys + 1, total + kept.bytes, kind_of(kept.key)
                key = kept.key[:LONGEST_FOREIGN] if kind == Kind.FOREIGN else kept.key
                copy.write_row((key, kept.bytes, kept.changed_at, kind.value))
    return keys, total


def _look_again(run: StorageCheck) -> None:
    """Forget what was only missing from the listing, and is there; not where very much is gone."""
    missing = run.findings.filter(kind__in=[Kind.MISSING, Kind.MISSING_RENDITION], bytes=None)
    some = list(missing[: MOST_LOOKS + 1])
    if len(some) <= MOST_LOOKS:
        there = [one.pk for one in some if storage.exists(one.key)]
        StorageFinding.objects.filter(pk__in=there).delete()


def _sort_attempts(run: StorageCheck, attempts_of: AttemptsOf) -> None:
    """Say of the bytes of attempts what their attempts say."""
    waiting = run.findings.filter(kind=Kind.OF_ATTEMPT).order_by("key")
    while some := list(waiting[:SLICE]):
        ids = {one.pk: UUID(OF_ATTEMPT.sub(r"\1", one.key)) for one in some}
        states = attempts_of(list(set(ids.values())))
        kinds = {"open": Kind.EXPECTED, "ended": Kind.KEPT_ANSWER}
        for one in some:
            state = states.get(ids[one.pk])
            one.kind = kinds[state] if state else Kind.UNKNOWN_ATTEMPT
        StorageFinding.objects.bulk_update(some, ["kind"])
