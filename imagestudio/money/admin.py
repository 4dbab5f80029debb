"""Django's admin for money: budgets, holds, the ledger, who asks for more; to look at only."""

from django.contrib import admin

from imagestudio.accounts.admin import ReadOnly
from imagestudio.money.models import Budget, BudgetPeriod, BudgetRequest, Hold, LedgerEntry


@admin.register(Budget)
class BudgetAdmin(ReadOnly):
    list_display = ("account", "member", "limit")
    list_select_related = ("account", "member")
    search_fields = ("account__slug", "member__email")


@admin.register(BudgetPeriod)
class BudgetPeriodAdmin(ReadOnly):
    list_display = ("account", "member", "month", "limit", "held", "settled", "exhausted_at")
    list_select_related = ("account", "member")
    search_fields = ("account__slug",)
    ordering = ["-month", "-id"]


@admin.register(Hold)
class HoldAdmin(ReadOnly):
    list_display = ("account", "user", "model", "attempt_id", "amount", "state", "taken_at")
    list_select_related = ("account", "user")
    list_filter = ("state",)
    search_fields = ("account__slug", "attempt_id")


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly):
    list_display = ("at", "account", "kind", "amount", "basis", "overrun")
    list_select_related = ("account",)
    list_filter = ("kind", "basis", "overrun")
    search_fields = ("account__slug",)


@admin.register(BudgetRequest)
class BudgetRequestAdmin(ReadOnly):
    list_display = (
        *("asked_at", "account", "user", "whose", "amount", "note"),
        *("answered_at", "answered_by", "granted"),
    )
    list_select_related = ("account", "user", "answered_by")
    list_filter = ("whose", "granted")
    search_fields = ("account__slug", "user__email")
