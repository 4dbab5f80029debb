"""Publishing a picture of an account, and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.library.models import Image
from imagestudio.moderation.services import publishing
from imagestudio.moderation.templatetags.publishing import about


@require_POST
@account_page
def publish(request: AccountRequest, image_id: UUID) -> HttpResponseBase:
    """Publish a picture, or ask for it, with what else of it the form says may be shown."""
    made = publishing.publish(
        membership=request.membership,
        image_id=image_id,
        shows_prompt="shows_prompt" in request.POST,
        shows_name="shows_name" in request.POST,
    )
    is_public = made.published_at is not None
    words = "Everybody can see it now." if is_public else "Somebody looks at it first."
    return told(request, image_id, words)


@require_POST
@account_page
def withdraw(request: AccountRequest, image_id: UUID) -> HttpResponseBase:
    """Take a picture back: from now on only the account sees it."""
    publishing.withdraw(membership=request.membership, image_id=image_id)
    return told(request, image_id, "It is private again, from this moment on.")


def told(request: AccountRequest, image_id: UUID, words: str) -> HttpResponseBase:
    """Return how the picture stands now: as a part of its page, or the page with a message."""
    account = request.membership.account
    if not request.htmx:
        messages.success(request, words)
        return redirect("generations:picture", slug=account.slug, image_id=image_id)
    images = Image.objects.owned_by(account).select_related("account", "created_by", "file")
    context = about(images.get(pk=image_id), request.membership)
    return render(request, "moderation/_publication.html", {**context, "here": account})
