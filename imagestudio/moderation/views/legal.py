"""The public form by which anybody asks for pictures to be removed."""

import re
from http import HTTPStatus
from math import ceil

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from imagestudio.errors import StudioError
from imagestudio.http.problems import status_of
from imagestudio.moderation.exceptions import ReportInvalid, RequestInvalid, TooManyReports
from imagestudio.moderation.forms.legal import RemovalForm
from imagestudio.moderation.services.legal.requests import ask_for_removal

NUMBER = re.compile(r"R-[2-9A-HJ-NP-TV-Z]{10}")


@require_http_methods(["GET", "HEAD", "POST"])
def legal(request: HttpRequest) -> HttpResponseBase:
    """Show the form for having pictures removed, and take it; then the number of the request."""
    number = request.GET.get("number", "")
    if request.method != "POST":
        sent = number if NUMBER.fullmatch(number) else ""
        return page(request, RemovalForm(), sent=sent)
    form = RemovalForm(request.POST)
    if not form.is_valid():
        return page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = ask_for_removal(
            signed=form.signed(),
            addresses=form.lines,
            address=get_adapter().get_client_ip(request),
        )
    except (RequestInvalid, ReportInvalid, TooManyReports) as error:
        form.note_errors(error.fields, str(error))
        return refused(page(request, form, status=status_of(error)), error)
    return redirect(reverse("moderation:legal", query={"number": made.number}))


def page(
    request: HttpRequest, form: RemovalForm, *, sent: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """Return the page with the form, or with the number of what was sent."""
    context = {"form": form, "sent": sent}
    return render(request, "moderation/legal.html", context, status=status)


def refused(response: HttpResponse, error: StudioError) -> HttpResponse:
    """Return an answer that says after how many seconds it can be tried again."""
    if error.retry_after is not None:
        response["Retry-After"] = str(ceil(error.retry_after))
    return response
