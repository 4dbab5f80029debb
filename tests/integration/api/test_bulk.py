"""Programs of moderators decide many cases as one, and mute reporters."""

import pytest
from django.test import Client

from imagestudio.accounts.models import Role, Scope
from imagestudio.moderation.models import BulkDeed, Case, Decision
from imagestudio.moderation.services.bulk import working
from tests.factories import bearer, make_case, make_copies, make_image, personal

ROOT = "/api/v1/moderation/bulk-deeds"
JSON = "application/json"
HIDE = {"action": "hide", "reason": "hate", "facts": "A raised fist over a crowd."}


@pytest.fixture
def cases(cast, team, monkeypatch):
    monkeypatch.setattr(working, "AT_ONCE", 60)
    image = make_image(team, cast.user(Role.CREATOR), title="Reported")
    return [make_case(one, cast.user("stranger")) for one in make_copies(image, 3)]


@pytest.fixture
def program(cast):
    """Return a program of a moderator."""
    return Client(headers=bearer(personal(cast.user("moderator")), Scope.MODERATE))


def send(program, address, body, method="post"):
    return getattr(program, method)(address, body, content_type=JSON)


def test_cases_are_tried_decided_looked_at_and_taken_back(cast, program, cases):
    seen = [{"id": str(one.pk), "version": one.version} for one in cases]
    Case.objects.filter(pk=cases[0].pk).update(version=9)
    tried = send(program, ROOT, {**HIDE, "choice": "ticked", "cases": seen})
    assert tried.status_code == 201
    forecast = tried.json()["forecast"]
    assert forecast["letters"] == 1
    assert forecast["told"] == [{"user_id": str(cast.user(Role.CREATOR).pk), "decisions": 2}]
    assert [(one["why"], one["cases"]) for one in forecast["left"]] == [
        ("changed", [str(cases[0].pk)])
    ]
    address = f"{ROOT}/{tried.json()['id']}"

    kept = send(program, f"{address}/verdict", {"action": "keep"}, "put").json()
    assert kept["forecast"]["letters"] == 0
    early = send(program, f"{address}/start", {"action": "hide"})
    assert (early.status_code, early.json()["code"]) == (409, "bulk_untried")
    send(program, f"{address}/verdict", HIDE, "put")
    done = send(program, f"{address}/start", {"action": "hide"}).json()

    assert (done["state"], done["decided"], done["left"]) == ("done", 2, 1)
    rows = program.get(f"{address}/cases?limit=2").json()
    rest = program.get(f"{address}/cases?limit=2&cursor={rows['next_cursor']}").json()
    states = [one["state"] for one in [*rows["items"], *rest["items"]]]
    assert sorted(states) == ["decided", "decided", "left"]
    assert program.get(ROOT).json()["items"] == [program.get(address).json()]

    back = send(program, f"{address}/undo", {}).json()
    assert (back["state"], back["undone"], back["is_unnoticed"]) == ("undone", 2, True)
    assert send(program, f"{address}/undo", {}).status_code == 409
    assert Case.objects.unclosed().count() == 3


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"action": "uphold"}, 422),
        ({"facts": ""}, 422),
        ({"choice": "fly"}, 422),
        ({"choice": "tab", "about": "closed"}, 422),
        ({"choice": "person", "about": "x"}, 404),
        ({"choice": "ticked", "cases": []}, 422),
        ({"choice": "ticked", "cases": [{"id": "x", "version": 0}]}, 422),
        ({"unknown": 1}, 422),
    ],
)
def test_what_is_wrong_lays_no_draft(program, cases, wrong, status):
    answer = send(program, ROOT, {**HIDE, "choice": "tab", "about": "all", **wrong})
    assert answer.status_code == status
    assert not BulkDeed.objects.exists()
    assert not Decision.objects.exists()


def test_a_reporters_reports_are_found_invalid_and_they_are_muted(cast, program, cases):
    who = str(cast.user("stranger").pk)
    refused = send(program, ROOT, {**HIDE, "choice": "reporter", "about": who})
    assert (refused.status_code, refused.json()["code"]) == (422, "decision_invalid")
    body = {"choice": "reporter", "about": who, "action": "keep"}
    made = send(program, ROOT, body).json()
    send(program, f"{ROOT}/{made['id']}/start", {"action": "keep"})
    assert Case.objects.filter(outcome="invalid_report").count() == 3

    address = f"/api/v1/moderation/people/{who}/mute"
    assert send(program, address, {"text": "In bad faith"}, "put").json()["user_id"] == who
    assert program.delete(address).status_code == 403
    senior = Client(headers=bearer(personal(cast.user("senior_moderator")), Scope.MODERATE))
    assert senior.delete(address).status_code == 204
