"""Reporting a picture that is public or behind a link, by whoever sees it, signed in or not."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from math import ceil
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from imagestudio.accounts.models import User
from imagestudio.http.problems import status_of
from imagestudio.library.explore import exhibit, public_picture
from imagestudio.library.pages import ExploreRequest, ShareRequest, explore_page, share_page
from imagestudio.library.shared import Shown, image_behind, shown
from imagestudio.moderation.exceptions import ReportInvalid, TooManyReports
from imagestudio.moderation.forms.reports import ReportForm
from imagestudio.moderation.models import Report
from imagestudio.moderation.services.reports import report_publication, report_shared

TAKES = ["GET", "HEAD", "POST"]


@require_http_methods(TAKES)
@explore_page
def report(request: ExploreRequest, image_id: UUID) -> HttpResponseBase:
    """Show the form for reporting a public picture, and take it."""
    picture = exhibit(public_picture(image_id))
    deed = partial(report_publication, image_id=image_id)
    return answer(request, picture, deed, folder="explore")


@require_http_methods(TAKES)
@share_page
def report_behind_link(request: ShareRequest, image_id: UUID) -> HttpResponseBase:
    """Show the form for reporting a picture that a link shows, and take it."""
    image = image_behind(request.link, image_id)
    root = reverse("library:shared", args=[request.secret])
    picture = shown(image, link=request.link, root=root)
    deed = partial(report_shared, link=request.link, image_id=image_id)
    response = answer(request, picture, deed, folder="shares")
    # Under `no-referrer` the form would come without its origin, and be refused for that.
    response["Referrer-Policy"] = "same-origin"
    return response


def answer(
    request: ExploreRequest | ShareRequest,
    picture: Shown,
    deed: Callable[..., Report],
    *,
    folder: str,
) -> HttpResponseBase:
    """Return the form, what is wrong with it, or thanks.

    The answer is the same whether somebody has reported the picture before or not.
    """
    reporter = request.user if isinstance(request.user, User) else None
    if request.method != "POST":
        form = None if "sent" in request.GET else ReportForm(is_stranger=reporter is None)
        return page(request, picture, form, folder=folder)
    form, error = ReportForm(request.POST, is_stranger=reporter is None), None
    if form.is_valid():
        address = get_adapter().get_client_ip(request)
        try:
            deed(reporter=reporter, address=address, **form.cleaned_data)
        except (ReportInvalid, TooManyReports) as refusal:
            form.add_error(None, str(refusal))
            error = refusal
    if form.is_valid():
        if request.htmx:
            return page(request, picture, None, folder=folder)
        return redirect(f"{request.path}?sent=1")
    response = page(request, picture, form, folder=folder)
    response.status_code = status_of(error) if error else HTTPStatus.UNPROCESSABLE_ENTITY
    if error and error.retry_after is not None:
        response["Retry-After"] = str(ceil(error.retry_after))
    return response


def page(
    request: ExploreRequest | ShareRequest, picture: Shown, form: ReportForm | None, *, folder: str
) -> HttpResponse:
    """Return the page with the form, or with thanks where there is none, or that part of it."""
    context = {"form": form, "picture": picture, "action": request.path}
    part = "_report" if request.htmx else "report"
    return render(request, f"{folder}/{part}.html", context)
