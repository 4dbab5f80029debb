"""Alarms for operators: something that no user can mend, told once until it is over."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from generations.models import Alarm
from imagestudio.accounts.models import SiteRole, User
from imagestudio.jobs import enqueue

OPERATIONS = "/operations/"  # the page for those who run the studio
ENDS_BY_ITSELF = timedelta(days=1)
TELL = "generations.tell_operators"

# What a failed call rings for, by the code of its failure.
RUNG_BY: Mapping[str, Alarm.Kind] = {
    "credentials": Alarm.Kind.CREDENTIALS,
    "provider_budget": Alarm.Kind.PROVIDER_BUDGET,
    "spend_limit": Alarm.Kind.SPEND_LIMIT,
    "foreign_picture": Alarm.Kind.FOREIGN_PICTURE,
}
# What a call that succeeds shows to be over.
OVER_WITH_A_PICTURE = (
    Alarm.Kind.CREDENTIALS,
    Alarm.Kind.PROVIDER_BUDGET,
    Alarm.Kind.SPEND_LIMIT,
)

GO_ON = """
UPDATE generations_alarm SET resolved_at = NULL
WHERE id = (
    SELECT id FROM generations_alarm
    WHERE kind = %(kind)s AND resolved_at > now() - interval '1 hour'
    ORDER BY resolved_at DESC LIMIT 1
) AND NOT EXISTS (
    SELECT FROM generations_alarm WHERE kind = %(kind)s AND resolved_at IS NULL
)
"""
COUNT = """
INSERT INTO generations_alarm AS it (id, kind, message, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (kind) WHERE resolved_at IS NULL
DO UPDATE SET count = it.count + 1, last_at = now(), message = EXCLUDED.message
RETURNING id, count
"""


def ring(kind: Alarm.Kind, message: str) -> None:
    """Raise an alarm, or count it with the one of its kind that rings; mail goes out once.

    One that ended less than an hour ago goes on, so that what comes and goes is told once. To be
    called in the transaction of what it is about, before events are recorded.
    """
    with connection.cursor() as cursor:
        cursor.execute(GO_ON, {"kind": kind.value})
        cursor.execute(COUNT, [uuid7(), kind.value, message[:1000]])
        key, count = cursor.fetchone()
    if count == 1:
        enqueue(TELL, alarm_id=str(key))


def ring_for(error: Mapping[str, object]) -> None:
    """Raise the alarm that a failed call rings for, if it is one that operators have to mend."""
    kind = RUNG_BY.get(str(error.get("code")))
    if kind is not None:
        ring(kind, str(error.get("message", "")))


def resolve(*kinds: Alarm.Kind) -> int:
    """End the alarms of these kinds that ring, because what they were about is over."""
    return Alarm.objects.ringing().filter(kind__in=kinds).update(resolved_at=Now())


def forget_old() -> int:
    """End alarms that nothing ends by itself and that have not rung for a day."""
    old = Alarm.objects.ringing().filter(last_at__lt=Now() - ENDS_BY_ITSELF)
    return old.filter(kind=Alarm.Kind.FOREIGN_PICTURE).update(resolved_at=Now())


def tell(*, alarm_id: UUID) -> int:
    """Write to every operator about an alarm that rings; return to how many."""
    alarm = Alarm.objects.ringing().filter(pk=alarm_id).first()
    operators = User.objects.filter(site_role=SiteRole.OPERATOR, is_active=True)
    addresses = list(operators.values_list("email", flat=True)) if alarm else []
    for address in addresses:
        send_mail(
            f"Image Studio: {alarm}",
            f"{alarm}.\n\n{alarm.message if alarm else ''}\n\n"
            f"No user can mend this. What is known stands at {settings.PUBLIC_URL}"
            f"{OPERATIONS}\n",
            None,
            [address],
        )
    return len(addresses)
