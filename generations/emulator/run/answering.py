"""The answer of a call that went well, or should look as if it had not."""

import base64
from dataclasses import replace
from typing import Any

from generations.emulator.answers import Answer, completed
from generations.emulator.emulator import Emulator
from generations.emulator.faults.effects import AnswerFault, DeliveryFault, ResultFault
from generations.emulator.replies import Reply
from generations.emulator.results import TYPES
from generations.emulator.run.call import Call, Wish
from generations.emulator.run.provider import Made


def answer(emulator: Emulator, wish: Wish, made: Made) -> Answer:
    """Give the answer with the picture in it, as the faults in force deform it."""
    result = completed(_image(emulator, wish, made))
    for fault, options in wish.plan.of(AnswerFault):
        result = fault.deform(result, options)
    return result


def deliver(call: Call, wish: Wish, result: Answer, *, cache_status: str) -> Reply:
    """Give the reply of an answer, delivered as the faults in force deliver it."""
    reply = result.reply(headers=call.headers(cache_status=cache_status))
    for fault, options in wish.plan.of(DeliveryFault):
        reply = replace(reply, delivery=fault.delivery(options))
    return reply


def cacheable(wish: Wish) -> bool:
    """Tell whether the answer is one that the gateway would keep in its cache."""
    return all(fault.honest for fault, _ in wish.plan.of(AnswerFault))


def _image(emulator: Emulator, wish: Wish, made: Made) -> str:
    inline: Any = wish.plan.options("image_inline")
    if inline is not None:
        encoded = base64.b64encode(made.data).decode()
        if inline["form"] == "base64":
            return encoded
        content_type = inline.get("type") or TYPES.get(made.extension, "text/plain")
        return f"data:{content_type};base64,{encoded}"
    broken = wish.plan.of(ResultFault)
    name = emulator.results.keep(
        made.data,
        extension=made.extension,
        fault=broken[0][0].name if broken else None,
        options=broken[0][1] if broken else None,
    )
    address = f"{emulator.address}/results/{name}"
    elsewhere = wish.plan.options("result_url")
    return address if elsewhere is None else str(elsewhere["to"]).replace("{url}", address)
