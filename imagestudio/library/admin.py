"""Django's admin for the library, to look at only: where things are and how many, not what.

Texts and pictures belong to their accounts: no list and no page shows titles, prompts, names of
albums or tags, who likes what, or a secret of a link.
"""

from django.contrib import admin
from django.http import HttpRequest

from imagestudio.accounts.admin import ReadOnly
from imagestudio.library.models import (
    Album,
    BanMatch,
    Change,
    File,
    Image,
    KnownBadHash,
    Publication,
    QuarantinedKey,
    Rendition,
    ShareLink,
    StorageCheck,
    StorageFinding,
)


@admin.register(Publication)
class PublicationAdmin(ReadOnly):
    list_display = ("image_id", "account", "asked_by", "asked_at", "published_at", "loves")
    list_select_related = ("account", "asked_by")
    search_fields = ("account__slug", "asked_by__email")
    ordering = ["-asked_at", "-image_id"]
    exclude = ("image", "title", "prompt", "search")


@admin.register(KnownBadHash)
class KnownBadHashAdmin(ReadOnly):
    list_display = (
        *("short", "kind", "hides", "reason"),
        *("added_by", "added_at", "lifted_by", "lifted_at"),
    )
    list_select_related = ("added_by", "lifted_by")
    list_filter = ("kind", "hides", "reason")
    search_fields = ("added_by__email",)
    exclude = ("look", "image")

    @admin.display(description="Hash")
    def short(self, ban: KnownBadHash) -> str:
        """Return the beginning of the hash."""
        return bytes(ban.hash).hex()[:12]


@admin.register(BanMatch)
class BanMatchAdmin(ReadOnly):
    list_display = ("image_id", "ban_id", "distance", "at", "cleared_at")
    search_fields = ("=image__id", "=ban__id")
    ordering = ["-pk"]


@admin.register(Image)
class ImageAdmin(ReadOnly):
    list_display = (
        *("id", "account", "created_by", "origin", "model", "width", "height", "added_at"),
        *("visibility", "review", "moderation", "trashed_at", "purged_at"),
    )
    list_select_related = ("account", "created_by")
    list_filter = ("origin", "visibility", "review", "moderation")
    search_fields = ("=id", "=account__slug", "=created_by__email")
    exclude = ("title", "prompt", "placeholder", "search", "file", "shelf")


class RenditionInline(admin.TabularInline):  # type: ignore[type-arg] # as in accounts
    model = Rendition
    extra = 0
    can_delete = False
    fields = readonly_fields = ("name", "key", "bytes", "width", "height", "made_at")

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


@admin.register(File)
class FileAdmin(ReadOnly):
    list_display = ("key", "account", "mime", "bytes", "width", "height", "stored_at", "unused_at")
    list_select_related = ("account",)
    list_filter = ("mime",)
    search_fields = ("=id", "=key", "=account__slug")
    exclude = ("sha256", "received_sha256")
    inlines = (RenditionInline,)


@admin.register(Album)
class AlbumAdmin(ReadOnly):
    list_display = ("id", "account", "parent_id", "made_by", "made_at", "removed_at")
    list_select_related = ("account", "made_by")
    search_fields = ("=id", "=account__slug", "=made_by__email")
    exclude = ("name", "cover", "parent")


@admin.register(ShareLink)
class ShareLinkAdmin(ReadOnly):
    list_display = (
        *("hint", "account", "made_by", "made_at", "expires_at", "revoked_at", "seen_at"),
        *("shows_prompt", "allows_download"),
    )
    list_select_related = ("account", "made_by")
    list_filter = ("shows_prompt", "allows_download")
    search_fields = ("=id", "=hint", "=account__slug", "=made_by__email")
    exclude = ("hash", "password", "image", "album")


@admin.register(Change)
class ChangeAdmin(ReadOnly):
    list_display = (
        *("kind", "state", "account", "user", "total", "done", "changed", "unchanged", "undone"),
        *("made_at", "ended_at"),
    )
    list_select_related = ("account", "user")
    list_filter = ("kind", "state")
    search_fields = ("=id", "=account__slug", "=user__email")
    exclude = ("selection", "tag", "album", "reached")


@admin.register(StorageCheck)
class StorageCheckAdmin(ReadOnly):
    list_display = ("id", "started_at", "listed_at", "ended_at", "keys", "bytes")
    search_fields = ("=id",)


@admin.register(StorageFinding)
class StorageFindingAdmin(ReadOnly):
    list_display = ("kind", "key", "bytes", "run_id")
    list_filter = ("kind",)
    search_fields = ("=run__id", "=key")
    exclude = ("file",)


@admin.register(QuarantinedKey)
class QuarantinedKeyAdmin(ReadOnly):
    list_display = ("key", "place", "bytes", "state", "moved_at", "back_at")
    list_filter = ("state",)
    search_fields = ("=run__id", "=key")
