"""WHAT IT COSTS: budgets, money held for calls, and the ledger. All amounts are micro-dollars."""

from imagestudio.money.models.budgets import Budget, BudgetPeriod
from imagestudio.money.models.ledger import Basis, Hold, LedgerEntry
from imagestudio.money.models.requests import BudgetRequest

__all__ = ["Basis", "Budget", "BudgetPeriod", "BudgetRequest", "Hold", "LedgerEntry"]
