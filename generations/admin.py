"""Django's admin for generations and their attempts, to look at only.

Prompts and pictures belong to their accounts: the lists show states and numbers, no content.
"""

from django.contrib import admin

from generations.models import Alarm, Attempt, Batch, Circuit, Generation, Preset, Source, SourceSet
from imagestudio.accounts.admin import ReadOnly


@admin.register(Generation)
class GenerationAdmin(ReadOnly):
    list_display = ("id", "account", "user", "model", "state", "requested_at", "ended_at")
    list_select_related = ("account", "user")
    list_filter = ("state", "model")
    search_fields = ("id", "account__slug", "user__email")
    exclude = ("prompt", "screening", "image", "parent", "batch")


@admin.register(Attempt)
class AttemptAdmin(ReadOnly):
    list_display = ("id", "account", "number", "state", "cost", "gateway_log_id", "made_at")
    list_select_related = ("generation__account",)
    list_filter = ("state",)
    search_fields = ("id", "generation__id", "gateway_log_id")
    exclude = ("answer", "generation", "hold")
    readonly_fields = ("account",)

    @admin.display(ordering="generation__account")
    def account(self, attempt: Attempt) -> str:
        return attempt.generation.account.slug


@admin.register(Alarm)
class AlarmAdmin(ReadOnly):
    list_display = ("kind", "message", "count", "raised_at", "last_at", "resolved_at")
    list_filter = ("kind",)


@admin.register(Circuit)
class CircuitAdmin(ReadOnly):
    list_display = ("model", "failures", "counted_since", "openings", "retry_at")


@admin.register(Batch)
class BatchAdmin(ReadOnly):
    list_display = ("id", "account", "user", "requested_at")
    list_select_related = ("account", "user")
    search_fields = ("=id", "=account__slug", "=user__email")


@admin.register(Source)
class SourceAdmin(ReadOnly):
    list_display = ("generation_id", "position", "image_id", "file_id", "role")
    list_filter = ("role",)
    search_fields = ("=generation__id", "=image__id")
    exclude = ("generation", "image", "file")


@admin.register(Preset)
class PresetAdmin(ReadOnly):
    list_display = ("id", "account", "model", "made_by", "made_at", "removed_at")
    list_select_related = ("account", "made_by")
    list_filter = ("model",)
    search_fields = ("=id", "=account__slug", "=made_by__email")
    exclude = ("name", "prompt")


@admin.register(SourceSet)
class SourceSetAdmin(ReadOnly):
    list_display = ("id", "account", "made_by", "made_at", "removed_at")
    list_select_related = ("account", "made_by")
    search_fields = ("=id", "=account__slug", "=made_by__email")
    exclude = ("name",)
