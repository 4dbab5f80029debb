"""The models that the studio offers, as data.

`MODELS` is in the order in which people see them; the first is the default. A new model is a
new entry in a module like `openai.py`: nothing else has to know its name.
"""

from generations.catalogue.openai import GPT_IMAGE_1_5, GPT_IMAGE_2
from generations.catalogue.rules import validate, wire_input
from generations.catalogue.shape import (
    AUTO,
    Links,
    Model,
    OutputTokens,
    Parameters,
    Refusal,
    TokenFormula,
    TokenPrices,
    TokenTable,
    WireKey,
)
from imagestudio.errors import FieldError, Invalid

MODELS: tuple[Model, ...] = (GPT_IMAGE_2, GPT_IMAGE_1_5)
DEFAULT_MODEL = MODELS[0]

_BY_NAME = {name: model for model in MODELS for name in (model.id, *model.aliases)}


class UnknownModel(Invalid):
    """No model of the catalogue has this name."""

    def __init__(self) -> None:
        """Name the models that exist; the unknown name may be long or hostile and is left out."""
        offered = ", ".join(model.id for model in MODELS)
        message = f"The studio does not know this model. It offers {offered}."
        super().__init__(message, fields=[FieldError("model", "unknown", message)])


def find(name: str) -> Model:
    """Return a model by its id or an alias (`gpt-image-2`); raises `UnknownModel`."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownModel from None


__all__ = [
    "AUTO",
    "DEFAULT_MODEL",
    "MODELS",
    "Links",
    "Model",
    "OutputTokens",
    "Parameters",
    "Refusal",
    "TokenFormula",
    "TokenPrices",
    "TokenTable",
    "UnknownModel",
    "WireKey",
    "find",
    "validate",
    "wire_input",
]
