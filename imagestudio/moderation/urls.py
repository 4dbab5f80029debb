"""Addresses of moderation's pages."""

from django.urls import path

from imagestudio.moderation.views import decisions, publishing, reporting, rules

app_name = "moderation"
urlpatterns = [
    path("rules/", rules.rules, name="rules"),
    path("reports/", decisions.reports, name="reports"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/seen", decisions.see_all, name="see_all"),
    path("decisions/<uuid:decision_id>/", decisions.decision, name="decision"),
    path("decisions/<uuid:decision_id>/appeal", decisions.appeal, name="appeal"),
    path("a/<slug:slug>/images/<uuid:image_id>/publish", publishing.publish, name="publish"),
    path("a/<slug:slug>/images/<uuid:image_id>/withdraw", publishing.withdraw, name="withdraw"),
    path("explore/<uuid:image_id>/report", reporting.report, name="report"),
    path(
        "s/<str:secret>/images/<uuid:image_id>/report",
        reporting.report_behind_link,
        name="report_shared",
    ),
]
