"""Input schemas as the gateway enforces them before anything is billed, and prices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TEXT = {"type": "string"}
IMAGES = {"type": "array", "items": TEXT, "maxItems": 16}
QUALITY = {"type": "string", "enum": ["low", "medium", "high", "auto"]}


def _choice(*values: str) -> dict[str, object]:
    return {"type": "string", "enum": list(values)}


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model: its schema (undeclared keys pass), what the provider really takes, its prices.

    Prices are micro-dollars per token, which is dollars per million tokens.
    """

    slug: str
    properties: Mapping[str, Mapping[str, Any]]
    provider_sizes: frozenset[str] = frozenset({"1024x1024", "1024x1536", "1536x1024", "auto"})
    refused: frozenset[str] = frozenset()  # keys that pass the schema and that the provider refuses
    transparency: bool
    text_in: int = 5
    image_in: int = 8
    image_out: int
    output_tokens: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def schema(self) -> dict[str, object]:
        """Give the input as JSON Schema."""
        return {
            "type": "object",
            "properties": dict(self.properties),
            "required": ["prompt"],
            "additionalProperties": {},
        }


# The older model's output tokens are a table; the newer one's follow a formula (`prices`).
OUTPUT_TOKENS_15 = {
    ("low", "square"): 272,
    ("low", "portrait"): 408,
    ("low", "landscape"): 400,
    ("medium", "square"): 1056,
    ("medium", "portrait"): 1584,
    ("medium", "landscape"): 1568,
    ("high", "square"): 4160,
    ("high", "portrait"): 6240,
    ("high", "landscape"): 6208,
}

MODELS = {
    model.slug: model
    for model in (
        Model(
            slug="openai/gpt-image-2",
            properties={
                "prompt": TEXT,
                "images": IMAGES,
                "quality": QUALITY,
                "size": _choice("1024x1024", "1024x1536", "1536x1024", "auto"),
                "background": _choice("transparent", "opaque", "auto"),
                "output_format": _choice("png", "webp", "jpeg"),
            },
            transparency=False,
            image_out=30,
        ),
        Model(
            slug="openai/gpt-image-1.5",
            properties={
                "prompt": TEXT,
                "images": IMAGES,
                "quality": QUALITY,
                "size": _choice("256x256", "512x512", "1024x1024", "1792x1024", "1024x1792"),
                "style": _choice("vivid", "natural"),
            },
            refused=frozenset({"style"}),
            transparency=True,
            image_out=32,
            output_tokens=OUTPUT_TOKENS_15,
        ),
    )
}
