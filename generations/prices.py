"""What a picture will cost, before it is made: integer micro-dollars, rounded up.

Two figures for one request. The *estimate* is what people see, always labelled as one, and what
is booked until the gateway's log tells the real cost. The *hold* is an upper bound that is
reserved first. Both count `auto` as the dearest choice the model could make, because nobody
knows the choice in advance, and both count an allowance for each source picture. They differ in
the prompt: the estimate counts a token for four characters, as English text has it; the hold
counts one for each byte of UTF-8, which no text exceeds.

Neither contains the 5 % that Cloudflare takes when credits are bought, nor taxes.
"""

from dataclasses import dataclass

from generations.catalogue import AUTO, Model, Parameters

PER_TOKENS = 1_000_000  # prices are per this many tokens
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one call: the prompt's, the source pictures', the finished picture's."""

    text_in: int
    image_in: int
    image_out: int


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one call in micro-dollars, by what it is paid for."""

    text_in: int
    image_in: int
    image_out: int

    @property
    def total(self) -> int:
        """Return the whole cost in micro-dollars."""
        return self.text_in + self.image_in + self.image_out


def estimate(model: Model, parameters: Parameters, *, prompt: str, source_count: int) -> Cost:
    """Return the estimate for one picture; the parameters must be valid for the model."""
    text_in = -(-len(prompt) // CHARACTERS_PER_TOKEN)
    return cost(model, _tokens(model, parameters, text_in=text_in, source_count=source_count))


def hold_amount(model: Model, parameters: Parameters, *, prompt: str, source_count: int) -> int:
    """Return the upper bound in micro-dollars to reserve for one picture."""
    text_in = len(prompt.encode("utf-8", "surrogatepass"))
    tokens = _tokens(model, parameters, text_in=text_in, source_count=source_count)
    return cost(model, tokens).total


def cost(model: Model, tokens: Tokens) -> Cost:
    """Return what the tokens of one call cost at the model's prices, each part rounded up."""
    prices = model.prices
    return Cost(
        text_in=_price(tokens.text_in, prices.text_in),
        image_in=_price(tokens.image_in, prices.image_in),
        image_out=_price(tokens.image_out, prices.image_out),
    )


def output_tokens(model: Model, *, quality: str, size: str) -> int:
    """Return the tokens of a finished picture; `auto` counts as the dearest possible choice."""
    qualities = [q for q in model.qualities if q != AUTO] if quality == AUTO else [quality]
    sizes = model.auto_sizes if size == AUTO else (size,)
    return max(model.output_tokens.count(q, s) for q in qualities for s in sizes)


def _tokens(model: Model, parameters: Parameters, *, text_in: int, source_count: int) -> Tokens:
    return Tokens(
        text_in=text_in,
        image_in=source_count * model.source_tokens,
        image_out=output_tokens(model, quality=parameters.quality, size=parameters.size),
    )


def _price(tokens: int, per_million: int) -> int:
    return -(-tokens * per_million // PER_TOKENS)
