"""What a person has reported, and what came of it."""

import pytest

from imagestudio.accounts.models import Role
from imagestudio.moderation.models import Case, Report
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.cases import picture
from imagestudio.moderation.services.publishing import publish
from imagestudio.moderation.services.reports import report_publication
from tests.factories import make_decision, make_image


@pytest.fixture
def report(cast):
    image = make_image(cast.team, cast.user(Role.CREATOR), title="Lighthouse")
    membership = cast.membership(Role.CREATOR)
    publish(membership=membership, image_id=image.pk, shows_prompt=False, shows_name=False)
    make_decision(picture(image), cast.user("moderator"), action=Action.APPROVE)
    return report_publication(
        image_id=image.pk,
        reporter=cast.user("stranger"),
        address="203.0.113.1",
        reason="graphic_violence",
        text="Blood!",
    )


def test_it_waits_and_then_says_what_came_of_it(cast, report):
    browser = cast.signed_in("stranger")
    html = browser.get("/reports/").content.decode()
    assert "Graphic violence" in html
    assert "Blood!" in html
    assert "Nobody has decided about it yet." in html
    address = f'href="/explore/{report.case.image_id}/"'
    assert address in html
    case = Case.objects.get(pk=report.case_id)
    make_decision(picture(case.image), cast.user("moderator"))
    html = browser.get("/reports/").content.decode()
    assert "did something about it" in html
    assert address not in html  # it is public no more
    [item] = browser.get("/api/v1/reports").json()["items"]
    assert item["answer"].startswith("Thank you.")


def test_nobody_else_sees_it(cast, report):
    for name in ("creator", "owner", "moderator"):
        browser = cast.signed_in(name)
        assert "Blood!" not in browser.get("/reports/").content.decode()
        assert browser.get("/api/v1/reports").json()["items"] == []
    assert Report.objects.get().reporter == cast.user("stranger")
