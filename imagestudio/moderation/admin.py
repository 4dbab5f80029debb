"""Django's admin for moderation: to look at only. Pictures are looked at in the panel alone."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from imagestudio.accounts.admin import ReadOnly
from imagestudio.accounts.models import User
from imagestudio.library.models import Image
from imagestudio.moderation.models import (
    Appeal,
    AuditEntry,
    BulkDeed,
    Case,
    Classification,
    Decision,
    LegalHold,
    Look,
    Mute,
    Notice,
    Reached,
    RemovalRequest,
    Report,
    Rule,
    RuleVersion,
    ScoreLimit,
    Screening,
    Signal,
    Simulation,
    StrikePlan,
    Sweep,
    Trial,
)
from imagestudio.moderation.services.panel.queue import about_own


class OfOthers(ReadOnly):
    """Rows of cases, without those about the operator's own things: as in the panel."""

    of_case = "case"  # the column that names it

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = Case.objects.filter(about_own(cast(User, request.user)), pk=OuterRef(self.of_case))
        return super().get_queryset(request).exclude(Exists(own))


@admin.register(Case)
class CaseAdmin(OfOthers):
    of_case = "pk"
    list_display = (
        *("kind", "account", "lane", "state", "outcome", "weight", "opened_at", "closed_at"),
        *("claimed_by", "claimed_until"),
    )
    list_select_related = ("account", "claimed_by")
    list_filter = ("kind", "lane", "state", "outcome")
    search_fields = ("id", "account__slug")
    exclude = ("image", "screening")


@admin.register(Report)
class ReportAdmin(OfOthers):
    list_display = ("at", "reporter", "reason", "weight", "answered_at")
    list_select_related = ("reporter",)
    list_filter = ("reason",)
    search_fields = ("case__id", "reporter__email")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        mine = Image.objects.filter(created_by=cast(User, request.user), pk=OuterRef("image"))
        return super().get_queryset(request).exclude(Exists(mine))


@admin.register(Decision)
class DecisionAdmin(OfOthers):
    list_display = ("at", "account", "affected", "action", "reason", "actor", "rule", "ends_at")
    list_select_related = ("account", "affected", "actor")
    list_filter = ("action", "reason", "origin", "automated_decide")
    search_fields = ("id", "case__id", "account__slug", "affected__email", "actor__email")


@admin.register(BulkDeed)
class BulkDeedAdmin(ReadOnly):
    list_display = (
        *("actor", "choice", "action", "reason", "state", "total", "decided", "left", "undone"),
        *("begun_at", "ended_at", "undone_by"),
    )
    list_select_related = ("actor", "undone_by")
    list_filter = ("choice", "action", "state")
    search_fields = ("id", "actor__email")


@admin.register(Mute)
class MuteAdmin(ReadOnly):
    list_display = ("user", "muted_by", "muted_at", "lifted_by", "lifted_at")
    list_select_related = ("user", "muted_by", "lifted_by")
    search_fields = ("user__email", "muted_by__email")


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = ("made_at", "user", "by_mail", "sent_at", "mailed_at", "withdrawn_at", "seen_at")
    list_select_related = ("user",)
    list_filter = ("by_mail",)
    search_fields = ("decision__id", "user__email")
    exclude = ("subject", "text")


@admin.register(Appeal)
class AppealAdmin(ReadOnly):
    list_display = ("made_at", "user", "decision_actor", "decided_by", "decided_at", "outcome")
    list_select_related = ("user", "decision_actor", "decided_by", "decision")
    list_filter = ("outcome",)
    search_fields = ("decision__id", "user__email")


@admin.register(AuditEntry)
class AuditEntryAdmin(OfOthers):
    list_display = ("at", "actor", "verb", "account", "user", "case_id", "text")
    list_select_related = ("actor", "account", "user")
    list_filter = ("verb",)
    search_fields = ("case__id", "actor__email", "account__slug", "user__email")
    exclude = ("image",)


