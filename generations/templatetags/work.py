"""The two small numbers of the frame: what runs and what waits."""

from django import template

from generations.work import counted

register = template.Library()
register.inclusion_tag("generations/_work.html", name="work")(counted)
