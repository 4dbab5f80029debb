"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from imagestudio import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "imagestudio.http.pages.bad_request"
handler403 = "imagestudio.http.pages.denied"
handler404 = "imagestudio.http.pages.not_found"
handler500 = "imagestudio.http.pages.broken"
