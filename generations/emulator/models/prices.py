"""What a call costs: tokens by the published rules, micro-dollars by the catalogue's prices."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from generations.emulator.models.catalogue import Model
from generations.emulator.models.provider import Order

FACTOR = {"low": 16, "medium": 48, "high": 96}
CHARACTERS_PER_TOKEN = 4
PATCH = 32 * 32  # pixels of a source per token: the emulator's own rule, none is published


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Tokens of one provider call, and what they cost in micro-dollars."""

    tokens_in: int
    tokens_out: int
    cost: int


def usage(order: Order, *, source_sizes: Iterable[tuple[int, int]]) -> Usage:
    """Give the usage of an order with sources of these sizes in pixels."""
    model = order.model
    text = math.ceil(len(order.prompt) / CHARACTERS_PER_TOKEN)
    pictures = sum(math.ceil(width * height / PATCH) for width, height in source_sizes)
    out = _output_tokens(model, order)
    return Usage(
        tokens_in=text + pictures,
        tokens_out=out,
        cost=text * model.text_in + pictures * model.image_in + out * model.image_out,
    )


def _output_tokens(model: Model, order: Order) -> int:
    if model.output_tokens:
        return model.output_tokens[order.quality, _shape(order.width, order.height)]
    factor = FACTOR[order.quality]
    short, long = sorted((order.width, order.height))
    other = round(factor * short / long)
    return math.ceil(factor * other * (2_000_000 + order.width * order.height) / 4_000_000)


def _shape(width: int, height: int) -> str:
    if width == height:
        return "square"
    return "portrait" if height > width else "landscape"
