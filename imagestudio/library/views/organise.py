"""Title, tags, albums and favourite of one picture: a part of its page."""

from uuid import UUID

from django.contrib import messages
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.errors import Invalid
from imagestudio.library.exceptions import NoSuchImage
from imagestudio.library.forms import text_of
from imagestudio.library.models import Image
from imagestudio.library.services.editing import edit_image


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def organise(request: AccountRequest, image_id: UUID) -> HttpResponseBase:
    """Change what the form names: `title`, `add_tag`, `drop_tag`, `favourite`; show it anew."""
    account = request.membership.account
    image = Image.objects.owned_by(account).select_related("account").filter(pk=image_id).first()
    if image is None:
        raise NoSuchImage("There is no such picture in this library.")
    if request.method != "POST":
        return shown(request, image)
    try:
        edit_image(
            membership=request.membership,
            image_id=image_id,
            title=text_of(request.POST, "title") if "title" in request.POST else None,
            tags=tags_from(request.POST, image),
            favourite=request.POST["favourite"] == "1" if "favourite" in request.POST else None,
        )
    except Invalid as error:
        if request.htmx:
            raise
        messages.error(request, str(error))
    if request.htmx:
        image.refresh_from_db()
        return shown(request, image)
    return redirect("generations:picture", slug=account.slug, image_id=image_id)


def shown(request: AccountRequest, image: Image) -> HttpResponseBase:
    """Show the part of the picture's page as it stands now."""
    return render(request, "library/_organise_part.html", {"image": image})


def tags_from(form: QueryDict, image: Image) -> list[str] | None:
    """Return all tags that an image has from now on, None where the form is about none."""
    added, dropped = text_of(form, "add_tag").strip(), text_of(form, "drop_tag")
    if not added and not dropped:
        return None
    names = list(image.taggings.order_by("pk").values_list("tag__name", flat=True))
    return [name for name in names if name != dropped] + ([added] if added else [])
