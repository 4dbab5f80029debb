"""Cases, for programs of moderators."""

from functools import partial
from typing import Annotated
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from ninja import Query, Router, Status
from pydantic import Field

from imagestudio.accounts.auth import ModeratorApiRequest, may_moderate
from imagestudio.connections import release_connections
from imagestudio.http.body import QueryString
from imagestudio.http.bytes import bytes_response
from imagestudio.http.paging import PageQuery
from imagestudio.library import storage
from imagestudio.library.imaging import RENDITION_MIME
from imagestudio.moderation.schemas.cases import (
    CaseOut,
    CasePage,
    DecisionOut,
    DecisionRequest,
    DossierOut,
    EntryOut,
    EscalationRequest,
    NoteRequest,
    ViewOut,
)
from imagestudio.moderation.services import cases, claims
from imagestudio.moderation.services.panel.dossier import called, case_of, dossier_of, events_of
from imagestudio.moderation.services.panel.drafts import decide_and_ban
from imagestudio.moderation.services.panel.looking import (
    MINUTES,
    clear_picture,
    covered_picture,
    reveal,
)
from imagestudio.moderation.services.panel.queue import Tab, next_case, queue_page

router = Router(tags=["moderation"], auth=may_moderate())
CASE = "/moderation/cases/{uuid:case_id}"


class QueueQuery(PageQuery):
    """Which cases."""

    tab: Annotated[Tab, Field(description="A part of the queue")] = Tab.ALL


class PictureQuery(QueryString):
    """With which key a picture is fetched."""

    key: Annotated[str, Field(max_length=300)] = ""


@router.get("/moderation/cases", response=CasePage, summary="List the cases")
def list_cases(request: ModeratorApiRequest, query: Query[QueueQuery]) -> CasePage:
    """Return cases in the order of the queue: lane, weight of the reports, age.

    Cases about your own things are not among them.
    """
    found = queue_page(request.auth.user, query.tab, cursor=query.cursor, limit=query.limit)
    return CasePage(
        items=[CaseOut.of(row.case) for row in found.rows], next_cursor=found.next_cursor
    )


@router.post("/moderation/claims", response={200: CaseOut, 204: None}, summary="Take the next")
def post_claim(request: ModeratorApiRequest) -> Status[CaseOut] | Status[None]:
    """Take the next case that you can decide in hand for five minutes; 204 when there is none."""
    found = next_case(moderator=request.auth.user)
    if found is None:
        return Status(204, None)
    return Status(200, CaseOut.of(case_of(request.auth.user, found.pk)))


@router.get(CASE, response=DossierOut, summary="Show a case")
def get_case(request: ModeratorApiRequest, case_id: UUID) -> DossierOut:
    """Return a case with all that is known about it, but for its picture."""
    case = case_of(request.auth.user, case_id)
    covered = reverse("api:get_covered_picture", args=[case_id]) if case.image_id else None
    dossier = dossier_of(case, request.auth.user)
    return DossierOut.of_dossier(dossier, subject=called(case), covered_url=covered)


@router.put(f"{CASE}/claim", response=CaseOut, summary="Take a case in hand")
def put_case_claim(request: ModeratorApiRequest, case_id: UUID) -> CaseOut:
    """Take a case in hand for five minutes, or for five more; 409 says who has it otherwise.

    403 where there is nothing for you to decide.
    """
    case_of(request.auth.user, case_id)
    claims.claim(moderator=request.auth.user, case_id=case_id)
    return CaseOut.of(case_of(request.auth.user, case_id))


@router.delete(f"{CASE}/claim", response={204: None}, summary="Give a case back")
def delete_case_claim(request: ModeratorApiRequest, case_id: UUID) -> Status[None]:
    """Give a case back, if you have it in hand."""
    case_of(request.auth.user, case_id)
    claims.release(moderator=request.auth.user, case_id=case_id)
    return Status(204, None)


@router.post(f"{CASE}/skips", response={204: None}, summary="Skip a case")
def post_skip(request: ModeratorApiRequest, case_id: UUID) -> Status[None]:
    """Leave a case to others; the log remembers it."""
    case_of(request.auth.user, case_id)
    claims.skip(moderator=request.auth.user, case_id=case_id)
    return Status(204, None)


@router.post(f"{CASE}/escalation", response=CaseOut, summary="Escalate a case")
def post_escalation(
    request: ModeratorApiRequest, case_id: UUID, payload: EscalationRequest
) -> CaseOut:
    """Leave a case to senior moderators."""
    case_of(request.auth.user, case_id)
    cases.escalate(
        moderator=request.auth.user,
        case_id=case_id,
        version=payload.version,
        text=payload.text,
    )
    return CaseOut.of(case_of(request.auth.user, case_id))


@router.post(f"{CASE}/notes", response={201: EntryOut}, summary="Write a note")
def post_note(
    request: ModeratorApiRequest, case_id: UUID, payload: NoteRequest
) -> Status[EntryOut]:
    """Write a note for moderators on a case."""
    found = case_of(request.auth.user, case_id)
    cases.add_note(moderator=request.auth.user, case_id=case_id, text=payload.text)
    return Status(201, EntryOut.of(events_of(found)[0].entry))


@router.post(f"{CASE}/decisions", response={201: DecisionOut}, summary="Decide a case")
def post_decision(
    request: ModeratorApiRequest, case_id: UUID, payload: DecisionRequest
) -> Status[DecisionOut]:
    """Decide a case, which closes it.

    409 when it has changed since `version`, was decided, or is in somebody else's hand; 403 for
    what `offered` does not name, which the log remembers. The person is told in ten seconds.
    """
    case_of(request.auth.user, case_id)
    made = decide_and_ban(
        moderator=request.auth.user,
        case_id=case_id,
        version=payload.version,
        verdict=payload.verdict(),
        bans=payload.bans,
        with_look=payload.bans_look,
    )
    return Status(201, DecisionOut.of(made))


@router.get(f"{CASE}/covered", summary="Show the covered picture")
def get_covered_picture(request: ModeratorApiRequest, case_id: UUID) -> HttpResponseBase:
    """Return a tiny grey blur in place of the picture of a case, as WebP."""
    made = covered_picture(moderator=request.auth.user, case_id=case_id)
    release_connections()
    return bytes_response(
        request,
        open_chunks=partial(storage.open_chunks, made.key),
        size=made.bytes,
        mime=RENDITION_MIME,
        etag=str(made.pk),
    )


@router.post(f"{CASE}/views", response={201: ViewOut}, summary="Ask to see the picture")
def post_view(request: ModeratorApiRequest, case_id: UUID) -> Status[ViewOut]:
    """Ask to see the picture of a case; what is not public leaves a line in the audit log.

    The address works for you alone, and for some minutes.
    """
    key = reveal(moderator=request.auth.user, case_id=case_id)
    url = reverse("api:get_clear_picture", args=[case_id], query={"key": key})
    return Status(201, ViewOut(url=url, seconds=MINUTES * 60))


@router.get(f"{CASE}/picture", summary="Show the picture")
def get_clear_picture(
    request: ModeratorApiRequest, case_id: UUID, query: Query[PictureQuery]
) -> HttpResponseBase:
    """Return the picture of a case that you have asked to see."""
    key, mime, size = clear_picture(moderator=request.auth.user, case_id=case_id, key=query.key)
    release_connections()
    answer = bytes_response(
        request,
        open_chunks=partial(storage.open_chunks, key),
        size=size,
        mime=mime,
        etag=f"{case_id}-clear",
    )
    answer["Cache-Control"] = "private, no-store, no-transform"
    return answer
