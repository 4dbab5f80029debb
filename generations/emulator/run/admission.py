"""Before anything costs: the checks of the edge and the gateway, in their order."""

import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from generations.emulator.cache import cache_key
from generations.emulator.emulator import Emulator
from generations.emulator.faults.effects import Plan
from generations.emulator.faults.switchboard import UnknownFaultError
from generations.emulator.logs import ENTRY_LIMIT
from generations.emulator.models.catalogue import MODELS, Model
from generations.emulator.models.validation import first_error
from generations.emulator.problems import (
    BAD_BODY,
    NO_MODEL,
    NO_SUCH_GATEWAY,
    NOT_AUTHENTICATED,
    RefusedError,
    execution_failed,
    no_such_model,
    not_routable,
)
from generations.emulator.run.call import Call, Content, Wish
from generations.emulator.wire import document
from generations.emulator.wire.headers import cache_wish, retry_wish
from generations.emulator.wire.sources import Source, UnusableSourceError, decode
from generations.emulator.wire.spool import Spool


async def admit(emulator: Emulator, call: Call, body: Spool) -> Wish:
    """Give what a call asks for. Raises RefusedError at the first thing that is wrong."""
    check_edge(emulator, call)
    gateway = emulator.gateways.find(call.gateway_id)
    if gateway is None:
        raise RefusedError(NO_SUCH_GATEWAY, outcome="no_such_gateway")
    if not body.size or not _is_json(call.request.headers.get("content-type", "")):
        raise RefusedError(BAD_BODY, outcome="bad_body")
    content = await emulator.in_thread(_read, body)
    if call.logs_payload and body.size <= ENTRY_LIMIT:
        emulator.payloads.keep_request(call.log_id, body.path)
    return _wish(emulator, call, content, gateway=gateway)


def check_edge(emulator: Emulator, call: Call) -> None:
    """Check the token, then the account."""
    # A token that may not run models looks to its owner like a wrong one.
    if not hmac.compare_digest(call.token.encode(), emulator.settings.api_token.encode()):
        raise RefusedError(NOT_AUTHENTICATED, outcome="unauthorized")
    if call.account_id != emulator.settings.account_id:
        raise RefusedError(not_routable(call.request.path), outcome="not_routable")


def _read(body: Spool) -> Content:
    with body.view() as view:
        try:
            whole = document.parse(view)
        except document.MalformedError as error:
            raise RefusedError(BAD_BODY, outcome="bad_body") from error
        model, sent = _model_and_input(whole)
        # One at a time: sixteen sources of 20 MB are never in memory together.
        images = (document.text(image, view) for image in sent.get("images", ()))
        sources, bad_source = _decode(images)
        prompt = document.text(sent["prompt"], view)
    return Content(
        model=model,
        sent={**sent, "prompt": prompt},
        prompt=prompt,
        body_bytes=body.size,
        sources=sources,
        bad_source=bad_source,
    )


def _wish(emulator: Emulator, call: Call, content: Content, *, gateway: Mapping[str, Any]) -> Wish:
    facts = {**call.metadata, "model": content.model.slug, "prompt": content.prompt}
    cache = cache_wish(call.request.headers, gateway_seconds=gateway["cache_ttl"])
    return Wish(
        content=content,
        plan=_plan(emulator, facts),
        facts=facts,
        cache_key=cache_key(
            gateway_id=call.gateway_id,
            own_key=cache.key,
            model=content.model.slug,
            sent=content.sent,
            sources=[source.sha256 for source in content.sources],
        ),
        cache=cache,
        retries=retry_wish(call.request.headers, gateway=gateway),
    )


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _model_and_input(whole: Any) -> tuple[Model, Mapping[str, Any]]:
    if not isinstance(whole, dict):
        raise RefusedError(BAD_BODY, outcome="bad_body")
    slug = whole.get("model")
    if not isinstance(slug, str) or not slug:
        raise RefusedError(NO_MODEL, outcome="bad_body")
    if slug not in MODELS:
        raise RefusedError(no_such_model(slug), outcome="no_such_model")
    sent = whole.get("input")
    if not isinstance(sent, dict):
        raise RefusedError(execution_failed("Required value missing: input"), outcome="invalid")
    if error := first_error(MODELS[slug], sent):
        raise RefusedError(execution_failed(error), outcome="invalid")
    return MODELS[slug], sent


def _decode(images: Iterable[str]) -> tuple[tuple[Source, ...], str | None]:
    sources: list[Source] = []
    try:
        for position, image in enumerate(images, start=1):
            sources.append(decode(image, position=position))
    except UnusableSourceError as error:
        return tuple(sources), str(error)
    return tuple(sources), None


def _plan(emulator: Emulator, facts: Mapping[str, Any]) -> Plan:
    try:
        return emulator.faults.plan(facts)
    except UnknownFaultError as error:
        raise RefusedError(execution_failed(f"(emulator) {error}"), outcome="invalid") from error
