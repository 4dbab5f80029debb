"""Reading the bodies of API requests: JSON only, strictly, and nothing that cannot be stored."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Annotated, Any, TypeVar

import orjson
from django.http import HttpRequest
from ninja import Schema
from ninja.parser import Parser
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StrictStr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from imagestudio.errors import FieldError, Invalid, UnsupportedMedia
from imagestudio.http.refusals import Malformed

JSON = "application/json"
MOST_VALUES = 10_100  # in one body: a selection of 10,000 pictures, and what is said of it
MOST_ERRORS = 100  # entries of that list
SOURCES = {"body", "query", "path", "header", "cookie", "form", "file"}  # where a value came from

Model = TypeVar("Model", bound=BaseModel)


def storable(text: str) -> str:
    """Return a text that the database can hold. Raises PydanticCustomError for NUL."""
    if "\0" in text:
        raise PydanticCustomError("invalid_text", "The text contains a NUL character")
    return text


Text = Annotated[StrictStr, AfterValidator(storable)]


class Body(Schema):
    """A request's body: a field that is not named here is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class QueryString(Schema):
    """The parameters of an address; `account` is always among them, others are refused."""

    @model_validator(mode="before")
    @classmethod
    def refuse_unknown(cls, data: Any, info: ValidationInfo) -> Any:
        """Refuse parameters that the operation does not have."""
        request = (info.context or {}).get("request")
        names = {field.alias or name for name, field in cls.model_fields.items()}
        known = {"account", *names}
        if isinstance(request, HttpRequest) and set(request.GET) - known:
            raise PydanticCustomError(
                "unknown_parameter", "The address has a parameter that is not known here"
            )
        return data


class StrictParser(Parser):
    """Takes JSON that says that it is JSON: no NaN, no broken text, no endless nesting."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the parsed body. Raises UnsupportedMedia and Malformed."""
        if request.content_type != JSON:
            raise UnsupportedMedia(f"Send the body as {JSON}.")
        return parse(request.body)


def parse(body: bytes) -> Any:
    """Return what a JSON text stands for. Raises Malformed."""
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"The body is not valid JSON: {error.msg}.") from error
    if has_too_many_values(parsed):
        raise Malformed(f"The body has more than {MOST_VALUES:,} values.")
    return parsed


def has_too_many_values(parsed: Any) -> bool:
    """Say whether the lists and objects of a JSON text hold more values than any request needs."""
    count, waiting = 0, [parsed]
    while waiting and count <= MOST_VALUES:
        value = waiting.pop()
        if isinstance(value, list | dict):
            count += len(value)
            values = value.values() if isinstance(value, dict) else value
            waiting.extend(islice(values, MOST_VALUES))
    return count > MOST_VALUES


def read(request: HttpRequest, model: type[Model]) -> Model:
    """Return a JSON body as this model, where an operation takes more than one kind of body.

    Raises Malformed and Invalid.
    """
    try:
        return model.model_validate(parse(request.body))
    except ValidationError as error:
        raise invalid({**one, "loc": ("body", "", *one["loc"])} for one in error.errors()) from None


def invalid(errors: Iterable[Mapping[str, Any]]) -> Invalid:
    """Return the error that names the fields which are not as their schema says."""
    fields = [field_error(one) for one in islice(errors, MOST_ERRORS)]
    words = " ".join(f"{one.field or 'body'}: {one.message}." for one in fields[:3])
    return Invalid(words, fields=fields)


def field_error(found: Mapping[str, Any]) -> FieldError:
    """Return what is wrong with one field; the value itself may be hostile and is left out."""
    path = tuple(found.get("loc", ()))
    if path and path[0] in SOURCES:
        # A body is one parameter of its operation; that name is no part of what the client wrote.
        path = path[2:] if path[0] == "body" else path[1:]
    return FieldError(
        ".".join(str(part)[:60] for part in path), str(found["type"]), str(found["msg"])
    )
