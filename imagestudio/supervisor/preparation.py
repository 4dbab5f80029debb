"""Whether anything has changed since the studio was prepared: code, settings, locks."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# HOST and PORT are checked at every start, and preparing would tell nothing new of them.
SETTINGS = re.compile(
    r"(ALLOWED_HOSTS|API_\w+|AWS_\w+|CLASSIFIER\w*|CLOUDFLARE_\w+|DATABASE_\w+|DEFAULT_\w+|EMAIL_URL|EXPLORE"
    r"|GATEWAY_\w+|LOG_LEVEL|LOOK_\w+|MIGRATION_\w+|PUBLIC_URL|PUBLISHING_\w+|REFUSALS_\w+|RESULT_HOSTS|SECRET_KEY"
    r"|SEND_LIMIT|SIGNUP|STATIC_\w+|STORAGE_URL|TRASH_DAYS|TRUSTED_PROXIES)(_FILE)?"
)

_PREPARED_FROM = (
    "imagestudio/**/migrations/*.py",
    "generations/**/migrations/*.py",
    "imagestudio/**/static/**/*",
    "generations/**/static/**/*",
    "imagestudio/settings.py",
    "requirements/run.txt",  # other people's migrations and static files
)


@dataclass(frozen=True)
class Preparation:
    """What the data folder remembers of its last preparation, and what it should be now."""

    path: Path
    fingerprint: str

    def is_needed(self) -> bool:
        """Whether something has changed, or nothing was prepared yet."""
        return not self.path.exists() or self.path.read_text() != self.fingerprint

    def note(self) -> None:
        """Remember that all is prepared."""
        self.path.write_text(self.fingerprint)


def settings_in(environment: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give the studio's settings among the variables of an environment, in a fixed order."""
    return sorted(pair for pair in environment.items() if SETTINGS.fullmatch(pair[0]))


def preparation(data: Path, *, checkout: Path, facts: str) -> Preparation:
    """Give the preparation of a data folder; `facts` is whatever else must be as it was."""
    digest = hashlib.sha256(facts.encode())
    for path in sorted(path for pattern in _PREPARED_FROM for path in checkout.glob(pattern)):
        status = path.stat()
        name = path.relative_to(checkout)
        digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return Preparation(path=data / "prepared", fingerprint=digest.hexdigest())
