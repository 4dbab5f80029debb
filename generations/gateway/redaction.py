import re
import unicodedata
from collections.abc import Sequence

MESSAGE_LIMIT = 500  # characters of an error's message
EXCERPT_LIMIT = 2_000  # characters of an answer kept for diagnostics
READ_LIMIT = 65_536  # characters looked at; the rest of a long text is never kept anyway

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)", re.DOTALL)
# Keys as providers write them; ours is known exactly and replaced first.
_KEYS = re.compile(r"(?i)\bbearer\s+[\w.~+/=-]{8,}|\bsk-[\w-]{8,}")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
REDACTED = "[redacted]"


class Redactor:
    """Makes text from outside safe to store and to show: no secrets, no control characters."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """Remember the secrets that must never appear in what leaves the gateway client."""
        self._secrets = tuple(sorted((s for s in secrets if s), key=len, reverse=True))

    def __repr__(self) -> str:
        return "Redactor(…)"

    def clean(self, text: str, *, limit: int = MESSAGE_LIMIT) -> str:
        """Return at most `limit` characters of `text` on one line, without secrets.

        Invisible characters go first, so that none can hide a secret by splitting it, and the
        cut comes last, so that it cannot leave half of one.
        """
        visible = self.scrub(_visible(text[:READ_LIMIT]))
        visible = " ".join(_KEYS.sub(REDACTED, visible).split())
        return visible if len(visible) <= limit else visible[: limit - 1] + "…"

    def scrub(self, text: str) -> str:
        """Return the text with nothing changed but our own secrets."""
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return text

    def scrub_bytes(self, content: bytes) -> bytes:
        """Return bytes with nothing changed but our own secrets."""
        for secret in self._secrets:
            content = content.replace(secret.encode(), REDACTED.encode())
        return content

    def excerpt(self, content: bytes) -> str:
        """Return the beginning of an answer's bytes as safe text for diagnostics."""
        return self.clean(content[:READ_LIMIT].decode("utf-8", "replace"), limit=EXCERPT_LIMIT)


def _visible(text: str) -> str:
    plain = _ANSI.sub("", text)
    if plain.isascii() and plain.isprintable():
        return plain
    return "".join(_shown(character) for character in plain)


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _INVISIBLE else character
