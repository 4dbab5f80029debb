"""What a storage says of something that it keeps."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A key, how many bytes it has, and when they were written.

    The key may be one that the studio would never write: a storage can hold other things too.
    """

    key: str
    bytes: int
    changed_at: datetime
