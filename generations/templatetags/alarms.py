"""What operators are told on every page while an alarm rings."""

from typing import Any

from django import template

from generations.models import Alarm

register = template.Library()


@register.inclusion_tag("generations/_alarms.html", name="alarms")
def alarms_bar() -> dict[str, Any]:
    """Return the alarms that ring."""
    return {"alarms": list(Alarm.objects.ringing())}
