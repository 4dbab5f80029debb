"""Names that an account gives to what it keeps: short, printable, each once."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from generations.exceptions import NameTaken, TooManyKept
from generations.models import LONGEST_NAME
from imagestudio.errors import FieldError, Invalid

MOST_KEPT = 500  # presets or source sets of one account: as many as people can still look through


def checked_name(name: str) -> str:
    """Return a name without space around it. Raises Invalid."""
    tidy = name.strip()
    if not tidy or len(tidy) > LONGEST_NAME or not tidy.isprintable():
        message = f"Give it a name of at most {LONGEST_NAME} characters in one line."
        raise Invalid(message, fields=[FieldError("name", "name", message)])
    return tidy


def require_room(count: int) -> None:
    """Do nothing if an account that keeps so many may keep one more. Raises TooManyKept."""
    if count >= MOST_KEPT:
        raise TooManyKept(f"An account keeps at most {MOST_KEPT}. Remove some first.")


@contextmanager
def name_kept_once(constraint: str) -> Iterator[None]:
    """Write a row in a transaction of its own; raise NameTaken when this constraint refuses."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        cause = error.__cause__
        if not isinstance(cause, UniqueViolation) or cause.diag.constraint_name != constraint:
            raise
        message = "This name is taken. Choose another one."
        raise NameTaken(message, fields=[FieldError("name", "taken", message)]) from error
