"""What may be spent: the limits, and the months in which they count."""

from __future__ import annotations

from datetime import UTC

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Now, TruncMonth
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User


class Budget(models.Model):
    """What an account, or one member of it, may spend in a month from now on.

    `limit` NULL means without limit. No row for an account means the installation's default;
    no row for a member means that only the account's limit counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="budgets")
    member = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    limit = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "member"], nulls_distinct=False, name="budget_unique"
            ),
            models.CheckConstraint(name="budget_limit_sign", condition=Q(limit__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.member or ''}"


class BudgetPeriodQuerySet(models.QuerySet["BudgetPeriod"]):
    """Reads of budget periods."""

    def owned_by(self, account: Account) -> BudgetPeriodQuerySet:
        """Return the account's own periods, newest first."""
        return self.filter(account=account, member=None).order_by("-month")

    def of_members(self, account: Account) -> BudgetPeriodQuerySet:
        """Return the periods of the account's members, newest first."""
        return self.filter(account=account, member__isnull=False).order_by("-month")

    def of_this_month(self) -> BudgetPeriodQuerySet:
        """Return the periods of the present month (UTC), by the database's clock."""
        return self.filter(month=Cast(TruncMonth(Now(), tzinfo=UTC), models.DateField()))

    def in_order_of_locks(self) -> BudgetPeriodQuerySet:
        """Return periods in the order in which they are locked: older months, accounts first."""
        return self.order_by("month", F("member").asc(nulls_first=True))


class BudgetPeriod(models.Model):
    """One calendar month (UTC) of an account, or of one member of it.

    `held` is reserved for calls that have not ended, `settled` is spent. Both always equal the
    sums of the ledger's entries: of this period, or, for a member's, of the holds that name it.
    Whoever holds money has a period, with a limit or without, so that a limit that is set in the
    middle of a month counts what was spent before it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="budget_periods")
    member = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    month = models.DateField(help_text="The first day of the month")
    limit = models.BigIntegerField(null=True, blank=True)
    held = models.BigIntegerField(default=0)
    settled = models.BigIntegerField(default=0)
    warned_at = models.DateTimeField(
        null=True, blank=True, help_text="When four fifths were used; raising the limit clears it"
    )
    exhausted_at = models.DateTimeField(
        null=True, blank=True, help_text="When nothing more fitted; raising the limit clears it"
    )

    objects = BudgetPeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "member", "month"],
                nulls_distinct=False,
                name="budget_period_unique",
            ),
            models.CheckConstraint(
                name="budget_period_signs",
                condition=Q(held__gte=0, settled__gte=0) & (Q(limit=None) | Q(limit__gte=0)),
            ),
            models.CheckConstraint(name="budget_period_first_day", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.month:%Y-%m}"

    @property
    def left(self) -> int | None:
        """Return what can still be held, in micro-dollars, or None when there is no limit."""
        return None if self.limit is None else max(0, self.limit - self.held - self.settled)
