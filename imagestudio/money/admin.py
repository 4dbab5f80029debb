"""Django's admin for money: budget periods, holds and the ledger, to look at only."""

from django.contrib import admin

from imagestudio.accounts.admin import ReadOnly
from imagestudio.money.models import BudgetPeriod, Hold, LedgerEntry


@admin.register(BudgetPeriod)
class BudgetPeriodAdmin(ReadOnly):
    list_display = ("account", "member", "month", "limit", "held", "settled")
    list_select_related = ("account", "member")
    search_fields = ("account__slug",)
    ordering = ("-month", "-id")


@admin.register(Hold)
class HoldAdmin(ReadOnly):
    list_display = ("account", "attempt_id", "amount", "state", "taken_at")
    list_select_related = ("account",)
    list_filter = ("state",)
    search_fields = ("account__slug", "attempt_id")
    ordering = ("-taken_at", "-id")


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly):
    list_display = ("at", "account", "kind", "amount", "basis", "overrun")
    list_select_related = ("account",)
    list_filter = ("kind", "basis", "overrun")
    search_fields = ("account__slug",)
    ordering = ("-at", "-id")
