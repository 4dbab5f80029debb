"""The way of one call from its head to its reply, and its row in the charge book."""

import time
from dataclasses import replace

from generations.emulator.answers import JSON_HEADERS
from generations.emulator.book import now
from generations.emulator.emulator import Emulator
from generations.emulator.faults.effects import ArrivalFault, DeliveryFault, Options, Refusal
from generations.emulator.faults.refusals import RATE_LIMITED
from generations.emulator.logs import ENTRY_LIMIT
from generations.emulator.problems import Problem, RefusedError, render
from generations.emulator.replies import Reply
from generations.emulator.run.admission import admit
from generations.emulator.run.answering import answer, cacheable, deliver
from generations.emulator.run.call import Call, Wish, open_call
from generations.emulator.run.provider import make
from generations.emulator.run.refusing import refusal
from generations.emulator.wire.headers import redacted
from generations.emulator.wire.request import ClientGoneError, Request
from generations.emulator.wire.spool import spooled


async def run(emulator: Emulator, request: Request, *, account_id: str) -> Reply:
    """Answer one call of a model."""
    call = open_call(request, account_id=account_id)
    _note_arrival(emulator, call)
    for fault, options in emulator.faults.arriving(call.metadata).of(ArrivalFault):
        return _turn_away(emulator, call, fault, options)
    try:
        async with spooled(request.receive, folder=emulator.spool_folder) as body:
            emulator.book.note(call.call_id, request={"body_bytes": body.size})
            wish = await admit(emulator, call, body)
        return await _work(emulator, call, wish)
    except RefusedError as refused:
        return _refuse(emulator, call, refused)
    except ClientGoneError:
        emulator.book.note(call.call_id, outcome="incomplete", answered_at=now())
        raise


async def _work(emulator: Emulator, call: Call, wish: Wish) -> Reply:
    _note_wish(emulator, call, wish)
    kept = emulator.cache.find(wish.cache_key, wish.cache)
    if kept is not None:
        return _hit(emulator, call, kept)
    _keep_pace(emulator, call)
    for fault, options in wish.plan.of(Refusal):
        raise RefusedError(refusal(fault.problem, options, call), outcome=fault.name)
    made = await make(emulator, call, wish)
    result = answer(emulator, wish, made)
    body = result.body()
    if cacheable(wish):
        size = wish.content.body_bytes
        emulator.cache.keep(wish.cache_key, wish.cache, body, request_size=size)
    broken = [fault.name for fault, _ in wish.plan.of(DeliveryFault)]
    outcome = broken[0] if broken else "completed" if cacheable(wish) else "deformed"
    foreign = wish.plan.options("cache_hit") is not None
    _finish(emulator, call, status=result.status, outcome=outcome, body=body, cached=foreign)
    return deliver(call, wish, result, cache_status="HIT" if foreign else "MISS")


def _keep_pace(emulator: Emulator, call: Call) -> None:
    limit = emulator.faults.take("unified_limit")
    if limit is not None and not emulator.pace.allows(
        call.gateway_id, requests=int(limit["requests"]), seconds=float(limit["seconds"])
    ):
        raise RefusedError(RATE_LIMITED, outcome="unified_limit")


def _hit(emulator: Emulator, call: Call, body: bytes) -> Reply:
    _finish(emulator, call, status=200, outcome="cached", body=body, cached=True)
    headers = (*JSON_HEADERS, *call.headers(cache_status="HIT"))
    return Reply(status=200, headers=headers, body=body)


def _refuse(emulator: Emulator, call: Call, refused: RefusedError) -> Reply:
    problem = _reshaped(emulator, refused.problem)
    headers = () if problem.edge else call.headers(logged=problem.logged)
    reply = render(problem, headers=headers)
    _finish(emulator, call, status=reply.status, outcome=refused.outcome, body=reply.body)
    return reply


def _reshaped(emulator: Emulator, problem: Problem) -> Problem:
    """Give the problem in the shape that this run's errors have, if that was switched."""
    switched = emulator.faults.take("errors_as") if problem.shape == "gateway" else None
    return replace(problem, shape=str(switched["shape"])) if switched else problem


def _turn_away(emulator: Emulator, call: Call, fault: ArrivalFault, options: Options) -> Reply:
    emulator.book.note(call.call_id, outcome=fault.name, faults=[fault.name], answered_at=now())
    problem = Problem(status=413, code=0, message="Payload Too Large", shape="html", edge=True)
    return replace(render(problem), delivery=fault.delivery(options))


def _note_arrival(emulator: Emulator, call: Call) -> None:
    emulator.book.note(
        call.call_id,
        attempt_id=call.metadata.get("attempt_id"),
        generation_id=call.metadata.get("generation_id"),
        account_id=call.account_id,
        gateway_id=call.gateway_id,
        metadata=dict(call.metadata),
        headers=redacted(call.request.headers),
        log_id=call.log_id,
        event_id=call.event_id,
        received_at=now(),
        answered_at=None,
        outcome="received",
        status=None,
        faults=[],
        cached=False,
        charged=False,
        cost_microdollars=0,
        tokens_in=0,
        tokens_out=0,
        provider_calls=0,
    )


def _note_wish(emulator: Emulator, call: Call, wish: Wish) -> None:
    content = wish.content
    emulator.book.note(
        call.call_id,
        model=content.model.slug,
        faults=wish.plan.names(),
        request={
            "body_bytes": content.body_bytes,
            "prompt": content.prompt,
            "parameters": {
                name: value
                for name, value in content.sent.items()
                if name not in {"prompt", "images"}
            },
            "sources": [source.summary() for source in content.sources],
        },
    )


def _finish(
    emulator: Emulator,
    call: Call,
    *,
    status: int,
    outcome: str,
    body: bytes,
    cached: bool = False,
) -> None:
    """Write how a call ended, and let its log entry be found if it may have one."""
    row = emulator.book.row(call.call_id)
    logged = (
        call.logs
        and "model" in row  # whatever is refused earlier is not the gateway's to log
        and "log_missing" not in row["faults"]
        and row["request"]["body_bytes"] + len(body) <= ENTRY_LIMIT
    )
    if logged and call.logs_payload:
        emulator.payloads.keep_response(call.log_id, body)
    emulator.book.note(
        call.call_id,
        status=status,
        outcome=outcome,
        cached=cached,
        answered_at=now(),
        duration=round((time.monotonic() - call.started) * 1000),
        response_bytes=len(body),
        logged_at=time.time() if logged else None,
    )
