"""The account's other addresses: gateways, logs, credit, models. All in the v4 envelope."""

import hmac
import json
from typing import Any

from generations.emulator.emulator import Emulator
from generations.emulator.logs import BadFilterError, entry, matching
from generations.emulator.models.catalogue import MODELS
from generations.emulator.problems import NOT_AUTHENTICATED, Problem, not_routable, render
from generations.emulator.replies import Reply, envelope
from generations.emulator.routes import Handler, Route, route
from generations.emulator.wire.request import Request

ACCOUNT = "/client/v4/accounts/{account_id}"
GATEWAYS = f"{ACCOUNT}/ai-gateway/gateways"
LOGS = f"{GATEWAYS}/{{gateway_id}}/logs"
PAGE_LIMIT = 50
CREDIT = 100_000_000  # micro-dollars that every emulator starts with
ORDERS = {"created_at", "provider", "model", "model_type", "success", "cached"}
CHANGEABLE = {"feedback", "score", "metadata"}
OUTPUT = {
    "type": "object",
    "properties": {"image": {"type": "string", "format": "uri"}},
    "required": ["image"],
    "additionalProperties": False,
}


def _v4(status: int, code: int, message: str) -> Reply:
    return render(Problem(status=status, code=code, message=message, shape="v4", edge=True))


NOT_FOUND = _v4(404, 7002, "Log not found")


def signed_in(handler: Handler) -> Handler:
    """Let a handler answer only with a good token and the right account."""

    async def checked(
        emulator: Emulator, request: Request, *, account_id: str, **more: str
    ) -> Reply:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        known = (emulator.settings.api_token, emulator.settings.weak_token)
        if not any(hmac.compare_digest(token.encode(), one.encode()) for one in known):
            return render(NOT_AUTHENTICATED)
        if account_id != emulator.settings.account_id:
            return render(not_routable(request.path))
        return await handler(emulator, request, **more)

    return checked


async def list_gateways(emulator: Emulator, _request: Request) -> Reply:
    """Give every gateway's settings."""
    return envelope(emulator.gateways.all())


async def read_gateway(emulator: Emulator, _request: Request, *, gateway_id: str) -> Reply:
    """Give one gateway's settings."""
    found = emulator.gateways.find(gateway_id)
    return envelope(found) if found else _v4(404, 7002, "Gateway not found")


async def write_gateway(emulator: Emulator, request: Request, *, gateway_id: str = "") -> Reply:
    """Make a gateway, or change one."""
    sent = _object(await request.body())
    name = gateway_id or (sent or {}).get("id")
    if sent is None or not isinstance(name, str):
        return _v4(400, 7001, "Invalid request body")
    return envelope(emulator.gateways.write(name, sent))


async def list_logs(emulator: Emulator, request: Request, *, gateway_id: str) -> Reply:
    """Give a page of log entries, newest first unless asked otherwise."""
    if away := _unavailable(emulator):
        return away
    rows = emulator.logs.all(gateway_id, delay=emulator.log_delay())
    query = request.query
    try:
        filters = json.loads(query.get("filters", "[]"))
        found = matching((entry(row) for row in rows), filters)
        page, size = max(int(query.get("page", "1")), 1), int(query.get("per_page", "20"))
    except (BadFilterError, ValueError) as error:
        return _v4(400, 7001, str(error))
    if not 1 <= size <= PAGE_LIMIT or query.get("order_by", "created_at") not in ORDERS:
        return _v4(400, 7001, "Invalid per_page or order_by")
    key = query.get("order_by", "created_at")
    descending = query.get("order_by_direction", "desc") == "desc"
    found.sort(key=lambda one: (str(one[key]), one["id"]), reverse=descending)
    shown = found[(page - 1) * size : page * size]
    info = {"page": page, "per_page": size, "count": len(shown), "total_count": len(found)}
    return envelope([_shown(emulator, one) for one in shown], result_info=info)


async def read_log(emulator: Emulator, _request: Request, *, gateway_id: str, log_id: str) -> Reply:
    """Give one log entry."""
    if away := _unavailable(emulator):
        return away
    row = emulator.logs.find(gateway_id, log_id, delay=emulator.log_delay())
    return envelope(_shown(emulator, entry(row))) if row else NOT_FOUND


