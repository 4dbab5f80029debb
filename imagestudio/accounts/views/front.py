"""The front door, and the style guide."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from imagestudio.accounts.forms import TokenForm
from imagestudio.accounts.models import User
from imagestudio.accounts.pages import operator_page
from imagestudio.accounts.services.access import personal_membership_of

COLOURS = (
    *("ground", "surface", "raised", "line", "edge", "ink", "muted", "signal", "signal-soft"),
    *("good", "good-soft", "wrong", "wrong-soft"),
)
STATES = (("queued", "Waiting"), ("completed", "Completed"), ("failed", "Failed"))


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send a signed-in person to their own account; show everybody else the front door."""
    if isinstance(request.user, User):
        slug = personal_membership_of(user=request.user).account.slug
        return redirect("generations:create", slug=slug)
    return render(request, "accounts/welcome.html")


@require_safe
@operator_page
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component of the pages, to those who run the studio."""
    context = {
        "form": TokenForm(prefix="good"),
        "bad": TokenForm({}, prefix="bad"),
        "colours": COLOURS,
        "states": STATES,
    }
    return render(request, "styleguide.html", context)
