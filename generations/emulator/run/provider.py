"""The provider behind the gateway: it takes its time, fails now and then, draws, and charges."""

import asyncio
import random
import secrets
import time
from dataclasses import dataclass, replace
from typing import Any

from generations.emulator.drawing.picture import draw
from generations.emulator.drawing.sketch import sketch
from generations.emulator.emulator import Emulator
from generations.emulator.faults.effects import PictureFault, Plan, ProviderFailure
from generations.emulator.models.prices import Usage, usage
from generations.emulator.models.provider import Order, objection, understand
from generations.emulator.problems import RefusedError, execution_failed
from generations.emulator.run.call import Call, Wish
from generations.emulator.run.refusing import refusal

PACE = {"low": 0.6, "medium": 1.0, "high": 1.5}  # of the delay
JITTER = 0.15  # of the delay, up or down
RETRIED = {408, 409, 429, *range(500, 600)}  # statuses that the gateway tries again
QUICK = 0.05  # of the delay: what the provider takes to refuse


@dataclass(frozen=True, kw_only=True)
class Made:
    """A finished picture: its bytes as they leave, and the extension for their address."""

    data: bytes
    extension: str


async def make(emulator: Emulator, call: Call, wish: Wish) -> Made:
    """Have the picture made, trying again as the call asks; what it costs is in the book.

    Raises RefusedError when the provider refuses the order, or has failed at the last try.
    """
    order = await _accepted(emulator, wish)
    sizes = [(source.width, source.height) for source in wish.content.sources]
    cost = usage(order, source_sizes=sizes)
    delay = _delay(emulator, order, wish)
    for tries in range(1, wish.retries.attempts + 1):
        last = tries == wish.retries.attempts
        failed = emulator.faults.failing(wish.facts)
        timed_out = not last and _times_out(delay, wish)
        if not failed.actives and not timed_out:
            break
        await asyncio.sleep(min(delay, wish.retries.timeout or delay))
        _charge(emulator, call, cost, charged=failed.charged())
        _give_up(call, failed, last=last)
        await asyncio.sleep(wish.retries.pause(tries))
    return await _finish(emulator, call, wish, order, cost, delay=delay)


def _give_up(call: Call, failed: Plan, *, last: bool) -> None:
    """Raise RefusedError for a failure that the gateway does not try again."""
    for fault, options in failed.of(ProviderFailure):
        problem = refusal(fault.problem, options, call)
        if last or problem.status not in RETRIED:
            raise RefusedError(problem, outcome=fault.name)


async def _accepted(emulator: Emulator, wish: Wish) -> Order:
    content = wish.content
    message = objection(content.model, content.sent, content.prompt) or content.bad_source
    if message:
        await asyncio.sleep(emulator.settings.delay * QUICK)
        raise RefusedError(execution_failed(message), outcome="provider_refused")
    order = understand(content.model, content.sent, content.prompt)
    return _otherwise(order, wish)


def _otherwise(order: Order, wish: Wish) -> Order:
    """Give the order as the provider takes it when it does not do as it is told."""
    if wish.plan.options("undeclared_ignored") is not None:
        known = wish.content.model.properties
        order = replace(
            order,
            transparent=order.transparent and "background" in known,
            output_format=order.output_format if "output_format" in known else "png",
        )
    if size := wish.plan.options("other_size"):
        order = replace(order, width=int(size["width"]), height=int(size["height"]))
    if other := wish.plan.options("other_format"):
        order = replace(order, output_format=str(other["format"]))
    return order


def _delay(emulator: Emulator, order: Order, wish: Wish) -> float:
    if slow := wish.plan.options("delay"):
        return float(slow["seconds"])
    varied = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 -- a pace, no secret
    return emulator.settings.delay * PACE[order.quality] * varied


def _times_out(delay: float, wish: Wish) -> bool:
    return wish.retries.timeout is not None and delay > wish.retries.timeout


async def _finish(
    emulator: Emulator, call: Call, wish: Wish, order: Order, cost: Usage, *, delay: float
) -> Made:
    """Draw first and wait afterwards, so that a waiting call holds nothing but its picture."""
    began = time.monotonic()
    made = await emulator.in_thread(_picture, order, wish)
    await asyncio.sleep(max(0.0, delay - (time.monotonic() - began)))
    _charge(emulator, call, cost, charged=wish.plan.charged())
    return made


def _picture(order: Order, wish: Wish) -> Made:
    seed = secrets.randbits(64)
    if wish.plan.options("sketch") is None:
        data = draw(order, [source.thumbnail for source in wish.content.sources], seed=seed)
    else:
        data = sketch(order, seed=seed)
    made = Made(data=data, extension=order.output_format)
    for fault, options in wish.plan.of(PictureFault):
        data, extension = fault.replace(made.data, made.extension, options)
        made = Made(data=data, extension=extension)
    return made


def _charge(emulator: Emulator, call: Call, cost: Usage, *, charged: bool) -> None:
    row: dict[str, Any] = emulator.book.row(call.call_id)
    emulator.book.note(
        call.call_id,
        provider_calls=row["provider_calls"] + 1,
        charged=row["charged"] or charged,
        cost_microdollars=row["cost_microdollars"] + (cost.cost if charged else 0),
        tokens_in=row["tokens_in"] + (cost.tokens_in if charged else 0),
        tokens_out=row["tokens_out"] + (cost.tokens_out if charged else 0),
    )
