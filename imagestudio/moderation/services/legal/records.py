"""Lists of the legal lane."""

from imagestudio.accounts.models import User
from imagestudio.http.cursor import Page
from imagestudio.http.cursor import page as page_of
from imagestudio.moderation.models import LegalHold
from imagestudio.moderation.permissions import require_rank
from imagestudio.moderation.policies import Rank
from imagestudio.moderation.services.preserving import holds_of


def holds_page(moderator: User, *, cursor: str | None, limit: int = 50) -> Page[LegalHold]:
    """Return a page of what is kept for authorities, newest first. Raises RankTooLow, BadCursor."""
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    holds = holds_of(moderator).defer("rows").order_by("-made_at", "-id")
    return page_of(holds, by="made_at", cursor=cursor, limit=limit, of="holds")
