"""Pictures that look like one."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.library.exceptions import NoSuchImage
from imagestudio.library.models import Image
from imagestudio.library.similarity import similar_to


@require_safe
@account_page
def similar(request: AccountRequest, image_id: UUID) -> HttpResponseBase:
    """Show the pictures of the library that look like one of them, the nearest first."""
    images = Image.objects.owned_by(request.membership.account).kept()
    image = images.select_related("file__appearance", "account").filter(pk=image_id).first()
    if image is None:
        raise NoSuchImage("There is no such picture in this library.")
    return render(
        request,
        "library/similar.html",
        {
            "image": image,
            "similar": similar_to(image),
            "was_looked_at": hasattr(image.file, "appearance"),
        },
    )
