"""Reporting public pictures. Whoever is not signed in does it on the picture's page."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from ninja import Router, Status

from imagestudio.accounts.auth import ApiRequest, may
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.library.exceptions import NoSuchPublication
from imagestudio.moderation.schemas.publishing import ReportIn
from imagestudio.moderation.services.reports import report_publication

router = Router(tags=["explore"])

REPORT = may(Deed.SEE, Scope.LIBRARY_WRITE)


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
