"""Who sees a picture: one function of what its account, its reviewers and the panel decided.

`ImageQuerySet.owned_by` and `.behind_links` say the same to the database, in front of every read;
a test holds the three together.
"""

from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from imagestudio.accounts.models import Standing

# The panel's decisions (`Image.Moderation`), and whom they keep away.
HIDDEN_FROM_ALL = ("hidden_all", "quarantined_legal")  # not even its account sees it
HIDDEN_FROM_OTHERS = ("hidden_public", *HIDDEN_FROM_ALL)
PUBLIC_MARK = UUID(int=0)  # whose words those of public pictures are, in the index
OUT_OF_SERVICE = (Standing.SUSPENDED, Standing.CLOSED)  # such an account shows nothing to others


class Reach(IntEnum):
    """How far a picture is seen; each includes those before it."""

    NOBODY = 0
    OWNER = 1  # the members of its account
    LINK = 2  # and whoever holds a link to it
    PUBLIC = 3  # and everybody


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a picture is seen, and whether people outside its account see it covered first."""

    reach: Reach
    blurred: bool = False


def seen(
    *, visibility: str, review: str, moderation: str, trashed: bool, purged: bool, standing: str
) -> Seen:
    """Return how far a picture is seen; `standing` is its account's (the person's, if worse)."""
    trust = Standing(standing)
    if purged or moderation in HIDDEN_FROM_ALL or trust is Standing.CLOSED:
        return Seen(Reach.NOBODY)
    if trashed or moderation in HIDDEN_FROM_OTHERS or trust in OUT_OF_SERVICE:
        return Seen(Reach.OWNER)
    is_approved = visibility == "public" and review == "approved"
    may_publish = trust.severity < Standing.GALLERY_BLOCKED.severity
    return Seen(
        Reach.PUBLIC if is_approved and may_publish else Reach.LINK,
        blurred=moderation == "blurred",
    )
