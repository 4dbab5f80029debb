"""Keys for programs."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models.people import Account, User


class Scope(models.TextChoices):
    """What a token may be used for."""

    GENERATE = "generate", "Make pictures"
    LIBRARY_READ = "library:read", "See the library"
    LIBRARY_WRITE = "library:write", "Change the library"
    ACCOUNT_READ = "account:read", "See the account and what it spends"
    MODERATE = "moderate", "Moderate"


class TokenQuerySet(models.QuerySet["Token"]):
    """Reads of tokens."""

    def owned_by(self, account: Account) -> TokenQuerySet:
        """Return the tokens of an account, newest first."""
        return self.filter(account=account).order_by("-made_at", "-id")

    def live(self) -> TokenQuerySet:
        """Return the tokens that are neither revoked nor expired, by the database's clock."""
        return self.filter(revoked_at=None).filter(
            models.Q(expires_at=None) | models.Q(expires_at__gt=Now())
        )


class Token(models.Model):
    """A key for programs: one user in one account, with scopes. Only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    hash = models.BinaryField(max_length=32, unique=True, editable=False)
    hint = models.CharField(max_length=4, editable=False)  # last characters, to tell two apart
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        indexes = [
            # The tokens page: one account's tokens, newest first.
            models.Index("account", models.F("made_at").desc(), name="token_account"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (…{self.hint})"
