"""Two pictures beside each other, or what there is to compare one with."""

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generations.comparison import choices, compared
from generations.composer import as_key
from imagestudio.accounts.models import Account
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.library.exceptions import NoSuchImage
from imagestudio.library.models import Image


@require_safe
@account_page
def compare(request: AccountRequest) -> HttpResponseBase:
    """Compare the pictures `a` and `b` of the address; without `b`, offer some to choose from."""
    account = request.membership.account
    names = [request.GET[side] for side in ("a", "b") if side in request.GET]
    images = [found(account=account, name=name) for name in dict.fromkeys(names)]
    if len(images) < 2:
        return choose(request, images[0] if images else None)
    return render(
        request, "generations/compare.html", {"comparison": compared(images[0], images[1])}
    )


def choose(request: AccountRequest, image: Image | None) -> HttpResponseBase:
    """Show what a picture can be compared with; without one, say how to begin."""
    context = {"image": image, "choices": list(choices(image)) if image else []}
    return render(request, "generations/compare_with.html", context)


def found(*, account: Account, name: str) -> Image:
    """Return the picture of an account's library with this id. Raises NoSuchImage."""
    key = as_key(name)
    images = Image.objects.owned_by(account).kept().select_related("file", "account", "created_by")
    image = images.filter(pk=key).first() if key else None
    if image is None:
        raise NoSuchImage("There is no such picture in this library.")
    return image
