"""The audit log: written beside every deed of the panel, in its transaction."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from imagestudio.accounts.models import User
from imagestudio.events.services import JSON
from imagestudio.moderation.models import AuditEntry, Case, Look

Verb = AuditEntry.Verb


def note(
    verb: AuditEntry.Verb,
    *,
    actor: User | None,
    case: Case | None = None,
    user: User | None = None,
    text: str = "",
    image_id: UUID | None = None,
    look: Look | None = None,
    **data: JSON,
) -> AuditEntry:
    """Return a new line of the log. What a case, or a look, is about is taken from it."""
    about = case or look
    return AuditEntry.objects.create(
        verb=verb,
        actor=actor,
        case=case,
        account_id=about.account_id if about else None,
        image_id=image_id or (case.image_id if case else None),
        user=user,
        look=look,
        text=text[:2000],
        data=data,
    )


def between(since: datetime | None, until: datetime | None) -> QuerySet[AuditEntry]:
    """Return the lines of a time, oldest first, with all that an export names."""
    entries = AuditEntry.objects.select_related("actor", "user", "account", "case")
    if since:
        entries = entries.filter(at__gte=since)
    if until:
        entries = entries.filter(at__lt=until)
    return entries.order_by("at", "id")
