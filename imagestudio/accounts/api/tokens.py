"""Tokens of a member in an account. By cookie only: a token can never manage tokens."""

from uuid import UUID

from allauth.account.authentication import get_authentication_records
from ninja import Router, Status

from imagestudio.accounts.auth import ApiRequest, in_person
from imagestudio.accounts.models import Token
from imagestudio.accounts.permissions import Deed
from imagestudio.accounts.schemas import NewTokenOut, TokenList, TokenOut, TokenRequest
from imagestudio.accounts.services.tokens import create_token, revoke_token

router = Router(tags=["tokens"])

MANAGE = in_person(Deed.MANAGE_TOKENS)
MAKE = in_person(Deed.MANAGE_TOKENS, confirmed=True)


@router.get("/tokens", auth=MANAGE, response=TokenList, summary="List your tokens")
def list_tokens(request: ApiRequest) -> TokenList:
    """Return your own tokens in this account, those that are revoked or expired included."""
    caller = request.auth
    mine = Token.objects.owned_by(caller.account).filter(user=caller.membership.user)
    return TokenList(items=[TokenOut.of(token) for token in mine])


@router.post("/tokens", auth=MAKE, response={201: NewTokenOut}, summary="Make a token")
def post_token(request: ApiRequest, payload: TokenRequest) -> Status[NewTokenOut]:
    """Make a token of yours in this account. Its secret is shown now and never again.

    The password must have been given in the last minutes, as on the page; for one that moderates
    a second factor shown in the session, too.
    """
    new = create_token(
        membership=request.auth.membership,
        name=payload.name,
        scopes=payload.scopes,
        days=payload.days,
        records=get_authentication_records(request, request.auth.membership.user),
    )
    return Status(201, NewTokenOut.of(new))


@router.delete("/tokens/{uuid:token_id}", auth=MANAGE, response={204: None}, summary="Revoke")
def delete_token(request: ApiRequest, token_id: UUID) -> Status[None]:
    """Revoke a token of yours: it is dead from now on, its streams end within ten seconds."""
    revoke_token(membership=request.auth.membership, token_id=token_id)
    return Status(204, None)
