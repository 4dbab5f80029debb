"""What the caller has reported. By cookie only: it is personal."""

from ninja import Query, Router

from imagestudio.accounts.auth import ApiRequest, myself
from imagestudio.http.cursor import page
from imagestudio.http.paging import PageQuery
from imagestudio.moderation.models import Report
from imagestudio.moderation.schemas.decisions import ReportOut, ReportPage

router = Router(tags=["reports"])


@router.get("/reports", auth=myself(), response=ReportPage, summary="List your reports")
def list_reports(request: ApiRequest, query: Query[PageQuery]) -> ReportPage:
    """Return what the caller has reported, newest first."""
    user = request.auth.membership.user
    found = page(
        Report.objects.made_by(user),
        by="at",
        cursor=query.cursor,
        limit=query.limit,
        of=f"reports of {user.pk}",
    )
    items = [ReportOut.of(report) for report in found.rows]
    return ReportPage(items=items, next_cursor=found.next_cursor)
