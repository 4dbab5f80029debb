"""WHAT IT COSTS: budgets, money held for calls, and the ledger. All amounts are micro-dollars."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
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


class BudgetPeriod(models.Model):
    """One calendar month (UTC) of an account, or of one member of it.

    `held` is reserved for calls that have not ended, `settled` is spent. Both always equal the
    sums of the ledger's entries of this period.
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


class Hold(models.Model):
    """Money reserved with one attempt: an upper bound of what its call can cost.

    It stays in the month in which it was taken. `attempt_id` has no foreign key, because
    attempts live in an app above this one.
    """

    class State(models.TextChoices):
        HELD = "held", "Held"
        SETTLED = "settled", "Settled"
        RELEASED = "released", "Released"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds")
    period = models.ForeignKey(BudgetPeriod, on_delete=models.PROTECT, related_name="holds")
    member_period = models.ForeignKey(
        BudgetPeriod, on_delete=models.PROTECT, null=True, related_name="+"
    )
    attempt_id = models.UUIDField(unique=True)
    amount = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    taken_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="hold_amount_sign", condition=Q(amount__gte=0)),
        ]
        indexes = [
            # What is still open, for the budget's bar and for the sweep.
            models.Index(
                "account", F("taken_at").desc(), name="hold_open", condition=Q(state="held")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"


class LedgerEntry(models.Model):
    """One move of money, written once and never changed (a trigger refuses it).

    `amount` is what was held (hold), spent (settle, write_off), given back (release), or
    corrected (adjust; may be negative).
    """

    class Kind(models.TextChoices):
        HOLD = "hold", "Hold"
        SETTLE = "settle", "Settle"
        RELEASE = "release", "Release"
        ADJUST = "adjust", "Adjust"
        WRITE_OFF = "write_off", "Write off"

    class Basis(models.TextChoices):
        ESTIMATE = "estimate", "Estimate"
        GATEWAY_LOG = "gateway_log", "Gateway log"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="ledger")
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="entries")
    period = models.ForeignKey(BudgetPeriod, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    amount = models.BigIntegerField()
    basis = models.CharField(max_length=12, choices=Basis)
    overrun = models.BooleanField(default=False, help_text="It cost more than was held")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [
            models.UniqueConstraint(
                fields=["hold", "kind"], condition=~Q(kind="adjust"), name="ledger_once_per_kind"
            ),
            models.CheckConstraint(
                name="ledger_amount_sign", condition=Q(kind="adjust") | Q(amount__gte=0)
            ),
        ]
        indexes = [
            # The account's ledger, newest first.
            models.Index("account", F("at").desc(), F("id").desc(), name="ledger_account"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
