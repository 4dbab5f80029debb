"""What these tests share: a picture of the team, and short ways to report and decide."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from imagestudio.accounts.models import Role, User
from imagestudio.library.models import Image
from imagestudio.moderation.models import Case, Decision, Notice
from imagestudio.moderation.policies import EFFECTS, Action
from imagestudio.moderation.services.bulk import working
from imagestudio.moderation.services.cases import Subject, open_case, picture
from imagestudio.moderation.services.deciding import Verdict, decide
from imagestudio.moderation.services.notices import send_due
from tests.factories import Cast, make_case, make_copies, make_image

WHY = {"reason": "hate", "facts": "It says so."}


@pytest.fixture
def image(cast: Cast) -> Image:
    """Return a picture that the team's creator has made."""
    return make_image(cast.team, cast.user(Role.CREATOR), title="Lighthouse", prompt="a tower")


@pytest.fixture
def cases(cast: Cast, image: Image) -> list[Case]:
    """Return some cases about pictures of the team's creator."""
    return [make_case(one, cast.user("stranger")) for one in make_copies(image, 5)]


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let bulk deeds that are begun here be done at once, however busy the machine is."""
    monkeypatch.setattr(working, "AT_ONCE", 60)


def opened(subject: Subject | Image, lane: Case.Lane = Case.Lane.REPORT) -> Case:
    """Return the open case of a subject, or of a picture."""
    if isinstance(subject, Image):
        subject = picture(subject)
    with transaction.atomic():
        return open_case(subject=subject, lane=lane)


def decided(moderator: User, subject: Subject | Image, action: Action, **fields: Any) -> Decision:
    """Return what a moderator decides now about a subject."""
    case = opened(subject)
    given = WHY if EFFECTS[action].restricts else {}
    verdict = Verdict(action, **{**given, **fields})
    return decide(moderator=moderator, case_id=case.pk, version=case.version, verdict=verdict)


def told(decision: Decision) -> Notice:
    """Return the notice of a decision, sent: its ten seconds have passed."""
    later(Notice, decision.notice.pk, due_at=-timedelta(seconds=1))
    send_due()
    return Notice.objects.get(decision=decision)


def later(model: Any, key: UUID, **moments: timedelta) -> None:
    """Let moments of a row be so long ago, also where the database refuses to change it."""
    table = model._meta.db_table
    names = ", ".join(f"{name} = now() + %s" for name in moments)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET {names} WHERE id = %s", [*moments.values(), key])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
