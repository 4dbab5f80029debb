"""What stored pictures look like: by what similar ones, and those of a colour, are found."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.db.models.functions import Now

from imagestudio.accounts.models import Account
from imagestudio.library.models.files import File

HASH_BYTES = 32


class HashField(models.Field):  # type: ignore[type-arg] # not generic at run time
    """A perceptual hash: 32 bytes here, 256 bits in the database, which counts what differs."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the type of the column."""
        _ = connection
        return f"bit({8 * HASH_BYTES})"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """Return how a value is written in a statement: as text it has no type of its own."""
        _ = value, compiler
        return f"%s::{self.db_type(connection)}"

    def get_prep_value(self, value: bytes | None) -> str | None:
        """Return the bits as text."""
        return None if value is None else bits_of(value)

    def from_db_value(self, value: str | None, *_: Any) -> bytes | None:
        """Return the bytes of bits."""
        return None if value is None else int(value, 2).to_bytes(HASH_BYTES, "big")


def bits_of(phash: bytes) -> str:
    """Return a hash as the text of 256 bits."""
    return f"{int.from_bytes(phash, 'big'):0{8 * HASH_BYTES}b}"


class Appearance(models.Model):
    """What the bytes of one file look like. A file without one has not been looked at yet.

    `phash` is None for a picture too plain to be told from others. `keys` are the parts of it by
    which near ones are found (`similarity`).
    """

    file = models.OneToOneField(
        File, on_delete=models.CASCADE, primary_key=True, related_name="appearance"
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    phash = HashField(null=True)
    keys = ArrayField(models.IntegerField(), default=list)
    palette = models.JSONField(help_text="Its main colours: [[`#rrggbb`, thousandths], …]")
    colours = ArrayField(models.CharField(max_length=10), help_text="Names that it is found by")
    looked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="appearance_keys_of_hash",
                condition=Q(phash=None, keys__len=0) | Q(phash__isnull=False, keys__len__gt=0),
            ),
        ]
        indexes = [
            # Hashes that have a part in common with one.
            GinIndex("keys", name="appearance_keys", fastupdate=False),
        ]

    def __str__(self) -> str:
        return str(self.file_id)
