"""Settings of the gateway that money hangs on."""

from django.db import transaction

from generations.gateway import GatewaySettings
from generations.models import Alarm
from generations.services.alarms import resolve, ring


@transaction.atomic
def note_settings(*, settings: GatewaySettings) -> None:
    """Raise or end the alarms about what the gateway is set to.

    Each of its own repeats would be paid, although every call asks it not to make any; and without
    its log nobody can tell whether a lost call was billed.
    """
    if settings.tries is not None and settings.tries > 1:
        ring(
            Alarm.Kind.GATEWAY_RETRIES,
            f"It makes a failed call up to {settings.tries} times, and each may be paid. "
            "Set its retries to none.",
        )
    elif settings.tries is not None:
        resolve(Alarm.Kind.GATEWAY_RETRIES)
    if settings.collects_logs is False:
        ring(
            Alarm.Kind.NO_LOG,
            "Without it, nobody can tell whether a lost call was billed, nor what calls cost. "
            "Switch its logging on.",
        )
    elif settings.collects_logs:
        resolve(Alarm.Kind.NO_LOG)
