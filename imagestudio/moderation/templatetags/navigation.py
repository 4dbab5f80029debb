"""The ways through the panel: its sections, each with its pages."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.template import RequestContext
from django.urls import reverse

from imagestudio.moderation.permissions import rank_in_panel
from imagestudio.moderation.policies import Rank

register = template.Library()


@dataclass(frozen=True, slots=True)
class Way:
    """A page of the panel, by the name of its address, and who finds it."""

    name: str
    label: str
    rank: Rank = Rank.MODERATOR


SECTIONS = (
    ("Cases", (Way("queue", "Cases"),)),
    ("Bulk deeds", (Way("bulk_deeds", "Bulk deeds"),)),
    (
        "Rules",
        (
            Way("word_rules", "Words"),
            Way("classifier", "Classifier"),
            Way("strike_plans", "Strikes"),
            Way("bans", "Bans"),
        ),
    ),
    (
        "Records",
        (
            Way("audit", "Audit log"),
            Way("statistics", "Statistics"),
            Way("looks", "Looks into libraries", Rank.SENIOR_MODERATOR),
            Way("holds", "Kept for authorities", Rank.SENIOR_MODERATOR),
        ),
    ),
)
BENEATH = {"queue": "cases/"}  # whose pages do not lie beneath their list


@register.inclusion_tag("moderation/_ways.html", takes_context=True)
def panel_ways(context: RequestContext) -> dict[str, Any]:
    """Show the sections of the panel, and the pages of the section that is shown."""
    request = context["request"]
    rank = rank_in_panel(request.user)
    sections, pages = [], []
    for label, ways in SECTIONS:
        found = [
            (reverse(f"moderation:{way.name}"), way.label, is_at(way, request.path))
            for way in ways
            if rank >= way.rank
        ]
        is_here = any(is_shown for _, _, is_shown in found)
        sections.append((found[0][0], label, is_here))
        if is_here and len(found) > 1:
            pages = found
    return {"sections": sections, "pages": pages, "path": request.path}


def is_at(way: Way, path: str) -> bool:
    """Say whether an address is that of a page, or lies beneath it."""
    here = reverse(f"moderation:{way.name}")
    return path == here or path.startswith(here + BENEATH.get(way.name, ""))
