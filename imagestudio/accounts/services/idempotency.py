"""The same creating request twice is one deed: `Idempotency-Key`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.db import connection, transaction
from django.db.models.functions import Now
from django.db.utils import OperationalError
from django.http import HttpResponse

from imagestudio.accounts.exceptions import (
    IdempotencyKeyInvalid,
    IdempotencyMismatch,
    StillAtWork,
)
from imagestudio.accounts.models import Account, IdempotencyKey, Membership
from imagestudio.errors import StudioError

KEPT = timedelta(hours=24)
LONGEST_WAIT = "10s"  # until a repeat that arrives while the first is at work gives up
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP status and a JSON body; `replayed` when it was answered before."""

    status: int
    body: Mapping[str, object]
    replayed: bool = False


def once(
    *,
    membership: Membership,
    route: str,
    key: str | None,
    request: bytes,
    deed: Callable[[], Reply],
) -> Reply:
    """Do a deed and return its reply, or return the reply that this key got before.

    The key's row is written in the transaction of the deed, so that either both exist or neither.
    `request` is what must be equal for a repeat to be a repeat, and so must be the member: nobody
    gets the answer that another one got. Without a key the deed is done.
    Raises IdempotencyKeyInvalid, IdempotencyMismatch (another request under the same key) and
    StillAtWork (the first one has not ended in ten seconds); an error of the deed leaves no key,
    and nothing else but what it `commits`.
    """
    if key is None:
        return deed()
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable() or not key.isascii():
        raise IdempotencyKeyInvalid("An Idempotency-Key is 1 to 255 printable ASCII characters.")
    digest = sha256(membership.user_id.bytes + request).digest()
    with transaction.atomic():
        row = claim(account=membership.account, route=route, key=key, digest=digest)
        if row.status is not None:
            if bytes(row.request_hash) != digest:
                raise IdempotencyMismatch("Use a new Idempotency-Key for a new request.")
            return Reply(row.status, row.body or {}, replayed=True)
        try:
            reply = deed()
        except StudioError as error:
            if not error.commits:
                raise
            row.delete()
            refusal = error
        else:
            row.status, row.body = reply.status, dict(reply.body)
            row.save(update_fields=["status", "body"])
            return reply
    raise refusal


def note_replay(response: HttpResponse, reply: Reply) -> None:
    """Say in a header that this answer was given before."""
    if reply.replayed:
        response["Idempotency-Replayed"] = "true"


def claim(*, account: Account, route: str, key: str, digest: bytes) -> IdempotencyKey:
    """Return the key's row, new (`status` None) or answered; waits for one still at work."""
    IdempotencyKey.objects.filter(
        account=account, route=route, key=key, made_at__lt=Now() - KEPT
    ).delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LONGEST_WAIT])
        try:
            IdempotencyKey.objects.bulk_create(
                [IdempotencyKey(account=account, route=route, key=key, request_hash=digest)],
                ignore_conflicts=True,
            )
        except OperationalError as error:
            raise StillAtWork("Ask again with the same key in a moment.") from error
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])
    return IdempotencyKey.objects.get(account=account, route=route, key=key)


def forget_old_keys() -> int:
    """Remove keys older than a day and return how many there were."""
    return IdempotencyKey.objects.filter(made_at__lt=Now() - KEPT).delete()[0]
