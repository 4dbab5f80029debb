"""What operators are told on every page while an alarm rings."""

from django import template

from generations.operations import ringing

register = template.Library()
register.inclusion_tag("generations/_alarms.html", name="alarms")(ringing)
