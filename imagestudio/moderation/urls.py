"""Addresses of moderation's pages."""

from django.urls import path

from imagestudio.moderation.views import (
    decisions,
    panel_case,
    panel_pictures,
    panel_queue,
    panel_records,
    panel_rules,
    panel_statistics,
    panel_strikes,
    publishing,
    reporting,
    rules,
)

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
    path("moderation/", panel_queue.queue, name="queue"),
    path("moderation/start", panel_queue.start, name="start"),
    path("moderation/cases/<uuid:case_id>/", panel_case.case, name="case"),
    path("moderation/cases/<uuid:case_id>/covered", panel_pictures.covered, name="covered"),
    path(
        "moderation/cases/<uuid:case_id>/similar/<uuid:image_id>",
        panel_pictures.covered,
        name="similar",
    ),
    path("moderation/cases/<uuid:case_id>/reveal", panel_pictures.uncover, name="reveal"),
    path("moderation/cases/<uuid:case_id>/picture", panel_pictures.picture, name="picture"),
    path("moderation/cases/<uuid:case_id>/claim", panel_case.claim_case, name="claim"),
    path("moderation/cases/<uuid:case_id>/release", panel_case.release_case, name="release"),
    path("moderation/cases/<uuid:case_id>/decide", panel_case.decide_case, name="decide"),
    path("moderation/cases/<uuid:case_id>/preview", panel_case.preview_decision, name="preview"),
    path("moderation/cases/<uuid:case_id>/skip", panel_case.skip_case, name="skip"),
    path("moderation/cases/<uuid:case_id>/snooze", panel_case.snooze_case, name="snooze"),
    path("moderation/cases/<uuid:case_id>/escalate", panel_case.escalate_case, name="escalate"),
    path("moderation/cases/<uuid:case_id>/notes", panel_case.note_case, name="note"),
    path("moderation/cases/<uuid:case_id>/related", panel_case.open_related, name="related"),
    path("moderation/cases/<uuid:case_id>/ban", panel_case.ban_bytes, name="ban"),
    path(
        "moderation/decisions/<uuid:decision_id>/reverse",
        panel_case.take_decision_back,
        name="take_back",
    ),
    path("moderation/rules/", panel_rules.rules, name="word_rules"),
    path("moderation/rules/new", panel_rules.new_rule, name="new_word_rule"),
    path("moderation/rules/<uuid:rule_id>/", panel_rules.rule, name="word_rule"),
    path("moderation/rules/<uuid:rule_id>/change", panel_rules.change, name="change_word_rule"),
    path("moderation/rules/<uuid:rule_id>/try", panel_rules.try_out, name="try_word_rule"),
    path("moderation/rules/<uuid:rule_id>/trial", panel_rules.trial, name="trial"),
    path("moderation/rules/<uuid:rule_id>/examples", panel_rules.examples, name="examples"),
    path("moderation/rules/<uuid:rule_id>/state", panel_rules.set_state, name="set_word_rule"),
    path("moderation/strikes/", panel_strikes.plans, name="strike_plans"),
    path("moderation/strikes/new", panel_strikes.new_plan, name="new_strike_plan"),
    path("moderation/strikes/<uuid:plan_id>/", panel_strikes.plan, name="strike_plan"),
    path("moderation/strikes/<uuid:plan_id>/simulate", panel_strikes.simulate, name="simulate"),
    path(
        "moderation/strikes/<uuid:plan_id>/simulation", panel_strikes.simulation, name="simulation"
    ),
    path("moderation/strikes/<uuid:plan_id>/people", panel_strikes.people, name="plan_people"),
    path("moderation/strikes/<uuid:plan_id>/switch", panel_strikes.switch, name="switch_plan"),
    path("moderation/statistics/", panel_statistics.statistics, name="statistics"),
    path("moderation/statistics/report.csv", panel_statistics.report_file, name="transparency"),
    path(
        "moderation/statistics/<slug:name>.csv", panel_statistics.table_file, name="statistics_file"
    ),
    path("moderation/audit/", panel_records.audit, name="audit"),
    path("moderation/audit/export", panel_records.export_audit, name="export_audit"),
    path("moderation/bans/", panel_records.bans, name="bans"),
    path("moderation/bans/<uuid:ban_id>/lift", panel_records.lift_ban, name="lift_ban"),
    path("moderation/people/<uuid:user_id>/", panel_records.person, name="person"),
    path("moderation/people/<uuid:user_id>/trust", panel_records.trust, name="trust"),
]
