"""Rules on words, for programs of senior moderators: from a draft to being in force and out."""

import pytest
from django.test import Client

from imagestudio.accounts.models import Role, Scope
from imagestudio.moderation.models import Screening
from tests.factories import bearer, make_rule, personal

ROOT = "/api/v1/moderation/rules"
WORDS = {"field": "prompt", "kind": "literal", "pattern": "fox", "action": "flag", "reason": "hate"}
JSON = "application/json"


@pytest.fixture
def program(cast):
    return Client(headers=bearer(personal(cast.user("senior_moderator")), Scope.MODERATE))


def test_a_rule_comes_into_force_and_out_of_it(cast, team, program):
    for text in ("a fox", *["a hen"] * 5):
        Screening.objects.create(
            account=team, user=cast.user(Role.CREATOR), text=text, verdict="allow"
        )
    made = program.post(ROOT, {"name": "Foxes", **WORDS}, content_type=JSON)
    assert made.status_code == 201
    rule = f"{ROOT}/{made.json()['id']}"
    state = {"state": "enabled", "version": 1}
    untried = program.put(f"{rule}/state", state, content_type=JSON)
    assert (untried.status_code, untried.json()["code"]) == (409, "rule_untried")

    trial = program.post(f"{rule}/trials", {"version": 1}, content_type=JSON).json()
    assert (trial["seen"], trial["matched"], trial["people"]) == (6, 1, 1)
    assert trial["verdicts"] == {"allow": 1}
    [example] = program.post(f"{rule}/examples").json()["items"]
    assert (example["text"], example["verdict"]) == ("a fox", "allow")

    enabled = program.put(f"{rule}/state", state, content_type=JSON).json()
    assert (enabled["state"], enabled["in_force"]) == ("enabled", 1)
    changed = program.put(rule, {"version": 1, **WORDS, "pattern": "hen"}, content_type=JSON)
    assert (changed.json()["version"], changed.json()["in_force"]) == (2, 1)
    assert [one["pattern"] for one in changed.json()["versions"]] == ["hen", "fox"]
    program.post(f"{rule}/trials", {"version": 2}, content_type=JSON)
    state["version"] = 2
    broad = program.put(f"{rule}/state", state, content_type=JSON)
    assert (broad.status_code, broad.json()["code"]) == (409, "rule_too_broad")
    assert (broad.json()["matched"], broad.json()["seen"]) == (5, 6)
    state["confirmed"] = True
    assert program.put(f"{rule}/state", state, content_type=JSON).json()["in_force"] == 2
    state["state"] = "disabled"
    assert program.put(f"{rule}/state", state, content_type=JSON).json()["in_force"] is None
    [listed] = program.get(ROOT).json()["items"]
    assert (listed["name"], listed["state"], listed["newest"]["pattern"]) == (
        *("Foxes", "disabled", "hen"),
    )


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"pattern": "(", "kind": "regex"}, "pattern_invalid"),
        ({"message": "Only where it blocks"}, "rule_invalid"),
        ({"kind": "glob"}, "invalid"),
        ({"pattern": "x" * 501}, "invalid"),
        ({"pattern": "a\0"}, "invalid"),
        ({"name": ""}, "invalid"),
        ({"secret": "x"}, "invalid"),
    ],
)
def test_what_is_no_rule_is_refused(program, wrong, code):
    answer = program.post(ROOT, {"name": "Foxes", **WORDS, **wrong}, content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert program.get(ROOT).json()["items"] == []


def test_no_such_rule_is_not_found(program):
    rule = f"{ROOT}/019aa1b2-0000-7000-8000-000000000000"
    assert program.get(rule).json()["code"] == "rule_not_found"
    assert program.post(f"{rule}/trials", {"version": 1}, content_type=JSON).status_code == 404
    assert program.post(f"{rule}/examples").status_code == 404
    assert program.get(f"{ROOT}?cursor=x").status_code == 422


def test_the_list_is_walked_with_cursors(cast, program):
    made = [make_rule(cast).name for _ in range(3)]
    first = program.get(f"{ROOT}?limit=2").json()
    rest = program.get(f"{ROOT}?limit=2&cursor={first['next_cursor']}").json()
    assert [one["name"] for one in [*first["items"], *rest["items"]]] == made[::-1]
    assert rest["next_cursor"] is None
