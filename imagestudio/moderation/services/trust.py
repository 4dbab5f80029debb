"""Trust: whether somebody looks at what a person publishes before everybody sees it."""

from uuid import UUID

from django.db import transaction

from imagestudio.accounts.models import Trust, User
from imagestudio.accounts.services import access
from imagestudio.moderation.exceptions import NoSuchPerson, RankTooLow
from imagestudio.moderation.permissions import rank_in_panel, require_rank
from imagestudio.moderation.policies import Rank, rank_of
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import words_of


@transaction.atomic
def change_trust(*, moderator: User, user_id: UUID, trust: Trust, text: str = "") -> User:
    """Return a person who is trusted, or no longer; nothing that is public already changes.

    It takes a senior moderator, of a higher rank than the person. Raises NoSuchPerson, RankTooLow,
    DecisionInvalid (about the text, which the log keeps).
    """
    words = words_of(text, least=0)
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    user = User.objects.filter(pk=user_id, closed_at=None).first()
    if user is None:
        raise NoSuchPerson("There is no such person.")
    if user == moderator or rank_in_panel(moderator) <= rank_of(user.site_role):
        raise RankTooLow("Nobody does this for themselves, or for somebody of the same rank.")
    if access.change_trust(user=user, trust=trust):
        note(Verb.TRUSTED, actor=moderator, user=user, text=words, trust=trust)
    user.refresh_from_db()
    return user
