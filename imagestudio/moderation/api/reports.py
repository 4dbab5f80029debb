"""Reports: of public pictures, and what became of one's own.

Whoever is not signed in reports a picture on its page.
"""

from allauth.account.adapter import get_adapter
from django.conf import settings
from ninja import Query, Router, Status

from imagestudio.accounts.auth import ApiRequest, may, myself
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.http.cursor import page
from imagestudio.http.paging import PageQuery
from imagestudio.library.exceptions import NoSuchPublication
from imagestudio.moderation.models import Report
from imagestudio.moderation.schemas.decisions import ReportOut, ReportPage
from imagestudio.moderation.schemas.publishing import ReportIn
from imagestudio.moderation.services.reports import report_publication

router = Router(tags=["reports"])

REPORT = may(Deed.FAVOURITE, Scope.LIBRARY_WRITE)


@router.post("/reports", auth=REPORT, response={204: None}, summary="Report a public picture")
def post_report(request: ApiRequest, payload: ReportIn) -> Status[None]:
    """Say what is wrong with a public picture.

    The answer is the same whether it was reported before or not; a person's second report of the
    same thing, while the first is looked at, changes nothing.
    """
    if not settings.EXPLORE_IS_ON:
        raise NoSuchPublication("This studio has no public pages.")
    report_publication(
        image_id=payload.image_id,
        reporter=request.auth.membership.user,
        address=get_adapter().get_client_ip(request),
        reason=payload.reason,
        text=payload.text,
    )
    return Status(204, None)


@router.get("/reports", auth=myself(), response=ReportPage, summary="List your reports")
def list_reports(request: ApiRequest, query: Query[PageQuery]) -> ReportPage:
    """Return what the caller has reported, newest first. By cookie only: it is personal."""
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
