"""Statistics: the numbers are those of the rows, as a page, as files and in the API."""

import csv
import io
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imagestudio.accounts.models import Role, SiteRole, User
from imagestudio.moderation.models import Appeal, Case, Decision, Report, Signal
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.cases import picture
from imagestudio.moderation.services.deciding import Verdict, decide
from imagestudio.moderation.services.panel.statistics.report import Half
from imagestudio.moderation.services.signals import record_signal
from tests.factories import make_case, make_decision, make_image, make_user, sign_in
from tests.integration.moderation.conftest import later
from tests.integration.pages.panel.steps import page

HOURS = (1, 2, 3, 30)  # that cases waited


@pytest.fixture
def senior(cast):
    """Return the window of a senior moderator."""
    return cast.signed_in("senior_moderator")


def noon():
    """Return noon of three days ago: no hour of it is on another day of UTC."""
    return timezone.now().replace(hour=12, minute=0, second=0) - timedelta(days=3)


@pytest.fixture
def past(cast, team):
    """Four cases that were decided three days ago, two with objections; one case that waits."""
    maker, moderator = cast.user(Role.CREATOR), cast.user("moderator")
    made = []
    for hours in HOURS:
        image = make_image(team, maker)
        if hours < 30:
            make_case(image, cast.user("stranger"))
        action = Action.KEEP if hours == 1 else Action.HIDE
        fields = {"reason": "", "facts": ""} if hours == 1 else {}
        made.append(make_decision(picture(image), moderator, action=action, **fields))
    for one, outcome in ((made[1], Action.UPHOLD), (made[2], Action.REVERSE)):
        objection = appeal(user=maker, decision_id=one.pk, text="No!")
        decide(
            moderator=cast.user("senior_moderator"),
            case_id=objection.case_id,
            version=0,
            verdict=Verdict(outcome),
        )
    then = noon() - timezone.now()
    for one, hours in zip(made, HOURS, strict=True):
        later(Decision, one.pk, at=then)
        later(Case, one.case_id, opened_at=then - timedelta(hours=hours), closed_at=then)
    answered = then + timedelta(days=2)
    for one in Appeal.objects.all():
        later(Appeal, one.pk, made_at=answered - timedelta(hours=4), decided_at=answered)
        later(Case, one.case_id, opened_at=answered - timedelta(hours=4))
    waits = make_case(make_image(team, maker), cast.user("stranger"))
    later(Case, waits.pk, opened_at=-timedelta(hours=3))
    record_signal(user=maker, account=team, kind=Signal.Kind.REFUSED_INPUT)
    return made


def tables_of(client, address="/api/v1/moderation/statistics"):
    answer = client.get(address)
    assert answer.status_code == 200
    return {one["name"]: one["rows"] for one in answer.json()["tables"]}


def test_the_numbers_are_those_of_the_rows(senior, past):
    tables = tables_of(senior)
    total, reports = tables["waiting"]
    assert (total[:2], reports[:2]) == (["All", 1], ["Report", 1])
    assert total[2] == total[3] == pytest.approx(3 * 3600, abs=60)
    assert sum(row[1] for row in tables["backlog"]) == Case.objects.count() == 7
    assert tables["backlog"][-1][3] == 1
    assert [sum(column) for column in list(zip(*tables["decided"], strict=True))[1:]] == [
        3,
        0,
        2,
        1,
    ]
    actions = {row[0]: row[1:] for row in tables["actions"]}
    assert actions["All"] == [6, 6, 0, 0.0]
    assert actions["Hide from others"][0] == 3
    assert tables["reasons"] == [["Graphic violence", "Show no cruelty", 3, 0]]
    lanes = {row[0]: row[1:] for row in tables["lanes"]}
    assert lanes["All"][:2] == [6, 0.5]
    assert lanes["Report"][:2] == [4, 0.75]
    assert lanes["Report"][2:] == pytest.approx([2.5 * 3600, 21.9 * 3600], abs=60)
    assert lanes["Appeal"][0] == 2
    (objections, *_) = tables["appeals"]
    assert objections == ["All", 2, 1, 1, 0, 0.5, pytest.approx(4 * 3600, abs=60)]
    assert [row[1:] for row in tables["refusals"]][-1] == [1, 0]
    people = {row[0].split("-")[0]: row[1:] for row in tables["moderators"]}
    assert people["moderator"][0] == 4
    assert people["moderator"][4:] == [2, 1]
    assert people["senior_moderator"][0] == 2


