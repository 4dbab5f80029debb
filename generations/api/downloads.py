"""Many pictures at once: as a ZIP with a manifest that says how each was made."""

from functools import partial

from django.http.response import HttpResponseBase
from ninja import Router

from generations.downloads import answer, answer_library
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


@router.post(
    "/exports/library",
    auth=may(Deed.EXPORT, Scope.LIBRARY_READ),
    summary="Export the whole library",
)
def post_library_export(request: ApiRequest) -> HttpResponseBase:
    """Return everything in the account's library as a ZIP that another studio can import.

    Pictures, prompts, parameters, where each came from, albums, tags, and the caller's favourites;
    not the trash. For owners and admins. How it is built stands in `docs/export-format.md`.
    """
    return answer_library(
        request,
        membership=request.auth.membership,
        is_allowed=partial(still_holds, request.auth),
    )
