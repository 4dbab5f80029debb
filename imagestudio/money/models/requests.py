"""What members asked for when their money was used up."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User


class BudgetRequestQuerySet(models.QuerySet["BudgetRequest"]):
    """Reads of what members asked for."""

    def owned_by(self, account: Account) -> BudgetRequestQuerySet:
        """Return what was asked for in an account, the last one first."""
        return self.filter(account=account).order_by("-asked_at", "-id")

    def by(self, user: User) -> BudgetRequestQuerySet:
        """Return what this person asked for."""
        return self.filter(user=user)

    def for_operators(self) -> BudgetRequestQuerySet:
        """Return what was asked of those who run the studio: the limits of accounts."""
        return self.filter(whose=BudgetRequest.Whose.ACCOUNT)

    def open(self) -> BudgetRequestQuerySet:
        """Return what nobody has answered yet."""
        return self.filter(answered_at=None)


class BudgetRequest(models.Model):
    """A member asks for a higher limit: their own, or the account's.

    One's own is the account's owners' to raise, the account's is the operators'.
    """

    class Whose(models.TextChoices):
        MEMBER = "member", "Their own limit"
        ACCOUNT = "account", "The account's limit"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="budget_requests")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    whose = models.CharField(max_length=10, choices=Whose)
    amount = models.BigIntegerField(
        null=True, blank=True, help_text="The monthly limit that is asked for, micro-dollars"
    )
    note = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    granted = models.BooleanField(null=True, blank=True)

    objects = BudgetRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            # One question at a time; this is also where a member's open question is found.
            models.UniqueConstraint(
                fields=["account", "user"],
                name="budget_request_open",
                condition=Q(answered_at=None),
            ),
            models.CheckConstraint(
                name="budget_request_answered",
                condition=Q(answered_at=None, granted=None, answered_by=None)
                | Q(answered_at__isnull=False, granted__isnull=False),
            ),
            models.CheckConstraint(name="budget_request_amount_sign", condition=Q(amount__gte=0)),
        ]
        indexes = [
            # What was asked for in an account, the last one first.
            models.Index(
                "account", F("asked_at").desc(), F("id").desc(), name="budget_request_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.account}"
