"""Times on pages."""

from django import template

from generations.line.words import about_time

register = template.Library()
register.filter(about_time)
