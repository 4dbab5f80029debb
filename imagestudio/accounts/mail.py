"""Letters about accounts, and mail of an installation that has no mail server."""

import logging
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend
from django.template.loader import render_to_string
from django.urls import reverse

from imagestudio.accounts.models import Invitation
from imagestudio.accounts.services.invitations import secret_of

logger = logging.getLogger(__name__)


class EchoingFileBackend(EmailBackend):
    """Writes each message to a file in the data folder and says so.

    Only where it went is logged: a message can hold a link that resets a password.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages and return how many there were."""
        sent = super().send_messages(email_messages)
        for message in email_messages:
            logger.info(
                "Mail “%s” to %s is in %s", message.subject, ", ".join(message.to), self.file_path
            )
        return sent or 0


def link_of(secret: str) -> str:
    """Return the address at which an invitation is accepted, as others reach it."""
    return f"{settings.PUBLIC_URL}{reverse('accounts:invitation', args=[secret])}"


def write_invitation(invitation: Invitation) -> None:
    """Send an invitation to its address; the first line of the letter is its subject."""
    context = {"invitation": invitation, "link": link_of(secret_of(invitation))}
    text = render_to_string("accounts/mail/invitation.txt", context)
    subject, _, body = text.strip().partition("\n")
    EmailMessage(subject.strip(), f"{body.strip()}\n", to=[invitation.email]).send()
