"""Leaving a case to others: the next one is shown, and says what was done with the last."""

import pytest

from imagestudio.moderation.models import Case
from tests.factories import make_case, make_image
from tests.integration.pages.panel.steps import PART, page, send

DEEDS = [
    ("skip", {}, "Skipped"),
    ("snooze", {"hours": "24"}, "Put off for a day"),
    ("escalate", {}, "Left to senior moderators"),
]


@pytest.mark.parametrize(("deed", "fields", "words"), DEEDS)
def test_the_next_case_says_what_was_done_with_the_last(
    cast, team, desk, case, deed, fields, words
):
    Case.objects.filter(pk=case.pk).update(weight=9)
    following = make_case(make_image(team, cast.user("owner"), title="The next"))
    fields = {"version": case.version, **fields}
    shown = send(desk, case, deed, fields, headers=PART)
    assert shown["HX-Push-Url"] == f"/moderation/cases/{following.pk}/"
    assert f"{words}: {case.image.title}." in shown.content.decode()


def test_when_no_case_is_left_the_queue_says_it(desk, case):
    assert send(desk, case, "skip")["Location"] == "/moderation/"
    assert f"Skipped: {case.image.title}." in page(desk)
