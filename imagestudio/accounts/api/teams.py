"""Accounts of the caller, and new ones."""

from typing import Annotated

import orjson
from django.http import HttpResponse
from ninja import Header, Router, Status

from imagestudio.accounts.auth import ApiRequest, in_person, may
from imagestudio.accounts.models import Membership, Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.accounts.schemas import AccountList, PlaceOut, TeamRequest
from imagestudio.accounts.services.idempotency import Reply, note_replay, once
from imagestudio.accounts.services.teams import create_team, rename_account

router = Router(tags=["account"])


@router.get(
    "/accounts",
    auth=may(Deed.SEE, Scope.ACCOUNT_READ),
    response=AccountList,
    summary="List your accounts",
)
def list_accounts(request: ApiRequest) -> AccountList:
    """Return the accounts that the caller is a member of; to a token, the one it belongs to."""
    caller = request.auth
    mine = Membership.objects.open_to(caller.membership.user)
    if caller.token_id is not None:
        mine = mine.filter(account=caller.account)
    return AccountList(items=[PlaceOut.of(one) for one in mine])


@router.post(
    "/accounts",
    auth=in_person(Deed.MAKE_TEAM),
    response={201: PlaceOut},
    summary="Make a team",
)
def post_account(
    request: ApiRequest,
    payload: TeamRequest,
    response: HttpResponse,
    idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
) -> Status[object]:
    """Make a team whose owner is the caller. Its slug is made of its name, and never changes."""
    caller = request.auth

    def made() -> Reply:
        team = create_team(user=caller.membership.user, name=payload.name)
        mine = Membership.objects.owned_by(team).get()
        return Reply(201, PlaceOut.of(mine).model_dump(mode="json"))

    reply = once(
        membership=caller.membership,
        route="POST /accounts",
        key=idempotency_key,
        request=orjson.dumps(payload.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS),
        deed=made,
    )
    note_replay(response, reply)
    return Status(reply.status, reply.body)


@router.put(
    "/account/name",
    auth=in_person(Deed.MANAGE_ACCOUNT),
    response=PlaceOut,
    summary="Rename the account",
)
def put_account_name(request: ApiRequest, payload: TeamRequest) -> PlaceOut:
    """Give the account another name; its slug and with it every address stay."""
    rename_account(membership=request.auth.membership, name=payload.name)
    return PlaceOut.of(request.auth.membership)
