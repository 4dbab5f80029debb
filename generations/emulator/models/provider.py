"""What the provider behind the gateway refuses although the gateway's schema lets it pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generations.emulator.models.catalogue import Model

PROMPT_LIMIT = 32_000  # characters


@dataclass(frozen=True, kw_only=True)
class Order:
    """A picture as the provider understood it: every `auto` decided, sizes in pixels."""

    model: Model
    prompt: str
    width: int
    height: int
    quality: str
    output_format: str
    transparent: bool


def objection(model: Model, value: Mapping[str, Any], prompt: str) -> str | None:
    """Give the provider's own message about an input that it refuses, None if it takes it."""
    if not prompt.strip():
        return "Invalid 'prompt': empty string. Expected a string with minimum length 1."
    if len(prompt) > PROMPT_LIMIT:
        return (
            "Invalid 'prompt': string too long. Expected a string with maximum length "
            f"{PROMPT_LIMIT}, but got a string with length {len(prompt)} instead."
        )
    if value.get("size", "auto") not in model.provider_sizes:
        sizes = ", ".join(f"'{size}'" for size in sorted(model.provider_sizes))
        return f"Invalid value: '{value['size']}'. Supported values are: {sizes}."
    for name in sorted(model.refused & value.keys()):
        return f"Unknown parameter: '{name}'."
    if value.get("images") == []:
        return "Missing required parameter: 'image'."
    return _format_objection(model, value)


def _format_objection(model: Model, value: Mapping[str, Any]) -> str | None:
    if value.get("output_format", "png") not in ("png", "webp", "jpeg"):
        return "Invalid value for 'output_format'. Supported values are: 'png', 'webp', 'jpeg'."
    see_through = model.transparency and value.get("background") == "transparent"
    if see_through and value.get("output_format") == "jpeg":
        return "Transparent background is not supported for 'jpeg'; use 'png' or 'webp'."
    return None


def understand(model: Model, value: Mapping[str, Any], prompt: str) -> Order:
    """Decide what the caller left open: medium quality, a square, PNG, an opaque ground."""
    size = value.get("size", "auto")
    width, height = (1024, 1024) if size == "auto" else map(int, size.split("x"))
    quality = value.get("quality", "auto")
    return Order(
        model=model,
        prompt=prompt,
        width=width,
        height=height,
        quality="medium" if quality == "auto" else quality,
        output_format=value.get("output_format", "png"),
        transparent=model.transparency and value.get("background") == "transparent",
    )
