"""Every code that a problem can carry, read off the classes of the errors themselves."""

from collections.abc import Iterator
from inspect import getdoc

from ninja import Schema

from imagestudio.errors import StudioError
from imagestudio.http.problems import status_of


class CodeOut(Schema):
    """One kind of problem."""

    code: str
    status: int
    title: str
    description: str


def codes() -> list[CodeOut]:
    """Return all codes in alphabetical order; of errors that share one, the most general."""
    found: dict[str, CodeOut] = {}
    for error in errors(StudioError):
        described = (getdoc(error) or "").partition("\n")[0]
        status = status_of(error.__new__(error))
        exact = {error.code: described, **error.exact_codes}
        for code, description in exact.items():
            one = CodeOut(code=code, status=status, title=error.title, description=description)
            found.setdefault(code, one)
    return [found[code] for code in sorted(found)]


def errors(base: type[StudioError]) -> Iterator[type[StudioError]]:
    """Yield the errors derived from this one, the nearest first."""
    nearest = base.__subclasses__()
    yield from nearest
    for error in nearest:
        yield from errors(error)
