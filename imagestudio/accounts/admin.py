"""Django's admin for those who run the studio: users, accounts, tokens. Nobody is made here."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property

from imagestudio.accounts.models import Account, Invitation, Membership, Token, User
from imagestudio.accounts.pages import second_factor_asked

View = Callable[..., HttpResponseBase]

# Signing in is one thing in one place, with its limits and its second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin_view = admin.site.admin_view


def with_second_factor(view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002 - Django's own signature
    """Make a page of the admin, which opens with a second factor alone."""
    page = admin_view(view, cacheable)

    @wraps(page)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_let_in = admin.site.has_permission(request)
        asked = second_factor_asked(request, cast(User, request.user)) if is_let_in else None
        return asked or page(request, *args, **kwargs)

    return door


admin.site.admin_view = with_second_factor  # type: ignore[assignment, method-assign]
admin.site.site_header = admin.site.site_title = "Image Studio"
admin.site.site_url = "/"
# What packages bring along shows secrets and can be changed; the studio's own rows cannot.
admin.site.unregister([Group, EmailAddress, Authenticator])


class Capped(Paginator):  # type: ignore[type-arg] # generic only for the type checker
    """Pages of as many rows as somebody leafs through; a search or a filter finds the others."""

    most = 10_000  # rows that are counted

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, counted no further than `most`."""
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by()[: self.most].count()


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg] # as above
    """Rows to look at, newest first: their keys are in the order of time.

    What changes them are the studio's own services.
    """

    show_full_result_count = False
    list_per_page = 50
    paginator = Capped
    ordering = ["-pk"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg] # as above
    model = Membership
    extra = 0
    can_delete = False
    fields = readonly_fields = ("user", "role", "added_at")

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnly):
    list_display = ("email", "name", "site_role", "standing", "trust", "is_active", "joined_at")
    list_filter = ("site_role", "standing", "trust", "is_active")
    search_fields = ("email", "name")
    exclude = ("password",)


@admin.register(Account)
class AccountAdmin(ReadOnly):
    list_display = ("slug", "name", "kind", "standing", "in_flight_cap", "made_at", "closed_at")
    list_filter = ("kind", "standing")
    search_fields = ("slug", "name")
    inlines = (MembershipInline,)


@admin.register(Token)
class TokenAdmin(ReadOnly):
    list_display = ("name", "hint", "account", "user", "scopes", "last_used_at", "revoked_at")
    list_select_related = ("account", "user")
    search_fields = ("name", "user__email", "account__slug")
    exclude = ("hash",)


@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    list_display = ("user", "account", "role", "added_at")
    list_select_related = ("account", "user")
    list_filter = ("role",)
    search_fields = ("user__email", "account__slug")


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    list_display = ("account", "role", "email", "made_by", "expires_at", "uses", "revoked_at")
    list_select_related = ("account", "made_by")
    list_filter = ("role",)
    search_fields = ("email", "account__slug", "made_by__email")
    exclude = ("hash",)