@admin.register(Screening)
class ScreeningAdmin(ReadOnly):
    list_display = ("at", "account", "user", "field", "verdict")
    list_select_related = ("account", "user")
    list_filter = ("verdict",)
    search_fields = ("account__slug", "user__email")
    exclude = ("text", "matches")


@admin.register(Rule)
class RuleAdmin(ReadOnly):
    list_display = ("name", "state", "version", "in_force", "made_by", "made_at")
    list_select_related = ("made_by",)
    list_filter = ("state",)
    search_fields = ("id", "name")


@admin.register(RuleVersion)
class RuleVersionAdmin(ReadOnly):
    list_display = ("rule", "number", "kind", "field", "action", "reason", "made_by", "made_at")
    list_select_related = ("rule", "made_by")
    list_filter = ("kind", "field", "action")
    search_fields = ("rule__name", "pattern")


@admin.register(Trial)
class TrialAdmin(ReadOnly):
    list_display = ("made_at", "version", "made_by", "seen", "matched", "ended_at")
    list_select_related = ("version__rule", "made_by")
    search_fields = ("version__rule__name",)
    exclude = ("people", "examples")


@admin.register(Sweep)
class SweepAdmin(ReadOnly):
    list_display = ("started_at", "ban_id", "state", "seen", "total", "found", "started_by")
    list_select_related = ("started_by",)
    list_filter = ("state",)
    search_fields = ("=ban__id",)


@admin.register(LegalHold)
class LegalHoldAdmin(OfOthers):
    list_display = ("made_at", "case_id", "reason", "reference", "until", "released_at")
    list_filter = ("reason",)
    search_fields = ("=case__id", "reference")
    exclude = ("rows", "image")


@admin.register(RemovalRequest)
class RemovalRequestAdmin(ReadOnly):
    list_display = ("number", "at", "reason", "acknowledged_at")
    list_filter = ("reason",)
    search_fields = ("=number",)
    exclude = ("text", "name", "email", "addresses")


@admin.register(Signal)
class SignalAdmin(ReadOnly):
    list_display = ("at", "account", "user", "kind")
    list_select_related = ("account", "user")
    list_filter = ("kind",)
    search_fields = ("account__slug", "user__email")


@admin.register(StrikePlan)
class StrikePlanAdmin(ReadOnly):
    list_display = ("number", "state", "days", "made_by", "made_at", "switched_by", "switched_at")
    list_select_related = ("made_by", "switched_by")
    list_filter = ("state",)
    search_fields = ("text", "made_by__email")


@admin.register(Reached)
class ReachedAdmin(OfOthers):
    list_display = ("at", "user", "points", "threshold", "measure", "is_taken", "plan")
    list_select_related = ("user", "plan")
    list_filter = ("measure", "is_taken")
    search_fields = ("case__id", "user__email")


@admin.register(Simulation)
class SimulationAdmin(ReadOnly):
    list_display = ("made_at", "plan", "beside", "made_by", "seen", "total", "ended_at")
    list_select_related = ("plan", "beside", "made_by")
    search_fields = ("made_by__email",)


@admin.register(Look)
class LookAdmin(ReadOnly):
    list_display = (
        *("account", "person", "by", "role", "reason", "began_at", "until"),
        *("ended_at", "ending", "notice", "told_at"),
    )
    list_select_related = ("account", "person", "by")
    list_filter = ("role", "reason", "ending", "notice")
    search_fields = ("id", "account__slug", "by__email")


@admin.register(Classification)
class ClassificationAdmin(ReadOnly):
    list_display = ("at", "account", "model", "verdict", "failure")
    list_select_related = ("account",)
    list_filter = ("verdict",)
    search_fields = ("id", "account__slug", "model")
    exclude = ("screening", "image")


@admin.register(ScoreLimit)
class ScoreLimitAdmin(ReadOnly):
    list_display = ("field", "category", "action", "at_least", "reason", "set_by", "set_at")
    list_select_related = ("set_by",)
    list_filter = ("field", "action", "reason")
    search_fields = ("category", "set_by__email")
