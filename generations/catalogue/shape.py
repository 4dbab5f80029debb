"""What the studio knows of a model, as plain data. Adding a model is adding one `Model`."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Parameters:
    """How a picture is to be made; `auto` leaves the choice to the model."""

    quality: str = AUTO
    size: str = AUTO
    background: str = AUTO
    output_format: str = "png"


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """Prices in micro-dollars per million tokens, as the gateway's catalogue states them."""

    text_in: int
    image_in: int
    image_out: int
    cached_text_in: int
    cached_image_in: int


class OutputTokens(Protocol):
    """How many tokens a finished picture counts, by quality and size (`1024x1536`)."""

    def count(self, quality: str, size: str) -> int:
        """Return the tokens of one picture; raises `KeyError` for what is not known."""
        ...


@dataclass(frozen=True, slots=True)
class TokenTable:
    """Tokens that the provider publishes as a table."""

    counts: Mapping[tuple[str, str], int]

    def count(self, quality: str, size: str) -> int:
        """Return the tokens of one picture."""
        return self.counts[quality, size]


@dataclass(frozen=True, slots=True)
class TokenFormula:
    """Tokens that grow with the area: a grid whose long edge has `grid[quality]` cells."""

    grid: Mapping[str, int]

    def count(self, quality: str, size: str) -> int:
        """Return the tokens of one picture, exact in integers and rounded up."""
        width, height = (int(edge) for edge in size.split("x"))
        long_cells = self.grid[quality]
        short_cells = round(Fraction(long_cells * min(width, height), max(width, height)))
        return -(-long_cells * short_cells * (2_000_000 + width * height) // 4_000_000)


@dataclass(frozen=True, slots=True)
class WireKey:
    """When a parameter is sent to the gateway.

    Not for `omitted` values, which say nothing or which the gateway would refuse, unless
    another parameter has the value that `needed_by` names.
    """

    name: str
    omitted: frozenset[str] = frozenset({AUTO})
    needed_by: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that people expect and this model cannot do, with the sentence that says so."""

    field: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Links:
    """Where the maker says more, as the model's page in the gateway's catalogue has it."""

    catalogue: str
    information: str
    terms: str
    pricing: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the catalogue: what it can do, what it costs, how it is asked.

    `qualities`, `sizes`, `backgrounds` and `output_formats` are what the studio offers: only
    values that both the gateway and the provider take. `auto_sizes` are those that the model
    may choose by itself. `source_tokens` is an allowance per source picture, because no
    provider publishes the real number. `undeclared` names parameters that the gateway's schema
    for this model does not know: they are sent as best effort, and the result is checked.
    `notes` are sentences for people.
    """

    id: str
    aliases: tuple[str, ...]
    name: str
    description: str
    qualities: tuple[str, ...]
    sizes: tuple[str, ...]
    backgrounds: tuple[str, ...]
    output_formats: tuple[str, ...]
    undeclared: frozenset[str]
    max_sources: int
    max_prompt: int  # characters
    prices: TokenPrices
    output_tokens: OutputTokens
    auto_sizes: tuple[str, ...]
    source_tokens: int
    wire: tuple[WireKey, ...]
    refusals: tuple[Refusal, ...]
    notes: tuple[str, ...]
    links: Links
    zero_data_retention: bool

    def offers(self, field: str) -> tuple[str, ...]:
        """Return the values that the model offers for a parameter."""
        return {
            "quality": self.qualities,
            "size": self.sizes,
            "background": self.backgrounds,
            "output_format": self.output_formats,
        }[field]
