"""One picture: large, with everything that is known of it."""

from uuid import UUID

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generations import pictures
from generations.catalogue import UnknownModel, find
from generations.tiles import model_name, tiles_of
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.library.exceptions import NoSuchImage
from imagestudio.library.filters import filters_from
from imagestudio.library.lineage import children_of, count_children, parents_of
from imagestudio.library.models import Image

DOWNLOAD_SIDES = (4096, 2048, 1024, 512)  # pixels that people ask for
SHOWN_CHILDREN = 12


@require_safe
@account_page
def picture(request: AccountRequest, image_id: UUID) -> HttpResponseBase:
    """Show one picture of the account, or of its trash."""
    account = request.membership.account
    images = Image.objects.owned_by(account).select_related(
        "file__appearance", "account", "created_by"
    )
    image = images.filter(pk=image_id).first()
    if image is None:
        raise NoSuchImage("There is no such picture in this library.")
    # The list from which it was opened: the query of a page of the library.
    filters = filters_from(QueryDict(request.GET.get("in", "")))
    generation = pictures.generation_of(image)
    attempt = pictures.attempt_of(image, generation) if generation else None
    return render(
        request,
        "generations/picture.html",
        {
            # Over the grid, only what the page is about is shown.
            "shell": "part.html" if request.htmx else "base.html",
            "image": image,
            "tile": tiles_of([generation])[0] if generation else None,
            "attempt": attempt,
            "answer": pictures.answer_of(attempt),
            "pairs": pictures.pairs(image, generation.parameters) if generation else [],
            "model_name": model_name(image.model),
            "links": links_of(image.model),
            "parents": parents_of(image),
            "children": children_of(image, after=None, limit=SHOWN_CHILDREN).rows,
            "children_count": count_children(image),
            "uses_count": pictures.count_uses(image),
            "beside": pictures.beside(image, user=request.user, filters=filters),
            "list_query": filters.query_string(),
            "download_sides": smaller_sides(image),
            "may_make": not image.trashed_at and allows(Deed.GENERATE, request.membership),
            "may_share": not image.trashed_at and allows(Deed.SHARE, request.membership),
        },
    )


def smaller_sides(image: Image) -> list[int]:
    """Return the longest sides, in pixels, at which a copy would be smaller than the picture."""
    return [side for side in DOWNLOAD_SIDES if side < max(image.width, image.height)]


def links_of(model: str) -> list[tuple[str, str]]:
    """Return where a model's maker says more, by name; nothing for one no longer offered."""
    try:
        links = find(model).links
    except UnknownModel:
        return []
    return [
        ("Catalogue", links.catalogue),
        ("Information", links.information),
        ("Terms", links.terms),
        ("Pricing", links.pricing),
    ]