async def change_log(
    emulator: Emulator, request: Request, *, gateway_id: str, log_id: str
) -> Reply:
    """Keep feedback, a score or other metadata with a log entry."""
    if away := _unavailable(emulator):
        return away
    row = emulator.logs.find(gateway_id, log_id, delay=emulator.log_delay())
    sent = _object(await request.body())
    if row is None:
        return NOT_FOUND
    if not sent or not sent.keys() <= CHANGEABLE:
        return _v4(400, 7001, "Invalid request body")
    changes = {**sent, "metadata": sent.get("metadata") or row["metadata"]}
    emulator.book.note(row["call_id"], **changes)
    return envelope({})


async def read_log_request(
    emulator: Emulator, _request: Request, *, gateway_id: str, log_id: str
) -> Reply:
    """Give a call's stored body."""
    return _payload(emulator, gateway_id, log_id, kind="request")


async def read_log_response(
    emulator: Emulator, _request: Request, *, gateway_id: str, log_id: str
) -> Reply:
    """Give a call's stored answer."""
    return _payload(emulator, gateway_id, log_id, kind="response")


async def credit_balance(emulator: Emulator, _request: Request) -> Reply:
    """Give what is left of the credit, in dollars."""
    left = (CREDIT - emulator.book.total()) / 1_000_000
    return envelope(
        {
            "balance": left,
            "has_default_payment_method": True,
            "payment_method": None,
            "topup_config": {"amount": None, "threshold": None},
        }
    )


async def search_models(_emulator: Emulator, request: Request) -> Reply:
    """Give the models whose name contains what is searched."""
    wanted = request.query.get("search", "").lower()
    found = [{"name": slug, "task": {"name": "Text-to-Image"}} for slug in MODELS if wanted in slug]
    info = {"page": 1, "per_page": len(found), "count": len(found), "total_count": len(found)}
    return envelope(found, result_info=info)


async def model_schema(_emulator: Emulator, request: Request) -> Reply:
    """Give the schemas of the model named in the query."""
    model = MODELS.get(request.query.get("model", ""))
    if model is None:
        return _v4(404, 7003, f"Model not found: {request.query.get('model', '')}")
    return envelope({"input": model.schema(), "output": OUTPUT})


def _unavailable(emulator: Emulator) -> Reply | None:
    away = emulator.faults.take("logs_unavailable")
    return _v4(int(away["status"]), 7000, "Logs are not available") if away else None


def _shown(emulator: Emulator, one: dict[str, Any]) -> dict[str, Any]:
    as_text = emulator.faults.take("logs_metadata_text") is not None
    return {**one, "metadata": json.dumps(one["metadata"])} if as_text else one


def _payload(emulator: Emulator, gateway_id: str, log_id: str, *, kind: str) -> Reply:
    if away := _unavailable(emulator):
        return away
    row = emulator.logs.find(gateway_id, log_id, delay=emulator.log_delay())
    body = emulator.payloads.read(log_id, kind) if row else None
    if body is None:
        return NOT_FOUND
    return Reply(status=200, headers=(("content-type", "application/json"),), body=body)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        sent = json.loads(body)
    except ValueError:
        return None
    return sent if isinstance(sent, dict) else None


ROUTES: tuple[Route, ...] = (
    route("GET", GATEWAYS, signed_in(list_gateways)),
    route("POST", GATEWAYS, signed_in(write_gateway)),
    route("GET", f"{GATEWAYS}/{{gateway_id}}", signed_in(read_gateway)),
    route("PUT", f"{GATEWAYS}/{{gateway_id}}", signed_in(write_gateway)),
    route("GET", LOGS, signed_in(list_logs)),
    route("GET", f"{LOGS}/{{log_id}}", signed_in(read_log)),
    route("PATCH", f"{LOGS}/{{log_id}}", signed_in(change_log)),
    route("GET", f"{LOGS}/{{log_id}}/request", signed_in(read_log_request)),
    route("GET", f"{LOGS}/{{log_id}}/response", signed_in(read_log_response)),
    route("GET", f"{ACCOUNT}/ai-gateway/billing/credit-balance", signed_in(credit_balance)),
    route("GET", f"{ACCOUNT}/ai/models/search", signed_in(search_models)),
    route("GET", f"{ACCOUNT}/ai/models/schema", signed_in(model_schema)),
)
