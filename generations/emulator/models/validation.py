"""The gateway's check of an input against its model's schema, in the gateway's words."""

from collections.abc import Mapping
from typing import Any

from generations.emulator.models.catalogue import Model
from generations.emulator.wire.document import Span

TYPE_NAMES = {str: "string", Span: "string", bool: "boolean", list: "array", dict: "object"}


def first_error(model: Model, value: Mapping[str, Any]) -> str | None:
    """Give the message about the first thing that is wrong with an input, None if nothing is."""
    if "prompt" not in value:
        return "Required value missing: prompt"
    for name, schema in model.properties.items():
        if name in value and (error := _error(value[name], schema, path=name)):
            return error
    return None


def _error(value: Any, schema: Mapping[str, Any], *, path: str) -> str | None:
    if _type_name(value) != schema["type"]:
        expected = f"expected {schema['type']}, received {_type_name(value)}"
        return f"Invalid value at {path}: Invalid input: {expected}"
    if "enum" in schema and value not in schema["enum"]:
        options = "|".join(f'"{option}"' for option in schema["enum"])
        return f"Invalid value at {path}: Invalid option: expected one of {options}"
    if schema["type"] == "array":
        return _list_error(value, schema, path=path)
    return None


def _list_error(value: list[Any], schema: Mapping[str, Any], *, path: str) -> str | None:
    if len(value) > schema["maxItems"]:
        most = schema["maxItems"]
        return f"Invalid value at {path}: Too big: expected array to have <={most} items"
    for index, item in enumerate(value):
        if error := _error(item, schema["items"], path=f"{path}.{index}"):
            return error
    return None


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    return TYPE_NAMES.get(type(value), "number")
