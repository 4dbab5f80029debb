"""The API of making pictures: the catalogue, what it would cost, and generations."""

from typing import Annotated
from uuid import UUID

import orjson
from asgiref.sync import sync_to_async
from django.http import HttpResponse
from ninja import Header, Query, Router, Status
from pydantic import Field

from generations import catalogue
from generations.exceptions import NoSuchGeneration
from generations.models import Batch, Generation, State
from generations.pictures import uses_of
from generations.schemas.estimates import EstimateOut
from generations.schemas.generations import BatchOut, GenerationOut, GenerationPage
from generations.schemas.models import ModelList, ModelOut
from generations.schemas.wishes import GenerationRequest
from generations.services import deeds
from generations.services.estimates import estimate_wish
from generations.services.outlooks import NOTHING, outlooks
from generations.services.requests import checked
from generations.waiting import until_ended
from imagestudio.accounts.auth import ApiRequest, Caller, may
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.accounts.services.idempotency import Reply, note_replay, once
from imagestudio.http.body import QueryString, Text
from imagestudio.http.cursor import page
from imagestudio.http.paging import PageQuery
from imagestudio.http.release import release_all
from imagestudio.library.exceptions import NoSuchImage
from imagestudio.library.models import Image
from imagestudio.money.services import refusals_noted

router = Router(tags=["generations"])

LONGEST_WAIT = 60  # seconds
ROOT = "/api/v1/generations"

MAKE = may(Deed.GENERATE, Scope.GENERATE)
SEE = may(Deed.SEE, Scope.GENERATE, Scope.LIBRARY_READ)

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="1 to 255 printable ASCII characters: the same again within a day is one deed",
    ),
]


class GenerationsQuery(PageQuery):
    """Which generations of the account."""

    state: State | None = None
    model: Annotated[Text | None, Field(description="Id or alias of a model")] = None
    batch: UUID | None = None


class WaitQuery(QueryString):
    """How long an answer is held back."""

    wait: Annotated[
        int, Field(ge=0, le=LONGEST_WAIT, description="Seconds to wait for its end, at most")
    ] = 0


@router.get("/models", auth=may(Deed.SEE, *Scope), response=ModelList, summary="List the models")
def list_models(request: ApiRequest) -> ModelList:
    """Return the catalogue: what each model can do, what it costs, and what it cannot do."""
    _ = request
    return ModelList(items=[ModelOut.of(model) for model in catalogue.MODELS])


@router.post("/estimates", auth=MAKE, response=EstimateOut, summary="Ask for the price")
def post_estimate(request: ApiRequest, payload: GenerationRequest) -> EstimateOut:
    """Check a request and return what it would cost, without making it or holding money."""
    estimate = estimate_wish(membership=request.auth.membership, wish=payload.wish())
    return EstimateOut.of(estimate)


@router.post("/generations", auth=MAKE, response={202: BatchOut}, summary="Make pictures")
def post_generations(
    request: ApiRequest,
    payload: GenerationRequest,
    response: HttpResponse,
    idempotency_key: Key = None,
) -> Status[object]:
    """Ask for one or more pictures. They are made in the background; follow the generations.

    The upper bound of the price is held until a picture is done. Nothing is stored and no money
    is held when the request is refused.
    """
    caller = request.auth
    with checked(membership=caller.membership, wish=payload.wish()) as make:
        reply = once(
            membership=caller.membership,
            route="POST /generations",
            key=idempotency_key,
            request=orjson.dumps(payload.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS),
            deed=lambda: accepted(caller, make()),
        )
    response["Location"] = f"{ROOT}?batch={reply.body['batch_id']}"
    note_replay(response, reply)
    return Status(reply.status, reply.body)


def accepted(caller: Caller, batch: Batch) -> Reply:
    """Return the answer for a batch that was just made."""
    rows = Generation.objects.owned_by(caller.account).filter(batch=batch).with_details()
    body = BatchOut(
        batch_id=batch.pk,
        generations=[GenerationOut.of(row, caller) for row in rows.order_by("id")],
    )
    return Reply(202, body.model_dump(mode="json"))


