"""The icons of the pages: those of the package lucide, each drawn once in a process."""

from functools import lru_cache

from django import template
from lucide.templatetags.lucide import lucide as draw

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=512)  # a page shows dozens, out of about a hundred with their sizes
def lucide(name: str, *, size: int = 24, **attributes: str) -> str:
    """Return an icon as SVG; `size` is its width and height in pixels."""
    drawn: str = draw(name, size=size, **attributes)
    return drawn
