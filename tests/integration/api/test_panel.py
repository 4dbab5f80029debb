"""Programs of moderators: who gets in, and a case from the queue to its decision and back."""

import pytest
from django.test import Client

from imagestudio.accounts.models import Role, Scope
from imagestudio.moderation.models import AuditEntry, Case, Decision
from tests.factories import bearer, make_case, make_image, make_user, personal, with_factor

ROOT = "/api/v1/moderation"
JSON = "application/json"
HIDE = {"action": "hide", "reason": "hate", "facts": "A raised fist over a crowd."}


@pytest.fixture
def case(cast, team):
    image = make_image(team, cast.user(Role.CREATOR), title="Reported")
    return make_case(image, cast.user("stranger"))


@pytest.fixture
def program(cast):
    """Return a program of a moderator."""
    return Client(headers=bearer(personal(cast.user("moderator")), Scope.MODERATE))


def bytes_of(program, address):
    return b"".join(program.get(address).streaming_content)


def test_a_token_moderates_with_site_role_second_factor_and_scope(cast):
    newcomer = make_user(site_role="moderator")
    token = bearer(personal(newcomer), Scope.MODERATE)
    missing = Client(headers=token).get(f"{ROOT}/cases")
    assert (missing.status_code, missing.json()["code"]) == (403, "second_factor_missing")

    with_factor(newcomer)
    assert Client(headers=token).get(f"{ROOT}/cases").status_code == 200

    weak = Client(headers=bearer(personal(newcomer), Scope.LIBRARY_READ)).get(f"{ROOT}/cases")
    assert (weak.status_code, weak.json()["code"]) == (403, "scope_missing")

    newcomer.site_role = "none"
    newcomer.save()
    assert Client(headers=token).get(f"{ROOT}/cases").status_code == 404


def test_a_case_is_taken_looked_at_decided_and_taken_back(cast, program, case):
    [listed] = program.get(f"{ROOT}/cases?tab=reports").json()["items"]
    assert (listed["id"], listed["lane"], listed["weight"]) == (str(case.pk), "report", 4)
    taken = program.post(f"{ROOT}/claims").json()
    assert taken["held_by"] == str(cast.user("moderator").pk)
    address = f"{ROOT}/cases/{case.pk}"

    shown = program.get(address).json()
    assert shown["offered"][0] == "keep"
    assert shown["reports"][0]["reason"] == "hate"
    assert bytes_of(program, shown["covered_url"]).startswith(b"RIFF")
    view = program.post(f"{address}/views").json()
    assert bytes_of(program, view["url"])
    assert AuditEntry.objects.filter(verb="viewed", case=case).count() == 1

    body = {**HIDE, "version": shown["version"]}
    decided = program.post(f"{address}/decisions", body, content_type=JSON)
    assert decided.status_code == 201
    late = program.post(f"{address}/decisions", body, content_type=JSON)
    assert (late.status_code, late.json()["code"]) == (409, "case_changed")
    back = f"{ROOT}/decisions/{decided.json()['id']}/reversal"
    assert program.post(back, {}, content_type=JSON).json()["reverses_id"] == decided.json()["id"]
    case.refresh_from_db()
    assert case.state == Case.State.OPEN


def test_who_else_has_it_is_named(cast, program, case):
    senior = Client(headers=bearer(personal(cast.user("senior_moderator")), Scope.MODERATE))
    assert senior.put(f"{ROOT}/cases/{case.pk}/claim").status_code == 200

    refused = program.put(f"{ROOT}/cases/{case.pk}/claim")

    assert (refused.status_code, refused.json()["code"]) == (409, "case_claimed")
    assert refused.json()["holder"] == cast.user("senior_moderator").email
    assert senior.delete(f"{ROOT}/cases/{case.pk}/claim").status_code == 204


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "hide"},
        {"action": "fly"},
        {"version": -1},
        {"facts": "x" * 2001},
        {"facts": "\0"},
        {"ends_at": "9999-12-31T23:59:59-23:59"},
        {"ends_at": "2000-01-01T00:00:00Z"},
        {"unknown": 1},
    ],
)
def test_a_decision_that_is_none_changes_nothing(program, case, wrong):
    body = {**HIDE, "version": case.version, **wrong}
    if wrong == {"action": "hide"}:
        body.pop("facts")

    answer = program.post(f"{ROOT}/cases/{case.pk}/decisions", body, content_type=JSON)

    assert answer.status_code == 422
    assert not Decision.objects.exists()


def test_a_note_an_escalation_a_skip_and_the_log(cast, program, case):
    address = f"{ROOT}/cases/{case.pk}"
    note = program.post(f"{address}/notes", {"text": "Seen before"}, content_type=JSON)
    assert (note.status_code, note.json()["text"]) == (201, "Seen before")
    assert program.post(f"{address}/skips").status_code == 204
    body = {"version": case.version, "text": "Beyond me"}
    escalated = program.post(f"{address}/escalation", body, content_type=JSON)
    assert escalated.json()["state"] == "escalated"

    log = program.get(f"{ROOT}/audit?case={case.pk}").json()["items"]
    assert [one["verb"] for one in log] == ["escalated", "skipped", "noted", "opened"]
    [noted] = program.get(f"{ROOT}/audit?verb=noted&since=2020-01-01&until=9999-12-31").json()[
        "items"
    ]
    assert noted["text"] == "Seen before"
