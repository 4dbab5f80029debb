"""Invitations into an account: to one address, or by a link."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from uuid_utils.compat import uuid7

from imagestudio.accounts.models.people import Account, Role, User

BY_LINK = (Role.CREATOR, Role.VIEWER)  # the roles that whoever has a link may get


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Reads of invitations."""

    def owned_by(self, account: Account) -> InvitationQuerySet:
        """Return the invitations into an account, newest first."""
        return self.filter(account=account).order_by("-made_at", "-id")

    def open(self) -> InvitationQuerySet:
        """Return what is neither revoked nor used up, with who made it; some may have expired."""
        left = Q(max_uses=None) | Q(uses__lt=F("max_uses"))
        return self.filter(left, revoked_at=None).select_related("made_by")

    def live(self) -> InvitationQuerySet:
        """Return those that still let somebody in, by the database's clock."""
        return self.open().filter(expires_at__gt=Now(), account__closed_at=None)


class Invitation(models.Model):
    """A way into an account. Only the hash of its secret is kept.

    With an address it is for who has that address, and once; without one it is a link for
    whoever has it, until it expires, is revoked, or has been used as often as it may be.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role)
    email = models.EmailField(max_length=254, blank=True, help_text="Empty for a link")
    hash = models.BinaryField(max_length=32, unique=True, editable=False)
    round = models.PositiveSmallIntegerField(
        default=1, help_text="Raised with every new secret, so that the one before is dead"
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_link_role", condition=~Q(email="") | Q(role__in=BY_LINK)
            ),
            models.CheckConstraint(
                name="invitation_to_address_once", condition=Q(email="") | Q(max_uses=1)
            ),
            models.CheckConstraint(
                name="invitation_uses",
                condition=Q(max_uses=None) | Q(max_uses__gt=0, uses__lte=F("max_uses")),
            ),
            # One open invitation for an address; this is also where it is found.
            models.UniqueConstraint(
                "account",
                Lower("email"),
                name="invitation_open",
                condition=~Q(email="") & Q(revoked_at=None, uses=0),
            ),
        ]
        indexes = [
            models.Index("account", F("made_at").desc(), F("id").desc(), name="invitation_account"),
        ]

    def __str__(self) -> str:
        return f"{self.email or 'link'} as {self.role}"

    @property
    def is_link(self) -> bool:
        """Say whether whoever has it may come in."""
        return not self.email

    @property
    def is_expired(self) -> bool:
        """Say whether its days have passed, by this machine's clock."""
        return self.expires_at <= timezone.now()
