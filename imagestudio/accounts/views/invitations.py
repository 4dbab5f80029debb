"""The page on which somebody accepts an invitation. Looking at it never accepts."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from imagestudio.accounts.adapter import REMEMBERED, remember, remembered_digest
from imagestudio.accounts.models import User
from imagestudio.accounts.pages import refusal
from imagestudio.accounts.services.invitations import (
    SECRET_LENGTH,
    find_invitation,
    hash_of,
    join,
    membership_by,
    owns,
)
from imagestudio.errors import StudioError


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Show who invites whom into what, and join when its button is pressed.

    The secret's hash is remembered, so that signing in or up leads back here without it.
    """
    if len(secret) != SECRET_LENGTH:
        raise Http404
    return answer(request, hash_of(secret))


@require_http_methods(["GET", "HEAD", "POST"])
def remembered_invitation(request: HttpRequest) -> HttpResponse:
    """Show the invitation that a visitor came with before they signed in or up."""
    digest = remembered_digest(request)
    if digest is None:
        raise Http404
    return answer(request, digest)


def answer(request: HttpRequest, digest: bytes) -> HttpResponse:
    """Show an invitation, or join by it."""
    user = request.user if isinstance(request.user, User) else None
    if request.method == "POST":
        return accept(request, user, digest)
    mine = membership_by(digest, user) if user else None
    if mine is not None:
        request.session.pop(REMEMBERED, None)
        words = f"You are {mine.get_role_display().lower()} of {mine.account.name}."
        messages.success(request, words)
        return redirect("generations:create", slug=mine.account.slug)
    found = find_invitation(digest)
    if found is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    if user is None:
        remember(request, digest)
    is_mine = user is None or found.is_link or owns(user, found.email)
    context = {
        "invitation": found,
        "is_mine": is_mine,
        "signup_joins": settings.SIGNUP == "invite",
    }
    return render(request, "accounts/invitation.html", context)


def accept(request: HttpRequest, user: User | None, digest: bytes) -> HttpResponse:
    """Join, and go to the account."""
    if user is None:
        remember(request, digest)
        return redirect_to_login(reverse("accounts:remembered_invitation"))
    try:
        joined = join(user=user, digest=digest)
    except StudioError as error:
        return refusal(request, error)
    request.session.pop(REMEMBERED, None)
    membership = joined.membership
    role, name = membership.get_role_display().lower(), membership.account.name
    words = "You are" if joined.is_new else "You were already, and stay,"
    messages.success(request, f"{words} {role} of {name}.")
    return redirect("generations:create", slug=membership.account.slug)
