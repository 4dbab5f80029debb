"""Django's admin for the library: what is public, and which bytes are banned; to look at only."""

from django.contrib import admin

from imagestudio.accounts.admin import ReadOnly
from imagestudio.library.models import KnownBadHash, Publication


@admin.register(Publication)
class PublicationAdmin(ReadOnly):
    list_display = ("image_id", "account", "asked_by", "asked_at", "published_at", "loves")
    list_select_related = ("account", "asked_by")
    search_fields = ("account__slug", "asked_by__email")
    ordering = ("-asked_at", "-image_id")
    exclude = ("image", "title", "prompt", "search")


@admin.register(KnownBadHash)
class KnownBadHashAdmin(ReadOnly):
    list_display = ("short", "hides", "reason", "added_by", "added_at", "lifted_by", "lifted_at")
    list_select_related = ("added_by", "lifted_by")
    list_filter = ("hides", "reason")
    search_fields = ("added_by__email",)
    ordering = ("-added_at", "-id")

    @admin.display(description="SHA-256")
    def short(self, ban: KnownBadHash) -> str:
        """Return the beginning of the hash."""
        return bytes(ban.hash).hex()[:12]
