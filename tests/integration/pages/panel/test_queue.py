"""Who gets in, which cases wait in which order, and who gets which."""

import re
from datetime import timedelta
from time import perf_counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imagestudio.moderation.models import Case
from imagestudio.moderation.services import claims
from imagestudio.moderation.services.panel.queue import LANES, Tab, next_case, queue_page
from tests.factories import (
    make_case,
    make_copies,
    make_image,
    make_user,
    sign_in,
    with_factor,
)
from tests.integration.pages.panel.steps import PART, page, send


def test_who_has_no_second_factor_is_told_to_set_one_up(db):
    newcomer = sign_in(make_user(site_role="moderator"))
    assert newcomer.get("/moderation/").status_code == 403

    signed_in_before = Client()
    signed_in_before.force_login(with_factor(make_user(site_role="moderator")))
    asked = signed_in_before.get("/moderation/")
    assert asked["Location"].startswith("/accounts/2fa/reauthenticate/")


def test_the_queue_shows_what_waits_in_its_order_with_reasons_and_holder(cast, team, desk, case):
    urgent = make_case(make_image(team, cast.user("owner"), title="Urgent"), lane=Case.Lane.APPEAL)
    claims.claim(moderator=cast.user("senior_moderator"), case_id=urgent.pk)

    shown = page(desk)

    assert shown.index("Urgent") < shown.index("Reported picture")
    assert cast.user("senior_moderator").email in shown
    assert '<span class="badge">Hate</span>' in shown
    assert f"/moderation/cases/{case.pk}/covered" in shown
    assert "Urgent" not in page(desk, "?tab=reports")
    assert "Nothing waits here." in page(desk, "?tab=rules")


@pytest.mark.parametrize(
    ("hours", "words"), [(47.5, "due in 47 h"), (3.5, "due in 3 h"), (-2.5, "2 h late")]
)
def test_what_the_law_wants_soon_says_how_long_there_is(desk, case, hours, words):
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() + timedelta(hours=hours))
    assert words in page(desk)
    assert words in page(desk, f"cases/{case.pk}/")


def test_a_page_of_the_queue_is_cheap_and_the_next_one_follows(cast, team, desk, image):
    reporter = cast.user("stranger")
    cases = [make_case(one, reporter) for one in make_copies(image, 55)]
    with CaptureQueriesContext(connection) as captured:
        began = perf_counter()
        shown = page(desk)
        took = perf_counter() - began
    assert len(captured) < 15
    assert took < 1  # 0.05 s on an idle machine; this one may be busy

    first = re.findall(r'data-case="([\w-]+)"', shown)
    [cursor] = set(re.findall(r"cursor=([\w.-]+)", shown))
    rest = desk.get(f"/moderation/?tab=all&cursor={cursor}", headers=PART).content.decode()
    second = re.findall(r'data-case="([\w-]+)"', rest)
    assert (len(first), len(second)) == (50, 5)
    assert {*first, *second} == {str(one.pk) for one in cases}


@pytest.mark.parametrize("cursor", ["x", "0.0.x", "1.2", "٣.1.aaaa", "0.99999999999.aaaa"])
def test_a_cursor_of_nothing_is_refused(desk, cursor):
    assert desk.get("/moderation/", {"cursor": cursor}).status_code == 422


@pytest.mark.parametrize("tab", Tab)
def test_cursors_walk_every_part_in_its_order(cast, team, image, tab):
    moderator = cast.user("senior_moderator")
    for number, one in enumerate(make_copies(image, 5)):
        made = make_case(one)
        closed = {"state": "closed", "outcome": "actioned", "closed_at": timezone.now()}
        fields = {
            Tab.CLOSED: closed,
            Tab.ESCALATED: {"state": "escalated"},
            Tab.MINE: {
                "claimed_by": moderator,
                "claimed_until": timezone.now() + timedelta(minutes=1),
            },
        }.get(tab, {"lane": LANES.get(tab, Case.Lane.REPORT)})
        Case.objects.filter(pk=made.pk).update(weight=number % 2, **fields)
    whole = [one.case.pk for one in queue_page(moderator, tab, cursor=None).rows]
    assert len(whole) == 5
    walked, cursor = [], None
    for _ in range(3):
        found = queue_page(moderator, tab, cursor=cursor, limit=2)
        walked += [one.case.pk for one in found.rows]
        cursor = found.next_cursor
    assert walked == whole
    assert cursor is None


def test_start_takes_the_next_case_in_hand(cast, desk, case):
    answer = desk.post("/moderation/start", {"tab": "all"})

    assert answer["Location"] == f"/moderation/cases/{case.pk}/"
    case.refresh_from_db()
    assert case.claimed_by == cast.user("moderator")
    assert desk.post("/moderation/start", {"tab": "legal"})["Location"] == "/moderation/"


def test_nobody_is_handed_what_they_skipped_what_is_theirs_or_what_takes_a_higher_rank(
    cast, team, desk, case
):
    moderator = cast.user("moderator")
    own = make_case(make_image(team, moderator, title="My own"), lane=Case.Lane.LEGAL)
    high = make_case(make_image(team, cast.user("owner")), lane=Case.Lane.LEGAL, state="escalated")
    assert next_case(moderator=moderator) == case
    assert send(desk, case, "skip")["Location"] == "/moderation/"
    assert next_case(moderator=moderator) is None
    assert next_case(moderator=cast.user("senior_moderator")) in {own, high}

    assert "My own" not in page(desk)
    assert desk.get(f"/moderation/cases/{own.pk}/").status_code == 404
