"""The page of what was spent in a month, and the same as a file."""

import csv
import re
from calendar import monthrange
from datetime import date, timedelta

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.errors import FieldError, Invalid
from imagestudio.money.services import this_month
from imagestudio.money.spending.chart import chart_of
from imagestudio.money.spending.usage import Usage, usage_of

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
COLUMNS = (
    *("day", "member", "model", "calls", "spent_micros", "estimated_micros", "logged_micros"),
    *("written_off_micros", "held_micros", "overruns"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet takes a text for a formula


@require_safe
@account_page
def spending(request: AccountRequest) -> HttpResponseBase:
    """Show what the calls of `?month=2026-11` cost by day, member and model."""
    present, month = this_month(), asked_month(request)
    usage = usage_of_month(request, month)
    return render(
        request,
        "money/spending.html",
        {
            "usage": usage,
            "chart": chart_of(usage),
            "month": month,
            "previous": (month - timedelta(days=1)).replace(day=1),
            "next": last_day(month) + timedelta(days=1) if month < present else None,
        },
    )


@require_safe
@account_page
def spending_file(request: AccountRequest) -> HttpResponseBase:
    """Return the same month as CSV: a line for each day, member and model."""
    month = asked_month(request)
    usage = usage_of_month(request, month)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{request.membership.account.slug}-{month:%Y-%m}.csv"
    response["Content-Disposition"] = content_disposition_header(True, name)
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for line in usage.lines:
        one = line.figures
        writer.writerow(
            [
                *(line.day.isoformat(), plain(line.email or str(line.member)), plain(line.model)),
                *(one.calls, one.spent, one.estimated, one.logged, one.written_off, one.held),
                one.overruns,
            ]
        )
    return response


def plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def asked_month(request: AccountRequest) -> date:
    """Return the first day of the month in the address, or of the present one. Raises Invalid."""
    text = request.GET.get("month")
    if text is None:
        return this_month()
    found = MONTH.fullmatch(text)
    if found is None:
        words = "A month is written as 2026-11."
        raise Invalid(words, fields=[FieldError("month", "invalid", words)])
    return date(int(found[1]), int(found[2]), 1)


def last_day(month: date) -> date:
    """Return the last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def usage_of_month(request: AccountRequest, month: date) -> Usage:
    """Return what a month's calls cost, as far as the visitor may see it."""
    return usage_of(membership=request.membership, first=month, last=last_day(month))
