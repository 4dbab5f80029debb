"""What an account keeps under names, presets and source sets alike: removed and brought back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from psycopg.errors import UniqueViolation

from generations.exceptions import NameTaken, NoSuchPreset, NoSuchSourceSet, TooManyKept
from generations.models import LONGEST_NAME, Preset, SourceSet
from imagestudio.accounts.models import Account, Membership
from imagestudio.accounts.permissions import Deed, require
from imagestudio.errors import FieldError, Invalid

MOST_KEPT = 500  # presets or source sets of one account: as many as people can still look through
UNIQUE = {"preset_name", "source_set_name"}  # constraints on names

Kept = TypeVar("Kept", Preset, SourceSet)


def remove(rows: type[Kept], *, membership: Membership, key: UUID) -> Kept:
    """Take a preset or a source set out of the account's list and return it; pictures stay.

    Raises NoSuchPreset or NoSuchSourceSet, and RoleTooLow.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    mine = rows.objects.owned_by(membership.account)
    if not mine.kept().filter(pk=key).update(removed_at=Now()):
        raise missing(rows)
    return mine.get(pk=key)


def restore(rows: type[Kept], *, membership: Membership, key: UUID) -> Kept:
    """Bring a removed preset or source set back and return it.

    Raises NoSuchPreset or NoSuchSourceSet, RoleTooLow, NameTaken (its name was given to another
    meanwhile), TooManyKept.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    mine = rows.objects.owned_by(membership.account)
    if not mine.removed().filter(pk=key).exists():
        raise missing(rows)
    require_room(rows, account=membership.account)
    with name_kept_once():
        mine.filter(pk=key).update(removed_at=None)
    return mine.get(pk=key)


def missing(rows: type[Preset | SourceSet]) -> NoSuchPreset | NoSuchSourceSet:
    """Return the error for what is not there, or not the account's."""
    if rows is Preset:
        return NoSuchPreset("There is no such preset in this account.")
    return NoSuchSourceSet("There is no such source set in this account.")


def checked_name(name: str) -> str:
    """Return a name without space around it. Raises Invalid."""
    tidy = name.strip()
    if not tidy or len(tidy) > LONGEST_NAME or not tidy.isprintable():
        message = f"Give it a name of at most {LONGEST_NAME} characters in one line."
        raise Invalid(message, fields=[FieldError("name", "name", message)])
    return tidy


def require_room(rows: type[Preset | SourceSet], *, account: Account) -> None:
    """Do nothing if an account may keep one more of these. Raises TooManyKept."""
    if rows.objects.owned_by(account).kept().count() >= MOST_KEPT:
        raise TooManyKept(f"An account keeps at most {MOST_KEPT}. Remove some first.")


@contextmanager
def name_kept_once() -> Iterator[None]:
    """Write a row in a transaction of its own; raise NameTaken when its name is not free."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        cause = error.__cause__
        if not isinstance(cause, UniqueViolation) or cause.diag.constraint_name not in UNIQUE:
            raise
        message = "This name is taken. Choose another one."
        raise NameTaken(message, fields=[FieldError("name", "taken", message)]) from error
