"""A circuit breaker for each model: when its calls fail one after another, no more are made.

Only failures that speak of the gateway or the provider count: an outcome that nobody knows, an
answer that nobody can read, a gateway that cannot be reached. Refusals and wrong requests do not.
"""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.db.models.functions import Now

from generations.exceptions import GatewayResting
from generations.models import Alarm, Circuit
from generations.services.alarms import resolve, ring
from imagestudio.clock import database_now

COUNTED = frozenset({"unknown_outcome", "bad_answer", "not_sent"})
MOST_FAILURES = 5
WINDOW = "60 seconds"
SHORTEST_PAUSE, LONGEST_PAUSE = 30, 300  # seconds until one call may try again; doubled each time

# One statement, so that failures that come together are all counted: the first of a window begins
# it anew. While a pause lasts, what still comes back from before it changes nothing.
COUNT = """
INSERT INTO generations_circuit AS it (model, failures, openings) VALUES (%(model)s, 1, 0)
ON CONFLICT (model) DO UPDATE SET (failures, counted_since) = (
    SELECT CASE WHEN begins THEN 1 ELSE it.failures + 1 END,
           CASE WHEN begins THEN now() ELSE it.counted_since END
    FROM (VALUES (it.retry_at IS NULL AND it.counted_since < now() - %(window)s::interval))
        AS span(begins)
)
RETURNING failures, openings, retry_at IS NOT NULL, retry_at > now()
"""


@transaction.atomic
def note_failure(*, model: str, code: str) -> bool:
    """Count a failed call of a model, if it is one that counts; say whether the circuit opened.

    It opens at the fifth within a minute, and again when the call fails that tries after a pause.
    """
    if code not in COUNTED:
        return False
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"model": model, "window": WINDOW})
        failures, openings, has_opened, is_pausing = cursor.fetchone()
    if is_pausing or not (has_opened or failures >= MOST_FAILURES):
        return False
    seconds = min(LONGEST_PAUSE, SHORTEST_PAUSE * 2**openings)
    Circuit.objects.filter(pk=model).update(
        retry_at=Now() + timedelta(seconds=seconds), openings=F("openings") + 1
    )
    ring(Alarm.Kind.CIRCUIT, f"Calls of {model} fail one after another ({code}).")
    return True


def note_success(*, model: str) -> None:
    """Close a model's circuit: it works."""
    if Circuit.objects.filter(pk=model).delete()[0]:
        end_alarm()


def end_alarm() -> int:
    """End the alarm when no circuit is open; return how many ended.

    The sweep does it too: of two that close at once, each may still see the other.
    """
    if Circuit.objects.filter(retry_at__isnull=False).exists():
        return 0
    return resolve(Alarm.Kind.CIRCUIT)


def require_closed(*, model: str) -> None:
    """Do nothing if a call of this model may be asked for. Raises GatewayResting with seconds."""
    circuit = Circuit.objects.filter(pk=model, retry_at__gt=Now()).first()
    if circuit is None or circuit.retry_at is None:
        return
    seconds = (circuit.retry_at - database_now()).total_seconds()
    raise GatewayResting(
        "Calls for pictures fail at the gateway just now, so no money is risked on another. "
        "Try again in a moment.",
        retry_after=max(1.0, seconds),
    )


def resting() -> dict[str, bool]:
    """Return the models whose circuit is open; for each whether one call may try again."""
    is_over = ExpressionWrapper(Q(retry_at__lte=Now()), output_field=BooleanField())
    rows = Circuit.objects.filter(retry_at__isnull=False).annotate(is_over=is_over)
    return dict(rows.values_list("model", "is_over"))
