"""Jobs of accounts: letters."""

from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.retry import RetryStrategy

from imagestudio.accounts import mail
from imagestudio.accounts.models import Invitation
from imagestudio.accounts.services.invitations import MAIL
from imagestudio.jobs import queue_of


@app.task(name=MAIL, queue=queue_of(MAIL), retry=RetryStrategy(max_attempts=5, exponential_wait=5))
def mail_invitation(*, invitation_id: str, round: int) -> None:  # noqa: A002 - the row's own name
    """Write to an address that was invited, unless that was taken back or sent anew meanwhile."""
    live = Invitation.objects.live().select_related("account")
    invitation = live.filter(pk=UUID(invitation_id), round=round).first()
    if invitation is not None:
        mail.write_invitation(invitation)
