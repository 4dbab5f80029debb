"""The page of an account on which its owners see who of the staff has looked in."""

from django.conf import settings
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.moderation.models import Look
from imagestudio.moderation.services.looks.telling import looks_into as told


@require_safe
@account_page
def looks_into(request: AccountRequest) -> HttpResponseBase:
    """Show the looks into this account, newest first, to those who manage it."""
    found = told(request.membership, cursor=request.GET.get("cursor"))
    context = {
        "rows": found.rows,
        "next_cursor": found.next_cursor,
        "may_be_late": settings.LOOK_NOTICE == Look.Notice.AFTER_30_DAYS,
    }
    part = request.htmx and request.GET.get("cursor")
    return render(request, f"moderation/{'_looks_into' if part else 'looks_into'}.html", context)
