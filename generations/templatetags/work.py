"""How much of an account's work is under way, and how much of it in doubt."""

from django import template

from generations.work import counted, in_doubt

register = template.Library()
register.inclusion_tag("generations/_work.html", name="work")(counted)
register.inclusion_tag("generations/_in_doubt.html", name="in_doubt")(in_doubt)
