"""Mail of an installation that has no mail server: into files, and told on the console."""

import logging
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend

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
