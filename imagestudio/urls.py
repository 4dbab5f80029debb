"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from imagestudio import closing, health
from imagestudio.api import api, no_such_address

admin.autodiscover()

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path(
        "api/v1/",
        require_safe(RedirectView.as_view(pattern_name="api:openapi-view")),
        name="api",
    ),
    path("api/v1/", api.urls),
    re_path("^api/", no_such_address, name="no_such_address"),
    path("a/<slug:slug>/close/", closing.account, name="close_account"),
    path("accounts/close/", closing.user, name="close_user"),
    path("", include("imagestudio.accounts.urls")),
    path("", include("imagestudio.money.urls")),
    path("", include("imagestudio.library.urls")),
    path("", include("imagestudio.moderation.urls")),
    path("", include("generations.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "imagestudio.http.pages.bad_request"
handler403 = "imagestudio.http.pages.denied"
handler404 = "imagestudio.http.pages.not_found"
handler500 = "imagestudio.http.pages.broken"
