"""The JSON API of the studio: one API, a router per app."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Schema
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import BaseRenderer

from generations.api import routers as generations_routers
from generations.failures import WORDS
from imagestudio.accounts.api import routers as accounts_routers
from imagestudio.accounts.auth import ModeratorToken, TokenAuth, in_person
from imagestudio.accounts.permissions import Deed
from imagestudio.events.api import router as events_router
from imagestudio.http import handlers
from imagestudio.http.body import StrictParser
from imagestudio.http.codes import CodeOut, codes
from imagestudio.http.problems import PROBLEM, problem_of
from imagestudio.http.refusals import NoSuchAddress
from imagestudio.library.api import ROUTERS as LIBRARY
from imagestudio.moderation.api import ROUTERS as MODERATION
from imagestudio.money.api import router as account_router

DESCRIPTION = """\
Everything that the studio's pages can do, for programs.

Send a token as `Authorization: Bearer ist_…`; it names its account. A browser that is signed in
may use its cookie instead, with `?account=<slug>` (default: the personal account) and, for
changes, the page's token as `X-CSRFToken`.

Ids are UUIDs, times are RFC 3339 in UTC, money is an integer of micro-dollars. Unknown fields are
refused. Errors are `application/problem+json` (RFC 9457); each `code` stands at `/api/v1/errors`.
What is not yours is 404, like what does not exist. Lists have a `limit` of at most 100 and a
`cursor`; `next_cursor` is null on the last page.
"""

ACCOUNT_PARAMETER = {
    "in": "query",
    "name": "account",
    "schema": {"type": "string"},
    "description": "Slug of the account, for those who are signed in; a token names its own",
}

PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
    "examples": [
        {
            "type": "/api/v1/errors#budget_exceeded",
            "title": "The budget does not cover this",
            "status": 402,
            "detail": "This can cost up to $0.22, and $0.10 is left of the account's budget "
            "for this month. The people who run the studio can raise it.",
            "code": "budget_exceeded",
            "request_id": "5f0c2a7d1c3b4d6e8f90a1b2c3d4e5f6",
            "left_micros": 100_000,
            "needed_micros": 220_000,
            "budget": "account",
        }
    ],
}


class Renderer(BaseRenderer):
    """JSON with times in UTC, quickly."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Return the text of an answer."""
        _ = request, response_status
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)


class StudioAPI(NinjaAPI):
    """An API whose description also says who may call what, and how errors look."""

    _described: OpenAPISchema | None = None

    def operations(self) -> dict[str, Operation]:
        """Return every operation by its name."""
        return {
            operation.view_func.__name__: operation
            for router in self._get_bound_routers()
            for view in router.path_operations.values()
            for operation in view.operations
        }

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name of an operation: that of its function."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Return the description of the API (OpenAPI 3.1), made once in a process."""
        if self._described is None:
            self._described = self._describe(**kwargs)
        return self._described

    def _describe(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        schema["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
        operations = self.operations()
        for methods in schema["paths"].values():
            methods.pop("head", None)  # the same as `get`, and it would have the same name
            for described in methods.values():
                describe(described, operations[described["operationId"]])
        return schema


def describe(described: dict[str, Any], operation: Operation) -> None:
    """Add the scopes, the account and the problems to an operation's description."""
    tokens = [auth for auth in operation.auth_callbacks if isinstance(auth, TokenAuth)]
    if operation.auth_callbacks:
        scopes = sorted(scope for auth in tokens for scope in auth.scopes)
        described["security"] = [{"BearerToken": [scope]} for scope in scopes] + [{"SignedIn": []}]
        if not any(isinstance(auth, ModeratorToken) for auth in tokens):
            described["parameters"] = [*described["parameters"], ACCOUNT_PARAMETER]
    described["responses"]["default"] = {
        "description": "A problem",
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


api = StudioAPI(
    title="Image Studio",
    version="1",
    description=DESCRIPTION,
    parser=StrictParser(),
    renderer=Renderer(),
    auth=in_person(Deed.SEE),  # what says nothing else is for those who are signed in
    urls_namespace="api",
    docs_decorator=require_safe,
)
handlers.install(api)
for router in (
    *generations_routers,
    *LIBRARY,
    *MODERATION,
    events_router,
    account_router,
    *accounts_routers,
):
    api.add_router("", router)


class FailureCode(Schema):
    """How a generation can end badly."""

    code: str
    sentence: str
    actions: list[str]


class ErrorList(Schema):
    """What the `code` of a problem can be, and the `code` of a generation's failure."""

    problems: list[CodeOut]
    failures: list[FailureCode]


@api.get("/errors", auth=None, response=ErrorList, tags=["about"], summary="List the errors")
def list_errors(request: HttpRequest) -> ErrorList:
    """Return every code that an answer can carry, with what it means."""
    _ = request
    return ErrorList(
        problems=codes(),
        failures=[
            FailureCode(
                code=code,
                sentence=words.sentence,
                actions=[action.value for action in words.actions],
            )
            for code, words in WORDS.items()
        ],
    )


@csrf_exempt
def no_such_address(request: HttpRequest) -> HttpResponse:
    """Answer for addresses under /api/ that no operation has."""
    return problem_of(request, NoSuchAddress())
