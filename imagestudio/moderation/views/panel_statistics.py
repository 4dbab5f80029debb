"""Statistics of moderation, each table as a file, and the transparency report of half a year."""

from datetime import date, timedelta

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from imagestudio.accounts.pages import ModeratorRequest, moderator_page
from imagestudio.errors import FieldError, Invalid
from imagestudio.moderation.services.panel.statistics.report import Half, report_of
from imagestudio.moderation.services.panel.statistics.spans import Span, span_of
from imagestudio.moderation.services.panel.statistics.tables import csv_of
from imagestudio.moderation.services.panel.statistics.whole import statistics_of, table_of

LENGTHS = {7: "7 days", 30: "30 days", 90: "90 days", 365: "A year"}


@require_safe
@moderator_page
def statistics(request: ModeratorRequest) -> HttpResponseBase:
    """Show the statistics of some days (`?since=2026-11-01&until=2026-11-30`)."""
    try:
        span, error = span_from(request.GET), None
    except Invalid as wrong:
        span, error = span_of(), wrong
    found = statistics_of(request.user, span)
    today = timezone.now().date()
    context = {
        "error": error,
        "span": span,
        "query": f"since={span.first}&until={span.last}",
        "cards": [(table, found.charts.get(table.name)) for table in found.tables],
        "lengths": [
            (words, span_of(today - timedelta(days=days - 1), today))
            for days, words in LENGTHS.items()
        ],
        "halves": [Half.of(today), Half.of(today).before],
    }
    status = 422 if error else None
    return render(request, "moderation/statistics.html", context, status=status)


@require_safe
@moderator_page
def table_file(request: ModeratorRequest, name: str) -> HttpResponseBase:
    """Give out one table of some days as CSV."""
    span = span_from(request.GET)
    table = table_of(request.user, span, name)
    return as_file(csv_of(table.heads, table.rows), f"{name}-{span.first}-{span.last}.csv")


@require_safe
@moderator_page
def report_file(request: ModeratorRequest) -> HttpResponseBase:
    """Give out the transparency report of half a year (`?half=2026-1`) as CSV."""
    half = Half.read(request.GET.get("half", ""))
    return as_file(report_of(half), f"transparency-{half}.csv")


def as_file(content: bytes, name: str) -> HttpResponse:
    """Return bytes as a file to keep."""
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def span_from(asked: QueryDict) -> Span:
    """Return the days that an address asks for. Raises Invalid."""
    return span_of(day_from(asked, "since"), day_from(asked, "until"))


def day_from(asked: QueryDict, name: str) -> date | None:
    """Return the day that an address names; None where it names none. Raises Invalid."""
    text = asked.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        words = "A day is written as 2026-11-30."
        raise Invalid(words, fields=[FieldError(name, "invalid", words)]) from error