def test_a_span_cuts_what_lies_outside(senior, past):
    day = noon().date()
    address = f"/api/v1/moderation/statistics?since={day}&until={day}"
    tables = tables_of(senior, address)
    assert [len(tables[name]) for name in ("backlog", "decided", "refusals")] == [1, 1, 1]
    assert tables["decided"][0][1:] == [3, 0, 1, 0]
    assert tables["appeals"] == []
    assert tables["backlog"][0][1:] == [3, 4, 0]


def test_what_each_moderator_did_is_for_seniors(desk, senior, past):
    assert "By moderator" in page(senior, "statistics/")
    assert "By moderator" not in page(desk, "statistics/")
    assert "moderators" not in tables_of(desk)
    assert desk.get("/moderation/statistics/moderators.csv").status_code == 404
    assert desk.get("/moderation/statistics/nothing.csv").status_code == 404


def test_the_page_draws_and_every_table_is_a_file(senior, past):
    shown = page(senior, "statistics/")
    assert shown.count("<svg viewBox") == 3
    assert '<rect class="bar-1"' in shown
    assert "21 h" in shown
    year = page(senior, "statistics/?since=2025-11-27&until=2026-11-27")
    assert "Week from 27 Nov 2025" in year
    assert "Nothing to draw." not in shown
    for name, rows in tables_of(senior).items():
        answer = senior.get(f"/moderation/statistics/{name}.csv")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        lines = list(csv.reader(io.StringIO(answer.content.decode())))
        assert len(lines) == len(rows) + 1


def test_a_name_is_no_formula(cast, team, senior):
    sly = make_user("sly", site_role=SiteRole.MODERATOR)
    User.objects.filter(pk=sly.pk).update(name='=HYPERLINK("x")')
    make_decision(picture(make_image(team, cast.user(Role.CREATOR))), sly)
    file = senior.get("/moderation/statistics/moderators.csv").content.decode()
    assert "'=HYPERLINK" in file


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=2026-02-30",
        "since=2026-03-02&until=2026-03-01",
        "since=2024-01-01&until=2026-01-01",
        "until=9999-12-31",
        "until=0001-01-01",
        "since=0001-01-01",
    ],
)
def test_senseless_days_are_refused(senior, query):
    answer = senior.get(f"/moderation/statistics/?{query}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert senior.get(f"/moderation/statistics/waiting.csv?{query}").status_code == 422
    assert senior.get(f"/api/v1/moderation/statistics?{query}").status_code == 422


def test_the_transparency_report_counts_and_names_nobody(cast, senior, past):
    lines, text = Counter(), ""
    for half in {str(Half.of(day.date())) for day in (noon(), timezone.now())}:
        answer = senior.get(f"/moderation/statistics/report.csv?half={half}")
        assert answer["Content-Disposition"] == f'attachment; filename="transparency-{half}.csv"'
        text += answer.content.decode()
        for *key, value, _unit in csv.reader(io.StringIO(answer.content.decode())):
            with suppress(ValueError):
                lines[tuple(key)] += float(value)
    assert lines["notices", "all", "received"] == Report.objects.count()
    assert lines["notices", "hate", "led to an action"] == 2
    assert lines["restrictions", "all", "taken"] == 3
    assert lines["restrictions", "all", "after a notice"] == 2
    assert lines["restrictions by action", "hide", "taken"] == 3
    assert lines["complaints", "all", "overturned of decided"] == 0.5
    assert lines["complaints", "against decisions of people", "received"] == 2
    for user in cast.people.values():
        assert user.email not in text
    assert "blood" not in text


@pytest.mark.parametrize("half", ["2026-3", "", "x", "1999-1"])
def test_what_is_no_half_of_a_year_is_refused(desk, half):
    assert desk.get(f"/moderation/statistics/report.csv?half={half}").status_code == 422


def test_it_takes_as_many_statements_for_many_rows_as_for_few(cast, team, senior):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            page(senior, "statistics/")
        return len(captured)

    few = statements()
    for _ in range(3):
        make_decision(picture(make_image(team, cast.user(Role.CREATOR))), cast.user("operator"))
    assert statements() <= few + 1  # who the moderators are
    assert few <= 17
    assert sign_in(cast.user("viewer")).get("/moderation/statistics/").status_code == 404
