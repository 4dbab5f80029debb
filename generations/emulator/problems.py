"""Errors as the gateway words them, in each of the shapes that have been seen.

gateway   ``{"success": false, "error": [{code, message}], "name": "AiGatewayError", …}``
v4        ``{"success": false, "errors": [{code, message}], "result": null}``
plain     ``{"name": "AiError", "internalCode": …, "message": …}``, no list at all
run       ``{"state": "Failed", "error": {code, message}}``
html      a page from the edge
text      one line
"""

import html
import json
import uuid
from dataclasses import dataclass

from generations.emulator.replies import Headers, Reply

INPUT = "User Input Error"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One error.

    `logged` is false where the gateway gives no log id with it; `edge` is true where the call never
    came as far as the gateway, so that none of its headers are there.
    """

    status: int
    code: int
    message: str
    description: str = INPUT
    shape: str = "gateway"
    name: str = "AiError"
    headers: Headers = ()
    logged: bool = True
    edge: bool = False


class RefusedError(Exception):
    """A call ends here with a problem; `outcome` is the charge book's word for it."""

    def __init__(self, problem: Problem, *, outcome: str) -> None:
        """Say which problem, and the outcome for the charge book."""
        super().__init__(problem.message)
        self.problem = problem
        self.outcome = outcome


def execution_failed(message: str) -> Problem:
    """Give the problem of an input that the schema or the provider refuses."""
    text = f"Model execution failed ({INPUT}): {message}"
    return Problem(status=400, code=7003, message=text)


def no_such_model(slug: str) -> Problem:
    """Give the problem of a model that is not in the catalogue."""
    return Problem(status=404, code=7003, message=f"Model not found: {slug}")


def not_routable(path: str) -> Problem:
    """Give the problem of an account or address that does not exist."""
    text = f"Could not route to {path}, perhaps your object identifier is invalid?"
    return Problem(status=404, code=7003, message=text, shape="v4", edge=True)


NOT_AUTHENTICATED = Problem(
    status=401, code=10000, message="Authentication error", shape="v4", edge=True
)
NO_SUCH_GATEWAY = Problem(status=400, code=2001, message="Gateway not found")
BAD_BODY = Problem(
    status=500,
    code=7000,
    message="Invalid request body",
    description="Invalid request body",
    shape="plain",
    name="Internal Error",
)
NO_MODEL = Problem(
    status=500,
    code=7000,
    message="Model ID missing",
    description="Model ID missing",
    shape="plain",
    name="Internal Error",
)


def render(problem: Problem, *, headers: Headers = ()) -> Reply:
    """Give the reply of a problem, in its shape."""
    body, content_type = _body(problem)
    return Reply(
        status=problem.status,
        headers=(("content-type", content_type), *problem.headers, *headers),
        body=body.encode(),
    )


def _body(problem: Problem) -> tuple[str, str]:
    payload: dict[str, object]
    entry = {"code": problem.code, "message": problem.message}
    match problem.shape:
        case "html":
            return _page(problem), "text/html; charset=UTF-8"
        case "text":
            return problem.message, "text/plain; charset=UTF-8"
        case "v4":
            payload = {"result": None, "success": False, "errors": [entry], "messages": []}
        case "run":
            payload = {"state": "Failed", "error": {**entry, "code": "provider_unavailable"}}
        case "plain":
            payload = _details(problem) | {"name": problem.name}
        case _:
            payload = {
                "success": False,
                "result": [],
                "messages": [],
                "error": [entry],
                "name": "AiGatewayError",
                **_details(problem),
            }
    return json.dumps(payload), "application/json"


def _details(problem: Problem) -> dict[str, object]:
    return {
        "httpCode": problem.status,
        "internalCode": problem.code,
        "message": problem.message,
        "description": problem.description,
        "requestId": str(uuid.uuid4()),
    }


def _page(problem: Problem) -> str:
    title = f"{problem.status}: {html.escape(problem.message)}"
    return (
        f"<!DOCTYPE html>\n<html><head><title>api.cloudflare.com | {title}</title></head>"
        f"<body><h1>Error {title}</h1></body></html>\n"
    )
