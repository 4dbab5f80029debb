"""The page for those who run the studio."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from generations import operations as state
from imagestudio.accounts.pages import operator_page


@require_safe
@operator_page
def operations(request: HttpRequest) -> HttpResponseBase:
    """Show alarms, money in doubt, and how busy the studio is."""
    return render(
        request,
        "generations/operations.html",
        {"now": state.operations(), "moment": timezone.now()},
    )