@router.get("/generations", auth=SEE, response=GenerationPage, summary="List generations")
def list_generations(request: ApiRequest, query: Query[GenerationsQuery]) -> GenerationPage:
    """Return the account's generations, the one asked for last first."""
    caller = request.auth
    rows = Generation.objects.owned_by(caller.account).newest_first().with_details()
    if query.state:
        rows = rows.filter(state=query.state)
    if query.model:
        rows = rows.filter(model=catalogue.find(query.model).id)
    if query.batch:
        rows = rows.filter(batch=query.batch)
    found = page(
        rows,
        by="requested_at",
        cursor=query.cursor,
        limit=query.limit,
        of=f"generations of {caller.account.pk}",
    )
    expected = outlooks(found.rows)
    return GenerationPage(
        items=[GenerationOut.of(row, caller, expected.get(row.pk, NOTHING)) for row in found.rows],
        next_cursor=found.next_cursor,
    )


@router.get(
    "/images/{uuid:image_id}/uses",
    auth=SEE,
    response=GenerationPage,
    summary="List what a picture was used for",
)
def list_uses(request: ApiRequest, image_id: UUID, query: Query[PageQuery]) -> GenerationPage:
    """Return the generations that a picture went into, also those that wait or have failed.

    The one asked for last comes first.
    """
    caller = request.auth
    images = Image.objects.owned_by(caller.account).select_related("account")
    image = images.filter(pk=image_id).first()
    if image is None:
        raise NoSuchImage("There is no such picture in this account.")
    found = uses_of(image, after=query.cursor, limit=query.limit)
    expected = outlooks(found.rows)
    return GenerationPage(
        items=[GenerationOut.of(row, caller, expected.get(row.pk, NOTHING)) for row in found.rows],
        next_cursor=found.next_cursor,
    )


@router.get(
    "/generations/{uuid:generation_id}",
    auth=SEE,
    response=GenerationOut,
    summary="Show a generation",
)
async def get_generation(
    request: ApiRequest, generation_id: UUID, query: Query[WaitQuery]
) -> GenerationOut:
    """Return a generation; with `wait`, when it has ended or the seconds have passed."""
    caller = request.auth
    if query.wait:
        await release_all()
        await until_ended(account=caller.account, generation_id=generation_id, seconds=query.wait)
    return await sync_to_async(show)(caller, generation_id)


@router.post(
    "/generations/{uuid:generation_id}/cancel",
    auth=MAKE,
    response=GenerationOut,
    summary="Cancel",
)
def cancel(request: ApiRequest, generation_id: UUID) -> GenerationOut:
    """Take a wish back. Once its call was sent, this is only noted: what arrives is kept."""
    deeds.cancel(membership=request.auth.membership, generation_id=generation_id)
    return show(request.auth, generation_id)


@router.post(
    "/generations/{uuid:generation_id}/retry",
    auth=MAKE,
    response={202: GenerationOut},
    summary="Try again",
)
def retry(
    request: ApiRequest,
    generation_id: UUID,
    response: HttpResponse,
    idempotency_key: Key = None,
) -> Status[object]:
    """Run a generation again that failed, was refused or got lost, with a new attempt.

    For one that got lost this may cost a second time: the first call may have been billed.
    """
    caller = request.auth

    def again() -> Reply:
        deeds.retry(membership=caller.membership, generation_id=generation_id)
        return Reply(202, show(caller, generation_id).model_dump(mode="json"))

    with refusals_noted():
        reply = once(
            membership=caller.membership,
            route=f"POST /generations/{generation_id}/retry",
            key=idempotency_key,
            request=b"",
            deed=again,
        )
    note_replay(response, reply)
    return Status(reply.status, reply.body)


@router.post(
    "/generations/{uuid:generation_id}/dismiss",
    auth=MAKE,
    response=GenerationOut,
    summary="Dismiss",
)
def dismiss(request: ApiRequest, generation_id: UUID) -> GenerationOut:
    """Put a generation out of sight that ended badly.

    For one that got lost this gives its money up: the estimate counts as spent.
    """
    deeds.dismiss(membership=request.auth.membership, generation_id=generation_id)
    return show(request.auth, generation_id)


def show(caller: Caller, generation_id: UUID) -> GenerationOut:
    """Return a generation of the caller's account. Raises NoSuchGeneration."""
    rows = Generation.objects.owned_by(caller.account).filter(pk=generation_id).with_details()
    row = rows.first()
    if row is None:
        raise NoSuchGeneration("There is no such generation in this account.")
    return GenerationOut.of(row, caller, outlooks([row]).get(row.pk, NOTHING))
