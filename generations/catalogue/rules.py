from collections.abc import Iterator
from dataclasses import asdict

from generations.catalogue.shape import Model, Parameters
from imagestudio.errors import FieldError


def validate(
    model: Model, parameters: Parameters, *, source_count: int, prompt: str
) -> list[FieldError]:
    """Return everything that is wrong with a request, in sentences for people; empty if nothing.

    Nothing that passes is refused by the gateway's schema for the model.
    """
    return [
        *_prompt(model, prompt),
        *_values(model, parameters),
        *_together(parameters),
        *_sources(model, source_count),
    ]


def wire_input(model: Model, parameters: Parameters, prompt: str) -> dict[str, str]:
    """Return the gateway's input for a valid request, without the source pictures."""
    values: dict[str, str] = asdict(parameters)
    wanted = {"prompt": prompt}
    for key in model.wire:
        needed = key.needed_by is not None and values[key.needed_by[0]] == key.needed_by[1]
        if needed or values[key.name] not in key.omitted:
            wanted[key.name] = values[key.name]
    return wanted


def _prompt(model: Model, prompt: str) -> Iterator[FieldError]:
    if not prompt.strip():
        yield FieldError("prompt", "required", "Say what the picture should show.")
    if len(prompt) > model.max_prompt:
        yield FieldError(
            "prompt",
            "too_long",
            f"The prompt has {len(prompt):,} characters; {model.name} reads {model.max_prompt:,}.",
        )
    # Neither JSON nor the database can hold these two.
    if "\0" in prompt or any("\ud800" <= character <= "\udfff" for character in prompt):
        yield FieldError("prompt", "invalid", "The prompt contains a character that is no text.")


def _values(model: Model, parameters: Parameters) -> Iterator[FieldError]:
    refused = {(refusal.field, refusal.value): refusal.message for refusal in model.refusals}
    for field, value in asdict(parameters).items():
        if value in model.offers(field):
            continue
        offered = ", ".join(model.offers(field))
        unknown = (
            f"{model.name} does not offer this {field.replace('_', ' ')}; it offers {offered}."
        )
        yield FieldError(field, "not_offered", refused.get((field, value), unknown))


def _together(parameters: Parameters) -> Iterator[FieldError]:
    if parameters.background == "transparent" and parameters.output_format == "jpeg":
        yield FieldError(
            "output_format",
            "not_offered",
            "JPEG has no transparency. Choose PNG or WebP for a transparent background.",
        )


def _sources(model: Model, count: int) -> Iterator[FieldError]:
    if count > model.max_sources:
        yield FieldError(
            "sources",
            "too_many",
            f"{model.name} takes at most {model.max_sources} source pictures, not {count:,}.",
        )
