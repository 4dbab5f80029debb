"""WHAT MAY STAY: screenings, reports, cases, decisions, notices, appeals, and the audit log."""

from imagestudio.moderation.models.audit import AuditEntry
from imagestudio.moderation.models.cases import Case, CaseQuerySet, Report
from imagestudio.moderation.models.decisions import APPEAL_WINDOW, Appeal, Decision, Notice
from imagestudio.moderation.models.screenings import Screening

__all__ = [
    "APPEAL_WINDOW",
    "Appeal",
    "AuditEntry",
    "Case",
    "CaseQuerySet",
    "Decision",
    "Notice",
    "Report",
    "Screening",
]
