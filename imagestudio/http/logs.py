"""Log lines that can be trusted: one line each, no control characters, no secrets.

Only the traceback of a failure has more lines, all of them indented.
"""

import logging
import re

from django.conf import settings

from imagestudio.http.middleware import REQUEST_ID

CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
TOKEN = re.compile(r"ist_[0-9A-Za-z]{36}")
SECRET_QUERY = re.compile(r"(?i)([?&](?:amp;)?key=)[^&\s\"'#]+")  # of a letter about a decision
# What lets somebody in stands in these addresses, however they are written and wherever they occur:
# invitations and shares.
SECRET_PATH = re.compile(r"(?i)((?:/|%2f)(?:invitations|s)(?:/|%2f))[^/\s\"'?#&%]{6,}")
MASK = "…"
FORMATTER = logging.Formatter()


def safe(text: str) -> str:
    """Return a text without control characters, tokens, secret links and keys."""
    text = TOKEN.sub(f"ist_{MASK}", CONTROL.sub(lambda found: repr(found[0])[1:-1], text))
    text = SECRET_QUERY.sub(rf"\1{MASK}", SECRET_PATH.sub(rf"\1{MASK}", text))
    for secret in (settings.CLOUDFLARE_API_TOKEN, settings.SECRET_KEY):
        if secret:
            text = text.replace(secret, MASK)
    return text


class ReadinessFilter(logging.Filter):
    """Keeps the answers of `/readyz` out: 503 there is an answer, not a failure."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything else pass."""
        request = getattr(record, "request", None)
        return getattr(request, "path", "") != "/readyz"


class SafeFilter(logging.Filter):
    """Cleans each record's text and prefixes the id of the request it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; let it pass."""
        record.msg = f"[{REQUEST_ID.get()[:8]}] {safe(record.getMessage())}"
        record.args = ()
        if record.exc_info and not record.exc_text:
            lines = FORMATTER.formatException(record.exc_info).splitlines()
            record.exc_text = "\n".join(f"    {safe(line)}" for line in lines)
        return True
