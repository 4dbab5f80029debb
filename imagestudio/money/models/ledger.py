"""What was held, and the lines of the ledger about it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User
from imagestudio.money.models.budgets import BudgetPeriod


class Basis(models.TextChoices):
    """What a cost rests on."""

    ESTIMATE = "estimate", "Estimate"
    GATEWAY_LOG = "gateway_log", "Gateway log"


class HoldQuerySet(models.QuerySet["Hold"]):
    """Reads of holds."""

    def owned_by(self, account: Account) -> HoldQuerySet:
        """Return the holds of an account."""
        return self.filter(account=account)

    def taken_between(self, first: datetime, end: datetime) -> HoldQuerySet:
        """Return the holds taken from `first` on and before `end`."""
        return self.filter(taken_at__gte=first, taken_at__lt=end)


class Hold(models.Model):
    """Money reserved with one attempt: an upper bound of what its call can cost.

    It stays in the month in which it was taken. `attempt_id` has no foreign key, because
    attempts live in an app above this one. `user` and `model` say what for; holds of earlier
    versions do not know. `basis` says what the cost rests on, once there is one: on the gateway's
    log as soon as one entry comes from it.
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
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    model = models.CharField(max_length=100, blank=True, help_text="Id of the picture model")
    attempt_id = models.UUIDField(unique=True)
    amount = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    basis = models.CharField(max_length=12, choices=Basis, default=Basis.ESTIMATE)
    taken_at = models.DateTimeField(db_default=Now())

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="hold_amount_sign", condition=Q(amount__gte=0)),
        ]
        indexes = [
            # What is still open, for the budget's bar and for the sweep.
            models.Index(
                "account", F("taken_at").desc(), name="hold_open", condition=Q(state="held")
            ),
            # What the calls of some days cost.
            models.Index("account", "taken_at", name="hold_taken"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    """Reads of the ledger."""

    def owned_by(self, account: Account) -> LedgerEntryQuerySet:
        """Return the entries of an account."""
        return self.filter(account=account)

    def spent(self) -> LedgerEntryQuerySet:
        """Return the entries whose amounts add up to what is spent."""
        return self.filter(
            kind__in=[
                LedgerEntry.Kind.SETTLE,
                LedgerEntry.Kind.ADJUST,
                LedgerEntry.Kind.WRITE_OFF,
            ]
        )

    def of_calls(self, *, account: Account, first: datetime, end: datetime) -> LedgerEntryQuerySet:
        """Return an account's entries about the holds taken from `first` on and before `end`."""
        holds = {"hold__account": account, "hold__taken_at__gte": first, "hold__taken_at__lt": end}
        return self.owned_by(account).filter(**holds)


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

    Basis = Basis

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="ledger")
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="entries")
    period = models.ForeignKey(BudgetPeriod, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    amount = models.BigIntegerField()
    basis = models.CharField(max_length=12, choices=Basis)
    overrun = models.BooleanField(default=False, help_text="It cost more than was held")
    at = models.DateTimeField(db_default=Now())

    objects = LedgerEntryQuerySet.as_manager()

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
