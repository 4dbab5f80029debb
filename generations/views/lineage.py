"""Where a picture came from and what became of it: as a graph, and as lists."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generations import pictures
from generations.graph import draw
from generations.tiles import tiles_of
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.library.exceptions import NoSuchImage
from imagestudio.library.lineage import (
    DEPTH,
    MOST_DEPTH,
    children_of,
    count_children,
    lineage_of,
)
from imagestudio.library.models import Image

PAGE = 40  # pictures, or generations


@require_safe
@account_page
def lineage(request: AccountRequest, image_id: UUID) -> HttpResponseBase:
    """Show the relatives of a picture as a graph, and as a list for those who cannot see it."""
    image = image_of(request, image_id)
    depth = depth_of(request.GET.get("depth", ""))
    found = lineage_of(image, depth=depth)
    deepest = max(abs(node.layer) for node in found.nodes)
    return render(
        request,
        "generations/lineage.html",
        {
            "image": image,
            "lineage": found,
            "drawing": draw(found),
            "deeper": min(depth + DEPTH, MOST_DEPTH) if deepest >= depth < MOST_DEPTH else None,
            "children": count_children(image),
            "may_make": allows(Deed.GENERATE, request.membership),
        },
    )


@require_safe
@account_page
def uses(request: AccountRequest, image_id: UUID) -> HttpResponseBase:
    """Show what a picture was used for: the pictures, or everything that was asked for."""
    image, after = image_of(request, image_id), request.GET.get("cursor")
    context = {"image": image, "may_make": allows(Deed.GENERATE, request.membership)}
    if request.GET.get("show") == "generations":
        used = pictures.uses_of(image, after=after, limit=PAGE)
        context |= {"tiles": tiles_of(used.rows), "next_cursor": used.next_cursor}
        part, query = "generations/_rows.html", "show=generations&"
    else:
        made = children_of(image, after=after, limit=PAGE)
        context |= {"images": made.rows, "next_cursor": made.next_cursor}
        part, query = "generations/_children.html", ""
    context |= {"part": part, "query": query}
    if request.htmx and after:
        return render(request, part, context)
    counts = {"children": count_children(image), "generations": pictures.count_uses(image)}
    return render(request, "generations/uses.html", {**context, "counts": counts})


def image_of(request: AccountRequest, image_id: UUID) -> Image:
    """Return an image of the account, be it in the trash. Raises NoSuchImage."""
    images = Image.objects.owned_by(request.membership.account).select_related("file", "account")
    image = images.filter(pk=image_id).first()
    if image is None:
        raise NoSuchImage("There is no such picture in this library.")
    return image


def depth_of(text: str) -> int:
    """Return how many steps an address asks for, within what a page can show."""
    return int(text) if text in map(str, range(1, MOST_DEPTH + 1)) else DEPTH
