"""Rules on words, on the pages of the panel: made, tried, put in force; without a script, too."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imagestudio.accounts.models import Role
from imagestudio.moderation.models import AuditEntry, Rule, Screening
from imagestudio.moderation.services.rules import trials
from tests.factories import make_rule
from tests.integration.pages.panel.steps import PART, page

FIELDS = {
    "name": "Foxes",
    "field": "prompt",
    "kind": "leet",
    "pattern": "red fox",
    "action": "block",
    "reason": "hate",
    "message": "No foxes.",
}


@pytest.fixture
def senior(cast):
    """Return the window of a senior moderator."""
    return cast.signed_in("senior_moderator")


@pytest.fixture
def written(cast, team):
    user = cast.user(Role.CREATOR)
    texts = ["A r3d f0x", *["a hen"] * 3]
    rows = [Screening(account=team, user=user, text=one, verdict="allow") for one in texts]
    Screening.objects.bulk_create(rows)


def send(client, rule, deed, fields=None, **extra):
    return client.post(f"/moderation/rules/{rule.pk}/{deed}", fields or {}, **extra)


def test_a_rule_is_made_tried_and_put_in_force(senior, written):
    assert "There are no rules yet." in page(senior, "rules/")
    assert senior.post("/moderation/rules/new", FIELDS).status_code == 302
    rule = Rule.objects.get()
    assert "Not tried yet." in page(senior, f"rules/{rule.pk}/")
    assert send(senior, rule, "try", {"version": "1"}).status_code == 302
    shown = page(senior, f"rules/{rule.pk}/")
    assert "1</strong> of 4 texts (25.0 %)" in shown
    assert "A r3d f0x" not in shown
    assert not AuditEntry.objects.filter(verb="viewed").exists()

    seen = send(senior, rule, "examples", headers=PART).content.decode()
    assert "A r3d f0x" in seen
    assert AuditEntry.objects.filter(verb="viewed").count() == 1

    asked = send(senior, rule, "state", {"state": "enabled", "version": "1"})
    assert asked.status_code == 409
    assert 'name="confirmed" value="1"' in asked.content.decode()
    agreed = {"state": "enabled", "version": "1", "confirmed": "1"}
    assert send(senior, rule, "state", agreed).status_code == 302
    listed = page(senior, "rules/")
    assert re.search(r"badge-good\">Enabled", listed)
    assert send(senior, rule, "state", {"state": "disabled"}).status_code == 302
    rule.refresh_from_db()
    assert rule.state == "disabled"


def test_a_long_trial_shows_how_far_it_is(cast, senior, written, monkeypatch):
    monkeypatch.setattr(trials, "SLICE", 1)
    monkeypatch.setattr(trials, "AT_ONCE", 0)
    rule = make_rule(cast)
    part = send(senior, rule, "try", {"version": "1"}, headers=PART).content.decode()
    assert '<progress value="1" max="4"' in part
    assert 'hx-trigger="load delay:1s"' in part
    trials.go_on(trial_id=rule.versions.get().trials.get().pk)
    ended = senior.get(f"/moderation/rules/{rule.pk}/trial", headers=PART).content.decode()
    assert "<progress" not in ended
    assert "hx-trigger" not in ended


def test_what_is_wrong_is_said_beside_what_was_typed(cast, senior):
    answer = senior.post("/moderation/rules/new", {**FIELDS, "kind": "regex", "pattern": "(fox"})
    assert answer.status_code == 422
    assert "cannot be looked for: missing )" in answer.content.decode()
    assert ">\n(fox</textarea>" in answer.content.decode()
    assert not Rule.objects.exists()

    rule = make_rule(cast)
    wording = {name: value for name, value in FIELDS.items() if name != "name"}
    send(senior, rule, "change", {**wording, "version": "1"})
    late = send(senior, rule, "change", {**wording, "version": "1", "pattern": "mine"})
    assert late.status_code == 409
    assert ">\nmine</textarea>" in late.content.decode()
    for deed, fields in (
        ("try", {"version": "x"}),
        ("try", {}),
        ("state", {"state": "on"}),
        ("state", {"state": "enabled", "version": "9" * 10}),
        ("change", {**wording, "version": "x"}),
        ("change", {**wording, "version": "2", "reason": "no"}),
    ):
        assert send(senior, rule, deed, fields).status_code == 422
    assert send(senior, rule, "state", {"state": "enabled", "version": "2"}).status_code == 409
    assert send(senior, rule, "examples").status_code == 409
    rule.refresh_from_db()
    assert (rule.version, rule.state) == (2, "draft")


def test_moderators_see_rules_and_change_none(cast, desk):
    rule = make_rule(cast, is_enabled=True, name="Foxes", pattern="a fox")
    shown = page(desk, f"rules/{rule.pk}/")
    assert "a fox" in shown
    assert '<form method="post" action="/moderation/rules' not in shown
    assert "New rule" not in page(desk, "rules/")


def test_the_list_takes_as_many_statements_for_many_rules_as_for_few(cast, desk):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            page(desk, "rules/")
        return len(captured)

    make_rule(cast, is_enabled=True)
    few = statements()
    for _ in range(3):
        make_rule(cast, is_enabled=True)
    assert statements() == few < 12
