"""WHAT MAY STAY: screenings, reports, cases, decisions, notices, appeals, and the audit log."""

from imagestudio.moderation.models.audit import AuditEntry
from imagestudio.moderation.models.bulk import BulkCase, BulkDeed
from imagestudio.moderation.models.cases import Case, CaseQuerySet, kept_from
from imagestudio.moderation.models.classifications import Classification, ScoreLimit
from imagestudio.moderation.models.decisions import APPEAL_WINDOW, Appeal, Decision, Notice
from imagestudio.moderation.models.legal import LegalHold, RemovalRequest
from imagestudio.moderation.models.looks import Look, LookNotice
from imagestudio.moderation.models.reports import Mute, Report
from imagestudio.moderation.models.rules import Rule, Ruleset, RuleVersion, Trial
from imagestudio.moderation.models.screenings import Screening, first_key
from imagestudio.moderation.models.signals import Signal
from imagestudio.moderation.models.strikes import StrikePlan, Threshold
from imagestudio.moderation.models.sweeps import Sweep
from imagestudio.moderation.models.thresholds import Peak, Reached, Simulation

__all__ = [
    "APPEAL_WINDOW",
    "Appeal",
    "AuditEntry",
    "BulkCase",
    "BulkDeed",
    "Case",
    "CaseQuerySet",
    "Classification",
    "Decision",
    "LegalHold",
    "Look",
    "LookNotice",
    "Mute",
    "Notice",
    "Peak",
    "Reached",
    "RemovalRequest",
    "Report",
    "Rule",
    "RuleVersion",
    "Ruleset",
    "ScoreLimit",
    "Screening",
    "Signal",
    "Simulation",
    "StrikePlan",
    "Sweep",
    "Threshold",
    "Trial",
    "first_key",
    "kept_from",
]
