"""Trust and ranks: who gives them, and that it is on record."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from imagestudio.accounts.models import Role, SiteRole, Trust
from imagestudio.moderation.exceptions import DecisionInvalid, NoSuchPerson, RankTooLow
from imagestudio.moderation.models import AuditEntry
from imagestudio.moderation.services.trust import change_trust


def test_seniors_trust_people_and_it_is_on_record(cast):
    senior, user = cast.user("senior_moderator"), cast.user(Role.CREATOR)
    for _ in range(2):
        changed = change_trust(
            moderator=senior, user_id=user.pk, trust=Trust.TRUSTED, text="Years of good pictures"
        )
        assert changed.trust == Trust.TRUSTED
    line = AuditEntry.objects.get(verb="trusted")
    assert (line.actor, line.user, line.data) == (senior, user, {"trust": "trusted"})
    assert change_trust(moderator=senior, user_id=user.pk, trust=Trust.CHECK).trust == "check"


@pytest.mark.parametrize(
    ("moderator", "whose"),
    [
        ("moderator", "creator"),
        ("owner", "creator"),
        ("senior_moderator", "senior_moderator"),
        ("senior_moderator", "operator"),
        ("operator", "operator"),
    ],
)
def test_nobody_else_does(cast, moderator, whose):
    with pytest.raises(RankTooLow):
        change_trust(
            moderator=cast.user(moderator), user_id=cast.user(whose).pk, trust=Trust.TRUSTED
        )
    assert not AuditEntry.objects.exists()


def test_bad_input_changes_nothing(cast):
    operator, user = cast.user("operator"), cast.user(Role.CREATOR)
    with pytest.raises(NoSuchPerson):
        change_trust(moderator=operator, user_id=cast.team.pk, trust=Trust.TRUSTED)
    with pytest.raises(DecisionInvalid):
        change_trust(moderator=operator, user_id=user.pk, trust=Trust.TRUSTED, text="x" * 2001)
    user.refresh_from_db()
    assert user.trust == Trust.CHECK


def setrole(*arguments):
    out = StringIO()
    call_command("setrole", *arguments, stdout=out)
    return out.getvalue()


def test_a_command_gives_ranks(cast):
    user = cast.user("viewer")
    assert (
        setrole(user.email.upper(), "moderator") == f"{user.email}: moderator now, none before.\n"
    )
    assert setrole(user.email, "moderator") == f"{user.email}: moderator, as before.\n"
    user.refresh_from_db()
    assert user.site_role == SiteRole.MODERATOR
    for arguments in (("nobody@example.test", "moderator"), (user.email, "king")):
        with pytest.raises(CommandError):
            setrole(*arguments)
