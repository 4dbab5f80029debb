"""Every operation of the API says who may call it, and its description is the one reviewed."""

import json
from pathlib import Path

import pytest
from ninja import Schema
from ninja.operation import Operation

from generations.schemas.estimates import EstimateOut
from generations.schemas.generations import GenerationOut
from generations.schemas.wishes import GenerationRequest
from imagestudio.accounts.auth import (
    BearerToken,
    ModeratorInPerson,
    ModeratorSignedIn,
    ModeratorToken,
    Myself,
    SignedIn,
)
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.api import api
from imagestudio.library.schemas.images import ImageOut

ROOT = Path(__file__).resolve().parents[2]
ALL = api.operations()
PANEL = {name for name, operation in ALL.items() if "moderation" in (operation.tags or ())}
PANEL_IN_PERSON = {"post_look"}
OPERATIONS = {name: operation for name, operation in ALL.items() if name not in PANEL}
OPEN_TO_ALL = {"list_errors", "list_explore", "get_exhibit"}
IN_PERSON = {
    *("list_tokens", "post_token", "delete_token"),
    *("post_account", "put_account_name", "patch_member", "delete_member", "post_leave"),
    *("list_invitations", "post_invitation", "post_renewed_invitation", "delete_invitation"),
    *("put_budget", "put_member_budget", "post_budget_answer"),
}
# About people themselves, whatever their standing in whichever account: no deed of an account.
OF_ONESELF = {"list_decisions", "get_decision", "post_appeal", "list_reports", "get_strikes"}
READING = {"GET", "HEAD"}
READING_BY_POST = {"post_export"}  # what is asked for is too long for an address


@pytest.mark.parametrize("name", sorted(PANEL - PANEL_IN_PERSON))
def test_the_panel_has_a_way_in_of_its_own(name: str) -> None:
    token, session = ALL[name].auth_callbacks
    assert (type(token), type(session)) == (ModeratorToken, ModeratorSignedIn)
    assert token.scopes == {Scope.MODERATE}
    assert session.csrf


@pytest.mark.parametrize("name", sorted(PANEL_IN_PERSON))
def test_no_token_begins_what_people_answer_for_themselves(name: str) -> None:
    [session] = ALL[name].auth_callbacks
    assert type(session) is ModeratorInPerson
    assert session.csrf


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_it_has_a_known_way_in(operation: Operation) -> None:
    name = operation.view_func.__name__
    kinds = [type(auth) for auth in operation.auth_callbacks]
    expected = [BearerToken, SignedIn]
    if name in OPEN_TO_ALL:
        expected = []
    elif name in IN_PERSON:
        expected = [SignedIn]
    elif name in OF_ONESELF:
        expected = [Myself]
    assert kinds == expected


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_it_names_its_deed_and_its_scopes(operation: Operation) -> None:
    for auth in operation.auth_callbacks:
        assert isinstance(auth.deed, Deed)
        if isinstance(auth, BearerToken):
            assert auth.scopes
            assert auth.scopes <= set(Scope.values)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_cookie_needs_the_csrf_token(operation: Operation) -> None:
    assert not operation.csrf_exempt
    assert all(auth.csrf for auth in operation.auth_callbacks if isinstance(auth, SignedIn))


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_reading_needs_no_right_to_change(operation: Operation) -> None:
    changing = {Deed.GENERATE, Deed.CHANGE_LIBRARY, Deed.FAVOURITE, Deed.PURGE}
    name = operation.view_func.__name__
    if set(operation.methods) <= READING or name in READING_BY_POST:
        assert not changing & {auth.deed for auth in operation.auth_callbacks}
    elif name not in OF_ONESELF:
        assert Deed.SEE not in {auth.deed for auth in operation.auth_callbacks}


def test_names_are_unique() -> None:
    views = [
        view for router in api._get_bound_routers() for view in router.path_operations.values()
    ]
    assert sum(len(view.operations) for view in views) == len(ALL)


def test_the_description_is_the_one_in_the_docs() -> None:
    """To write it anew: manage.py export_openapi_schema --api imagestudio.api.api
    --indent 2 --output docs/openapi.json
    """
    written = json.loads((ROOT / "docs" / "openapi.json").read_text())
    assert json.loads(json.dumps(api.get_openapi_schema())) == written


@pytest.mark.parametrize("model", [ImageOut, GenerationOut, EstimateOut, GenerationRequest])
def test_examples_are_what_they_are_examples_of(model: type[Schema]) -> None:
    for example in model.model_config["json_schema_extra"]["examples"]:
        model.model_validate(example)
        assert set(example) <= set(model.model_fields)


def test_every_operation_is_described_with_words_and_problems() -> None:
    schema = api.get_openapi_schema()
    assert schema["openapi"].startswith("3.1")
    for methods in schema["paths"].values():
        for described in methods.values():
            assert described["summary"]
            assert described["description"].rstrip().endswith(".")
            assert "application/problem+json" in described["responses"]["default"]["content"]
