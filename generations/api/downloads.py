"""Many pictures at once: as a ZIP with a manifest that says how each was made."""

from functools import partial

from django.http.response import HttpResponseBase
from ninja import Router

from generations.downloads import answer
from generations.schemas.downloads import ExportRequest
from imagestudio.accounts.auth import ApiRequest, may, still_holds
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed

router = Router(tags=["images"])

SEE = may(Deed.SEE, Scope.LIBRARY_READ)


@router.post("/exports", auth=SEE, summary="Download many pictures as a ZIP")
def post_export(request: ApiRequest, wanted: ExportRequest) -> HttpResponseBase:
    """Return a ZIP of the named pictures, or of all that match, made while it leaves.

    Its last file is `manifest.json`: prompt, parameters, sources, model, times and cost of each
    picture, and under `errors` what had to be left out. There is no `Content-Length`; when the
    storage fails on the way the connection is cut, and the file has no end.
    """
    return answer(
        request,
        membership=request.auth.membership,
        wanted=wanted.wanted(),
        is_allowed=partial(still_holds, request.auth),
    )
