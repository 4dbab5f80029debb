"""Handing a case over to an authority: its picture as it came, what is known, and what was done."""

from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from imagestudio.accounts.models import User
from imagestudio.library import storage
from imagestudio.library.archive import Entry, stored, zipped
from imagestudio.library.models import File, Image
from imagestudio.moderation.exceptions import HoldInvalid
from imagestudio.moderation.models import AuditEntry, Case, Decision, LegalHold, Notice, Report
from imagestudio.moderation.permissions import require_rank
from imagestudio.moderation.policies import Rank
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import words_of
from imagestudio.moderation.services.panel.records import values
from imagestudio.moderation.services.preserving import hold_of

READ_ME = """\
What is kept of one picture, for an authority.

{name}: the picture, byte for byte as the studio received it from its maker or its service.
preserved.json: what was known of it and of whose it is when it was quarantined.
case.json: reports, decisions and notices about it.
audit.jsonl: what was done and looked at in these cases, one line each.
sha256sums.txt: the SHA-256 of each of these files.
"""


def hand_over(*, operator: User, hold_id: UUID, text: str) -> Generator[bytes, None, None]:
    """Return a ZIP of all that is kept of a picture and its cases, made while it leaves.

    That it was made, by whom and why, is in the log before its first byte. Raises RankTooLow,
    NoSuchHold, HoldInvalid (also for a hold that was released), BytesMissing, StorageUnavailable.
    """
    words = words_of(text, error=HoldInvalid)
    require_rank(Rank.OPERATOR, operator)
    hold = hold_of(operator, hold_id)
    image = Image.objects.select_related("file").get(pk=hold.image_id)
    if hold.released_at is not None or image.file is None:
        raise HoldInvalid("Nothing is kept by this hold any more.")
    data = storage.read(image.file.key)
    note(Verb.EXPORTED, actor=operator, case=hold.case, text=words, hold=str(hold.pk))
    return _pieces(list(entries(hold, image.file, data)))


def _pieces(made: list[Entry]) -> Generator[bytes, None, None]:
    yield from zipped(made)


def entries(hold: LegalHold, file: File, data: bytes) -> Iterator[Entry]:
    """Yield the files of the archive, their checksums last."""
    now, name = datetime.now(UTC), f"picture.{file.extension}"
    cases = Case.objects.filter(image=hold.image_id)
    log = AuditEntry.objects.filter(case__in=cases).order_by("at", "id")
    log = log.select_related("actor", "user", "account")
    files = {
        "README.txt": READ_ME.format(name=name).encode(),
        name: data,
        "preserved.json": as_json({"hold": columns_of(hold), **hold.rows}),
        "case.json": as_json(
            {
                "cases": rows(cases),
                "reports": rows(Report.objects.filter(case__in=cases)),
                "decisions": rows(Decision.objects.filter(case__in=cases)),
                "notices": rows(Notice.objects.filter(decision__case__in=cases)),
            }
        ),
        "audit.jsonl": b"".join(orjson.dumps(values(one)) + b"\n" for one in log),
    }
    for path, content in files.items():
        yield stored(path, [content], at=now)
    sums = "".join(f"{sha256(content).hexdigest()}  {path}\n" for path, content in files.items())
    yield stored("sha256sums.txt", [sums.encode()], at=now)


def rows(found: QuerySet[Any]) -> list[dict[str, Any]]:
    """Return rows as they are written, oldest first: columns by name, what they name by key."""
    return list(found.order_by("pk").values())


def columns_of(hold: LegalHold) -> dict[str, Any]:
    """Return a hold as it is written, but for what it keeps."""
    [columns] = rows(LegalHold.objects.filter(pk=hold.pk))
    return {name: value for name, value in columns.items() if name != "rows"}


def as_json(value: Any) -> bytes:
    """Return a value as JSON that people can read."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2, default=DjangoJSONEncoder().default)
