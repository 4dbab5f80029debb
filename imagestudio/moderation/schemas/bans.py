"""Bans as the API gives them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from imagestudio.library.models import KnownBadHash
from imagestudio.moderation.models import Sweep
from imagestudio.moderation.services.panel.records import Banned


class SweepOut(Schema):
    """A search of the whole store for a ban."""

    state: Sweep.State
    seen: int
    total: Annotated[int | None, Field(description="Null: not counted yet")]
    found: Annotated[int, Field(description="Pictures, but for the banned one")]
    started_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, sweep: Sweep) -> "SweepOut":
        """Return a search."""
        return cls.model_validate(sweep, from_attributes=True)


class BanOut(Schema):
    """A ban: of bytes by their SHA-256, or of a look by its perceptual hash."""

    id: UUID
    kind: KnownBadHash.Kind
    hash: Annotated[str, Field(description="256 bits in hexadecimal")]
    hides: str
    reason: str
    added_at: datetime
    lifted_at: datetime | None
    sweep: Annotated[SweepOut | None, Field(description="The newest search for it")]

    @classmethod
    def of(cls, one: Banned) -> "BanOut":
        """Return a ban with the newest search for it."""
        ban = one.ban
        return cls(
            id=ban.pk,
            kind=KnownBadHash.Kind(ban.kind),
            hash=bytes(ban.hash).hex(),
            hides=ban.hides,
            reason=ban.reason,
            added_at=ban.added_at,
            lifted_at=ban.lifted_at,
            sweep=SweepOut.of(one.sweep) if one.sweep else None,
        )


class BanPage(Schema):
    """Some bans, newest first."""

    items: list[BanOut]
    next_cursor: str | None
