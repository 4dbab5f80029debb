"""The catalogue as the API gives it."""

from ninja import Schema
from pydantic import Field

from generations.catalogue import DEFAULT_MODEL, Model


class Prices(Schema):
    """Micro-dollars per million tokens."""

    text_in: int
    image_in: int
    image_out: int
    cached_text_in: int
    cached_image_in: int


class CannotDo(Schema):
    """A value that people expect and the model cannot do, and what to do instead."""

    field: str
    value: str
    message: str


class Links(Schema):
    """Where the maker says more."""

    catalogue: str
    information: str
    terms: str
    pricing: str


class ModelOut(Schema):
    """A model: what it can do, what it costs, what it cannot do."""

    id: str
    name: str
    description: str
    is_default: bool
    aliases: list[str]
    qualities: list[str]
    sizes: list[str]
    backgrounds: list[str]
    output_formats: list[str]
    best_effort: list[str] = Field(
        description="Parameters that the gateway may not pass on; the result is checked"
    )
    max_sources: int
    max_prompt: int = Field(description="Characters")
    prices: Prices
    currency: str = "USD"
    cannot: list[CannotDo]
    notes: list[str]
    links: Links
    zero_data_retention: bool

    @classmethod
    def of(cls, model: Model) -> "ModelOut":
        """Return a model of the catalogue."""
        return cls(
            id=model.id,
            name=model.name,
            description=model.description,
            is_default=model is DEFAULT_MODEL,
            aliases=list(model.aliases),
            qualities=list(model.qualities),
            sizes=list(model.sizes),
            backgrounds=list(model.backgrounds),
            output_formats=list(model.output_formats),
            best_effort=sorted(model.undeclared),
            max_sources=model.max_sources,
            max_prompt=model.max_prompt,
            prices=Prices.model_validate(model.prices, from_attributes=True),
            cannot=[CannotDo.model_validate(one, from_attributes=True) for one in model.refusals],
            notes=list(model.notes),
            links=Links.model_validate(model.links, from_attributes=True),
            zero_data_retention=model.zero_data_retention,
        )


class ModelList(Schema):
    """The catalogue, the default model first."""

    items: list[ModelOut]
