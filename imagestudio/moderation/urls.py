"""Addresses of moderation's pages."""

from django.urls import path

from imagestudio.moderation.views import publishing, reporting

app_name = "moderation"
urlpatterns = [
    path("a/<slug:slug>/images/<uuid:image_id>/publish", publishing.publish, name="publish"),
    path("a/<slug:slug>/images/<uuid:image_id>/withdraw", publishing.withdraw, name="withdraw"),
    path("explore/<uuid:image_id>/report", reporting.report, name="report"),
    path(
        "s/<str:secret>/images/<uuid:image_id>/report",
        reporting.report_behind_link,
        name="report_shared",
    ),
]
