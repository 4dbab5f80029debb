"""Telling what happened to the members of an account.

The outbox lies above this app, so the event is recorded by a job, which is enqueued in the
transaction of what happened.
"""

import json
from uuid import UUID

from imagestudio.accounts.models import Membership
from imagestudio.jobs import enqueue

NOTE = "events.note"


def tell(*, account_id: UUID, type: str, **data: str) -> None:  # noqa: A002 - the event's own name
    """Have an event recorded as soon as the present transaction has committed."""
    enqueue(NOTE, account_id=str(account_id), type=type, data=json.dumps(data))


def tell_of(membership: Membership, happened: str) -> None:
    """Have `member.<happened>` recorded: `joined`, `left` or `role_changed`."""
    tell(
        account_id=membership.account_id,
        type=f"member.{happened}",
        user=str(membership.user_id),
        role=str(membership.role),
    )
